// Elements that scripts make, each in a line.

/** An element of a class with texts and elements in it; what is null, false or empty is left out. */
export function make(name, className = "", ...content) {
  const node = document.createElement(name);
  if (className) node.className = className;
  node.append(...content.filter(isThere));
  return node;
}

/** Puts texts and elements in place of what an element has; what is null, false or empty is left out. */
export function fill(node, ...content) {
  node.replaceChildren(...content.filter(isThere));
}

const isThere = (one) => one !== null && one !== undefined && one !== false && one !== "";

export function link(href, text, className = "") {
  const node = make("a", className, text);
  node.href = href;
  return node;
}

export function button(text, className, onClick) {
  const node = make("button", className, text);
  node.type = "button";
  node.addEventListener("click", onClick);
  return node;
}

export function svg(name, attributes = {}, ...content) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...content);
  return node;
}

/** What a pointer that rests on a part of a picture is told. */
export const told = (text) => svg("title", {}, text);

/** A sign and a word of a tone: `bad`, `warn`, `ok`, `quiet`. */
export function word(tone, text) {
  const icon = svg("svg", { "aria-hidden": "true" }, svg("use", { href: `#i-${tone}` }));
  return make("span", `word ${tone}`, icon, text);
}

/** A table with a head; rows are arrays of texts or elements. On phones each cell names its column. */
export function table(columns, rows) {
  const head = make("tr", "", ...columns.map((name) => Object.assign(make("th", "", name), { scope: "col" })));
  const body = make("tbody");
  for (const cells of rows) {
    const row = make("tr");
    row.dataset.row = "";
    cells.forEach((content, at) => {
      const cell = make("td", "", ...[content].flat());
      cell.dataset.name = columns[at];
      row.append(cell);
    });
    body.append(row);
  }
  return make("table", "table stacked", make("thead", "", head), body);
}

/** Replaces the offers of a datalist. */
export function offer(id, values) {
  document.getElementById(id)?.replaceChildren(...values.map((value) => Object.assign(make("option"), { value })));
}
