// Pipelines: which there are and what uses them; one opened, tried on a document, changed and stored.
import { button, fill, link, make, table, word } from "./elements.js";
import { mistake, onlyMember, placeOf, pretty } from "./json-text.js";
import { ask, elastic, elasticText } from "./processing-api.js";
import { confirmed } from "./processing-confirm.js";
import { again, groupsOf, letterOf } from "./processing-letters.js";
import { showSteps } from "./processing-steps.js";
import { busy, counted, problem, working } from "./processing-work.js";

const element = (id) => document.getElementById(id);
const mayEdit = "mayEdit" in element("processing").dataset;
const path = (name) => `_ingest/pipeline/${encodeURIComponent(name)}`;
const fresh = { description: "", processors: [{ grok: { field: "message", patterns: ["%{GREEDYDATA:message}"] } }] };

let pipelines = [];
/** The one that is open: `name`, the entry of the list, and its text as it is stored. Of a new one without a name. */
let open = null;
/** Where the document came from. */
let index = "";

export async function showPipelines() {
  try {
    ({ pipelines } = await ask("pipelines"));
    problem("pipelines-problem", null);
  } catch (error) {
    return problem("pipelines-problem", error);
  }
  drawList();
}

/** Anew when dead letters were read. */
export function drawList() {
  element("pipelines-none").hidden = pipelines.length > 0;
  element("pipelines-note").textContent = pipelines.length ? pipelines.length.toLocaleString() : "";
  fill(element("pipelines-list"), pipelines.length ? table(["Pipeline", "Processors", "Used by", "From", ...(mayEdit ? ["Dead letters"] : [])], pipelines.map(row)) : null);
}

function row(one) {
  const name = link(`/logs/processing?pipeline=${encodeURIComponent(one.name)}`, one.name, "pipeline-name");
  name.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    openPipeline(one.name);
  });
  const letters = mayEdit ? groupsOf(one.name).reduce((sum, group) => sum + group.count, 0) : 0;
  const uses = one.used_by.map((use) => make("li", "", make("code", "", use.indices.join(", ")), make("span", "dim", ` ${use.as === "final_pipeline" ? "at the end, " : ""}${use.by}`)));
  return [[name, one.description ? make("p", "dim", one.description) : null, one.is_run ? null : word("bad", "cannot be read by this version")].filter(Boolean), one.processors.toLocaleString(),
    uses.length ? make("ul", "", ...uses) : make("span", "dim", "only who asks for it"), one.file ? make("code", "", one.file) : "API", ...(mayEdit ? [letters ? word("bad", letters.toLocaleString()) : make("span", "dim", "none")] : [])];
}

/** `letter`: what it is to be tried on. */
export async function openPipeline(name, letter = null, { isQuiet = false } = {}) {
  if (!(await mayLeave())) return;
  try {
    const text = pretty(onlyMember(await elasticText(path(name))));
    open = { name, entry: pipelines.find((one) => one.name === name) ?? null, text };
  } catch (error) {
    problem("pipelines-problem", error.status === 404 ? Object.assign(error, { message: `There is no pipeline ${name}.` }) : error);
    return close();
  }
  problem("pipelines-problem", null);
  if (!isQuiet) history.pushState(null, "", `/logs/processing?pipeline=${encodeURIComponent(name)}`);
  show();
  if (mayEdit) await (letter ? useLetter(letter) : prefill());
}

function show() {
  const file = open.entry?.file;
  element("pipeline").hidden = false;
  element("pipeline-title").textContent = open.name ?? "New pipeline";
  element("pipeline-from").textContent = file ? `It comes from ${file} of the configuration: change it there and reload. What you change here is only tried.`
    : !mayEdit ? "Your role may look, not change or try: that takes an editor." : open.name ? "" : "It is used once an index template names it, or a sender asks for it.";
  element("pipeline-text").value = open.text;
  element("pipeline-name-box").hidden = open.name !== null;
  problem("pipeline-problem", null);
  if (mayEdit) {
    element("pipeline-save").hidden = Boolean(file);
    element("try-letter").hidden = open.name === null || groupsOf(open.name).length === 0;
    element("try-stored").hidden = !open.entry?.used_by.length;
    element("try-steps").replaceChildren();
    say("");
  }
  element("pipeline").scrollIntoView({ block: "start" });
  element(open.name === null ? "pipeline-name" : "pipeline-title").focus({ preventScroll: true });
}

export function close() {
  open = null;
  element("pipeline").hidden = true;
}

const isChanged = () => open !== null && mayEdit && !open.entry?.file && element("pipeline-text").value !== open.text;

function mayLeave() {
  return !isChanged() || confirmed({ title: "Leave your changes?", words: `What you changed of ${open.name ?? "the new pipeline"} is not stored.`, yes: "Leave them" });
}

const say = (...words) => fill(element("pipeline-said"), ...words);

/** The newest dead letter of it, else the newest document of an index that uses it. */
async function prefill() {
  const [group] = groupsOf(open.name).sort((a, b) => (a.newest < b.newest ? 1 : -1));
  if (group) return useLetter(await letterOf(group.numbers[0]));
  if (open.entry?.used_by.length) return useStored();
  use('{"message": ""}', "logs-test-default", "an example: put one of yours in its place");
}

function use(text, from, words) {
  index = from;
  element("try-document").value = pretty(text);
  element("try-from").textContent = words;
}

function useLetter(letter) {
  if (!letter) return;
  use(letter.document, letter.index, `a dead letter for ${letter.index}, ${new Date(letter.received).toLocaleString()}`);
}

