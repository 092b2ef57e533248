// Series as people read them, and the tables of Explore.
import { figure, number } from "./graph.js";

/** Rows a table shows; the count of the others is said. */
export const rowsMax = 500;

const isPlain = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;

/** A series as a selector that finds it again. */
export function selectorOf(metric) {
  const name = metric.__name__ ?? "";
  const pairs = Object.entries(metric).filter(([key]) => key !== "__name__").sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${isPlain.test(key) ? key : JSON.stringify(key)}=${JSON.stringify(value)}`);
  if (isPlain.test(name) || !name) return pairs.length || !name ? `${name}{${pairs.join(", ")}}` : name;
  return `{${[JSON.stringify(name), ...pairs].join(", ")}}`;
}

function cell(text, className) {
  const element = document.createElement("td");
  element.textContent = text;
  if (className) element.className = className;
  return element;
}

/** The series' name with its labels set apart, as one cell. */
function nameCell(metric) {
  const element = document.createElement("td");
  element.className = "series-name";
  const name = document.createElement("b");
  name.textContent = metric.__name__ ?? "";
  element.append(name);
  const labels = Object.entries(metric).filter(([key]) => key !== "__name__").sort(([a], [b]) => (a < b ? -1 : 1));
  if (labels.length || !metric.__name__) element.append("{");
  labels.forEach(([key, value], index) => {
    const label = document.createElement("span");
    label.className = "series-label";
    label.textContent = `${isPlain.test(key) ? key : JSON.stringify(key)}=`;
    const text = document.createElement("span");
    text.className = "series-value";
    text.textContent = JSON.stringify(value);
    element.append(label, text, index < labels.length - 1 ? ", " : "");
  });
  if (labels.length || !metric.__name__) element.append("}");
  return element;
}

function table(heads, className) {
  const element = document.createElement("table");
  element.className = `table ${className}`;
  const row = element.createTHead().insertRow();
  for (const text of heads) {
    const head = document.createElement("th");
    head.scope = "col";
    head.textContent = text;
    row.append(head);
  }
  element.createTBody();
  return element;
}

/** A histogram as a picture: a bar for each bucket, as high as its share; its numbers beside it. */
function histogramCell({ count, sum, buckets = [] }) {
  const element = document.createElement("td");
  element.className = "number histogram";
  const counts = buckets.map((bucket) => Math.abs(number(bucket[3])));
  const highest = Math.max(...counts, 0);
  const namespace = "http://www.w3.org/2000/svg";
  const picture = document.createElementNS(namespace, "svg");
  picture.setAttribute("viewBox", `0 0 ${Math.max(buckets.length, 1) * 4} 24`);
  picture.setAttribute("preserveAspectRatio", "none");
  picture.setAttribute("role", "img");
  picture.setAttribute("aria-label", buckets.length ? `${buckets.length} buckets` : "no observations");
  buckets.forEach(([, lower, upper, inside], index) => {
    const bar = document.createElementNS(namespace, "rect");
    const height = highest > 0 ? Math.max(1, (counts[index] / highest) * 24) : 0;
    for (const [name, value] of Object.entries({ x: index * 4, y: 24 - height, width: 3, height })) {
      bar.setAttribute(name, String(value));
    }
    const title = document.createElementNS(namespace, "title");
    title.textContent = `${lower} … ${upper}: ${inside}`;
    bar.append(title);
    picture.append(bar);
  });
  const text = document.createElement("span");
  text.textContent = `count ${figure(number(count))} · sum ${figure(number(sum))}`;
  element.append(picture, text);
  return element;
}

/** An instant result. */
export function instantTable({ resultType, result }) {
  if (resultType === "scalar" || resultType === "string") {
    const single = document.createElement("p");
    single.className = "single figure";
    single.textContent = result[1];
    return single;
  }
  const isRange = resultType === "matrix";
  const element = table(["Series", isRange ? "Samples" : "Value"], "series-table");
  for (const one of result.slice(0, rowsMax)) {
    const row = element.tBodies[0].insertRow();
    row.append(nameCell(one.metric));
    if (isRange) {
      const points = [
        ...(one.values ?? []), ...(one.histograms ?? []).map(([time, it]) => [time, `count ${it.count}, sum ${it.sum}`]),
      ].sort(([a], [b]) => a - b);
      row.append(cell(points.map(([time, text]) => `${text} @${time}`).join("\n"), "number samples"));
    } else if (one.histogram) {
      row.append(histogramCell(one.histogram[1]));
    } else {
      row.append(cell(one.value?.[1] ?? "", "number"));
      row.lastChild.title = figure(number(one.value?.[1] ?? "NaN"));
    }
  }
  return element;
}

/** The graph's legend: a row for each line, which a click hides. */
export function legendTable(series, colours, onToggle) {
  const element = table(["Line", "Last", "Min", "Mean", "Max"], "series-table legend");
  series.forEach((one, index) => {
    const row = element.tBodies[0].insertRow();
    row.dataset.line = String(index);
    const name = nameCell(one.metric);
    const button = document.createElement("button");
    button.type = "button";
    button.className = "swatch";
    button.title = "Show or hide";
    button.setAttribute("aria-pressed", "true");
    button.setAttribute("aria-label", `Show ${selectorOf(one.metric)}`);
    button.style.setProperty("--swatch", colours[index]);
    button.addEventListener("click", () => {
      const isOn = button.getAttribute("aria-pressed") !== "true";
      button.setAttribute("aria-pressed", String(isOn));
      row.classList.toggle("off", !isOn);
      onToggle(index, isOn);
    });
    name.prepend(button);
    const values = one.values.map(([, text]) => number(text)).filter(Number.isFinite);
    const sum = values.reduce((total, value) => total + value, 0);
    row.append(
      name, cell(figure(number(one.values.at(-1)?.[1] ?? "NaN")), "number last"),
      cell(figure(values.length ? values.reduce((a, b) => Math.min(a, b)) : null), "number"),
      cell(figure(values.length ? sum / values.length : null), "number"),
      cell(figure(values.length ? values.reduce((a, b) => Math.max(a, b)) : null), "number"),
    );
  });
  return element;
}
