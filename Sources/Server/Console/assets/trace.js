// A trace: its waterfall, what is odd about it, its errors, and the way to its logs.
import { APIProblem } from "./api.js";
import { button, link, make } from "./elements.js";
import { progress } from "./progress.js";
import { showSpan } from "./span-card.js";
import { ask, urlOf } from "./trace-api.js";
import { durationText, timeText, wholeText } from "./trace-figures.js";
import { watchForLater } from "./trace-later.js";
import { logsLink, serviceLink } from "./trace-links.js";
import { hueOf, hues } from "./trace-hues.js";
import { Minimap } from "./trace-minimap.js";
import { notesOf } from "./trace-notes.js";
import { stack } from "./trace-stack.js";
import { Waterfall } from "./trace-waterfall.js";

const element = (id) => document.getElementById(id);
const id = element("trace").dataset.trace;
/** Wide enough for the span beside the waterfall. */
const isWide = () => matchMedia("(min-width: 62.01rem)").matches;

const waterfall = new Waterfall(element("spans"), element("spans-all"), element("ruler"), { onSelect: selected, onOpen: (at) => open(at) });
const minimap = new Minimap(element("minimap"), (from, to) => look(from, to));
let trace = null;
let opening = 0;

async function load() {
  const controller = new AbortController();
  const done = progressOf(controller);
  try {
    trace = await ask(id, {}, controller.signal);
    show();
    watchForLater(id, trace, element("later"));
  } catch (error) {
    if (error instanceof APIProblem && error.status === 404) {
      element("hints").hidden = false;
      element("hint-logs").href = logsLink(id, Date.now() - 86400e3, Date.now());
    } else {
      element("query-problem").hidden = false;
      element("query-problem").textContent = error.message;
    }
  } finally {
    done();
  }
}

/** The page has no button to cancel: leaving it does. */
function progressOf(controller) {
  element("progress").append(Object.assign(make("button", "", "Cancel"), { type: "button", id: "cancel", hidden: true }));
  return progress(controller);
}

function show() {
  const root = trace.spans[trace.roots[0]] ?? { service: trace.errors[0]?.service ?? "", name: trace.errors[0]?.operation ?? "only errors of it are here" };
  hues(trace.services.map((one) => one.name));
  element("trace-title").replaceChildren(make("b", "", root.service || "(no name)"), ` ${root.name}`);
  document.title = `${root.service} ${root.name} · Trace · Signalbox`;
  const fact = (text) => make("span", "", text);
  const failed = trace.services.reduce((sum, one) => sum + one.error_count, 0);
  element("facts").replaceChildren(fact(timeText(trace.start_ms)), fact(`took ${durationText(trace.duration_ns)}`),
    fact(`${wholeText(trace.span_count)} ${trace.span_count === 1 ? "span" : "spans"}`), fact(`${trace.services.length} ${trace.services.length === 1 ? "service" : "services"}`),
    fact(`${trace.depth} deep`), fact(failed ? `${wholeText(failed)} failed` : "nothing failed"), fact(id));
  const end = trace.start_ms + trace.duration_ns / 1e6;
  element("links").replaceChildren(link(logsLink(id, trace.start_ms, end), "Logs of this trace", "button primary"),
    link(serviceLink(root.service), "Service", "button"), link(urlOf(id), "JSON", "button"));
  const notes = notesOf(trace);
  element("notes").hidden = notes.length === 0;
  element("notes").replaceChildren(...notes.map((text) => make("li", "", text)));
  showLegend();
  element("found").hidden = false;
  element("next-error").hidden = !trace.spans.some(isError);
  waterfall.show(trace);
  minimap.show(trace);
  showErrors();
  const wanted = new URLSearchParams(location.search).get("span");
  const at = wanted ? trace.spans.findIndex((span) => span.span_id === wanted) : -1;
  if (at >= 0) {
    waterfall.select(at);
    open(at);
  }
}

const isError = (span) => span.status === "error" || span.error_count > 0;

function showLegend() {
  element("legend").replaceChildren(...trace.services.map((one) => {
    const mark = make("i", `mark ${hueOf(one.name)}`);
    const entry = make("li", "", mark, " ", link(serviceLink(one.name), one.name || "(no name)"), make("span", "dim", ` ${wholeText(one.span_count)}`),
      one.error_count > 0 && make("span", "figure-bad", ` ${wholeText(one.error_count)} failed`));
    return entry;
  }));
}

