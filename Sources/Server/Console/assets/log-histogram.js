// Lines over time as stacked bars; a span of them is selected by dragging, by a press on a bar, or by keys.
import { brush } from "./brush.js";
import { barKeys } from "./log-bar-keys.js";
import { make, svg, told } from "./elements.js";
import { levelKind } from "./log-level.js";
import { timeZone } from "./log-text.js";

const width = 1000;
const height = 120;
const seriesMax = 9;

/** The class of a series' colour: its meaning for a level, a colour of its own for anything else. */
const colourOf = (value, index) => (value === null ? "none" : levelKind(value) || `c${index % 8}`);
const kinds = ["bad", "warn", "info", "low"];
const order = (one) => (one.value === null || one.other ? kinds.length + 1 : (kinds.indexOf(levelKind(one.value)) + kinds.length + 1) % (kinds.length + 1));
const nameOf = (one) => (one.other ? "others" : one.value ?? "without");

/** `step` seconds as people say them. */
function stepWords(step) {
  const [name, size] = [["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]].find(([, size]) => step >= size && step % size === 0) ?? ["ms", 0.001];
  const count = Math.round(step / size);
  return count === 1 ? `a ${name}`.replace("a hour", "an hour") : `${count} ${name}${name === "ms" ? "" : "s"}`;
}

/** `data` as the API counts; `onZoom(start, end)` in seconds; `onPick(value)` for one of the series. */
export function draw(box, legend, data, { onZoom, onPick }) {
  data = { total: data.total, series: fewer(data.series), start: data.start_ms / 1000, step: data.step_ms / 1000 };
  // What is wrong stands on the ground line, where it is seen best.
  data.series.sort((a, b) => order(a) - order(b));
  const bars = data.series[0]?.counts.length ?? 0;
  const sums = Array.from({ length: bars }, (_, at) => data.series.reduce((sum, one) => sum + one.counts[at], 0));
  const most = Math.max(1, ...sums);
  const chart = svg("svg", { viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: "none", class: "histogram", role: "img", tabindex: 0 });
  const timeOf = (at) => new Date((data.start + at * data.step) * 1000);
  const wordsOf = (at) => `${timeOf(at).toLocaleString()}: ${data.series.filter((one) => one.counts[at]).map((one) => `${one.counts[at].toLocaleString()} ${nameOf(one)}`).join(", ") || "none"}`;
  const peak = timeOf(Math.max(0, sums.indexOf(most))).toLocaleString();
  chart.setAttribute("aria-label", `${data.total.toLocaleString()} lines; at most ${most.toLocaleString()} in ${stepWords(data.step)}, at ${peak}. Arrow keys choose a bar, with Shift several, Enter looks closer.`);
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
    bar.append(told(wordsOf(at)));
    chart.append(bar);
  });
  const chosen = svg("rect", { y: 0, height, class: "chosen", width: 0, x: 0 });
  chart.append(chosen);
  const zoom = (from, to) => onZoom(data.start + from * data.step, data.start + to * data.step);
  let isBrushed = false;
  brush(chart, chosen, (from, to) => {
    isBrushed = true;
    zoom(from * bars, to * bars);
  });
  chart.addEventListener("click", (event) => {
    // The end of dragging is a click as well. Of a single bar there is nothing closer to look at.
    if (isBrushed || bars < 2 || data.step <= 1) return;
    const area = chart.getBoundingClientRect();
    const at = Math.min(bars - 1, Math.max(0, Math.floor((event.clientX - area.left) / area.width * bars)));
    if (sums[at]) zoom(at, at + 1);
  });
  barKeys(chart, bars, {
    show: (from, to) => {
      chosen.setAttribute("x", from * one);
      chosen.setAttribute("width", (to - from) * one);
    },
    words: wordsOf, zoom,
  });
  const ends = [timeOf(0), timeOf(bars / 2), timeOf(bars)];
  const isOneDay = data.step * bars <= 86400;
  const axis = make("p", "axis dim", ...ends.map((date) => make("span", "",
    isOneDay ? date.toLocaleTimeString() : date.toLocaleString([], { month: "short", day: "numeric", hour: "2-digit", minute: "2-digit" }))));
  const note = make("p", "axis-note dim", `at most ${most.toLocaleString()} in ${stepWords(data.step)} · times in ${timeZone}`);
  box.replaceChildren(note, chart, axis);
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
  const canPick = onPick && !series.other;
  const mark = make("i", `mark ${colourOf(series.value, index)}`);
  mark.setAttribute("aria-hidden", "true");
  const total = series.counts.reduce((sum, count) => sum + count, 0);
  const text = make(canPick ? "button" : "span", "", mark, ` ${nameOf(series)} `, make("span", "dim", total.toLocaleString()));
  if (canPick) {
    text.type = "button";
    text.title = "Only these";
    text.addEventListener("click", () => onPick(series.value));
  }
  return make("li", "", text);
}
