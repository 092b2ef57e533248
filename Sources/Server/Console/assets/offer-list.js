// The list of completions below an input, walked by keys and pressed. What is offered, and what taking one does, says who
// has it.
import { make } from "./elements.js";

/** `take(offer)` is called with the offer somebody takes: `{ text, kind, detail }` and whatever else its maker knows. */
export function offerList(input, list, take) {
  let shown = [];
  let chosen = -1;
  let asked = 0;

  function close() {
    asked += 1;
    shown = [];
    chosen = -1;
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  /** Shows what `find()` comes to, unless something else was asked for meanwhile, or it is no more than what is typed. */
  async function show(find, typed) {
    const ticket = ++asked;
    let found;
    try {
      found = await find();
    } catch {
      // Completion is a comfort: without it the query can still be typed.
      return close();
    }
    if (ticket !== asked) return;
    if (!found.length || (found.length === 1 && found[0].text === typed)) return close();
    shown = found;
    chosen = -1;
    list.replaceChildren(...found.map((offer, index) => {
      const item = make("li", "", make("span", "offer-name", offer.text), make("span", "offer-kind", offer.kind),
        offer.detail && make("span", "offer-detail", offer.detail));
      item.id = `offer-${index}`;
      item.role = "option";
      item.addEventListener("pointerdown", (event) => {
        event.preventDefault();
        choose(index);
        takeChosen();
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

  function takeChosen() {
    const offer = shown[Math.max(0, chosen)];
    close();
    take(offer);
  }

  /** Whether a key was for the list; then nobody else is to do anything for it. */
  function key(event) {
    if (list.hidden) return false;
    if (event.key === "ArrowDown") choose(chosen + 1);
    else if (event.key === "ArrowUp") choose(chosen < 0 ? shown.length - 1 : chosen - 1);
    else if (event.key === "Tab" && !event.shiftKey) takeChosen();
    else if (event.key === "Enter" && chosen >= 0) takeChosen();
    else if (event.key === "Escape") close();
    else return false;
    return true;
  }

  input.role = "combobox";
  input.setAttribute("aria-expanded", "false");
  input.addEventListener("blur", close);
  input.addEventListener("click", close);
  return { close, show, key };
}
