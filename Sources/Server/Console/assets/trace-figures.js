// Figures of traces as people read them.

/** Nanoseconds: `1.24 ms`, `340 µs`, `2.5 s`. */
export function durationText(nanoseconds) {
  if (nanoseconds === null || nanoseconds === undefined) return "–";
  const size = Math.abs(nanoseconds);
  const units = [["h", 3600e9], ["min", 60e9], ["s", 1e9], ["ms", 1e6], ["µs", 1e3]];
  const [unit, one] = units.find(([name, least]) => size >= (name === "min" ? 120e9 : name === "h" ? 7200e9 : least)) ?? ["ns", 1];
  return `${Number((nanoseconds / one).toPrecision(3))} ${unit}`;
}

/** As the API takes a duration. */
export const durationParameter = (nanoseconds) => `${Math.max(0, Math.round(nanoseconds))}ns`;

/** `1.2k`, `340`, `0.25`. */
export function countText(value) {
  const size = Math.abs(value);
  if (size >= 1e7) return `${Number((value / 1e6).toPrecision(3))}M`;
  if (size >= 1e4) return `${Number((value / 1e3).toPrecision(3))}k`;
  return String(Number(value.toPrecision(size >= 100 ? Math.ceil(Math.log10(size + 1)) : 3)));
}

/** Every digit, in groups of three. */
export const wholeText = (count) => String(count).replace(/\B(?=(\d{3})+$)/g, "\u2009");

/** Requests in so many seconds: by second, minute or hour, whichever is easier to read. */
export function rateText(count, seconds) {
  const rate = count / seconds;
  if (rate >= 0.1 || count === 0) return `${countText(rate)}/s`;
  return rate * 60 >= 0.1 ? `${countText(rate * 60)}/min` : `${countText(rate * 3600)}/h`;
}

export const shareText = (share) => (share === 0 ? "0 %" : share < 0.0001 ? "< 0.01 %" : `${Number((share * 100).toPrecision(share < 0.1 ? 2 : 3))} %`);

export const failedShare = (group) => (group.count > 0 ? group.error_count / group.count : 0);

/** How a figure differs from the one before: a sign, a word and whether that is bad. */
export function change(now, before, { isWorseUp = false, isShare = false } = {}) {
  if (before === null || before === undefined || now === null) return { text: "new", tone: "dim" };
  if (isShare) {
    const points = (now - before) * 100;
    if (Math.abs(points) < 0.05) return { text: "as before", tone: "dim" };
    return { text: `${points > 0 ? "▲" : "▼"} ${Number(Math.abs(points).toPrecision(2))} points`, tone: Math.abs(points) < 0.5 ? "dim" : points > 0 ? "worse" : "better" };
  }
  if (before === 0) return { text: now === 0 ? "as before" : "new", tone: "dim" };
  const share = now / before - 1;
  if (Math.abs(share) < 0.05) return { text: "as before", tone: "dim" };
  const size = Math.abs(share) >= 10 ? `${Math.round(now / before)}×` : `${Math.round(Math.abs(share) * 100)} %`;
  return { text: `${share > 0 ? "▲" : "▼"} ${size}`, tone: !isWorseUp || Math.abs(share) < 0.2 ? "dim" : share > 0 ? "worse" : "better" };
}

export function timeText(milliseconds) {
  const date = new Date(milliseconds);
  const clock = `${date.toLocaleTimeString([], { hour12: false })}.${String(date.getMilliseconds()).padStart(3, "0")}`;
  return date.toDateString() === new Date().toDateString() ? clock
    : `${date.toLocaleDateString([], { month: "short", day: "2-digit" })} ${clock}`;
}

/** `12 min ago`. */
export function agoText(milliseconds) {
  const seconds = Math.max(0, (Date.now() - milliseconds) / 1000);
  for (const [unit, one] of [["d", 86400], ["h", 3600], ["min", 60]]) if (seconds >= one) return `${Math.floor(seconds / one)} ${unit} ago`;
  return seconds < 10 ? "just now" : `${Math.floor(seconds)} s ago`;
}
