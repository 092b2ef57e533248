// Logs: what the URL says is asked, counted over time and listed; what somebody changes goes into the URL.
import { APIProblem } from "./api.js";
import * as api from "./log-api.js";
import { showFields } from "./log-fields.js";
import * as histogram from "./log-histogram.js";
import { LogQuery, pill } from "./log-query.js";
import { alertForm } from "./log-alert.js";
import { patternWords, showPatterns } from "./log-patterns.js";
import { showRows } from "./log-rows.js";
import { savedSearches } from "./log-searches.js";
import { Tail } from "./log-tail.js";
import { progress } from "./progress.js";
import { copyLink, TimeRange } from "./time-range.js";

const element = (id) => document.getElementById(id);
const form = element("explore");
const rowsAtOnce = 100;
const patternsAtOnce = 100;
/** Bars of a wide screen. */
const barsWanted = 120;

const query = new LogQuery();
const time = new TimeRange(form, () => run());
const tail = new Tail({ button: element("tail"), onRows: showTailed, onProblem: problem, onEnd: () => run({ isQuiet: true }) });
let underWay = null;
let rows = [];
/** What the API answered; null while lines are shown. */
let patterns = null;
let cursor = null;

function address() {
  const parameters = new URLSearchParams();
  query.write(parameters);
  time.write(parameters);
  return `/logs?${parameters}`;
}

/** What every question says: the query with its filters, and the time. */
function asked(range) {
  return { query: query.text(), language: query.language, from: String(Math.round(range.start * 1000)), to: String(Math.round(range.end * 1000)) };
}

const ask = (path, parameters, signal) => api.ask(path, parameters, signal, form.dataset.csrf);

