// Names of fields, and after one its values, offered while a query of logs is typed.
import { make } from "./elements.js";
import { shownValue } from "./log-text.js";

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
export function completion(input, list, { names, values, isLucene }) {
  let shown = [];
  let chosen = -1;
  let context = null;
  let asked = 0;
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

  function close() {
    asked += 1;
    shown = [];
    chosen = -1;
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
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

  async function suggest(isAsked = false) {
    const ticket = ++asked;
    context = input.selectionStart === input.selectionEnd ? contextAt(input.value, input.selectionStart) : null;
    if (!context || (context.kind === "name" && !context.typed && !isAsked)) return close();
    let found;
    try {
      found = (await offers()).slice(0, offeredMax);
    } catch {
      // Completion is a comfort: without it the query can still be typed.
      return close();
    }
    if (ticket !== asked) return;
    if (!found.length || (found.length === 1 && found[0].text === context.typed)) return close();
    shown = found;
    chosen = -1;
    list.replaceChildren(...found.map((offer, index) => {
      const item = make("li", "", make("span", "offer-name", offer.text), make("span", "offer-kind", offer.kind));
      item.id = `offer-${index}`;
      item.role = "option";
      item.addEventListener("pointerdown", (event) => {
        event.preventDefault();
        choose(index);
        take();
      });
      return item;
    }));
    list.hidden = false;
    list.scrollTop = 0;
    input.setAttribute("aria-expanded", "true");
  }

  function choose(index) {
    list.children[chosen]?.removeAttribute("aria-selected");
    chosen = (index + shown.length) % shown.length;
    const item = list.children[chosen];
    item.setAttribute("aria-selected", "true");
    item.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", item.id);
  }

  function take() {
    const { insert } = shown[Math.max(0, chosen)];
    const isName = context.kind === "name";
    input.setRangeText(insert, context.from, input.selectionStart, "end");
    close();
    // Behind a name its values come next.
    if (isName) suggest();
  }

  input.role = "combobox";
  input.setAttribute("aria-expanded", "false");
  input.addEventListener("input", () => suggest());
  input.addEventListener("blur", close);
  input.addEventListener("click", close);
  input.addEventListener("keydown", (event) => {
    const isOpen = !list.hidden;
    if (event.key === " " && event.ctrlKey) suggest(true);
    else if (isOpen && event.key === "ArrowDown") choose(chosen + 1);
    else if (isOpen && event.key === "ArrowUp") choose(chosen < 0 ? shown.length - 1 : chosen - 1);
    else if (isOpen && event.key === "Tab" && !event.shiftKey) take();
    else if (isOpen && event.key === "Enter" && chosen >= 0) take();
    else if (isOpen && event.key === "Escape") close();
    else {
      // What is asked for is what is typed.
      if (event.key === "Enter") close();
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  });
}
