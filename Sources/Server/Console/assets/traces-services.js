// Services: what each was asked for, how often it failed and how long it took, beside the time before.
import { link, make, offer, table } from "./elements.js";
import { ask, valuesOf } from "./trace-api.js";
import { sparkLine, sparkline } from "./trace-chart.js";
import { change, countText, durationText, failedShare, rateText, shareText } from "./trace-figures.js";
import { TraceForm } from "./trace-form.js";
import { errorsLink, serviceLink } from "./trace-links.js";

const element = (id) => document.getElementById(id);
const steps = 40;
/** From this share of failures on it is told in red. */
const badShare = 0.05;

const page = new TraceForm(["environment", "sort"], show);

const orders = {
  time: (one) => one.sum_ns,
  requests: (one) => one.count,
  failed: (one) => failedShare(one),
  p95: (one) => one.p95_ns ?? 0,
};

async function show(signal) {
  const asked = (times) => ask("services", { ...times, steps: String(steps), latency: "steps" }, signal);
  const [now, before] = await Promise.all([asked(page.asked(["environment"])), asked(page.askedBefore(["environment"]))]);
  const known = new Map(before.services.map((one) => [one.service, one]));
  const order = orders[page.value("sort")];
  const services = now.services;
  services.sort((a, b) => (order ? order(b) - order(a) : 0) || (a.service < b.service ? -1 : 1));
  element("figures").textContent = `${services.length} ${services.length === 1 ? "service" : "services"}, beside the same time before${now.truncated ? "; there are more than are shown whole: choose a shorter time or an environment" : ""}`;
  const gone = before.services.filter((one) => one.count > 0 && !services.some((other) => other.service === one.service));
  const rows = services.map((one) => row(one, known.get(one.service)));
  element("result").replaceChildren(...(services.length ? [table(["Service", "Requests", "Failed", "p95", "Took together"], rows)] : []),
    ...(gone.length && services.length ? [make("p", "dim gone", `Silent now, asked in the time before: ${gone.map((one) => one.service).join(", ")}`)] : []));
  const whole = Math.max(1, ...services.map((one) => one.sum_ns));
  element("result").querySelectorAll(".share-bar").forEach((bar, at) => (bar.firstChild.style.width = `${services[at].sum_ns / whole * 100}%`));
  return services.length > 0;
}

function row(one, before) {
  const more = { environment: page.value("environment"), ...page.timeParameters };
  const failed = failedShare(one);
  const name = link(serviceLink(one.service, more), one.service || "(no name)", "service-name");
  return [
    name,
    cell(rateText(one.count, page.seconds), change(one.count, before?.count), sparkline(one.requests, { failed: one.errors, label: `Requests of ${one.service}, at most ${countText(Math.max(...one.requests))} in a step` })),
    cell(failed > 0 ? link(errorsLink({ service: one.service, ...more }), shareText(failed), failed >= badShare ? "figure-bad" : "figure-warn") : "0 %",
      change(failed, before && failedShare(before), { isWorseUp: true, isShare: true }),
      sparkLine(one.requests.map((count, at) => (count ? one.errors[at] / count : null)), { tone: failed > 0 ? "bad" : "ok", label: `Share of failures of ${one.service}` })),
    cell(durationText(one.p95_ns), change(one.p95_ns, before?.p95_ns, { isWorseUp: true }),
      sparkLine(one.p95_ns_steps, { tone: "warn", label: `p95 of ${one.service}, at most ${durationText(Math.max(0, ...one.p95_ns_steps))}` })),
    [durationText(one.sum_ns), make("span", "share-bar", make("i"))],
  ];
}

/** A figure, how it changed, and its plot. */
function cell(figure, difference, picture) {
  return make("span", "plot-cell", make("span", "plot-figure", make("b", "", figure), make("span", `delta ${difference.tone}`, difference.text)), picture);
}

page.start();
valuesOf("service.environment", page.asked()).then((values) => offer("environments", values));
