// How many requests took how long, on a scale of doublings: each bar leads to its traces, several by dragging.
import { brush } from "./brush.js";
import { make, svg, told } from "./elements.js";
import { countText, durationText } from "./trace-figures.js";

const width = 1000;
const height = 140;
const barsMax = 48;

/** `data` as the API answers; `hrefOf(low, high)` is where a bar leads. */
export function draw(box, data, hrefOf) {
  const bars = grouped(data.buckets);
  const most = Math.max(...bars.map((bar) => bar.count));
  const picture = svg("svg", { viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: "none", class: "plot-picture distribution", role: "group", "aria-label": "Durations" });
  const one = width / bars.length;
  bars.forEach((bar, at) => {
    // The whole height can be pressed: a bar of a single slow request is what somebody looks for.
    const link = svg("a", { href: hrefOf(bar.low, bar.high), "aria-label": `${countText(bar.count)} took ${durationText(bar.low)} to ${durationText(bar.high)}` });
    const size = bar.count ? Math.max(3, bar.count / most * (height - 6)) : 0;
    link.append(told(link.getAttribute("aria-label")), svg("rect", { class: "bar-ground", x: at * one, width: one, y: 0, height }),
      svg("rect", { class: "bar-count", x: at * one + one * 0.06, width: one * 0.88, y: height - size, height: size }));
    if (bar.count) picture.append(link);
  });
  const place = (nanoseconds) => {
    const at = bars.findIndex((bar) => nanoseconds < bar.high);
    const bar = bars[at < 0 ? bars.length - 1 : at];
    return ((at < 0 ? bars.length - 1 : at) + Math.min(1, Math.max(0, (nanoseconds - bar.low) / (bar.high - bar.low)))) * one;
  };
  for (const name of ["p50", "p95", "p99"]) {
    const x = place(data[`${name}_ns`]);
    picture.append(svg("line", { class: `quantile ${name}`, x1: x, x2: x, y1: 0, y2: height }, told(`${name} ${durationText(data[`${name}_ns`])}`)));
  }
  const chosen = svg("rect", { y: 0, height, class: "chosen", width: 0, x: 0 });
  picture.append(chosen);
  let isDragged = false;
  picture.addEventListener("dragstart", (event) => event.preventDefault());
  picture.addEventListener("click", (event) => {
    // What is let go of after dragging is no press of the bar below.
    if (isDragged) event.preventDefault();
    isDragged = false;
  }, true);
  brush(picture, chosen, (from, to) => {
    isDragged = true;
    location.assign(hrefOf(bars[Math.floor(from * bars.length)].low, bars[Math.min(bars.length - 1, Math.floor(to * bars.length))].high));
  });
  const marks = make("p", "plot-readout dim", ...["p50", "p95", "p99"].map((name) => make("span", `plot-entry quantile-${name}`, `${name} ${durationText(data[`${name}_ns`])}`)),
    make("span", "plot-entry", `longest ${durationText(data.max_ns)}`));
  const ends = make("p", "axis dim", make("span", "", durationText(bars[0].low)), make("span", "", durationText(bars[Math.floor(bars.length / 2)].low)), make("span", "", durationText(bars.at(-1).high)));
  box.replaceChildren(picture, ends, marks);
}

/** Buckets put together until a screen can show them, those between without anything among them. */
function grouped(buckets) {
  const low = Math.max(1, buckets[0][0]);
  const high = Math.max(low * 2, buckets.at(-1)[1]);
  const count = Math.min(barsMax, Math.max(8, Math.ceil(Math.log2(high / low) * 4)));
  const ratio = (high / low) ** (1 / count);
  const bars = Array.from({ length: count }, (_, at) => ({ low: low * ratio ** at, high: low * ratio ** (at + 1), count: 0 }));
  for (const [from, to, number] of buckets) {
    const at = Math.floor(Math.log(Math.sqrt(Math.max(from, low) * to) / low) / Math.log(ratio));
    bars[Math.min(count - 1, Math.max(0, at))].count += number;
  }
  return bars;
}
