// What every page can do: dark and light, keys, forms that say they are busy, times that stay current.
import { keepTimes, setServerTime } from "./time.js";

const region = () => document.getElementById("region");
setServerTime(Number(region()?.dataset.now));
keepTimes();

// Dark and light. Kept in a cookie, so that the server renders it and nothing flashes.
document.getElementById("theme")?.addEventListener("click", () => {
  const root = document.documentElement;
  const isDark = root.dataset.theme
    ? root.dataset.theme === "dark"
    : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = isDark ? "light" : "dark";
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `signalbox_theme=${root.dataset.theme}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
  dispatchEvent(new Event("themechange"));
});

// A form that has been sent says so and is not sent twice.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.dataset?.busy || event.defaultPrevented) return;
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "yes";
  const button = event.submitter ?? form.querySelector("button");
  if (button) {
    button.setAttribute("aria-busy", "true");
    button.textContent = `${form.dataset.busy}…`;
  }
});
// Back from the next page: the form may be sent again.
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});

const keyboard = document.getElementById("keyboard");
document.getElementById("help-open")?.addEventListener("click", () => keyboard?.showModal());

const isTyping = (target) => target.closest?.("input:not([type=checkbox],[type=radio]), textarea, select, [contenteditable]");

function move(step) {
  const rows = [...document.querySelectorAll("[data-row]")];
  if (!rows.length) return;
  const at = rows.findIndex((row) => row.contains(document.activeElement));
  const row = rows[Math.min(rows.length - 1, Math.max(0, at < 0 ? (step > 0 ? 0 : rows.length - 1) : at + step))];
  row.querySelector(":scope > summary, a")?.focus();
  row.scrollIntoView({ block: "nearest" });
}

/** The page in front of somebody: the one that is open, or the row that has the focus. */
function act(name) {
  const row = document.activeElement?.closest?.("[data-row]");
  const control = (row ?? document.querySelector("article.page"))?.querySelector(`[data-action=${name}]`);
  if (!control) {
    // In a list, everything but acknowledging needs a word or a time: it is asked for on the page itself.
    const link = name !== "acknowledge" && row?.querySelector("a[href^='/alerts/']");
    if (link) location.assign(`${link.href}#${name}`);
    return;
  }
  if (control.tagName === "SUMMARY") open(control);
  else control.click();
}

function open(summary) {
  const details = summary.parentElement;
  for (const other of document.querySelectorAll("details.action[open]")) if (other !== details) other.open = false;
  details.open = true;
  details.querySelector("textarea, .choices button")?.focus();
}

document.addEventListener("toggle", (event) => {
  const details = event.target;
  if (!details.matches?.("details.action") || !details.open) return;
  for (const other of document.querySelectorAll("details.action[open]")) if (other !== details) other.open = false;
}, true);

const actions = { a: "acknowledge", r: "resolve", s: "snooze", e: "escalate", n: "note" };
const places = { n: "/", a: "/alerts", o: "/oncall", b: "/objectives", l: "/logs", p: "/logs/processing", s: "/traces", e: "/explore", t: "/targets", r: "/rules", u: "/usage" };
let isGoing = false;

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (event.key === "Escape") {
    const details = document.querySelector("details.action[open]");
    if (details) {
      details.open = false;
      details.querySelector("summary").focus();
    } else if (isTyping(event.target)) event.target.blur();
    return;
  }
  if (isTyping(event.target) || keyboard?.open || !keyboard) return;
  if (isGoing) {
    isGoing = false;
    if (places[event.key]) location.assign(places[event.key]);
    return event.preventDefault();
  }
  const search = document.querySelector("[data-search]");
  if (event.key === "?") keyboard.showModal();
  else if (event.key === "g") {
    isGoing = true;
    setTimeout(() => (isGoing = false), 1500);
  } else if (event.key === "/" && search) search.focus();
  else if (event.key === "/") location.assign("/alerts#search");
  else if (event.key === "j") move(1);
  else if (event.key === "k") move(-1);
  else if (actions[event.key]) act(actions[event.key]);
  else return;
  event.preventDefault();
});

// `/alerts/ID#snooze` opens the form that `s` in a list asked for.
const wanted = location.hash.slice(1);
if (wanted === "search") document.querySelector("[data-search]")?.focus();
else if (Object.values(actions).includes(wanted)) {
  const summary = document.querySelector(`summary[data-action=${wanted}]`);
  if (summary) open(summary);
}

// A filter of a list takes effect when it is changed.
document.querySelector("form.filter")?.addEventListener("change", (event) => {
  if (event.target.type !== "search") event.currentTarget.requestSubmit();
});
