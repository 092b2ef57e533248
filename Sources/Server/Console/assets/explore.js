// Explore: what its URL says is asked, drawn and tabulated; what somebody changes goes into the URL.
import { APIProblem, get, post } from "./api.js";
import * as editor from "./editor.js";
import * as graph from "./graph.js";
import { instantTable, legendTable, rowsMax } from "./series.js";

const element = (id) => document.getElementById(id);
const form = element("explore");

/** Longer queries go in a form, not in the URL of the request. */
const queryInURLMax = 4000;
/** About a point for each two pixels of a wide screen. */
const pointsWanted = 600;
/** What takes longer shows that it goes on. */
const silentFor = 2000;

const seconds = { s: 1, m: 60, h: 3600, d: 86400, w: 604800, y: 31536000 };

/** `1h30m` or a plain number, in seconds; NaN for anything else. */
function duration(text) {
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text);
  if (!/^(\d+(ms|[smhdwy]))+$/.test(text)) return NaN;
  let sum = 0;
  for (const [, count, unit] of text.matchAll(/(\d+)(ms|[smhdwy])/g)) sum += count * (unit === "ms" ? 0.001 : seconds[unit]);
  return sum;
}

const view = () => form.elements.view.value;
const span = () => duration(form.elements.range.value);
/** Seconds; what the end is when none is chosen: now. */
function endTime() {
  const chosen = Date.parse(form.elements.end.value);
  return Number.isNaN(chosen) ? Date.now() / 1000 : chosen / 1000;
}

function stepFor(range) {
  const given = duration(form.elements.step.value.trim());
  if (given > 0) return given;
  const wanted = Math.max(1, range / pointsWanted);
  return [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200].find((step) => step >= wanted) ?? Math.ceil(wanted / 3600) * 3600;
}

/** The URL that shows what is shown now. */
function address() {
  const parameters = new URLSearchParams();
  if (editor.text().trim()) parameters.set("query", editor.text());
  if (view() === "table") parameters.set("view", "table");
  parameters.set("range", form.elements.range.value);
  if (form.elements.end.value) parameters.set("end", form.elements.end.value);
  if (form.elements.step.value.trim()) parameters.set("step", form.elements.step.value.trim());
  return `/explore?${parameters}`;
}

let underWay = null;
let lastSeries = [];

async function ask(path, parameters, signal) {
  if (parameters.query.length <= queryInURLMax) return get(path, parameters, signal);
  return post(path, parameters, signal, form.dataset.csrf);
}

/** Asks and shows. `isQuiet` for the timer: nothing is pushed on the history, and errors do not take the focus. */
async function run({ isQuiet = false } = {}) {
  const query = editor.text().trim();
  underWay?.abort();
  if (!isQuiet && `${location.pathname}${location.search}` !== address()) history.pushState(null, "", address());
  document.title = query ? `${query.slice(0, 60)} · Signalbox` : "Explore · Signalbox";
  element("hints").hidden = query !== "";
  problem(null);
  if (!query) return clear();
  const mine = new AbortController();
  underWay = mine;
  const done = progress(mine);
  const began = performance.now();
  try {
    if (view() === "table") await showTable(query, mine.signal);
    else await showGraph(query, mine.signal);
    if (mine === underWay) element("figures").textContent += ` · ${Math.round(performance.now() - began)} ms`;
  } catch (error) {
    if (mine !== underWay || error.name === "AbortError") {
      if (mine === underWay) problem(new APIProblem("canceled", 0));
      return;
    }
    clear();
    problem(error instanceof APIProblem ? error : new APIProblem(`the server does not answer: ${error.message}`, 0));
  } finally {
    done();
    if (mine === underWay) underWay = null;
  }
}

async function showTable(query, signal) {
  const time = endTime();
  const answer = await ask("/api/v1/query", { query, time: time.toFixed(3) }, signal);
  clear();
  notes(answer);
  const { resultType, result } = answer.data;
  const count = resultType === "vector" || resultType === "matrix" ? result.length : 1;
  element("figures").textContent = `${count === 1 ? "1 result" : `${count} results`} at ${new Date(time * 1000).toLocaleString()}`
    + (count > rowsMax ? `, the first ${rowsMax} shown` : "");
  if (count === 0) return nothing();
  element("result").replaceChildren(scrollable(instantTable(answer.data)));
}

