// The queue: what waits and what is kept in it, and processing all of it again from a point on.
import { button, fill, make, word } from "./elements.js";
import { ask, change } from "./processing-api.js";
import { confirmed } from "./processing-confirm.js";
import { ago, busy, bytesText, counted, fillBar, problem } from "./processing-work.js";
import { tick } from "./time.js";

const element = (id) => document.getElementById(id);
const form = element("replay-form");
const every = { running: 1000, quiet: 15_000 };

let queue = null;
let timer = 0;
let told = { onFigures: () => {}, onEnd: () => {} };

export function startReplay(given) {
  told = given;
  if (!form) return;
  form.addEventListener("input", showWords);
  for (const choice of form.querySelectorAll("[data-ago]")) {
    choice.addEventListener("click", () => {
      const all = choice.dataset.ago === "all";
      form.elements.from.value = all ? "" : local(Math.max(Date.now() - Number(choice.dataset.ago) * 1000, Date.parse(queue.kept.from)));
      showWords();
    });
  }
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    replay(event.submitter);
  });
}

/** As fields of a form have a time. */
function local(milliseconds) {
  const date = new Date(milliseconds);
  return new Date(milliseconds - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}

/** Asks again by itself: often while a replay goes on. */
export async function showQueue() {
  clearTimeout(timer);
  try {
    const wasRunning = queue?.replay?.state === "running";
    queue = await ask("queue");
    problem("queue-problem", null);
    draw();
    told.onFigures(queue);
    if (wasRunning && queue.replay?.state !== "running") told.onEnd();
  } catch (error) {
    problem("queue-problem", error);
  }
  if (queue || !element("queue-problem").hidden) timer = setTimeout(showQueue, document.hidden || queue?.replay?.state !== "running" ? every.quiet : every.running);
}

function draw() {
  const { waiting, kept } = queue;
  const isKept = kept.documents > 0 && kept.from;
  element("queue-none").hidden = isKept;
  // What is kept fills its bound, and the oldest make room: that is no trouble.
  const bar = (name, one, words, tone) => make("li", "card queue-figure", make("b", "", name), make("span", "figure", one.documents.toLocaleString()),
    one.bytes_max > 0 ? fillBar(one.bytes / one.bytes_max, `${name}: how full`, tone) : null,
    make("span", "dim", `${bytesText(one.bytes)}${one.bytes_max > 0 ? ` of ${bytesText(one.bytes_max)}` : ""} `, ...[words].flat().filter(Boolean)));
  fill(element("queue-figures"), make("ul", "queue-row", bar("Waiting to be processed", waiting, ""), bar("Kept to be replayed", kept, isKept ? ["since ", ago(kept.from)] : "", "info")));
  drawReplay(queue.replay);
  if (form) {
    form.hidden = !isKept || queue.replay?.state === "running";
    if (isKept) {
      form.elements.from.min = local(Date.parse(kept.from));
      form.elements.from.max = local(Date.now());
    }
    showWords();
  }
  tick();
}

const states = { done: ["ok", "Replay done"], stopped: ["quiet", "Replay stopped"], failed: ["bad", "Replay failed"] };

function drawReplay(replay) {
  const box = element("replay-now");
  box.hidden = !replay;
  if (!replay) return;
  const [tone, words] = states[replay.state] ?? ["quiet", replay.state];
  const all = Math.max(1, replay.end - replay.from);
  const share = Math.min(1, (replay.next - replay.from) / all);
  const bar = make("span", "fill ok", make("i"));
  bar.firstChild.style.width = `${share * 100}%`;
  bar.setAttribute("role", "progressbar");
  bar.setAttribute("aria-label", "Replay");
  bar.setAttribute("aria-valuenow", String(Math.round(share * 100)));
  const figures = [["processed again", replay.documents], ["replaced", replay.replaced], ["added", replay.added], ["removed", replay.removed], ["dead letters", replay.dead_letters],
    ["changed since, left alone", replay.superseded || null], ["gone from the queue", replay.passed_over || null]].filter(([, value]) => value !== null);
  const stop = replay.state === "running" && form ? button("Stop", "", (event) => busy(event.currentTarget, stopIt)) : null;
  const had = document.activeElement?.closest?.("#replay-now") !== null;
  fill(box, make("p", "replay-head", replay.state === "running" ? make("b", "", "Replaying") : word(tone, words), ` ${Math.floor(share * 100)} % of ${counted(replay.end - replay.from, "document", "documents")}${replay.indices?.length ? ` in ${replay.indices.join(", ")}` : ""}, begun `, ago(replay.started), ` by ${replay.by}`),
    bar, make("dl", "replay-figures", ...figures.map(([name, value]) => make("div", "", make("dt", "dim", name), make("dd", "", (value ?? 0).toLocaleString())))),
    replay.reason ? make("p", "problem", replay.reason) : null, stop);
  if (had && stop) stop.focus();
}

const chosen = () => {
  const from = form.elements.from.value ? new Date(form.elements.from.value) : null;
  return { from: from?.toISOString(), indices: form.elements.indices.value.split(/[\s,]+/).filter(Boolean).join(",") };
};

function sentence() {
  const { from, indices } = chosen();
  const what = from ? `What came since ${new Date(from).toLocaleString()}` : `Everything kept, since ${new Date(queue.kept.from).toLocaleString()},`;
  return `${what}${indices ? ` for ${indices.replaceAll(",", ", ")}` : ""} is processed again with the pipelines of now. What comes out differently takes the place of what is stored; nothing is stored twice. What fails now is a dead letter, and what is stored of it stays.`;
}

function showWords() {
  if (queue?.kept.from) element("replay-words").textContent = sentence();
}

async function replay(control) {
  const isSure = await confirmed({ title: "Replay the queue?", words: `${sentence()} Lines that come meanwhile are processed as ever.`, yes: "Replay" });
  if (!isSure) return;
  await busy(control, async () => {
    try {
      await change("queue/replay", chosen());
      problem("queue-problem", null);
    } catch (error) {
      return problem("queue-problem", error);
    }
    await showQueue();
    // The form is gone while it runs: keys go on from here.
    element("replay-now").focus({ preventScroll: true });
    element("replay-now").scrollIntoView({ block: "nearest" });
  });
}

async function stopIt() {
  try {
    await change("queue/replay/stop");
  } catch (error) {
    return problem("queue-problem", error);
  }
  await showQueue();
}
