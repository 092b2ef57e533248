// A span with all that is known of it.
import { button, fill, link, make, word } from "./elements.js";
import { countText, durationText, timeText } from "./trace-figures.js";
import { logsLink, quoted, searchLink, serviceLink, traceLink } from "./trace-links.js";
import { markText } from "./trace-notes.js";
import { stack } from "./trace-stack.js";

/** A longer value is folded. */
const valueMax = 400;

export function showSpan(card, trace, span, at, { onClose, onJump }) {
  const close = button("×", "quiet icon-button", onClose);
  close.title = "Close (Esc)";
  close.setAttribute("aria-label", "Close");
  const end = span.start_ms + Math.max(0, span.duration_ns) / 1e6;
  const children = trace.spans.flatMap((one, place) => (one.parent === at ? [place] : []));
  fill(card,
    make("div", "span-head", make("h2", "", make("b", "", span.service || "(no name)"), ` ${span.name}`), close),
    make("p", "span-marks", ...marks(span)),
    make("p", "title-links", link(logsLink(trace.trace_id, span.start_ms, end, span.span_id), "Logs of this span", "button"),
      link(searchLink({ service: span.service, operation: span.name }), "Others like it", "button"), link(serviceLink(span.service, { operation: span.name }), "Operation", "button")),
    span.problem && make("p", "notice bad", span.problem),
    facts(trace, span, at, onJump, children),
    ...errorsOf(trace, span),
    fields("Attributes", span.attributes, "attributes."), events(trace, span), links(span),
    fields("Resource", span.resource, "resource.", true), fields("Scope", scopeOf(span), "", true));
  card.scrollTop = 0;
}

function marks(span) {
  return [
    span.status === "error" ? word("bad", span.status_message ? `failed: ${span.status_message}` : "failed") : span.status === "ok" ? word("ok", "ok") : null,
    span.critical && word("warn", "on the critical path"), ...span.marks.map((mark) => word("warn", markText(mark))),
  ];
}

function facts(trace, span, at, onJump, children) {
  const row = (name, ...value) => make("div", "", make("dt", "", name), make("dd", "", ...value));
  const parent = span.parent === null ? null : trace.spans[span.parent];
  const skew = span.shift_ns ? [row("As sent", timeText(span.start_ms), make("span", "dim", ` moved by ${span.shift_ns > 0 ? "+" : "−"}${durationText(Math.abs(span.shift_ns))} to fit its parent`))] : [];
  return make("dl", "found span-facts",
    row("Took", make("b", "", durationText(span.duration_ns)), make("span", "dim", ` itself ${durationText(span.self_ns)}`)),
    row("Began", `after ${durationText(span.offset_ns)}`, make("span", "dim", span.shift_ns ? "" : ` ${timeText(span.start_ms)}`)), ...skew,
    row("Kind", span.kind),
    row("Parent", parent ? button(`${parent.service} ${parent.name}`, "quiet span-jump", () => onJump(span.parent)) : span.parent_id ? `${span.parent_id}, not here` : "none"),
    ...(children.length ? [row("Children", ...children.slice(0, 5).map((child) => button(`${trace.spans[child].service} ${trace.spans[child].name}`, "quiet span-jump", () => onJump(child))),
      children.length > 5 && make("span", "dim", `and ${countText(children.length - 5)} more`))] : []),
    ...[["Environment", span.environment], ["Release", span.version], ["Trace state", span.trace_state]].filter(([, value]) => value).map(([name, value]) => row(name, value)),
    ...(span.weight && span.weight !== 1 ? [row("Stands for", `${countText(span.weight)} spans: it was sampled`)] : []),
    row("Id", make("code", "", span.span_id)));
}

const scopeOf = (span) => ({ ...(span.scope ? { "scope.name": span.scope } : {}), ...(span.scope_version ? { "scope.version": span.scope_version } : {}), ...(span.scope_attributes ?? {}) });

/** Fields with a way to others that have the same value. */
function fields(title, values, prefix, isFolded = false) {
  const entries = Object.entries(values ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  if (!entries.length) return null;
  const rows = entries.map(([name, value]) => {
    const text = shown(value);
    const search = prefix && !Array.isArray(value) && text.length <= valueMax
      ? Object.assign(link(searchLink({ query: `${escaped(prefix + name)}: ${quoted(value)}` }), "⌕", "span-search"), { title: "Traces with the same" }) : null;
    search?.setAttribute("aria-label", `Traces with the same ${name}`);
    return make("div", "", make("dt", "", name), make("dd", "", valueOf(text), search));
  });
  const details = make("details", "span-fields", make("summary", "", make("b", "", title), make("span", "dim", ` ${entries.length}`)), make("dl", "found", ...rows));
  details.open = !isFolded;
  return details;
}

const escaped = (field) => field.replace(/[\\():<>"*{}\s]/g, (one) => `\\${one}`);
const shown = (value) => (typeof value === "string" ? value : JSON.stringify(value));

function valueOf(text) {
  if (text.length <= valueMax) return make("span", "", text);
  return make("details", "", make("summary", "", `${text.slice(0, 120)}… `, make("span", "dim", `${countText(text.length)} characters`)), make("pre", "", text));
}

function events(trace, span) {
  const list = (span.events ?? []).filter((event) => event.name !== "exception");
  if (!list.length) return null;
  const rows = list.map((event) => {
    const entries = Object.entries(event.attributes ?? {});
    return make("li", "", make("p", "", make("b", "", event.name), make("span", "dim", ` after ${durationText((event.time_ms - span.start_ms) * 1e6)} of it`)),
      entries.length > 0 && make("dl", "found", ...entries.map(([name, value]) => make("div", "", make("dt", "", name), make("dd", "", valueOf(shown(value)))))));
  });
  const details = make("details", "span-fields", make("summary", "", make("b", "", "Events"), make("span", "dim", ` ${list.length}`)), make("ol", "span-events", ...rows));
  details.open = true;
  return details;
}

function links(span) {
  if (!span.links?.length) return null;
  const details = make("details", "span-fields", make("summary", "", make("b", "", "Links"), make("span", "dim", ` ${span.links.length}`)),
    make("ul", "", ...span.links.map((one) => make("li", "", link(traceLink(one.trace_id, one.span_id), `Trace ${one.trace_id.slice(0, 8)}, span ${one.span_id}`),
      ...Object.entries(one.attributes ?? {}).map(([name, value]) => make("span", "dim", ` ${name}: ${shown(value)}`))))));
  details.open = true;
  return details;
}

/** What went wrong, as an error that was reported or an exception event: both are among the trace's errors. */
function errorsOf(trace, span) {
  return trace.errors.filter((error) => error.span_id === span.span_id).slice(0, 10).map((error) => make("section", "span-error",
    make("p", "", word("bad", error.type || "Error"), error.handled === false && word("warn", "unhandled")), error.message && make("p", "error-message", error.message),
    error.culprit && make("p", "dim", error.culprit), stack(error.stack_trace)));
}
