// Where pages of traces lead: each to the others, to logs, to metrics.

/** A value in KQL. */
export const quoted = (value) => `"${String(value).replace(/[\\"]/g, "\\$&")}"`;

function address(path, parameters) {
  const said = Object.entries(parameters).filter(([, value]) => value !== undefined && value !== null && value !== "");
  const text = new URLSearchParams(said).toString();
  return text ? `${path}?${text}` : path;
}

export const traceLink = (trace, span) => address(`/traces/${trace}`, { span });
export const serviceLink = (service, more = {}) => address("/traces/service", { service, ...more });
export const searchLink = (more) => address("/traces/search", more);
export const errorsLink = (more) => address("/traces/errors", more);
export const mapLink = (more) => address("/traces/map", more);

/** A span of time as pages have it in their addresses, with room around it. */
function around(startMilliseconds, endMilliseconds, roomSeconds) {
  const span = Math.max(60, Math.ceil((endMilliseconds - startMilliseconds) / 1000) + 2 * roomSeconds);
  return { range: `${span}s`, end: new Date(Math.ceil(endMilliseconds / 1000 + roomSeconds) * 1000).toISOString().replace(/\.\d+Z$/, "Z") };
}

/** Logs with the ids of a trace, and of one of its spans. */
export function logsLink(trace, startMilliseconds, endMilliseconds, span) {
  const url = new URLSearchParams(around(startMilliseconds, endMilliseconds, 60));
  url.append("filter", JSON.stringify(["trace.id", trace, ""]));
  if (span) url.append("filter", JSON.stringify(["span.id", span, ""]));
  return `/logs?${url}`;
}

/** Logs of a service. */
export const serviceLogsLink = (service, time) => `/logs?${new URLSearchParams({ ...time, filter: JSON.stringify(["service.name", service, ""]) })}`;

/** Latency of a service by its metrics, whose exemplars lead back to traces. */
export function metricsLink(service, time) {
  const selector = `traces_spanmetrics_latency_bucket{service=${JSON.stringify(service)}, span_kind=~"SPAN_KIND_SERVER|SPAN_KIND_CONSUMER"}`;
  return address("/explore", { query: `histogram_quantile(0.95, sum by (le) (rate(${selector}[5m])))`, ...time });
}

/** In KQL, spans that are requests to their service: what figures of services count. */
export const requestsQuery = "span.kind: (server or consumer) or span.transaction: true or not parent.id: *";
