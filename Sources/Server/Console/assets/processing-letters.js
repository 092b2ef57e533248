// Dead letters by the shape of their reasons: read, tried again, given up, taken along.
import { button, fill, link, make } from "./elements.js";
import { pretty } from "./json-text.js";
import { ask, change, urlOf } from "./processing-api.js";
import { confirmed } from "./processing-confirm.js";
import { ago, busy, bytesText, counted, problem, working } from "./processing-work.js";
import { tick } from "./time.js";

const element = (id) => document.getElementById(id);
/** Letters of a group that are shown at a time. */
const shownAtOnce = 10;

let groups = [];
/** Behind the newest letter: what comes back is not tried again at once. */
let end = 0;
let others = 0;
const opened = new Set();
let told = { onFigures: () => {}, openPipeline: () => {} };

export function startLetters(given) {
  told = given;
  element("letters-retry").addEventListener("click", (event) => again(event.currentTarget, {}, count()));
  element("letters-discard").addEventListener("click", (event) => giveUp(event.currentTarget, { to: end }, count()));
}

const count = () => groups.reduce((sum, group) => sum + group.count, others);
export const groupsOf = (pipeline) => groups.filter((group) => group.pipeline === pipeline);
export const letterOf = async (number) => (await ask("dead-letters", { numbers: number })).letters[0];

/** Reads all groups anew. */
export async function showLetters() {
  try {
    const found = await working(element("letters-working"), "Reading dead letters", readGroups);
    if (!found) return;
    ({ groups, end, others } = found);
    problem("letters-problem", null);
    draw(found);
    told.onFigures(found);
  } catch (error) {
    problem("letters-problem", error);
  }
}

/** The server looks at a bounded part at a time. */
async function readGroups(signal, say) {
  const merged = new Map();
  let answer = null;
  let unsorted = 0;
  do {
    answer = await ask("dead-letters/groups", { from: answer?.next }, signal);
    for (const group of answer.groups) merged.set(group.shape, merge(merged.get(group.shape), group));
    unsorted += answer.others;
    say(`Reading dead letters: ${merged.size} reasons so far`);
  } while (answer.next !== undefined);
  const sorted = [...merged.values()].sort((a, b) => b.count - a.count || (a.shape < b.shape ? -1 : 1));
  return { ...answer, groups: sorted, others: unsorted };
}

function merge(old, fresh) {
  if (!old) return fresh;
  const indices = new Map(old.indices.map((one) => [one.index, one.count]));
  for (const one of fresh.indices) indices.set(one.index, (indices.get(one.index) ?? 0) + one.count);
  return { ...fresh, count: old.count + fresh.count, bytes: old.bytes + fresh.bytes, oldest: old.oldest < fresh.oldest ? old.oldest : fresh.oldest,
    numbers: [...fresh.numbers, ...old.numbers].slice(0, 100), indices: [...indices].map(([index, of]) => ({ index, count: of })) };
}

function draw(found) {
  const total = count();
  element("letters-all").hidden = total === 0;
  element("letters-none").hidden = total > 0;
  element("letters-note").textContent = total ? `${total.toLocaleString()} with ${counted(groups.length, "reason", "reasons")}, ${bytesText(found.bytes)} on disk` : "";
  element("letters-retry").textContent = total === 1 ? "Try it again" : `Try all ${total.toLocaleString()} again`;
  const list = groups.map(groupOf);
  if (others) list.push(make("p", "dim", `${counted(others, "further one has a reason", "further ones have reasons")} of its own: the download has all.`));
  fill(element("letters-list"), ...list);
  tick();
}

function groupOf(group) {
  const box = make("details", "card letter-group");
  box.dataset.row = "";
  const facts = make("span", "letter-facts dim", group.processor ? make("span", "", `${group.processor} in ${group.pipeline}${group.tag ? `, tag ${group.tag}` : ""}`) : null,
    make("span", "", group.indices.map((one) => one.index).slice(0, 3).join(", "), group.indices.length > 3 ? " and others" : ""), make("span", "", "newest ", ago(group.newest)));
  box.append(make("summary", "", make("b", "letter-count", group.count.toLocaleString()), make("span", "letter-words", shape(group), facts)));
  const body = make("div", "letter-body");
  box.append(body);
  box.addEventListener("toggle", () => {
    opened[box.open ? "add" : "delete"](group.shape);
    if (box.open && !body.hasChildNodes()) openGroup(group, body);
  });
  box.open = opened.has(group.shape);
  return box;
}