async function showGraph(query, signal) {
  const range = span();
  const step = stepFor(range);
  // On the step's grid, so that a refresh moves the graph and does not change its values. Up to now means the grid's
  // next line: what came since the last one shows at once.
  const toGrid = form.elements.end.value ? Math.floor : Math.ceil;
  const end = toGrid(endTime() / step) * step;
  const start = end - Math.floor(range / step) * step;
  const parameters = { query, start: start.toFixed(3), end: end.toFixed(3), step: String(step) };
  const answer = await ask("/api/v1/query_range", parameters, signal);
  clear();
  notes(answer);
  const series = answer.data.result.filter((one) => one.values);
  if (series.length < answer.data.result.length) {
    answer.infos.push("histograms have no line: ask for histogram_quantile(0.9, …) or histogram_avg(…), or see the table");
    notes(answer);
  }
  element("figures").textContent = `${series.length} series, step ${step} s`
    + (series.length > graph.linesMax ? `, the first ${graph.linesMax} drawn: narrow the query, or topk(${graph.linesMax}, …)` : "");
  if (!series.length) return nothing();
  lastSeries = series.slice(0, graph.linesMax);
  element("chart-card").hidden = false;
  const rows = graph.columns(lastSeries, start, end, step);
  const colours = graph.draw(element("chart"), rows, lastSeries.map((one) => one.metric), { onZoom: zoom, onHover: hover(rows) });
  showLegend(colours);
}

function showLegend(colours) {
  element("result").replaceChildren(scrollable(legendTable(lastSeries, colours, graph.show)));
}

/** The values under the pointer stand in the legend's column of last ones. */
function hover(rows) {
  let last = -1;
  return (index, line) => {
    const cells = element("result").querySelectorAll("tr[data-line]");
    cells.forEach((row, column) => {
      const value = index === null
        ? graph.number(lastSeries[column].values.at(-1)?.[1] ?? "NaN") : rows[index]?.[column + 1];
      row.querySelector(".last").textContent = graph.figure(value);
    });
    if (line !== last) {
      cells[last]?.classList.remove("near");
      cells[line]?.classList.add("near");
      last = line;
    }
    const head = element("result").querySelectorAll("th")[1];
    if (head) head.textContent = index === null ? "Last" : rows[index][0].toLocaleTimeString();
  };
}

function zoom(start, end) {
  const wanted = Math.max(60, end - start);
  const ranges = [...form.elements.range.options].filter((option) => !option.dataset.own);
  form.elements.range.querySelector("[data-own]")?.remove();
  const fits = ranges.find((option) => Math.abs(duration(option.value) - wanted) < 1);
  if (!fits) {
    const own = new Option(`${Math.round(wanted / 60)} min`, `${Math.round(wanted)}s`);
    own.dataset.own = "yes";
    form.elements.range.add(own);
  }
  form.elements.range.value = fits?.value ?? `${Math.round(wanted)}s`;
  setEnd(end);
  run();
}

function setEnd(time) {
  form.elements.end.value = time === null ? "" : new Date(time * 1000).toISOString().replace(/\.\d+Z$/, "Z");
  const local = element("end-local");
  if (time === null) local.value = "";
  else {
    const date = new Date(time * 1000);
    local.value = new Date(date.getTime() - date.getTimezoneOffset() * 60000).toISOString().slice(0, 19);
  }
}

function scrollable(content) {
  const box = document.createElement("div");
  box.className = "scroll";
  box.append(content);
  return box;
}

function nothing() {
  const text = document.createElement("p");
  text.className = "card empty";
  text.textContent = "The query is right and finds nothing in this time. Widen the range, or loosen the matchers.";
  element("result").replaceChildren(text);
}

function clear() {
  graph.clear();
  lastSeries = [];
  element("chart-card").hidden = true;
  element("result").replaceChildren();
  element("figures").textContent = "";
  notes({ warnings: [], infos: [] });
}

