// The doctor: traces that should join and never do, with what to change.
import { link, make, offer, word } from "./elements.js";
import { ask, valuesOf } from "./trace-api.js";
import { countText } from "./trace-figures.js";
import { TraceForm } from "./trace-form.js";
import { traceLink } from "./trace-links.js";

const element = (id) => document.getElementById(id);
const page = new TraceForm(["environment"], show);

async function show(signal) {
  const data = await ask("doctor", page.asked(["environment"]), signal);
  const { trace_count: traces, service_count: services, is_sample: isSample } = data.examined;
  element("figures").textContent = traces ? `${countText(traces)} traces of ${services} ${services === 1 ? "service" : "services"} looked at${isSample ? ", a sample of those of this time" : ""}` : "";
  element("result").replaceChildren(...data.findings.map(card));
  if (traces && !data.findings.length) {
    element("result").replaceChildren(make("section", "card empty", make("p", "", word("ok", "Nothing is amiss."), " Traces of services join where one asks the other, and those of the mesh with them."),
      make("p", "dim", "Looked for: proxies and services whose traces never meet, services that do not hand the context on, calls whose other side begins a trace of its own, parents that never arrive, ids cut in half.")));
  }
  return traces > 0;
}

function card(finding) {
  const examples = finding.example_traces.map((id) => link(traceLink(id), `…${id.slice(-8)}`));
  const item = make("article", "card finding", make("h2", "", word(finding.severity === "bad" ? "bad" : "warn", finding.title)), make("p", "", finding.evidence),
    make("h3", "", "What to change"), make("ol", "advice", ...finding.advice.map((one) => make("li", "", one.text, one.code && make("pre", "", one.code)))),
    examples.length > 0 && make("p", "dim examples", "Look at ", ...examples.flatMap((one, at) => (at ? [", ", one] : [one]))));
  item.dataset.row = "";
  return item;
}

page.start();
valuesOf("service.environment", page.asked()).then((values) => offer("environments", values));
