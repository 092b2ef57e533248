// What became of a document processor by processor, as a verbose `_simulate` tells it.
import { changeList, changes } from "./document-changes.js";
import { fill, make, word } from "./elements.js";
import { counted } from "./processing-work.js";

const states = {
  success: ["ok", "done"], error: ["bad", "failed"], error_ignored: ["warn", "failure passed over"],
  skipped: ["quiet", "passed over"], dropped: ["warn", "dropped the document"],
};

/** `results` of one document that went in as `input`. */
export function showSteps(box, results, input) {
  let before = input;
  const steps = results.map((result, at) => {
    const item = step(result, at, before);
    before = result.doc ?? before;
    return item;
  });
  fill(box, verdict(results, before), make("ol", "steps", ...steps),
    make("details", "step-document", make("summary", "", "The document at the end"), make("pre", "letter-json", JSON.stringify(before._source, null, 2))));
}

function verdict(results, document) {
  const last = results.at(-1);
  const number = counted(results.length, "step", "steps");
  if (!last) return make("p", "verdict", word("ok", "Nothing to do"), " the pipeline has no processors.");
  if (last.status === "error") return make("p", "verdict", word("bad", "It fails"), ` in ${last.processor_type}: the document would be a dead letter.`);
  if (last.status === "dropped") return make("p", "verdict", word("warn", "It is dropped"), ` by step ${results.length}: nothing would be stored.`);
  const handled = results.filter((one) => one.status === "error").length;
  return make("p", "verdict", word("ok", "It goes through"), ` in ${number}${handled ? `, ${counted(handled, "failure", "failures")} handled` : ""}; stored in ${document._index}.`);
}

function step(result, at, before) {
  const [tone, words] = states[result.status] ?? ["quiet", result.status];
  const error = result.error ?? result.ignored_error?.error;
  const item = make("li", `step ${result.status}`, make("p", "step-head", make("b", "", `${at + 1}. ${result.processor_type}`),
    result.tag ? make("span", "label", result.tag) : null, word(tone, words), result.description ? make("span", "dim", result.description) : null));
  if (result.if) item.append(make("p", "dim", "if ", make("code", "", result.if.condition), result.if.result ? " holds" : " does not hold"));
  if (error) item.append(make("p", "step-error", error.reason));
  if (result.doc && result.status !== "skipped") item.append(changeList(changes(before, result.doc)));
  return item;
}
