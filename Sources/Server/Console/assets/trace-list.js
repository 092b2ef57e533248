// A trace in a list: its root, how long it took beside the longest, what failed and who took part.
import { link, make, word } from "./elements.js";
import { countText, durationText, timeText } from "./trace-figures.js";

const servicesShown = 6;

/** `took` where another duration than the whole is what the list is about. */
export function traceRow(trace, longest, href, took = trace.duration_ns) {
  const bar = make("span", `trace-bar${trace.error_count ? " failed" : ""}`, make("i"));
  bar.firstChild.style.width = `${Math.max(0.5, took / longest * 100)}%`;
  const title = link(href, make("b", "", trace.root.service || "(no name)"), "trace-title");
  title.append(` ${trace.root.name}`);
  const services = trace.services.filter((one) => one.name !== trace.root.service).slice(0, servicesShown).map((one) => make("span", `label${one.error_count ? " failed" : ""}`, one.name));
  const item = make("li", "trace-row", make("p", "trace-line", title, make("span", "trace-duration", durationText(took))), bar,
    make("p", "trace-facts dim", make("time", "", timeText(trace.start_ms)), make("span", "", `${countText(trace.span_count)} ${trace.span_count === 1 ? "span" : "spans"}`),
      trace.error_count > 0 && word("bad", `${countText(trace.error_count)} failed`), trace.root.missing && word("warn", "root is missing"), ...services));
  item.dataset.row = "";
  return item;
}
