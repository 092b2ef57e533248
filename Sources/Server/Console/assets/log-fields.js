// The fields of the lines found, each with its most frequent values on demand.
import { button, make, svg } from "./elements.js";
import { filterValueMax } from "./log-query.js";
import { shownValue } from "./log-text.js";

/** Names that the newest answer has, for whoever completes what is typed. */
export let fieldNames = [];

const element = (id) => document.getElementById(id);
const valuesShown = 8;
/** Of a value; more of it is in the lines. */
const valueShown = 200;

/** Asks for the fields in the time and shows them; `ask` is the page's way to ask, `changed` its way to change. */
export async function showFields(query, asked, ask, signal, changed) {
  const data = await ask("fields", asked, signal);
  fieldNames = data.fields.map((field) => field.name).sort();
  element("fields-count").textContent = data.fields.length.toLocaleString();
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
  const isColumn = query.columns.includes(field.name);
  const choices = make("div", "choices",
    button(isColumn ? "Take the column away" : "Show as a column", "quiet", () => changed(() => query.toggleColumn(field.name))),
    button("Only lines with it", "quiet", () => changed(() => query.add(field.name, null, false))),
    query.by !== field.name && button("Split by it", "quiet", () => changed(() => (query.by = field.name))));
  if (!facet || facet.records === 0) return [choices];
  const rows = facet.values.map(({ value, count }) => {
    const share = `${Math.round(count / facet.records * 1000) / 10} %`;
    const only = button("", "field-value", () => changed(() => query.add(field.name, value, false)));
    only.title = `Only lines with this value: ${count.toLocaleString()}`;
    const text = shownValue(value);
    only.append(make("span", "", text.slice(0, valueShown)), make("span", "dim", share), shareBar(count / facet.records));
    const without = button("−", "quiet", () => changed(() => query.add(field.name, value, true)));
    only.disabled = without.disabled = text.length > filterValueMax;
    without.title = "Only lines without this value";
    without.setAttribute("aria-label", `Only lines without ${field.name}: ${text.slice(0, valueShown)}`);
    return make("div", "field-row", only, without);
  });
  const others = facet.values_count - facet.values.length;
  return [
    make("p", "dim", `on ${facet.records.toLocaleString()} ${facet.records === 1 ? "line" : "lines"}`), ...rows,
    others > 0 && make("p", "dim", `and ${others.toLocaleString()} other ${others === 1 ? "value" : "values"}`), choices,
  ].filter(Boolean);
}

/** A bar of a part of the whole. */
const shareBar = (part) => svg("svg", { viewBox: "0 0 100 1", preserveAspectRatio: "none", "aria-hidden": "true" }, svg("rect", { width: 100 * part, height: 1 }));

function find() {
  const wanted = element("fields-search").value.trim().toLowerCase();
  for (const item of element("fields-list").children) {
    item.hidden = wanted !== "" && !item.firstElementChild.dataset.name.toLowerCase().includes(wanted);
  }
}

element("fields-search").addEventListener("input", find);
