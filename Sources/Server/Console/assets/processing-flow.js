// The way of a line at a glance: what comes in, waits, is processed, is dropped and cannot be processed, over an hour.
import { fill, make, word } from "./elements.js";
import { course } from "./processing-api.js";
import { bytesText, fillBar, problem } from "./processing-work.js";
import { sparkline } from "./trace-chart.js";
import { countText } from "./trace-figures.js";

const step = 60;
const hour = 3600;
const own = '{job="signalbox"}';
const rate = (name) => `(sum(rate(signalbox_logs_${name}${own}[2m])) or vector(0))`;
const level = (name) => `sum(signalbox_logs_${name}${own})`;

const questions = {
  incoming: rate("queued_documents_total"),
  refused: `${rate("refused_documents_total")} + ${rate("refused_requests_total")}`,
  waiting: level("queue_waiting_documents"),
  queueBytes: level("queue_bytes"),
  queueBytesMax: level("queue_bytes_max"),
  processed: rate("processed_documents_total"),
  failures: rate("processing_failures_total"),
  dropped: rate("dropped_documents_total"),
  letters: level("dead_letters"),
  lettersBytes: level("dead_letters_bytes"),
  lettersBytesMax: level("dead_letters_bytes_max"),
  lettersGone: `sum(increase(signalbox_logs_dead_letters_dropped_total${own}[1h]))`,
};

let courses = null;
/** What an API has told since, more exact than what was measured. */
const told = {};

export async function showFlow() {
  const end = Math.floor(Date.now() / 1000);
  const range = { start: end - hour, end, step };
  try {
    const found = await Promise.all(Object.entries(questions).map(async ([name, query]) => [name, await course(query, range)]));
    courses = Object.fromEntries(found);
    problem("way-problem", null);
  } catch (error) {
    problem("way-problem", error);
  }
  draw();
}

export function tellFlow(figures) {
  Object.assign(told, figures);
  if (courses) draw();
}

const last = (name) => told[name] ?? courses[name].at(-1);

function draw() {
  if (!courses) return;
  if (courses.queueBytesMax.at(-1) === null && told.queueBytesMax === undefined) {
    document.getElementById("way-note").textContent = "the first figures come within a quarter of a minute";
  } else {
    document.getElementById("way-note").textContent = "the last hour";
  }
  const queued = share(last("queueBytes"), last("queueBytesMax"));
  const kept = share(last("lettersBytes"), last("lettersBytesMax"));
  fill(document.getElementById("stages"),
    stage({ name: "In", course: "incoming", perSecond: true,
      note: last("refused") > 0 ? word("warn", `${perSecond(last("refused"))} refused`) : "on disk in the queue, by whatever way" }),
    stage({ name: "Waiting", course: "waiting", tone: "info", share: queued,
      note: queued === null ? "in the queue" : [state(queued, "room", "filling up", "senders must wait"), ` ${percent(queued)} of ${bytesText(last("queueBytesMax"))}`] }),
    stage({ name: "Processed", course: "processed", perSecond: true,
      note: last("failures") > 0 ? word("bad", "the store refuses: tried again") : "handed to the store" }),
    stage({ name: "Dropped", course: "dropped", perSecond: true, tone: "low", note: "by a pipeline, on purpose" }),
    stage({ name: "Dead letters", course: "letters", tone: "bad", share: kept,
      note: kept === null ? "" : [state(kept, "room", "filling up", "the oldest go"), ` ${percent(kept)} of ${bytesText(last("lettersBytesMax"))}`,
        last("lettersGone") > 0.5 ? make("span", "figure-bad", `, ${countText(Math.round(last("lettersGone")))} lost for want of room`) : ""] }));
}

const share = (value, most) => (value === null || !most ? null : value / most);
const percent = (value) => (value > 0 && value < 0.01 ? "under 1 %" : `${Math.round(value * 100)} %`);
const state = (value, good, warning, bad) => (value >= 0.95 ? word("bad", bad) : value >= 0.8 ? word("warn", warning) : word("ok", good));
const perSecond = (value) => (value === null ? "–" : `${countText(value < 0.1 ? Number(value.toFixed(2)) : value)}/s`);

function stage({ name, course: from, perSecond: isRate, tone = "info", share: full, note }) {
  const now = last(from);
  const text = now === null ? "–" : isRate ? perSecond(now) : countText(Math.round(now));
  const values = courses[from].map((value) => value ?? 0);
  const most = Math.max(...values);
  const label = `${name}, the last hour: at most ${isRate ? perSecond(most) : countText(Math.round(most))}`;
  const item = make("li", `stage card`, make("b", "stage-name", name), make("span", "figure", text),
    sparkline(values, { label, tone: name === "Dead letters" && most === 0 ? "low" : tone }),
    full === null || full === undefined ? null : fillBar(full, `${name}: how full`),
    make("span", "stage-note dim", ...[note].flat()));
  return item;
}