function showErrors() {
  element("trace-errors").hidden = trace.errors.length === 0;
  element("errors").replaceChildren(...trace.errors.slice(0, 50).map((error) => {
    const at = trace.spans.findIndex((span) => span.span_id === error.span_id);
    const head = make("summary", "", make("b", "", error.type || "Error"), ` ${error.message ?? ""} `, make("span", "dim", `${error.service ?? ""} ${error.operation ?? ""}`));
    const details = make("details", "card occurrence", head,
      at >= 0 && button("Show its span", "", () => {
        waterfall.select(at);
        open(at);
        element("waterfall").scrollIntoView({ block: "start" });
      }), stack(error.stack_trace));
    return details;
  }));
}

/** The chosen span is in the address, and beside the waterfall where there is room or it is open already. */
function selected(at) {
  const url = new URL(location.href);
  url.searchParams.set("span", trace.spans[at].span_id);
  history.replaceState(null, "", url);
  if (isWide() || !element("span-card").hidden) open(at);
}

/** Asks for what the trace came without; of several in short order only for the last. */
async function open(at) {
  const card = element("span-card");
  const mine = ++opening;
  let span = trace.spans[at];
  if (trace.lean) {
    await new Promise((resolve) => setTimeout(resolve, 120));
    if (mine !== opening) return;
    try {
      const found = (await ask(`${id}/spans/${span.span_id}`)).spans;
      span = { ...span, ...(found.find((one) => one.kind === span.kind) ?? found[0]) };
    } catch (error) {
      span = { ...span, problem: error.message };
    }
    if (mine !== opening) return;
  }
  card.hidden = false;
  element("trace-body").classList.add("with-card");
  showSpan(card, trace, span, at, { onClose: close, onJump: jump });
  waterfall.draw();
  // Above the card, which is over the lower part of a narrow screen.
  if (isWide()) return;
  waterfall.reveal();
  element("waterfall").scrollIntoView({ block: "start" });
}

function jump(at) {
  waterfall.select(at);
  open(at);
}

function close() {
  opening += 1;
  element("span-card").hidden = true;
  element("trace-body").classList.remove("with-card");
  waterfall.draw();
  element("spans").focus();
}

function look(from, to) {
  waterfall.look(from, to);
  minimap.look(from, to);
  element("whole").hidden = from <= 0 && to >= trace.duration_ns;
}

let found = [];
function find(step = 0) {
  const text = element("find").value.trim().toLowerCase();
  const before = waterfall.selected;
  found = text ? trace.spans.flatMap((span, at) => (textOf(span).includes(text) ? [at] : [])) : [];
  waterfall.mark(new Set(found));
  if (step && found.length) {
    const next = found.find((at) => at > before) ?? found[0];
    waterfall.select(next);
  }
  const place = found.indexOf(waterfall.selected);
  element("find-count").textContent = !text ? "" : !found.length ? "none" : place >= 0 ? `${place + 1} of ${found.length}` : `${found.length}`;
}
const textOf = (span) => `${span.service} ${span.name} ${span.span_id} ${span.attributes ? JSON.stringify(span.attributes) : ""}`.toLowerCase();

element("find").addEventListener("input", () => find());
element("find").addEventListener("keydown", (event) => {
  if (event.key === "Enter") find(1);
});
element("next-error").addEventListener("click", () => {
  const from = waterfall.selected;
  const next = trace.spans.findIndex((span, at) => at > from && isError(span));
  jump(next >= 0 ? next : trace.spans.findIndex(isError));
});
element("critical").addEventListener("click", (event) => {
  const isOn = event.currentTarget.getAttribute("aria-pressed") !== "true";
  event.currentTarget.setAttribute("aria-pressed", String(isOn));
  waterfall.showOnlyCritical(isOn);
});
element("collapse").addEventListener("click", (event) => {
  const isFolded = waterfall.foldAll();
  event.currentTarget.textContent = isFolded ? "Expand all" : "Collapse all";
});
element("whole").addEventListener("click", () => look(0, trace.duration_ns));
addEventListener("themechange", () => minimap.draw());
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !element("span-card").hidden && !event.target.closest("input")) close();
});

load();
