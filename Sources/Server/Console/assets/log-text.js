// What a line says, as people read it: its time, its message with colours of terminals, the words it was found by.
import { make } from "./elements.js";

/** More of a message is shown once the line is opened. */
const shortText = 2000;
/** Colours and other things that programs tell terminals; the first group holds the numbers of colours. */
const escapes = /\x1b\[(?:([\d;]*)m|[\d;?]*[A-Za-ln-z])/g;

/** In which times are shown, and those in queries meant that say no zone. */
export const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "UTC";

export const shownValue = (value) => (value === null || value === undefined ? "" : typeof value === "object" ? JSON.stringify(value) : String(value));

/** Fields that tell more of a line than others where it has no message. */
export function summary(fields) {
  const message = fields.message ?? fields["error.message"] ?? fields["event.original"];
  if (message !== undefined && message !== null) return shownValue(message);
  return Object.entries(fields).filter(([name]) => !/^(host|agent|ecs|input|log|data_stream)\./.test(name)).slice(0, 12)
    .map(([name, value]) => `${name}=${shownValue(value)}`).join("  ");
}

// Made once: hundreds of times are written at once.
const clockFormat = new Intl.DateTimeFormat([], { hourCycle: "h23", hour: "2-digit", minute: "2-digit", second: "2-digit" });
const dayFormat = new Intl.DateTimeFormat([], { month: "short", day: "2-digit" });
const yearFormat = new Intl.DateTimeFormat([], { month: "short", day: "2-digit", year: "numeric" });

/** The time in the browser's zone; the day where it is not today's. */
export function timeText(text) {
  const date = new Date(text);
  const now = new Date();
  const fraction = /\.(\d+)/.exec(text)?.[1].padEnd(3, "0").slice(0, 3) ?? "000";
  const clock = `${clockFormat.format(date)}.${fraction}`;
  const isThisYear = date.getFullYear() === now.getFullYear();
  if (isThisYear && date.getMonth() === now.getMonth() && date.getDate() === now.getDate()) return clock;
  return `${(isThisYear ? dayFormat : yearFormat).format(date)} ${clock}`;
}

/** `text` with the words of the query marked, in the colours it brought along. */
export function marked(text, words) {
  const box = make("span", "log-text");
  // Each line runs as its own letters do.
  box.dir = "auto";
  const pattern = words.length ? new RegExp(words.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("|"), "giu") : null;
  for (const piece of pieces(text.slice(0, shortText))) {
    const place = piece.style ? make("span", piece.style) : box;
    appendMarked(place, piece.text, pattern);
    if (place !== box) box.append(place);
  }
  return box;
}

function appendMarked(box, text, pattern) {
  let at = 0;
  for (const found of pattern ? text.matchAll(pattern) : []) {
    box.append(text.slice(at, found.index), make("mark", "", found[0]));
    at = found.index + found[0].length;
  }
  box.append(text.slice(at));
}

function pieces(text) {
  if (!text.includes("\x1b")) return [{ text, style: "" }];
  const found = [];
  let at = 0;
  let style = "";
  for (const escape of text.matchAll(escapes)) {
    if (escape.index > at) found.push({ text: text.slice(at, escape.index), style });
    at = escape.index + escape[0].length;
    if (escape[1] !== undefined) style = styleAfter(style, escape[1]);
  }
  // What was cut off in the middle of one is none of the text.
  const rest = text.slice(at).replace(/\x1b\[?[\d;?]*$/, "");
  return rest ? [...found, { text: rest, style }] : found;
}

function styleAfter(style, numbers) {
  const parts = new Set(style.split(" ").filter(Boolean));
  const noColour = () => parts.forEach((one) => /^ansi-\d$/.test(one) && parts.delete(one));
  for (const number of (numbers || "0").split(";").map(Number)) {
    // Colours out of 256 and of their own are left out.
    if (number === 38 || number === 48) break;
    if (number === 0) parts.clear();
    else if (number === 1) parts.add("ansi-bold");
    else if (number === 22) parts.delete("ansi-bold");
    else if (number === 39) noColour();
    else if ((number >= 30 && number <= 37) || (number >= 90 && number <= 97)) {
      noColour();
      parts.add(`ansi-${number % 10}`);
    }
  }
  return [...parts].join(" ");
}
