// What is wrong with a query, told with the place marked in the text that was typed.
import { make } from "./elements.js";

const place = /line 1, column (\d+)/;

/** `error` is of `typed` alone. Without one nothing is shown. */
export function showProblem(box, input, error, typed) {
  box.hidden = !error;
  input.setAttribute("aria-invalid", String(Boolean(error)));
  if (!error) return box.replaceChildren();
  const letters = [...typed];
  box.replaceChildren(make("span", "", error.message));
  const first = Number(place.exec(error.message)?.[1] ?? 0);
  if (first < 1 || first > letters.length + 1) return;
  const here = letters[first - 1];
  box.append(make("code", "query-place", letters.slice(0, first - 1).join(""), make("mark", "", here?.trim() ? here : "\u00a0"), letters.slice(first).join("")));
  const at = letters.slice(0, first - 1).join("").length;
  if (document.activeElement === input) input.setSelectionRange(at, at + (here?.length ?? 0));
}
