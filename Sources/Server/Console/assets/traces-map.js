// Service map: who asks whom, from left to right, on a phone from above; and the same as a table.
import { link, make, offer, table } from "./elements.js";
import { ask, valuesOf } from "./trace-api.js";
import { durationText, failedShare, rateText, shareText } from "./trace-figures.js";
import { TraceForm } from "./trace-form.js";
import { searchLink, serviceLink } from "./trace-links.js";
import { drawMap } from "./trace-map-picture.js";

const element = (id) => document.getElementById(id);
const page = new TraceForm(["service", "environment"], show);
const narrow = matchMedia("(max-width: 46rem)");
/** More cannot be read as a picture: the busiest are drawn. */
const edgesMax = 150;
let last = null;

async function show(signal) {
  const data = await ask("dependencies", page.asked(["environment"]), signal);
  const around = page.value("service");
  const edges = around ? near(data.dependencies, around) : data.dependencies;
  const names = new Set(edges.flatMap((edge) => [edge.client, edge.server]));
  const drawn = [...edges].sort((a, b) => b.count - a.count).slice(0, edgesMax);
  element("figures").textContent = edges.length ? `${names.size} ${names.size === 1 ? "service" : "services"}, ${edges.length} ${edges.length === 1 ? "way" : "ways"} between them${drawn.length < edges.length ? `, the busiest ${drawn.length} drawn` : ""}${data.truncated ? "; there were more calls than could be followed" : ""}` : "";
  element("map-card").hidden = edges.length === 0;
  last = edges.length ? drawn : null;
  picture();
  element("result").replaceChildren(...(edges.length ? [list(edges)] : []));
  return edges.length > 0;
}

/** What the service asks, directly or not, and what asks it. */
function near(edges, service) {
  const reach = (from, to) => {
    const known = new Set([service]);
    const open = [service];
    while (open.length) {
      const one = open.pop();
      for (const edge of edges) {
        if (edge[from] !== one || known.has(edge[to])) continue;
        known.add(edge[to]);
        open.push(edge[to]);
      }
    }
    return known;
  };
  const [below, above] = [reach("client", "server"), reach("server", "client")];
  return edges.filter((edge) => (below.has(edge.client) && below.has(edge.server)) || (above.has(edge.client) && above.has(edge.server)));
}

function picture() {
  if (!last) return element("map").replaceChildren();
  const more = { environment: page.value("environment"), ...page.timeParameters };
  drawMap(element("map"), last, { isNarrow: narrow.matches, seconds: page.seconds, around: page.value("service"), hrefOf: (name) => serviceLink(name, more) });
}

function list(edges) {
  const more = { environment: page.value("environment"), ...page.timeParameters };
  const name = (one, edge) => (edge.connection_type === "database" && one === edge.server ? `${one} (database)` : link(serviceLink(one, more), one));
  return table(["From", "To", "Requests", "Failed", "p50", "p95", "p99"], edges.slice(0, 300).map((edge) => [
    name(edge.client, edge), [name(edge.server, edge), edge.connection_type === "messaging_system" ? make("span", "dim", " by messages") : ""],
    rateText(edge.count, page.seconds), edge.error_count ? link(searchLink({ service: edge.connection_type === "database" ? edge.client : edge.server, status: "error", ...more }), shareText(failedShare(edge)), "figure-warn") : "0 %",
    durationText(edge.p50_ns), durationText(edge.p95_ns), durationText(edge.p99_ns)]));
}

narrow.addEventListener("change", picture);
page.start();
valuesOf("service.name", page.asked()).then((values) => offer("services", values));
valuesOf("service.environment", page.asked()).then((values) => offer("environments", values));
