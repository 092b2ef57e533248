// Similar lines grouped: how many, their part of all, over time; a pattern is a filter at a press.

const make = (name, className, text) => {
  const node = document.createElement(name);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
};
const svg = (name, attributes) => {
  const node = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  return node;
};
const hole = "<*>";

/** `data` as the API counts; `changed` is the page's way to change the query. */
export function showPatterns(box, data, query, changed) {
  if (!data.patterns.length) {
    box.replaceChildren(make("p", "dim", data.total ? "None of the lines has a message." : ""));
    return;
  }
  const table = make("table", "table patterns");
  const head = make("tr");
  for (const name of ["Lines", "Share", "Over time", "Pattern"]) {
    const cell = make("th", "", name);
    cell.scope = "col";
    head.append(cell);
  }
  const top = make("thead");
  top.append(head);
  const body = make("tbody");
  body.append(...data.patterns.map((pattern) => row(pattern, data, query, changed)));
  table.append(top, body);
  box.replaceChildren(table);
}

export function patternWords(data) {
  const shown = data.patterns.length;
  const words = `${data.with_field.toLocaleString()} ${data.with_field === 1 ? "line" : "lines"} in ${data.patterns_count.toLocaleString()} ${data.patterns_count === 1 ? "pattern" : "patterns"}`;
  const without = data.total - data.with_field;
  return words + (shown < data.patterns_count ? `, the ${shown} most frequent shown` : "")
    + (without ? `; ${without.toLocaleString()} without a message` : "");
}

function row(pattern, data, query, changed) {
  const item = make("tr");
  const share = pattern.count / Math.max(1, data.with_field);
  const words = make("td", "pattern-words");
  const text = make("button", "pattern-text");
  text.type = "button";
  pattern.pattern.split(hole).forEach((part, index) => {
    if (index) text.append(make("span", "hole", "∗"));
    text.append(part);
  });
  const canFilter = pattern.phrases.length > 0;
  text.disabled = !canFilter;
  text.title = canFilter ? "Only lines with these words" : "It has no words to look for";
  const filter = { pattern: pattern.pattern, phrases: pattern.phrases };
  text.addEventListener("click", () => changed(() => query.add("message", filter, false)));
  const out = make("button", "quiet", "−");
  out.type = "button";
  out.disabled = !canFilter;
  out.title = "Only lines without these words";
  out.setAttribute("aria-label", `Only lines without: ${pattern.pattern}`);
  out.addEventListener("click", () => changed(() => query.add("message", filter, true)));
  const example = make("p", "dim pattern-example", pattern.example.split("\n")[0]);
  example.title = "One of the lines";
  words.append(text, out, example);
  item.append(
    make("td", "number", pattern.count.toLocaleString()),
    make("td", "number", `${share < 0.001 ? "<0.1" : Math.round(share * 1000) / 10} %`),
    spark(pattern.counts, data), words);
  return item;
}

/** Bars of one pattern; each row has a scale of its own, since it is the course that counts. */
function spark(counts, data) {
  const cell = make("td", "spark");
  const most = Math.max(1, ...counts);
  const chart = svg("svg", { viewBox: `0 0 ${counts.length} 20`, preserveAspectRatio: "none", role: "img" });
  const at = counts.indexOf(most);
  const time = new Date(data.start_ms + Math.max(0, at) * data.step_ms);
  chart.setAttribute("aria-label", `at most ${most} in ${data.step_ms / 1000} s, at ${time.toLocaleString()}`);
  counts.forEach((count, index) => {
    if (!count) return;
    const height = Math.max(1, 20 * count / most);
    chart.append(svg("rect", { x: index + 0.1, width: 0.8, y: 20 - height, height }));
  });
  cell.append(chart);
  return cell;
}
