// The lines: each a button that opens what it holds, with what can be done with each of its fields.
import { levelKind, levelOf } from "./log-level.js";
import { traceLink } from "./trace-links.js";

const make = (name, className, text) => {
  const node = document.createElement(name);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
};

export const shownValue = (value) => (value === null || value === undefined ? "" : typeof value === "object" ? JSON.stringify(value) : String(value));

/** Fields that tell more of a line than others where it has no message. */
function summary(fields) {
  const message = fields.message ?? fields["error.message"] ?? fields["event.original"];
  if (message !== undefined && message !== null) return shownValue(message);
  return Object.entries(fields).filter(([name]) => !/^(host|agent|ecs|input|log|data_stream)\./.test(name)).slice(0, 12)
    .map(([name, value]) => `${name}=${shownValue(value)}`).join("  ");
}

function timeText(text) {
  const date = new Date(text);
  const fraction = /\.(\d+)/.exec(text)?.[1].padEnd(3, "0").slice(0, 3) ?? "000";
  const isToday = date.toDateString() === new Date().toDateString();
  const clock = `${date.toLocaleTimeString([], { hour12: false })}.${fraction}`;
  return isToday ? clock : `${date.toLocaleDateString([], { month: "short", day: "2-digit" })} ${clock}`;
}

/** `text` with the words of the query marked. */
function marked(text, words) {
  const box = make("span", "log-text");
  if (!words.length) {
    box.textContent = text;
    return box;
  }
  const pattern = new RegExp(words.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|"), "giu");
  let at = 0;
  for (const found of text.matchAll(pattern)) {
    box.append(text.slice(at, found.index), make("mark", "", found[0]));
    at = found.index + found[0].length;
  }
  box.append(text.slice(at));
  return box;
}

const shortText = 2000;

export function showRows(box, rows, query, actions) {
  const open = new Set([...box.querySelectorAll("details[open]")].map((one) => one.dataset.id));
  const words = query.words();
  box.replaceChildren(...rows.map((row) => line(row, words, query, actions, open.has(row.id))));
}

function line(row, words, query, actions, isOpen) {
  const details = make("details", `log-line ${levelKind(levelOf(row.fields))}`);
  details.dataset.id = row.id;
  details.dataset.row = "";
  const head = make("summary");
  const time = make("time", "log-time", timeText(row.time));
  time.dateTime = row.time;
  time.title = row.time;
  head.append(time);
  if (query.columns.length) {
    for (const column of query.columns) head.append(Object.assign(make("span", "log-cell", shownValue(row.fields[column])), { title: column }));
  } else {
    const level = levelOf(row.fields);
    head.append(make("span", "log-level", level === null ? "" : shownValue(level)));
    if (row.fields["service.name"]) head.append(make("span", "log-service dim", shownValue(row.fields["service.name"])));
    head.append(marked(summary(row.fields).slice(0, shortText), words));
  }
  details.append(head);
  const fill = () => {
    if (details.open && !details.querySelector(".log-open")) details.append(opened(row, query, actions));
  };
  details.addEventListener("toggle", fill);
  if (isOpen) {
    details.open = true;
    fill();
  }
  return details;
}

function opened(row, query, actions) {
  const box = make("div", "log-open");
  const bar = make("div", "log-actions");
  const around = make("button", "", "Surrounding lines");
  const json = make("button", "quiet", "JSON");
  around.type = json.type = "button";
  const place = make("div");
  around.addEventListener("click", () => surrounding(row, place, actions));
  json.addEventListener("click", () => {
    if (place.querySelector(".log-json")) return place.replaceChildren();
    place.replaceChildren(make("pre", "log-json", JSON.stringify({ "@timestamp": row.time, _id: row.id, _index: row.index, ...row.fields }, null, 2)));
  });
  bar.append(around, json);
  const trace = row.fields["trace.id"];
  if (/^[0-9a-f]{1,32}$/i.test(trace)) {
    bar.append(Object.assign(make("a", "button", "Its trace"), { href: traceLink(trace, row.fields["span.id"]) }));
  }
  const table = make("table", "table log-fields");
  const entries = [["@timestamp", row.time], ["_index", row.index], ["_id", row.id], ...Object.entries(row.fields).sort(([a], [b]) => (a < b ? -1 : 1))];
  for (const [name, value] of entries) table.append(fieldRow(name, value, query, actions));
  box.append(bar, place, table);
  return box;
}

function fieldRow(name, value, query, actions) {
  const row = make("tr");
  const buttons = make("td", "log-buttons");
  const one = Array.isArray(value) ? value[0] : value;
  const button = (text, title, change) => {
    const node = make("button", "quiet", text);
    node.type = "button";
    node.title = title;
    node.setAttribute("aria-label", `${title}: ${name}`);
    node.addEventListener("click", () => actions.changed(change));
    buttons.append(node);
  };
  if (name !== "@timestamp") {
    button("+", "Only lines with this value", () => query.add(name, one, false));
    button("−", "Only lines without this value", () => query.add(name, one, true));
    button(query.columns.includes(name) ? "▥" : "▤", query.columns.includes(name) ? "Take the column away" : "Show as a column", () => query.toggleColumn(name));
  }
  row.append(buttons, make("th", "", name), make("td", "log-value", shownValue(value)));
  return row;
}

async function surrounding(row, place, actions) {
  place.replaceChildren(make("p", "dim", "Asking…"));
  try {
    const data = await actions.ask("around", { query: "", index: row.index, cursor: row.cursor, before: "10", after: "10" });
    const list = make("ol", "log-around");
    [...data.before, row, ...data.after].forEach((one) => {
      const item = make("li", `${one === row ? "here " : ""}${levelKind(levelOf(one.fields))}`);
      item.append(make("time", "log-time", timeText(one.time)), make("span", "log-text", summary(one.fields).slice(0, shortText)));
      list.append(item);
    });
    place.replaceChildren(list);
  } catch (error) {
    place.replaceChildren(make("p", "notice bad", error.message));
  }
}