/** Lines first, since they are what is read first; then what is counted. */
async function run({ isQuiet = false } = {}) {
  underWay?.abort();
  query.setText(form.elements.query.value, form.elements.language.value, form.elements.by.value);
  query.view = form.elements.view.value;
  if (!isQuiet && `${location.pathname}${location.search}` !== address()) history.pushState(null, "", address());
  document.title = query.typed ? `${query.typed.slice(0, 60)} · Logs · Signalbox` : "Logs · Signalbox";
  showPills();
  problem(null);
  if (tail.isOn) return tail.follow(query);
  const mine = new AbortController();
  underWay = mine;
  const done = progress(mine);
  const range = { start: time.end - time.span, end: time.end };
  for (const format of ["ndjson", "csv"]) {
    element(`export-${format}`).href = api.urlOf("export", { ...asked(range), format, ...columnsWanted(format) });
  }
  const began = performance.now();
  try {
    const isOfPatterns = query.view === "patterns";
    const found = isOfPatterns ? await ask("patterns", { ...asked(range), limit: String(patternsAtOnce) }, mine.signal)
      : await ask("rows", { ...asked(range), limit: String(rowsAtOnce) }, mine.signal);
    if (mine !== underWay) return;
    patterns = isOfPatterns ? found : null;
    rows = found.rows ?? [];
    cursor = found.next ?? null;
    const took = Math.round(performance.now() - began);
    listRows();
    await Promise.all([count(range, took, mine), showFields(query, asked(range), ask, mine.signal, changed)]);
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

/** The file has the columns that are shown; without any a table has what most lines have. */
function columnsWanted(format) {
  if (query.columns.length) return { fields: query.columns.join(",") };
  return format === "csv" ? { fields: "log.level,service.name,message" } : {};
}

async function count(range, took, mine) {
  const data = await ask("hits", { ...asked(range), steps: String(barsWanted), ...(query.by ? { by: query.by } : {}) }, mine.signal);
  if (mine !== underWay) return;
  element("chart-card").hidden = data.total === 0;
  element("hints").hidden = data.total > 0;
  element("figures").textContent = patterns ? `${patternWords(patterns)}, in ${took} ms` : `${data.total.toLocaleString()} ${data.total === 1 ? "line" : "lines"}, first in ${took} ms`
    + (rows.length < data.total ? `, ${rows.length} shown` : "");
  histogram.draw(element("histogram"), element("legend"), data, {
    onZoom: (from, to) => time.zoom(from, to, 1),
    onPick: query.by ? (value) => changed(() => (value === null ? query.addMissing(query.by) : query.add(query.by, value, false))) : null,
  });
}

function listRows() {
  element("patterns").hidden = patterns === null;
  if (patterns) showPatterns(element("patterns"), patterns, query, changed);
  showRows(element("result"), rows, query, { changed, ask, asked: () => asked({ start: time.end - time.span, end: time.end }) });
  element("more").hidden = cursor === null;
}

element("more").addEventListener("click", async (event) => {
  const button = event.currentTarget;
  if (underWay || cursor === null) return;
  const mine = new AbortController();
  underWay = mine;
  button.setAttribute("aria-busy", "true");
  try {
    const range = { start: time.end - time.span, end: time.end };
    const found = await ask("rows", { ...asked(range), limit: String(rowsAtOnce), after: cursor }, mine.signal);
    if (mine !== underWay) return;
    rows = rows.concat(found.rows);
    cursor = found.next ?? null;
    listRows();
  } catch (error) {
    if (error.name !== "AbortError") problem(error);
  } finally {
    button.removeAttribute("aria-busy");
    if (mine === underWay) underWay = null;
  }
});

/** The newest first, and no more than a screen can bear. */
function showTailed(fresh, words) {
  patterns = null;
  rows = fresh.reverse().concat(rows).slice(0, 500);
  cursor = null;
  element("chart-card").hidden = true;
  element("hints").hidden = true;
  element("figures").textContent = words;
  listRows();
}

/** After `change`, which alters the query, everything is asked anew. */
function changed(change) {
  change();
  run();
}

function showPills() {
  const list = element("pills");
  list.replaceChildren(...query.filters.map((filter, index) => pill(filter, {
    negate: () => changed(() => (filter.isNegated = !filter.isNegated)),
    disable: () => changed(() => (filter.isOff = !filter.isOff)),
    remove: () => changed(() => query.filters.splice(index, 1)),
  })));
  list.hidden = query.filters.length === 0;
}

function problem(error) {
  const box = element("query-problem");
  box.hidden = !error;
  box.textContent = error?.message ?? "";
}

function clear() {
  rows = [];
  patterns = null;
  cursor = null;
  element("chart-card").hidden = true;
  element("figures").textContent = "";
  element("hints").hidden = true;
  listRows();
}

function readAddress() {
  const parameters = new URLSearchParams(location.search);
  query.read(parameters);
  time.read(parameters);
  form.elements.query.value = query.typed;
  form.elements.language.value = query.language;
  if (![...form.elements.by.options].some((option) => option.value === query.by)) form.elements.by.add(new Option(query.by, query.by));
  form.elements.by.value = query.by;
  form.elements.view.value = query.view;
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  run();
});
for (const name of ["language", "by"]) form.elements[name].addEventListener("change", () => run());
for (const choice of form.elements.view) choice.addEventListener("change", () => run());
element("tail").addEventListener("click", () => {
  rows = [];
  tail.toggle(query);
});
copyLink(element("copy-link"), address);
savedSearches({
  csrf: form.dataset.csrf,
  address: () => address().replace(/^[^?]*\?/, ""),
  open: (search) => {
    history.pushState(null, "", `/logs?${search}`);
    readAddress();
    run({ isQuiet: true });
  },
});
alertForm({ csrf: form.dataset.csrf, query });
addEventListener("popstate", () => {
  readAddress();
  run({ isQuiet: true });
});
// On a phone the lines come first.
if (matchMedia("(max-width: 60rem)").matches) element("fields").open = false;

readAddress();
run({ isQuiet: true });