function notes({ warnings, infos }) {
  const list = element("warnings");
  list.replaceChildren(...[...warnings.map((text) => ["Warning", text]), ...infos.map((text) => ["Info", text])].map(([kind, text]) => {
    const item = document.createElement("li");
    const mark = document.createElement("b");
    mark.textContent = `${kind}: `;
    item.append(mark, text);
    return item;
  }));
  list.hidden = list.children.length === 0;
}

function problem(error) {
  const box = element("query-problem");
  box.hidden = !error;
  box.textContent = error?.message ?? "";
  editor.markProblem(error?.position ?? null);
}

/** Shows after two seconds that it goes on, for how long, and lets it be stopped. */
function progress(controller) {
  const bar = element("progress");
  const began = performance.now();
  const cancel = () => controller.abort();
  const show = () => {
    bar.hidden = false;
    element("cancel").hidden = false;
    element("progress-text").textContent = `Still asking, ${Math.round((performance.now() - began) / 1000)} s`;
  };
  let ticking = 0;
  const timer = setTimeout(() => {
    show();
    ticking = setInterval(show, 1000);
  }, silentFor);
  element("cancel").addEventListener("click", cancel, { once: true });
  return () => {
    clearTimeout(timer);
    clearInterval(ticking);
    element("cancel").removeEventListener("click", cancel);
    bar.hidden = true;
    element("cancel").hidden = true;
  };
}

let refreshTimer = 0;
function setRefresh() {
  clearInterval(refreshTimer);
  const every = Number(element("refresh").value);
  if (every) {
    refreshTimer = setInterval(() => {
      if (!document.hidden && !underWay && !form.elements.end.value) run({ isQuiet: true });
    }, every * 1000);
  }
}

/** Fills the form from the URL: after going back. */
function readAddress() {
  const parameters = new URLSearchParams(location.search);
  editor.setText(parameters.get("query") ?? "");
  form.elements.view.value = parameters.get("view") === "table" ? "table" : "graph";
  const range = parameters.get("range") ?? "1h";
  if (![...form.elements.range.options].some((option) => option.value === range) && duration(range) > 0) {
    const own = new Option(range, range);
    own.dataset.own = "yes";
    form.elements.range.add(own);
  }
  form.elements.range.value = range;
  if (!form.elements.range.value) form.elements.range.value = "1h";
  const end = Date.parse(parameters.get("end") ?? "");
  setEnd(Number.isNaN(end) ? null : end / 1000);
  form.elements.step.value = parameters.get("step") ?? "";
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  editor.close();
  run();
});
for (const name of ["range", "step"]) form.elements[name].addEventListener("change", () => run());
for (const radio of form.elements.view) radio.addEventListener("change", () => run());
element("end-local").addEventListener("change", (event) => {
  const time = Date.parse(event.target.value);
  setEnd(Number.isNaN(time) ? null : time / 1000);
  run();
});
const shift = (direction) => {
  const end = endTime() + direction * span() / 2;
  setEnd(end >= Date.now() / 1000 ? null : end);
  run();
};
element("earlier").addEventListener("click", () => shift(-1));
element("later").addEventListener("click", () => shift(1));
element("to-now").addEventListener("click", () => {
  setEnd(null);
  run();
});
element("refresh").addEventListener("change", setRefresh);
element("copy-link").addEventListener("click", async (event) => {
  const button = event.currentTarget;
  // Only secure pages may write to the clipboard; the address bar has the link as well.
  try {
    await navigator.clipboard.writeText(location.origin + address());
    button.textContent = "Copied";
  } catch {
    button.textContent = "Copy it from the address bar";
  }
  setTimeout(() => (button.textContent = "Copy link"), 2000);
});
addEventListener("popstate", () => {
  readAddress();
  run({ isQuiet: true });
});
addEventListener("themechange", () => {
  const colours = graph.recolour();
  if (colours) showLegend(colours);
});
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => dispatchEvent(new Event("themechange")));

editor.start(run);
readAddress();
if (editor.text()) run({ isQuiet: true });
else editor.focus();
