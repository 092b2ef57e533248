// A service: latency, requests and failures over time, how long requests took, its operations, errors and neighbours.
import { link, make, offer, table } from "./elements.js";
import { ask, valuesOf } from "./trace-api.js";
import { draw, sparkline } from "./trace-chart.js";
import * as distribution from "./trace-distribution.js";
import { showGroups } from "./trace-error-groups.js";
import { change, countText, durationParameter, durationText, failedShare, rateText, shareText } from "./trace-figures.js";
import { TraceForm } from "./trace-form.js";
import { errorsLink, mapLink, metricsLink, requestsQuery, searchLink, serviceLink, serviceLogsLink, traceLink } from "./trace-links.js";
import { traceRow } from "./trace-list.js";

const element = (id) => document.getElementById(id);
const steps = 60;
/** Slow traces in the list, and as points in the plot. */
const [slowListed, slowMarked] = [5, 30];
const filters = ["service", "operation", "environment"];
const page = new TraceForm(filters, show);
const service = page.form.elements.service.value;

async function show(signal) {
  document.title = `${service} · Traces · Signalbox`;
  showLinks();
  const counted = { ...page.asked(filters), steps: String(steps) };
  // The page stands for one service, so its figures are one group; of an operation as well.
  const [now, before] = await Promise.all([
    ask("services", { ...counted, latency: "steps" }, signal), ask("services", { ...page.askedBefore(filters), steps: "1" }, signal)]);
  const one = now.services[0];
  element("found").hidden = !one;
  if (!one) return false;
  element("figures").textContent = `${countText(one.count)} requests, beside the same time before`;
  const mark = showPlots(one, before.services[0], now);
  const [durations, operations, errors, calls, slow] = await Promise.all([
    ask("durations", page.asked(filters), signal), ask("operations", { ...page.asked(["service", "environment"]), steps: "40" }, signal),
    ask("errors", { ...page.asked(filters), steps: "40" }, signal), ask("dependencies", page.asked(["environment"]), signal),
    ask("search", { ...page.asked(filters), query: requestsQuery, min_duration: durationParameter(one.p95_ns), limit: String(slowMarked), spans: "1" }, signal)]);
  distribution.draw(element("durations"), durations, (low, high) => searchLink({
    ...Object.fromEntries(filters.map((name) => [name, page.value(name)])), query: requestsQuery,
    min_duration: durationParameter(low), max_duration: durationParameter(high), ...page.timeParameters,
  }));
  markSlow(mark, slow.traces);
  showSlow(slow.traces.slice(0, slowListed), one.p95_ns);
  showOperations(operations.operations, operations.truncated);
  showErrors(errors);
  showNeighbours(calls.dependencies);
  return true;
}

function showLinks() {
  const time = page.timeParameters;
  const environment = page.value("environment");
  element("links").replaceChildren(
    link(searchLink({ service, environment, operation: page.value("operation"), ...time }), "Traces", "button"),
    link(serviceLogsLink(service, time), "Logs", "button"), link(metricsLink(service, time), "Metrics", "button"),
    link(errorsLink({ service, environment, ...time }), "Errors", "button"), link(mapLink({ service, environment, ...time }), "Map", "button"));
}

function showPlots(one, before, { start_ms: start, step_ms: step }) {
  const common = { start, step, onZoom: (from, to) => page.zoom(from, to) };
  const told = (id, figure, difference) => element(id).replaceChildren(make("b", "", figure), " ", make("span", `delta ${difference.tone}`, difference.text));
  told("latency-now", `p95 ${durationText(one.p95_ns)}`, change(one.p95_ns, before?.p95_ns, { isWorseUp: true }));
  const mark = draw(element("latency"), {
    ...common, format: durationText, label: `Latency of ${service}: p50 ${durationText(one.p50_ns)}, p95 ${durationText(one.p95_ns)}, p99 ${durationText(one.p99_ns)}`,
    series: [["p99", "low"], ["p95", "warn"], ["p50", "info"]].map(([name, tone]) => ({ name, tone, values: one[`${name}_ns_steps`] })),
  });
  told("requests-now", rateText(one.count, page.seconds), change(one.count, before?.count));
  draw(element("requests"), {
    ...common, format: (count) => rateText(count, step / 1000), label: `Requests to ${service}, ${rateText(one.count, page.seconds)}`,
    series: [{ name: "all", tone: "info", values: one.requests, isArea: true }, { name: "failed", tone: "bad", values: one.errors, isArea: true }],
  });
  told("failed-now", shareText(failedShare(one)), change(failedShare(one), before && failedShare(before), { isWorseUp: true, isShare: true }));
  draw(element("failed"), {
    ...common, format: shareText, scaleMin: 0.01, label: `Failures of ${service}, ${shareText(failedShare(one))}`,
    series: [{ name: "failed", tone: "bad", values: one.requests.map((count, at) => (count ? one.errors[at] / count : null)) }],
  });
  return mark;
}