/** The reason without its place, what differs shown as a hole. */
function shape(group) {
  const text = (group.pipeline ? group.shape.replace(/ \(pipeline [^]*\)$/, "") : group.shape).replace(/^illegal_argument_exception: /, "");
  const words = make("span", "letter-shape");
  text.split(/(…|#)/).forEach((part, at) => words.append(at % 2 ? make("span", "hole", part === "#" ? "0" : "∗") : part));
  return words;
}

function openGroup(group, body) {
  const chosen = { shape: group.shape };
  const download = link(urlOf("dead-letters/export", chosen), "Download", "button quiet");
  download.download = "dead-letters.ndjson";
  const all = group.count === 1 ? "" : ` all ${group.count.toLocaleString()}`;
  const list = make("div", "letters");
  const more = button("", "quiet", (event) => busy(event.currentTarget, () => showMore(group, list, more)));
  body.append(make("div", "toolbar", button(`Try${all} again`, "", (event) => again(event.currentTarget, chosen, group.count)),
    button(`Give${all} up…`, "quiet", (event) => giveUp(event.currentTarget, { ...chosen, to: end }, group.count)), download,
    group.pipeline ? button(`Mend pipeline ${group.pipeline}`, "quiet", () => told.openPipeline(group.pipeline)) : null), list, more);
  showMore(group, list, more);
}

/** The newest first. */
async function showMore(group, list, more) {
  const from = list.childElementCount;
  try {
    const numbers = group.numbers.slice(from, from + shownAtOnce);
    const { letters } = await ask("dead-letters", { numbers: numbers.join(",") });
    list.append(...letters.reverse().map((letter) => letterBox(letter, group)));
    if (from === 0 && list.firstChild) list.firstChild.open = true;
    tick();
  } catch (error) {
    problem("letters-problem", error);
  }
  const left = group.numbers.length - list.childElementCount;
  more.hidden = list.childElementCount >= group.count;
  more.textContent = left > 0 ? `Show ${Math.min(left, shownAtOnce)} older` : `The newest ${list.childElementCount} are shown; the download has all ${group.count.toLocaleString()}`;
  more.disabled = left <= 0;
}

function letterBox(letter, group) {
  const box = make("details", "letter");
  const chosen = { numbers: String(letter.number) };
  const facts = [["reason", letter.reason], ["index", letter.index], ["pipeline", letter.failed_pipeline ?? letter.pipeline], ["asked for", letter.pipeline !== letter.failed_pipeline ? letter.pipeline : null],
    ["_id", letter.id], ["received", `${new Date(letter.received).toLocaleString()} (${letter.received})`]];
  box.append(make("summary", "", ago(letter.received), make("code", "letter-line", letter.document.slice(0, 300))),
    make("dl", "letter-dl", ...facts.filter(([, value]) => value).flatMap(([name, value]) => [make("dt", "dim", name), make("dd", "", value)])),
    make("pre", "letter-json", pretty(letter.document)),
    make("div", "toolbar", button("Try again", "", (event) => again(event.currentTarget, chosen, 1)), button("Give up…", "quiet", (event) => giveUp(event.currentTarget, chosen, 1)),
      group.pipeline ? button("Try it in its pipeline", "quiet", () => told.openPipeline(group.pipeline, letter)) : null));
  return box;
}

/** Tries letters again and says what became of them. */
export async function again(control, chosen, total) {
  const sum = { replayed: 0, succeeded: 0, failed_again: 0, waiting: 0 };
  let isStopped = false;
  await busy(control, async () => {
    const to = end;
    problem("letters-problem", null);
    try {
      isStopped = await working(element("letters-working"), `Trying ${total.toLocaleString()} again`, async (signal, tell) => {
        let next;
        do {
          const answer = await change("dead-letters/replay", { ...chosen, from: next, to: chosen.numbers ? undefined : to }, signal);
          for (const key of Object.keys(sum)) sum[key] += answer[key] ?? 0;
          next = answer.next;
          tell(`Tried ${sum.replayed.toLocaleString()} of ${total.toLocaleString()} again`);
        } while (next !== undefined);
        return true;
      }) === null;
    } catch (error) {
      problem("letters-problem", error);
    }
    await showLetters();
    say(outcome(sum, isStopped), sum.failed_again > 0 ? "warn" : "ok");
  });
  return sum;
}

function outcome(sum, isStopped) {
  const parts = [];
  if (sum.succeeded) parts.push(`${sum.succeeded.toLocaleString()} went through`);
  if (sum.failed_again) parts.push(`${sum.failed_again.toLocaleString()} came back`);
  if (sum.waiting) parts.push(`${sum.waiting.toLocaleString()} still wait to be processed`);
  const words = sum.replayed ? `Tried ${sum.replayed.toLocaleString()} again: ${parts.join(", ")}.` : "None was tried again: they are done with, or somebody else is at them.";
  return isStopped ? `Stopped. ${words} What was under way goes on.` : words;
}

async function giveUp(control, chosen, total) {
  const what = counted(total, "document", "documents");
  const isSure = await confirmed({ title: `Give up ${what}?`, words: "They are gone for good then, and are not found in the logs. Download them first if somebody may need them.", yes: `Give ${total === 1 ? "it" : "them"} up` });
  if (!isSure) return;
  await busy(control, async () => {
    let gone = 0;
    try {
      await working(element("letters-working"), "Giving up", async (signal) => {
        let next;
        do {
          const answer = await change("dead-letters/discard", { ...chosen, from: next }, signal);
          gone += answer.discarded;
          next = answer.next;
        } while (next !== undefined);
      });
    } catch (error) {
      problem("letters-problem", error);
    }
    await showLetters();
    say(`Gave up ${counted(gone, "document", "documents")}.`, "quiet");
  });
}

/** Stays in sight: what it is about may be gone from the page. */
function say(words, tone) {
  const line = element("letters-said");
  line.className = `said ${tone}`;
  line.hidden = false;
  fill(line, make("span", "", words), button("Close", "quiet", () => (line.hidden = true)));
  // The button that was pressed is gone with its letters: keys go on from here.
  line.tabIndex = -1;
  if (document.activeElement === document.body) line.focus({ preventScroll: true });
}
