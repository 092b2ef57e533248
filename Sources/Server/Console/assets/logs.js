// Logs: what the URL says is asked, counted over time and listed; what somebody changes goes into the URL.
import { APIProblem } from "./api.js";
import * as api from "./log-api.js";
import { keepColumns, keptColumns } from "./log-columns.js";
import { completion } from "./log-completion.js";
import { offerExports, tellExport } from "./log-export.js";
import { fieldNames, showFields } from "./log-fields.js";
import * as histogram from "./log-histogram.js";
import { LogQuery, pill } from "./log-query.js";
import { alertForm } from "./log-alert.js";
import { patternWords, showPatterns } from "./log-patterns.js";
import { showProblem } from "./log-problem.js";
import { showRows } from "./log-rows.js";
import { savedSearches } from "./log-searches.js";
import { Tail } from "./log-tail.js";
import { timeZone } from "./log-text.js";
import { progress } from "./progress.js";
import { copyLink, duration, TimeRange } from "./time-range.js";

const element = (id) => document.getElementById(id);
const form = element("explore");
const rowsAtOnce = 100;
const patternsAtOnce = 100;
const valuesOffered = 100;
/** Bars of a wide screen. */
const barsWanted = 120;

const query = new LogQuery();
const time = new TimeRange(form, () => run());
const tail = new Tail({
  button: element("tail"), pause: element("tail-pause"), onRows: showTailed, onProblem: problem,
  onWords: (words) => (element("figures").textContent = words), onEnd: () => run({ isQuiet: true }),
  // Asked once, a query that cannot be followed says why, and where.
  onRefused: async () => {
    await run({ isQuiet: true });
    if (element("query-problem").hidden) problem(new APIProblem("too many queries are followed already: stop one of them", 503));
  },
});
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
  return { query: query.text(), language: query.language, time_zone: timeZone, from: String(Math.round(range.start * 1000)), to: String(Math.round(range.end * 1000)) };
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
  offerExports(query, asked(range));
  const began = performance.now();
  try {
    const isOfPatterns = query.view === "patterns";
    const found = isOfPatterns ? await ask("patterns", { ...asked(range), limit: String(patternsAtOnce) }, mine.signal)
      : await ask("rows", { ...asked(range), limit: String(rowsAtOnce), order: query.order }, mine.signal);
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
    const own = await problemOfTyped(error, range, mine.signal);
    if (mine === underWay) problem(own ?? (error instanceof APIProblem ? error : new APIProblem(`the server does not answer: ${error.message}`, 0)));
  } finally {
    done();
    if (mine === underWay) underWay = null;
  }
}

/** Behind filters places are not those of what was typed: alone it says where it is wrong. */
async function problemOfTyped(error, range, signal) {
  if (error.status !== 400 || !query.typed || query.text() === query.typed) return null;
  try {
    await ask("rows", { ...asked(range), query: query.typed, limit: "1" }, signal);
    return null;
  } catch (own) {
    return own instanceof APIProblem ? own : null;
  }
}

async function count(range, took, mine) {
  const data = await ask("hits", { ...asked(range), steps: String(barsWanted), ...(query.by ? { by: query.by } : {}) }, mine.signal);
  if (mine !== underWay) return;
  element("chart-card").hidden = data.total === 0;
  showEmpty(data.total === 0);
  tellExport(query, data.total);
  element("figures").textContent = patterns ? `${patternWords(patterns)}, in ${took} ms` : `${data.total.toLocaleString()} ${data.total === 1 ? "line" : "lines"}, first in ${took.toLocaleString()} ms`
    + (rows.length < data.total ? `, ${rows.length} shown` : "");
  histogram.draw(element("histogram"), element("legend"), data, {
    onZoom: (from, to) => time.zoom(from, Math.max(to, from + 1), 1),
    onPick: query.by ? (value) => changed(() => (value === null ? query.addMissing(query.by) : query.add(query.by, value, false))) : null,
  });
}

/** Nothing to list the fields of: what to do next stands there alone. */
function showEmpty(isEmpty) {
  element("hints").hidden = !isEmpty;
  element("lines").hidden = isEmpty;
  for (const button of element("widen").children) button.hidden = duration(button.dataset.range) <= time.span && time.isUpToNow;
}

function listRows() {
  element("patterns").hidden = patterns === null;
  if (patterns) showPatterns(element("patterns"), patterns, query, changed);
  showRows(element("result"), element("columns"), rows, query, {
    changed, ask, addressOf, isFollowing: () => tail.isOn,
    // What somebody reads stays where it is.
    onOpen: () => tail.pause(true),
  });
  element("more").hidden = cursor === null;
  element("more").textContent = query.order === "asc" ? "Later lines" : "Older lines";
}

element("more").addEventListener("click", async (event) => {
  const button = event.currentTarget;
  if (underWay || cursor === null) return;
  const mine = new AbortController();
  underWay = mine;
  button.setAttribute("aria-busy", "true");
  try {
    const range = { start: time.end - time.span, end: time.end };
    const found = await ask("rows", { ...asked(range), limit: String(rowsAtOnce), order: query.order, after: cursor }, mine.signal);
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
  showEmpty(false);
  element("figures").textContent = words;
  listRows();
}

/** Of one line, in the minute around it. */
function addressOf(row) {
  const parameters = new URLSearchParams({ range: "1m", end: new Date(Date.parse(row.time) + 30_000).toISOString() });
  parameters.append("filter", JSON.stringify(["_index", row.index, ""]));
  parameters.append("filter", JSON.stringify(["_id", row.id, ""]));
  return `/logs?${parameters}`;
}

/** After `change`, which alters the query, everything is asked anew. */
function changed(change) {
  const columns = query.columns.join();
  change();
  if (query.columns.join() !== columns) keepColumns(query.columns);
  showBy();
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
  showProblem(element("query-problem"), form.elements.query, error, query.typed);
}

function clear() {
  rows = [];
  patterns = null;
  cursor = null;
  element("chart-card").hidden = true;
  element("figures").textContent = "";
  listRows();
  showEmpty(false);
  element("lines").hidden = true;
}

function readAddress() {
  const parameters = new URLSearchParams(location.search);
  query.read(parameters);
  time.read(parameters);
  form.elements.query.value = query.typed;
  form.elements.language.value = query.language;
  showBy();
  form.elements.view.value = query.view;
}

function showBy() {
  if (![...form.elements.by.options].some((option) => option.value === query.by)) form.elements.by.add(new Option(query.by, query.by));
  form.elements.by.value = query.by;
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
for (const button of element("widen").children) button.addEventListener("click", () => time.widen(button.dataset.range));
completion(form.elements.query, element("suggestions"), {
  names: () => fieldNames, isLucene: () => form.elements.language.value === "lucene",
  values: async (field) => {
    const range = { start: time.end - time.span, end: time.end };
    const { facets } = await ask("facets", { ...asked(range), query: "", fields: field, limit: String(valuesOffered) });
    return (facets[0]?.values ?? []).map(({ value }) => value);
  },
});
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

const isFresh = location.search === "";
readAddress();
if (isFresh) query.columns = keptColumns();
run({ isQuiet: true });
if (isFresh && query.columns.length) history.replaceState(null, "", address());
