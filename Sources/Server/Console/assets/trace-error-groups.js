// Groups of errors: what happened, how often over time, since when and with which release.
import { link, make, word } from "./elements.js";
import { sparkline } from "./trace-chart.js";
import { agoText, countText } from "./trace-figures.js";
import { errorsLink } from "./trace-links.js";

/** At most so many; `more` is what the links to a group keep of the address. */
export function showGroups(box, { groups, start_ms: start }, more, limit = Infinity) {
  box.replaceChildren(...groups.slice(0, limit).map((group) => card(group, start, more)));
}

function card(group, start, more) {
  const title = link(errorsLink({ ...more, group: group.group }), group.type || "Error", "error-type");
  const head = make("p", "error-head", title, group.culprit && make("code", "dim", group.culprit));
  const marks = make("p", "error-marks");
  if (group.first_seen_ms >= start) marks.append(word("warn", "new in this time"));
  if (group.unhandled_count) marks.append(word("bad", `${countText(group.unhandled_count)} unhandled`));
  const figures = make("p", "error-facts dim", make("span", "", make("b", "", countText(group.count)), ` in ${group.services.join(", ") || "a service without a name"}`),
    seen("first seen", group.first_seen_ms, group.first_version), seen("last seen", group.last_seen_ms, group.last_version));
  const text = make("div", "error-text", head, group.message && make("p", "error-message", group.message), marks, figures);
  const item = make("article", "card error-group", text, sparkline(group.counts, { tone: "bad", label: `${group.count} over the time` }));
  item.dataset.row = "";
  return item;
}

/** When, and the release that it was seen in. */
export function seen(words, milliseconds, version) {
  const time = make("time", "", agoText(milliseconds));
  time.dateTime = new Date(milliseconds).toISOString();
  time.title = new Date(milliseconds).toLocaleString();
  return make("span", "", `${words} `, time, version && ` in ${version}`);
}
