// The fields of the lines found, each with its most frequent values on demand.
import { shownValue } from "./log-rows.js";

const element = (id) => document.getElementById(id);
const valuesShown = 8;

/** Asks for the fields in the time and shows them; `ask` is the page's way to ask, `changed` its way to change. */
export async function showFields(query, asked, ask, signal, changed) {
  const data = await ask("fields", asked, signal);
  element("fields-count").textContent = String(data.fields.length);
  const list = element("fields-list");
  const open = new Set([...list.querySelectorAll("details[open]")].map((one) => one.dataset.name));
  const fields = data.fields.sort((a, b) => Number(query.columns.includes(b.name)) - Number(query.columns.includes(a.name)) || (a.name < b.name ? -1 : 1));
  list.replaceChildren(...fields.map((field) => entry(field, query, asked, ask, changed, open.has(field.name))));
  find();
}

function entry(field, query, asked, ask, changed, isOpen) {
  const item = document.createElement("li");
  const details = document.createElement("details");
  details.dataset.name = field.name;
  const summary = document.createElement("summary");
  summary.append(field.name);
  if (query.columns.includes(field.name)) summary.className = "is-column";
  summary.title = `${field.kinds.join(", ")}; on ${field.count.toLocaleString()} lines`;
  details.append(summary);
  const fill = async () => {
    if (!details.open || details.dataset.asked) return;
    details.dataset.asked = "yes";
    const box = document.createElement("div");
    box.className = "field-values";
    box.textContent = "Counting…";
    details.append(box);
    try {
      const data = await ask("facets", { ...asked, fields: field.name, limit: String(valuesShown) });
      box.replaceChildren(...values(field, data.facets[0], query, changed));
    } catch (error) {
      box.textContent = error.message;
    }
  };
  details.addEventListener("toggle", fill);
  item.append(details);
  if (isOpen) {
    details.open = true;
    fill();
  }
  return item;
}

function values(field, facet, query, changed) {
  const column = document.createElement("button");
  column.type = "button";
  column.className = "quiet";
  column.textContent = query.columns.includes(field.name) ? "Take the column away" : "Show as a column";
  column.addEventListener("click", () => changed(() => query.toggleColumn(field.name)));
  if (!facet || facet.records === 0) return [column];
  const rows = facet.values.map(({ value, count }) => {
    const row = document.createElement("button");
    row.type = "button";
    row.className = "field-value";
    row.title = "Only lines with this value; with Shift, only lines without";
    const share = shareBar(count / facet.records);
    const name = document.createElement("span");
    name.textContent = shownValue(value);
    const number = document.createElement("span");
    number.className = "dim";
    number.textContent = `${Math.round(count / facet.records * 1000) / 10} %`;
    row.append(name, number, share);
    row.addEventListener("click", (event) => changed(() => query.add(field.name, value, event.shiftKey)));
    return row;
  });
  return [...rows, column];
}

/** A bar of a part of the whole. */
function shareBar(part) {
  const node = (name, attributes) => {
    const made = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
  };
  const bar = node("svg", { viewBox: "0 0 100 1", preserveAspectRatio: "none", "aria-hidden": "true" });
  bar.append(node("rect", { width: 100 * part, height: 1 }));
  return bar;
}

function find() {
  const wanted = element("fields-search").value.trim().toLowerCase();
  for (const item of element("fields-list").children) {
    item.hidden = wanted !== "" && !item.firstElementChild.dataset.name.toLowerCase().includes(wanted);
  }
}

element("fields-search").addEventListener("input", find);
