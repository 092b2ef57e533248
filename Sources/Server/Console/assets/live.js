// Keeps the page's region as it is on the server: at once when something changes, and by the minute's fraction it
// names itself. One stream for each visible page; a hidden one keeps none, as browsers have few connections.
import { morph } from "./morph.js";
import { setServerTime, tick } from "./time.js";

const state = document.getElementById("live");
const stateText = document.getElementById("live-text");
let stream = null;
let timer = 0;
let underWay = null;
let isAgain = false;
let failures = 0;

function show(name, text) {
  if (!state) return;
  state.dataset.state = name;
  if (stateText.textContent !== text) stateText.textContent = text;
}

const region = () => document.getElementById("region");

async function refresh() {
  if (underWay) {
    isAgain = true;
    return;
  }
  clearTimeout(timer);
  underWay = new AbortController();
  const timeout = setTimeout(() => underWay.abort(), 15000);
  try {
    const answer = await fetch(location.pathname + location.search, {
      headers: { "X-Signalbox-Fragment": "1" }, signal: underWay.signal, cache: "no-store",
    });
    // The session has ended: the answer is the sign-in page.
    if (answer.redirected) {
      location.assign(`/sign-in?next=${encodeURIComponent(location.pathname)}`);
      return;
    }
    if (!answer.ok) throw new Error(String(answer.status));
    put(await answer.text());
    failures = 0;
    if (stream?.readyState === EventSource.OPEN) show("live", "Live");
  } catch {
    failures += 1;
    show("lost", "Connection lost");
  } finally {
    clearTimeout(timeout);
    underWay = null;
    if (isAgain) {
      isAgain = false;
      queueMicrotask(refresh);
    } else schedule();
  }
}

function schedule() {
  clearTimeout(timer);
  if (document.hidden) return;
  const seconds = failures ? Math.min(30, 2 ** failures) : Number(region()?.dataset.poll ?? 15);
  timer = setTimeout(refresh, seconds * 1000);
}

function put(html) {
  const old = region();
  const fresh = new DOMParser().parseFromString(html, "text/html").getElementById("region");
  if (!old || !fresh) return;
  const hasNews = old.dataset.say !== fresh.dataset.say;
  morph(old, fresh);
  setServerTime(Number(old.dataset.now));
  tick();
  document.title = `${old.dataset.title} · Signalbox`;
  if (hasNews && old.dataset.say) document.getElementById("announcer").textContent = old.dataset.say;
}

function connect() {
  if (stream || document.hidden) return;
  stream = new EventSource("/ops/v1/events");
  stream.addEventListener("open", () => show("live", "Live"));
  stream.addEventListener("change", refresh);
  stream.addEventListener("error", () => {
    show("lost", "Connection lost");
    // Refused for good, for instance without a session: asking for the page says why.
    if (stream?.readyState === EventSource.CLOSED) {
      disconnect();
      setTimeout(() => {
        connect();
        refresh();
      }, 5000);
    }
  });
}

function disconnect() {
  stream?.close();
  stream = null;
}

document.addEventListener("visibilitychange", () => {
  if (document.hidden) {
    disconnect();
    clearTimeout(timer);
  } else {
    connect();
    refresh();
  }
});
addEventListener("pagehide", disconnect);
addEventListener("pageshow", connect);
connect();
schedule();
