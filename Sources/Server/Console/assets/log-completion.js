// Names of fields, and after one its values, offered while a query of logs is typed.
import { shownValue } from "./log-text.js";
import { offerList } from "./offer-list.js";

const offeredMax = 40;
const keptFor = 30_000;
const words = ["and", "or", "not"];

/** What stands before the cursor: a name being typed, or a value behind a name. */
function contextAt(text, cursor) {
  const before = text.slice(0, cursor);
  // Within quotes that are not closed only a value may be completed.
  const value = /([\w@.-]+)\s*:\s*("?)([^\s"():]*)$/.exec(before);
  if (value) return { kind: "value", field: value[1], quote: value[2], typed: value[3], from: cursor - value[3].length - value[2].length };
  if ((before.match(/(?<!\\)"/g) ?? []).length % 2) return null;
  const name = /[\w@.-]+$/.exec(before)?.[0] ?? "";
  return { kind: "name", typed: name, from: cursor - name.length };
}

/** `names()` are the fields that are known; `values(field)` answers with the most frequent ones. */
export function completion(input, suggestions, { names, values, isLucene }) {
  let context = null;
  const list = offerList(input, suggestions, take);
  /** Values that were asked for, by field: they are narrowed while somebody types, and asked for anew some time after. */
  const known = new Map();

  function valuesOf(field) {
    const kept = known.get(field);
    if (kept && performance.now() - kept.at < keptFor) return kept.promise;
    const promise = values(field);
    promise.catch(() => known.delete(field));
    known.set(field, { promise, at: performance.now() });
    return promise;
  }

  async function offers() {
    const wanted = context.typed.toLowerCase();
    if (context.kind === "name") {
      const own = isLucene() ? words.map((one) => one.toUpperCase()) : words;
      const all = names().map((name) => ({ text: name, insert: `${name}${isLucene() ? ":" : ": "}`, kind: "field" }));
      return [...all.filter((one) => one.text.toLowerCase().startsWith(wanted)),
        ...all.filter((one) => one.text.toLowerCase().indexOf(wanted) > 0),
        ...own.filter((one) => wanted && one.toLowerCase().startsWith(wanted)).map((one) => ({ text: one, insert: `${one} `, kind: "word" }))];
    }
    const found = await valuesOf(context.field);
    return found.map(shownValue).filter((one) => one && one.length < 200 && one.toLowerCase().includes(wanted))
      .map((one) => ({ text: one, insert: `${/^[\w.-]+$/.test(one) && !context.quote ? one : `"${one.replace(/[\\"]/g, "\\$&")}"`} `, kind: "value" }));
  }

  function suggest(isAsked = false) {
    context = input.selectionStart === input.selectionEnd ? contextAt(input.value, input.selectionStart) : null;
    if (!context || (context.kind === "name" && !context.typed && !isAsked)) return list.close();
    list.show(async () => (await offers()).slice(0, offeredMax), context.typed);
  }

  function take({ insert }) {
    const isName = context.kind === "name";
    input.setRangeText(insert, context.from, input.selectionStart, "end");
    // Behind a name its values come next.
    if (isName) suggest();
  }

  input.addEventListener("input", () => suggest());
  input.addEventListener("keydown", (event) => {
    if (!list.key(event)) {
      // What is asked for is what is typed.
      if (event.key === "Enter") list.close();
      if (event.key !== " " || !event.ctrlKey) return;
      suggest(true);
    }
    event.preventDefault();
    event.stopPropagation();
  });
}
