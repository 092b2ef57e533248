// Errors: their groups, or one of them with its occurrences.
import { fill, link, make, offer, word } from "./elements.js";
import { ask, valuesOf } from "./trace-api.js";
import { draw } from "./trace-chart.js";
import { seen, showGroups } from "./trace-error-groups.js";
import { countText, timeText } from "./trace-figures.js";
import { TraceForm } from "./trace-form.js";
import { errorsLink, logsLink, serviceLink, traceLink } from "./trace-links.js";
import { stack } from "./trace-stack.js";

const element = (id) => document.getElementById(id);
const filters = ["service", "environment"];
const page = new TraceForm([...filters, "group"], show);

const kept = () => ({ ...Object.fromEntries(filters.map((name) => [name, page.value(name)])), ...page.timeParameters });

async function show(signal) {
  const group = page.value("group");
  return group ? showOne(group, signal) : showAll(signal);
}

async function showAll(signal) {
  const data = await ask("errors", { ...page.asked(filters), steps: "60" }, signal);
  document.title = "Errors · Traces · Signalbox";
  const sum = data.groups.reduce((count, group) => count + group.count, 0);
  element("figures").textContent = data.groups.length ? `${countText(sum)} errors in ${data.groups.length} ${data.groups.length === 1 ? "group" : "groups"}, the most frequent first${data.truncated ? "; there are more groups than are counted: choose a shorter time or a service" : ""}` : "";
  showGroups(element("result"), data, kept(), 200);
  return data.groups.length > 0;
}

async function showOne(key, signal) {
  const data = await ask(`errors/${encodeURIComponent(key)}`, { ...page.asked(filters), steps: "60", limit: "20" }, signal);
  const group = data.group;
  document.title = `${group.type || "Error"} · Traces · Signalbox`;
  element("figures").textContent = `${countText(group.count)} in this time`;
  const plot = make("div");
  draw(plot, {
    start: data.start_ms, step: data.step_ms, format: (count) => countText(count), onZoom: (from, to) => page.zoom(from, to), scaleMin: 1,
    series: [{ name: "occurrences", tone: "bad", values: group.counts, isArea: true }], label: `${group.type}: ${group.count} occurrences over the time`,
  });
  const services = group.services.map((name) => link(serviceLink(name, page.timeParameters), name));
  fill(element("result"),
    make("p", "", link(errorsLink(kept()), "← All errors")),
    make("div", "error-title", make("h2", "", group.type || "Error"), group.culprit && make("code", "dim", group.culprit)),
    group.message && make("p", "error-message", group.message),
    make("p", "error-facts", ...services, group.unhandled_count > 0 && word("bad", `${countText(group.unhandled_count)} unhandled`),
      seen("first seen", group.first_seen_ms, group.first_version), seen("last seen", group.last_seen_ms, group.last_version)),
    make("section", "card plot", make("h2", "", "Occurrences"), plot),
    make("h2", "", `The latest ${data.errors.length}`), ...data.errors.map((error, at) => occurrence(error, at === 0)));
  return true;
}

/** An occurrence, its stack open for the first. */
function occurrence(error, isOpen) {
  const links = make("span", "error-links");
  if (error.trace_id) {
    links.append(link(traceLink(error.trace_id, error.span_id), "Trace", "button"), link(logsLink(error.trace_id, error.time_ms, error.time_ms), "Logs", "button"));
  }
  const head = make("summary", "", make("time", "", timeText(error.time_ms)), ` ${error.service ?? ""} ${error.version ?? ""} `, make("span", "dim", error.operation ?? ""));
  const details = make("details", "card occurrence", head, error.message && make("p", "error-message", error.message), links, stack(error.stack_trace));
  details.open = isOpen;
  details.dataset.row = "";
  return details;
}

page.start();
valuesOf("service.name", page.asked()).then((values) => offer("services", values));
valuesOf("service.environment", page.asked()).then((values) => offer("environments", values));
