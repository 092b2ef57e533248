// Plots over time: a small one for a row of a table, and one that tells what is under the pointer and zooms.
import { brush } from "./brush.js";
import { link, make, svg, told } from "./elements.js";

const width = 1000;
const height = 160;

/** Counts as an area, those of what failed as a second one upon it. */
export function sparkline(counts, { failed = [], label = "", tone = "info" } = {}) {
  const most = Math.max(1e-9, ...counts);
  const area = (values, name) => svg("path", { class: `spark-area ${name}`, d: outline(values, most, 100, 24) });
  const picture = svg("svg", { class: "spark", viewBox: "0 0 100 24", preserveAspectRatio: "none", role: "img", "aria-label": label }, told(label));
  picture.append(area(counts, tone));
  if (failed.some((count) => count > 0)) picture.append(area(failed, "bad"));
  return picture;
}

/** A line of values that may be missing. */
export function sparkLine(values, { label = "", tone = "info" } = {}) {
  const most = Math.max(1e-9, ...values.map((value) => value ?? 0));
  return svg("svg", { class: "spark", viewBox: "0 0 100 24", preserveAspectRatio: "none", role: "img", "aria-label": label }, told(label),
    svg("path", { class: `spark-line ${tone}`, d: path(values, most, 100, 24) }));
}

/** An area of steps: one that is small is still seen. */
function outline(values, most, wide, high) {
  const step = wide / values.length;
  let text = `M0 ${high}`;
  values.forEach((value, at) => {
    const y = value > 0 ? Math.min(high - 1.5, high - value / most * (high - 1)) : high;
    text += `L${(at * step).toFixed(2)} ${y.toFixed(2)}L${((at + 1) * step).toFixed(2)} ${y.toFixed(2)}`;
  });
  return `${text}L${wide} ${high}Z`;
}

/** A line through the middle of steps; where one has no value there is a gap, and one alone is a dash. */
function path(values, most, wide, high) {
  const step = wide / values.length;
  let text = "";
  values.forEach((value, at) => {
    if (value === null || value === undefined) return;
    const y = (high - 1 - value / most * (high - 2)).toFixed(2);
    const isAfterGap = at === 0 || values[at - 1] === null || values[at - 1] === undefined;
    if (isAfterGap) text += `M${(at * step).toFixed(2)} ${y}`;
    text += `L${((at + 0.5) * step).toFixed(2)} ${y}`;
    if (at + 1 === values.length || values[at + 1] === null) text += `L${((at + 1) * step).toFixed(2)} ${y}`;
  });
  return text;
}

/**
 * `series` of `{ name, tone, values, isArea }` over steps of `step` ms from `start` ms on; `format` makes texts of values,
 * `onZoom(start, end)` in ms. Areas lie one upon the other as they are listed. Returns what marks `{ time, value, href,
 * label, isFailed }` in the plot.
 */
export function draw(box, { series, start, step, format, onZoom, label, scaleMin = 0 }) {
  const steps = series[0].values.length;
  const most = Math.max(scaleMin, 1e-9, ...series.flatMap((one) => one.values.map((value) => value ?? 0)));
  const picture = svg("svg", { viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: "none", class: "plot-picture", role: "img", "aria-label": label });
  for (const share of [0.25, 0.5, 0.75]) picture.append(svg("line", { class: "plot-grid", x1: 0, x2: width, y1: height * share, y2: height * share }));
  for (const one of series) {
    picture.append(one.isArea ? svg("path", { class: `spark-area ${one.tone}`, d: outline(one.values, most, width, height) })
      : svg("path", { class: `plot-line ${one.tone}`, d: path(one.values, most, width, height) }));
  }
  const cursor = svg("line", { class: "plot-cursor", y1: 0, y2: height, x1: -10, x2: -10 });
  const chosen = svg("rect", { y: 0, height, class: "chosen", width: 0, x: 0 });
  picture.append(cursor, chosen);
  const timeOf = (at) => new Date(start + at * step);
  const readout = make("p", "plot-readout dim");
  const last = () => readout.replaceChildren(...series.map((one) => entry(one, null, format)));
  picture.addEventListener("pointermove", (event) => {
    const area = picture.getBoundingClientRect();
    const at = Math.min(steps - 1, Math.max(0, Math.floor((event.clientX - area.left) / area.width * steps)));
    for (const end of ["x1", "x2"]) cursor.setAttribute(end, (at + 0.5) / steps * width);
    readout.replaceChildren(make("span", "", timeOf(at).toLocaleTimeString([], { hour12: false })), ...series.map((one) => entry(one, one.values[at] ?? null, format)));
  });
  picture.addEventListener("pointerleave", () => {
    for (const end of ["x1", "x2"]) cursor.setAttribute(end, -10);
    last();
  });
  if (onZoom) brush(picture, chosen, (from, to) => onZoom(start + from * steps * step, start + to * steps * step));
  last();
  const frame = make("div", "plot-frame", make("span", "plot-top dim", format(most)), picture);
  box.replaceChildren(frame, axis(start, start + steps * step), readout);
  return (points) => frame.append(...points.map((one) => point(one, (one.time - start) / (steps * step), one.value / most)));
}

/** A link at shares of a plot's width and height; what lies above it is at its top. */
function point({ href, label, isFailed }, across, up) {
  const mark = link(href, "", `point${isFailed ? " failed" : ""}`);
  mark.style.left = `${Math.min(1, Math.max(0, across)) * 100}%`;
  mark.style.bottom = `${Math.min(1, up) * 100}%`;
  mark.title = label;
  mark.setAttribute("aria-label", label);
  return mark;
}

function entry(one, value, format) {
  const mark = make("i", `mark ${one.tone}`);
  mark.setAttribute("aria-hidden", "true");
  return make("span", "plot-entry", mark, value === null ? one.name : `${one.name} ${format(value)}`);
}

/** The times below a plot. */
export function axis(start, end) {
  const isOneDay = end - start <= 86400e3;
  return make("p", "axis dim", ...[start, (start + end) / 2, end].map((time) => make("span", "", isOneDay ? new Date(time).toLocaleTimeString([], { hour12: false })
    : new Date(time).toLocaleString([], { month: "short", day: "numeric", hour: "2-digit", minute: "2-digit", hour12: false }))));
}