const took = (trace) => trace.matches[0]?.duration_ns ?? trace.duration_ns;

/** Each at its time in the plot of latency, as far up as it took. */
function markSlow(mark, traces) {
  mark(traces.map((trace) => ({
    time: trace.matches[0]?.start_ms ?? trace.start_ms, value: took(trace), isFailed: trace.error_count > 0, href: traceLink(trace.trace_id, trace.matches[0]?.span_id),
    label: `${trace.root.service} ${trace.root.name}, ${durationText(took(trace))}${trace.error_count > 0 ? ", failed" : ""}`,
  })));
}

/** The latest traces in which it took longer than nearly always, by how long. */
function showSlow(traces, least) {
  traces.sort((a, b) => took(b) - took(a));
  const longest = Math.max(1, ...traces.map(took));
  element("slow").replaceChildren(...traces.map((trace) => traceRow(trace, longest, traceLink(trace.trace_id, trace.matches[0]?.span_id), took(trace))));
  const all = searchLink({ ...Object.fromEntries(filters.map((name) => [name, page.value(name)])), query: requestsQuery, min_duration: durationParameter(least), ...page.timeParameters });
  element("slow-more").replaceChildren(link(all, `All that took ${durationText(least)} or longer`));
}

function showOperations(operations, isTruncated) {
  offer("operations", operations.map((one) => one.operation));
  const whole = operations.reduce((sum, one) => sum + one.sum_ns, 0) || 1;
  const chosen = page.value("operation");
  const shown = operations.slice(0, 100);
  element("operations-table").replaceChildren(table(["Operation", "Share of time", "Requests", "Failed", "p50", "p95", "p99"], shown.map((one) => {
    const bar = make("span", "share-bar", make("i"));
    bar.firstChild.style.width = `${one.sum_ns / whole * 100}%`;
    const name = link(serviceLink(service, { operation: one.operation, environment: page.value("environment"), ...page.timeParameters }), one.operation || "(no name)", "operation-name");
    if (one.operation === chosen) name.setAttribute("aria-current", "true");
    const failed = failedShare(one);
    return [name, [shareText(one.sum_ns / whole), bar],
      make("span", "plot-cell", rateText(one.count, page.seconds), sparkline(one.requests, { failed: one.errors, label: `Requests for ${one.operation}` })),
      make("span", failed > 0 ? "figure-warn" : "", shareText(failed)), durationText(one.p50_ns), durationText(one.p95_ns), durationText(one.p99_ns)];
  })), ...(operations.length > shown.length ? [make("p", "dim", `and ${operations.length - shown.length} more that took less`)] : []),
    ...(isTruncated ? [make("p", "dim", "There are more operations than are counted.")] : []),
    ...(chosen ? [make("p", "", link(serviceLink(service, { environment: page.value("environment"), ...page.timeParameters }), "All operations again"))] : []));
}

function showErrors(errors) {
  const box = element("errors");
  if (!errors.groups.length) return box.replaceChildren(make("p", "dim", "None in this time: no exception event, no error reported by an agent."));
  showGroups(box, errors, { service, environment: page.value("environment"), ...page.timeParameters }, 5);
  if (errors.groups.length > 5) box.append(link(errorsLink({ service, environment: page.value("environment"), ...page.timeParameters }), `All ${errors.groups.length} groups`));
}

function showNeighbours(edges) {
  const box = element("neighbours");
  const mine = edges.filter((edge) => edge.client === service || edge.server === service);
  if (!mine.length) return box.replaceChildren(make("p", "dim", "No other service's spans join those of this one. ", link("/traces/doctor", "The doctor"), " tells whether they should."));
  const more = { environment: page.value("environment"), ...page.timeParameters };
  box.className = "scroll";
  box.replaceChildren(table(["", "Service", "Requests", "Failed", "p95"], mine.map((edge) => {
    const isCaller = edge.server === service;
    const other = isCaller ? edge.client : edge.server;
    return [make("span", "dim", isCaller ? "asked by" : "asks"), edge.connection_type === "database" ? `${other} (database)` : link(serviceLink(other, more), other),
      rateText(edge.count, page.seconds), make("span", edge.error_count ? "figure-warn" : "", shareText(failedShare(edge))), durationText(edge.p95_ns)];
  })));
}

page.start();
valuesOf("service.environment", page.asked(["service"])).then((values) => offer("environments", values));