async function useStored() {
  const indices = open.entry.used_by.flatMap((one) => one.indices);
  try {
    const found = await ask("rows", { index: indices.join(","), limit: 1 });
    const newest = found.rows[0];
    if (!newest) return use('{"message": ""}', indices[0].replaceAll("*", "default"), `an example: nothing is stored in ${indices.join(", ")}`);
    const line = await (await fetch(`/ops/v1/logs/export?${new URLSearchParams({ index: newest.index, limit: "1", order: "desc" })}`)).text();
    use(line.trim(), newest.index, `as stored in ${newest.index}, ${new Date(newest.time ?? Date.now()).toLocaleString()}`);
  } catch (error) {
    problem("pipeline-problem", error);
  }
}

/** The text of a field when it is JSON; else says where it is not. */
function checked(id, what) {
  const field = element(id);
  const wrong = mistake(field.value);
  if (!wrong) return field.value;
  select(field, wrong.at, wrong.at + 1);
  problem("pipeline-problem", Object.assign(new Error(`${what}, ${wrong.words}`), { status: 400 }));
  return null;
}

function select(field, from, to) {
  field.focus();
  field.setSelectionRange(from, Math.min(to, field.value.length));
  const lines = field.value.slice(0, from).split("\n").length;
  field.scrollTop = Math.max(0, (lines - 4) * Number.parseFloat(getComputedStyle(field).lineHeight));
}

/** What the API refused, with the processor it is about selected. */
function refused(error) {
  const field = element("pipeline-text");
  const place = error.path ? placeOf(field.value, error.path) : null;
  if (place) select(field, place.from, place.to);
  problem("pipeline-problem", error.path ? Object.assign(error, { message: `${error.path}: ${error.message}` }) : error);
}

async function tryIt() {
  problem("pipeline-problem", null);
  const definition = checked("pipeline-text", "Definition");
  const text = definition && checked("try-document", "Document");
  if (!text) return;
  try {
    // Put together as texts: numbers keep their digits.
    const body = `{"pipeline":${definition},"docs":[{"_index":${JSON.stringify(index)},"_source":${text}}]}`;
    const answer = await working(element("try-working"), "Trying it", (signal) => elastic("POST", "_ingest/pipeline/_simulate?verbose=true", { body, signal }));
    if (answer) showSteps(element("try-steps"), answer.docs[0].processor_results, { _index: index, _id: "_id", _source: JSON.parse(text) });
  } catch (error) {
    element("try-steps").replaceChildren();
    refused(error);
  }
}

async function save() {
  problem("pipeline-problem", null);
  say("");
  const name = open.name ?? element("pipeline-name").value.trim();
  if (!name) {
    element("pipeline-name").focus();
    return problem("pipeline-problem", Object.assign(new Error("A pipeline needs a name, as web-access."), { status: 400 }));
  }
  const definition = checked("pipeline-text", "Definition");
  if (!definition) return;
  if (open.name === null && pipelines.some((one) => one.name === name)) {
    return problem("pipeline-problem", Object.assign(new Error(`There is a pipeline ${name} already: take another name, or open that one.`), { status: 409 }));
  }
  try {
    await elastic("PUT", path(name), { body: definition });
  } catch (error) {
    return refused(error);
  }
  await showPipelines();
  open = { name, entry: pipelines.find((one) => one.name === name) ?? null, text: definition };
  element("pipeline-title").textContent = name;
  element("pipeline-name-box").hidden = true;
  history.replaceState(null, "", `/logs/processing?pipeline=${encodeURIComponent(name)}`);
  const failed = groupsOf(name);
  const count = failed.reduce((sum, group) => sum + group.count, 0);
  say(word("ok", "Saved"), " Documents that come from now on go through it. ", count ? button(`Try its ${counted(count, "dead letter", "dead letters")} again`, "", (event) => retry(event.currentTarget, failed)) : null);
}

async function retry(control, failed) {
  const sum = { succeeded: 0, failed_again: 0, waiting: 0 };
  for (const group of failed) {
    control.removeAttribute("aria-busy");
    const found = await again(control, { shape: group.shape }, group.count);
    for (const key of Object.keys(sum)) sum[key] += found[key];
  }
  control.remove();
  drawList();
  say(word(sum.failed_again ? "warn" : "ok", `${counted(sum.succeeded, "document", "documents")} went through, ${sum.failed_again} came back${sum.waiting ? `, ${sum.waiting} still wait` : ""}.`));
}

export async function readAddress() {
  const name = new URLSearchParams(location.search).get("pipeline");
  if (name) await openPipeline(name, null, { isQuiet: true });
  else close();
}

export function startPipelines() {
  element("pipeline-close").addEventListener("click", async () => {
    if (!(await mayLeave())) return;
    close();
    history.pushState(null, "", "/logs/processing");
    element("pipelines").scrollIntoView({ block: "start" });
  });
  element("pipeline-form").addEventListener("submit", (event) => {
    event.preventDefault();
    if (mayEdit) busy(element("try-run"), tryIt);
  });
  if (!mayEdit) return;
  element("pipeline-save").addEventListener("click", (event) => busy(event.currentTarget, save));
  element("pipeline-new").addEventListener("click", async () => {
    if (!(await mayLeave())) return;
    open = { name: null, entry: null, text: JSON.stringify(fresh, null, 2) };
    element("pipeline-name").value = "";
    show();
    await prefill();
  });
  element("try-letter").addEventListener("click", async () => {
    const [group] = groupsOf(open.name);
    if (group) useLetter(await letterOf(group.numbers[0]));
  });
  element("try-stored").addEventListener("click", useStored);
  addEventListener("beforeunload", (event) => {
    if (isChanged()) event.preventDefault();
  });
}
