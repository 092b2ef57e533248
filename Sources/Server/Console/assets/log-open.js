// A line that is opened: what it holds, with what can be done with each of its fields, and what stood around it.
import { copyOn, copyText } from "./copy.js";
import { button, make, svg } from "./elements.js";
import { levelKind, levelOf } from "./log-level.js";
import { filterValueMax } from "./log-query.js";
import { marked, shownValue, summary, timeText } from "./log-text.js";
import { traceLink } from "./trace-links.js";

/** So many more on each side at a press. */
const linesAround = 10;

export function opened(row, query, actions) {
  const place = make("div");
  const document = () => JSON.stringify({ "@timestamp": row.time, _id: row.id, _index: row.index, ...row.fields }, null, 2);
  const around = button("Surrounding lines", "", () => surrounding(row, place, actions, { before: linesAround, after: linesAround }));
  const json = button("JSON", "quiet", () => {
    if (place.querySelector(".log-json")) return place.replaceChildren();
    const copy = button("Copy", "", () => {});
    copyOn(copy, document);
    place.replaceChildren(copy, make("pre", "log-json", document()));
  });
  const link = button("Copy link", "quiet", () => {});
  link.title = "A link to this line";
  copyOn(link, () => location.origin + actions.addressOf(row));
  const bar = make("div", "log-actions", around, json, link);
  const trace = row.fields["trace.id"];
  if (/^[0-9a-f]{1,32}$/i.test(trace)) {
    bar.append(Object.assign(make("a", "button", "Its trace"), { href: traceLink(trace, row.fields["span.id"]) }));
  }
  const table = make("table", "table log-fields");
  const entries = [["@timestamp", row.time], ["_index", row.index], ["_id", row.id], ...Object.entries(row.fields).sort(([a], [b]) => (a < b ? -1 : 1))];
  for (const [name, value] of entries) table.append(fieldRow(name, value, query, actions));
  return make("div", "log-open", bar, place, table);
}

const icon = (name) => svg("svg", { "aria-hidden": "true" }, svg("use", { href: `#i-${name}` }));

function fieldRow(name, value, query, actions) {
  const buttons = make("td", "log-buttons");
  const one = Array.isArray(value) ? value[0] : value;
  const isLong = shownValue(one).length > filterValueMax;
  const add = (content, title, change) => {
    const node = button(content, "quiet", () => actions.changed(change));
    node.title = title;
    node.setAttribute("aria-label", `${title}: ${name}`);
    buttons.append(node);
    return node;
  };
  if (name !== "@timestamp") {
    for (const [text, title, isNegated] of [["+", "Only lines with this value", false], ["−", "Only lines without this value", true]]) {
      const node = add(text, title, () => query.add(name, one, isNegated));
      node.disabled = isLong;
      if (isLong) node.title = "Too long for a filter";
    }
    const isColumn = query.columns.includes(name);
    add(icon("column"), isColumn ? "Take the column away" : "Show as a column", () => query.toggleColumn(name)).setAttribute("aria-pressed", String(isColumn));
  }
  const copy = button(icon("copy"), "quiet", async () => {
    const isCopied = await copyText(shownValue(value));
    copy.replaceChildren(icon(isCopied ? "ok" : "failed"));
    setTimeout(() => copy.replaceChildren(icon("copy")), 2000);
  });
  copy.title = "Copy the value";
  copy.setAttribute("aria-label", `Copy the value: ${name}`);
  buttons.append(copy);
  const text = make("td", "log-value", shownValue(value));
  text.dir = "auto";
  return make("tr", "", buttons, make("th", "", name), text);
}

async function surrounding(row, place, actions, { before, after }) {
  if (!place.querySelector(".log-around")) place.replaceChildren(make("p", "dim", "Asking…"));
  try {
    const data = await actions.ask("around", { query: "", index: row.index, cursor: row.cursor, before: String(before), after: String(after) });
    const list = make("ol", "log-around");
    [...data.before, row, ...data.after].forEach((one) => {
      const item = make("li", `${one === row ? "here " : ""}${levelKind(levelOf(one.fields))}`);
      item.append(make("time", "log-time", timeText(one.time)), marked(summary(one.fields), []));
      list.append(item);
    });
    const more = (text, wanted, isThere) => isThere && button(text, "quiet", () => surrounding(row, place, actions, wanted));
    place.replaceChildren(...[
      more(`${linesAround} more before`, { before: before + linesAround, after }, data.before.length === before), list,
      more(`${linesAround} more after`, { before, after: after + linesAround }, data.after.length === after),
    ].filter(Boolean));
  } catch (error) {
    place.replaceChildren(make("p", "notice bad", error.message));
  }
}
