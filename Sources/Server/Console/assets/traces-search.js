// Search: traces with a span that matches, as points by time and duration and as a list.
import { link, make, offer, svg } from "./elements.js";
import { brush } from "./brush.js";
import { ask, valuesOf } from "./trace-api.js";
import { axis } from "./trace-chart.js";
import { durationText, timeText } from "./trace-figures.js";
import { TraceForm } from "./trace-form.js";
import { quoted, traceLink } from "./trace-links.js";
import { traceRow } from "./trace-list.js";

const element = (id) => document.getElementById(id);
const filters = ["query", "service", "operation", "environment", "status", "min_duration", "max_duration"];
const page = new TraceForm(filters, show);
const atOnce = 50;
const limitMax = 1000;
let limit = atOnce;
let isMore = false;

async function show(signal) {
  const id = page.value("query").toLowerCase();
  // Whoever pastes an id wants that trace; sixteen digits may be a span's or a short trace's.
  if (/^[0-9a-f]{32}$/.test(id)) return goTo(traceLink(id));
  if (/^[0-9a-f]{16}$/.test(id)) {
    const query = `span.id: ${quoted(id)} or trace.id: ${quoted(id.padStart(32, "0"))}`;
    const [found] = (await ask("search", { query, limit: "1", spans: "1" }, signal)).traces;
    if (found) return goTo(traceLink(found.trace_id, found.matches.find((one) => one.span_id === id)?.span_id));
  }
  if (!isMore) limit = atOnce;
  isMore = false;
  const { traces } = await ask("search", { ...page.asked(filters), limit: String(limit), spans: "1" }, signal);
  document.title = `${page.value("service") || "Traces"} · Traces · Signalbox`;
  element("figures").textContent = traces.length ? `${traces.length === limit ? `The latest ${limit} traces` : `${traces.length} ${traces.length === 1 ? "trace" : "traces"}`}` : "";
  element("more").hidden = traces.length < limit || limit >= limitMax;
  element("plot-card").hidden = traces.length < 2;
  if (traces.length >= 2) plot(traces);
  const longest = Math.max(1, ...traces.map((trace) => trace.duration_ns));
  element("result").replaceChildren(...traces.map((trace) => traceRow(trace, longest, hrefOf(trace))));
  return traces.length > 0;
}

function goTo(url) {
  location.assign(url);
  return true;
}

/** Where to go: a trace whose match is what was asked for opens with it. */
const hrefOf = (trace) => traceLink(trace.trace_id, trace.matches[0] && filters.some((name) => page.value(name)) ? trace.matches[0].span_id : undefined);

const width = 1000;
const height = 180;

/** A point each: to the right later, higher up longer, on a scale of factors. */
function plot(traces) {
  const durations = traces.map((trace) => Math.max(1000, trace.duration_ns));
  const [low, high] = [Math.min(...durations) / 1.5, Math.max(...durations) * 1.5];
  const times = traces.map((trace) => trace.start_ms);
  const start = Math.min(page.range.start * 1000, ...times);
  const end = Math.max(page.range.end * 1000, ...times);
  const box = make("div", "points", make("span", "plot-top dim", durationText(high)), make("span", "plot-bottom dim", durationText(low)));
  const ground = svg("svg", { class: "plot-picture", viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: "none", role: "img", "aria-label": `${traces.length} traces by time and duration` });
  for (const share of [0.25, 0.5, 0.75]) ground.append(svg("line", { class: "plot-grid", x1: 0, x2: width, y1: height * share, y2: height * share }));
  const chosen = svg("rect", { y: 0, height, class: "chosen", width: 0, x: 0 });
  ground.append(chosen);
  brush(ground, chosen, (from, to) => page.zoom(start + from * (end - start), start + to * (end - start)));
  box.append(ground);
  traces.forEach((trace, at) => {
    const point = link(hrefOf(trace), "", `point${trace.error_count ? " failed" : ""}`);
    point.title = `${trace.root.service} ${trace.root.name}: ${durationText(trace.duration_ns)}, ${timeText(trace.start_ms)}${trace.error_count ? `, ${trace.error_count} failed` : ""}`;
    // The list below has the same links for keys and readers.
    point.tabIndex = -1;
    point.setAttribute("aria-hidden", "true");
    point.style.left = `${(trace.start_ms - start) / (end - start) * 100}%`;
    point.style.bottom = `${Math.log(durations[at] / low) / Math.log(high / low) * 100}%`;
    box.append(point);
  });
  element("plot").replaceChildren(box, axis(start, end));
}

element("more").addEventListener("click", () => {
  limit = Math.min(limitMax, limit * 4);
  isMore = true;
  page.run({ isQuiet: true });
});

async function offerNames() {
  offer("operations", await valuesOf("span.name", page.asked(["service"])));
}
page.form.elements.service.addEventListener("change", offerNames);

page.start();
valuesOf("service.name", page.asked()).then((values) => offer("services", values));
valuesOf("service.environment", page.asked()).then((values) => offer("environments", values));
offerNames();
