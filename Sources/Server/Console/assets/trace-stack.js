// A stack as its frames: the service's own code stands out, that of others is folded away.
import { make } from "./elements.js";

/** Frames shown before the others have to be asked for. */
const framesShown = 30;
/** Code that is not the service's own, as far as its place says. */
const foreign = /node_modules|site-packages|dist-packages|\/lib\/python|\(java\.|at (java|javax|sun|jdk)\.|node:internal|internal\/|\/go\/pkg\/mod\/|vendor\//;

export function stack(text) {
  if (!text) return null;
  const lines = text.split("\n").filter((line) => line.trim());
  const frames = (some) => some.map((line) => make("li", foreign.test(line) ? "foreign" : "", line));
  const list = make("ol", "stack", ...frames(lines.slice(0, framesShown)));
  if (lines.length <= framesShown) return list;
  const rest = make("details", "", make("summary", "dim", `${lines.length - framesShown} more frames`), make("ol", "stack", ...frames(lines.slice(framesShown))));
  return make("div", "", list, rest);
}
