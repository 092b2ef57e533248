// Explore: what its URL says is asked, drawn and tabulated; what somebody changes goes into the URL.
import { APIProblem, get, post } from "./api.js";
import * as editor from "./editor.js";
import { Exemplars } from "./exemplars.js";
import * as graph from "./graph.js";
import { copyLink, duration, TimeRange } from "./time-range.js";
import { progress } from "./progress.js";
import { instantTable, legendTable, rowsMax } from "./series.js";

const element = (id) => document.getElementById(id);
const form = element("explore");

/** Longer queries go in a form, not in the URL of the request. */
const queryInURLMax = 4000;
/** About a point for each two pixels of a wide screen. */
const pointsWanted = 600;

const view = () => form.elements.view.value;
const time = new TimeRange(form, () => run());

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
  time.write(parameters);
  if (form.elements.step.value.trim()) parameters.set("step", form.elements.step.value.trim());
  return `/explore?${parameters}`;
}

let underWay = null;
let lastSeries = [];
const exemplars = new Exemplars(element("exemplars"), element("exemplar-list"));

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
  const at = time.end;
  const answer = await ask("/api/v1/query", { query, time: at.toFixed(3) }, signal);
  clear();
  notes(answer);
  const { resultType, result } = answer.data;
  const count = resultType === "vector" || resultType === "matrix" ? result.length : 1;
  element("figures").textContent = `${count === 1 ? "1 result" : `${count} results`} at ${new Date(at * 1000).toLocaleString()}`
    + (count > rowsMax ? `, the first ${rowsMax} shown` : "");
  if (count === 0) return nothing();
  element("result").replaceChildren(scrollable(instantTable(answer.data)));
}

async function showGraph(query, signal) {
  const range = time.span;
  const step = stepFor(range);
  // On the step's grid, so that a refresh moves the graph and does not change its values. Up to now means the grid's
  // next line: what came since the last one shows at once.
  const toGrid = time.isUpToNow ? Math.ceil : Math.floor;
  const end = toGrid(time.end / step) * step;
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
  const colours = graph.draw(element("chart"), rows, lastSeries.map((one) => one.metric), {
    onZoom: (from, to) => time.zoom(from, to), onHover: hover(rows), onDraw: (plot) => exemplars.place(plot),
  });
  showLegend(colours);
  try {
    const found = await ask("/api/v1/query_exemplars", { query, start: start.toFixed(3), end: end.toFixed(3) }, signal);
    exemplars.show(query, found.data);
  } catch (error) {
    // The graph is whole without them.
    if (error.name === "AbortError") throw error;
    answer.infos.push(`traces behind it cannot be asked for: ${error.message}`);
    notes(answer);
  }
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
  exemplars.clear();
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

let refreshTimer = 0;
function setRefresh() {
  clearInterval(refreshTimer);
  const every = Number(element("refresh").value);
  if (every) {
    refreshTimer = setInterval(() => {
      if (!document.hidden && !underWay && time.isUpToNow) run({ isQuiet: true });
    }, every * 1000);
  }
}

/** Fills the form from the URL: after going back. */
function readAddress() {
  const parameters = new URLSearchParams(location.search);
  editor.setText(parameters.get("query") ?? "");
  form.elements.view.value = parameters.get("view") === "table" ? "table" : "graph";
  time.read(parameters);
  form.elements.step.value = parameters.get("step") ?? "";
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  editor.close();
  run();
});
form.elements.step.addEventListener("change", () => run());
for (const radio of form.elements.view) radio.addEventListener("change", () => run());
element("refresh").addEventListener("change", setRefresh);
copyLink(element("copy-link"), address);
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
