// Work that takes its time: a line that says so after two seconds, with a button that ends it, and words as people read them.
import { button, fill, make } from "./elements.js";

const silentFor = 2000;

/** Runs `work(signal, say)`; `say` changes the words of the line while it goes on. Null once somebody ended it. */
export async function working(line, words, work) {
  const controller = new AbortController();
  const began = performance.now();
  const text = make("span");
  let said = words;
  const show = () => {
    text.textContent = `${said}, ${Math.round((performance.now() - began) / 1000)} s`;
    line.hidden = false;
  };
  fill(line, make("span", "progress-bar"), text, button("Stop", "quiet", () => controller.abort()));
  let ticking = 0;
  const timer = setTimeout(() => {
    show();
    ticking = setInterval(show, 1000);
  }, silentFor);
  try {
    return await work(controller.signal, (next) => (said = next));
  } catch (error) {
    if (error.name === "AbortError") return null;
    throw error;
  } finally {
    clearTimeout(timer);
    clearInterval(ticking);
    line.hidden = true;
  }
}

/** Shows what went wrong, or nothing. */
export function problem(id, error) {
  const box = document.getElementById(id);
  box.hidden = !error;
  box.textContent = !error ? "" : error.status === undefined ? `the server does not answer: ${error.message}` : error.message;
}

/** Marks a button as busy until `work` ends. */
export async function busy(control, work) {
  if (control.getAttribute("aria-busy") === "true") return;
  control.setAttribute("aria-busy", "true");
  try {
    await work();
  } finally {
    control.removeAttribute("aria-busy");
  }
}

export const counted = (count, one, many) => `${count.toLocaleString()} ${count === 1 ? one : many}`;

export function bytesText(bytes) {
  for (const [unit, size] of [["GiB", 2 ** 30], ["MiB", 2 ** 20], ["KiB", 2 ** 10]]) if (bytes >= size) return `${Number((bytes / size).toPrecision(3))} ${unit}`;
  return `${bytes} B`;
}

/** A time of the API: how long ago, and when exactly to whom rests on it. */
export function ago(text) {
  const time = make("time");
  time.dateTime = text;
  time.dataset.ms = String(Date.parse(text));
  time.title = text;
  return time;
}

/** How full something is, `share` of 1; a colour tells when that is trouble, unless a `tone` is given. */
export function fillBar(share, label, tone = share >= 0.95 ? "bad" : share >= 0.8 ? "warn" : "ok") {
  const bar = make("span", `fill ${tone}`, make("i"));
  bar.firstChild.style.width = `${Math.min(100, Math.max(share > 0 ? 1 : 0, share * 100))}%`;
  bar.setAttribute("role", "meter");
  bar.setAttribute("aria-label", label);
  bar.setAttribute("aria-valuemin", "0");
  bar.setAttribute("aria-valuemax", "100");
  bar.setAttribute("aria-valuenow", String(Math.round(share * 100)));
  return bar;
}
