// Lines over time as stacked bars; a span of them is selected by dragging.
import { brush } from "./brush.js";
import { levelKind } from "./log-level.js";

const svg = (name, attributes = {}) => {
  const node = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  return node;
};
const width = 1000;
const height = 120;
const seriesMax = 9;

/** The class of a series' colour: its meaning for a level, a colour of its own for anything else. */
const colourOf = (value, index) => (value === null ? "none" : levelKind(value) || `c${index % 8}`);
const kinds = ["bad", "warn", "info", "low"];
const order = (one) => (one.value === null || one.other ? kinds.length + 1 : (kinds.indexOf(levelKind(one.value)) + kinds.length + 1) % (kinds.length + 1));
const nameOf = (one) => (one.other ? "others" : one.value ?? "without");

/** `data` as the API counts; `onZoom(start, end)` in seconds; `onPick(value)` for one of the series. */
export function draw(box, legend, data, { onZoom, onPick }) {
  data = { total: data.total, series: fewer(data.series), start: data.start_ms / 1000, step: data.step_ms / 1000 };
  // What is wrong stands on the ground line, where it is seen best.
  data.series.sort((a, b) => order(a) - order(b));
  const bars = data.series[0]?.counts.length ?? 0;
  const sums = Array.from({ length: bars }, (_, at) => data.series.reduce((sum, one) => sum + one.counts[at], 0));
  const most = Math.max(1, ...sums);
  const chart = svg("svg", { viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: "none", class: "histogram", role: "img" });
  const peak = sums.indexOf(most);
  const timeOf = (at) => new Date((data.start + at * data.step) * 1000);
  chart.setAttribute("aria-label", `${data.total} lines; at most ${most} in ${data.step} s, at ${timeOf(Math.max(0, peak)).toLocaleString()}`);
  const one = width / Math.max(1, bars);
  sums.forEach((sum, at) => {
    if (sum === 0) return;
    let top = height;
    const bar = svg("g");
    data.series.forEach((series, index) => {
      if (!series.counts[at]) return;
      // A single line among thousands is still seen.
      const size = Math.max(1.5, series.counts[at] / most * (height - 4));
      top -= size;
      bar.append(svg("rect", { x: at * one + one * 0.06, width: one * 0.88, y: Math.max(0, top), height: size, class: `bar-part ${colourOf(series.value, index)}` }));
    });
    const told = svg("title");
    told.textContent = `${timeOf(at).toLocaleString()}: ${data.series.filter((series) => series.counts[at]).map((series) => `${series.counts[at]} ${nameOf(series)}`).join(", ")}`;
    bar.append(told);
    chart.append(bar);
  });
  const chosen = svg("rect", { y: 0, height, class: "chosen", width: 0, x: 0 });
  chart.append(chosen);
  brush(chart, chosen, (from, to) => onZoom(data.start + from * bars * data.step, data.start + to * bars * data.step));
  const axis = document.createElement("p");
  axis.className = "axis dim";
  const ends = [timeOf(0), timeOf(bars / 2), timeOf(bars)];
  const isOneDay = data.step * bars <= 86400;
  axis.replaceChildren(...ends.map((date) => Object.assign(document.createElement("span"), {
    textContent: isOneDay ? date.toLocaleTimeString() : date.toLocaleString([], { month: "short", day: "numeric", hour: "2-digit", minute: "2-digit" }),
  })));
  box.replaceChildren(chart, axis);
  legend.replaceChildren(...data.series.map((series, index) => entry(series, index, onPick)));
}

/** The largest series, and one for all others: more colours cannot be told apart. */
function fewer(series) {
  if (series.length <= seriesMax) return series;
  const sorted = [...series].sort((a, b) => b.total - a.total);
  const rest = sorted.slice(seriesMax - 1);
  const counts = rest[0].counts.map((_, at) => rest.reduce((sum, one) => sum + one.counts[at], 0));
  return [...sorted.slice(0, seriesMax - 1), { value: null, other: true, counts }];
}

function entry(series, index, onPick) {
  const item = document.createElement("li");
  const canPick = onPick && !series.other;
  const text = document.createElement(canPick ? "button" : "span");
  const mark = document.createElement("i");
  mark.className = `mark ${colourOf(series.value, index)}`;
  mark.setAttribute("aria-hidden", "true");
  const total = series.counts.reduce((sum, count) => sum + count, 0);
  text.append(mark, ` ${nameOf(series)} `, Object.assign(document.createElement("span"), { className: "dim", textContent: total.toLocaleString() }));
  if (canPick) {
    text.type = "button";
    text.title = "Only these";
    text.addEventListener("click", () => onPick(series.value));
  }
  item.append(text);
  return item;
}
