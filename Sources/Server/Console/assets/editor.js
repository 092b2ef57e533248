// The query's editor: a plain textarea, painted behind, with a list of completions below the cursor.
import { offers } from "./completion.js";
import { offerList } from "./offer-list.js";
import { contextAt, offsetOf, tokens } from "./promql.js";

const query = document.getElementById("query");
const paint = document.getElementById("paint");
const list = offerList(query, document.getElementById("suggestions"), take);

let context = null;
let problemAt = null;

export const text = () => query.value;
export const focus = () => query.focus();

export function setText(value) {
  query.value = value;
  changed();
}

/** Underlines the token where the server found the problem; nil takes the line away. */
export function markProblem(position) {
  problemAt = position ? offsetOf(query.value, position) : null;
  repaint();
}

function repaint() {
  const value = query.value;
  paint.replaceChildren();
  let isMarked = problemAt === null;
  for (const token of tokens(value)) {
    const piece = document.createElement("span");
    piece.className = `t-${token.kind}`;
    piece.textContent = token.text;
    const isHere = !isMarked && problemAt < token.at + token.text.length && token.kind !== "space";
    if (isHere) {
      piece.classList.add("t-problem");
      isMarked = true;
    }
    paint.append(piece);
  }
  if (!isMarked) {
    const end = document.createElement("span");
    end.className = "t-problem";
    end.textContent = "\u00a0";
    paint.append(end);
  }
  // A last empty line has a height only with something in it.
  if (value.endsWith("\n") || value === "") paint.append("\u200b");
}

function changed() {
  problemAt = null;
  repaint();
}

function suggest() {
  const cursor = query.selectionStart;
  context = query.selectionEnd === cursor ? contextAt(query.value, cursor) : null;
  if (context) list.show(() => offers(context), context.typed);
  else list.close();
}

export const close = () => list.close();

function take(offer) {
  const after = query.value.slice(query.selectionStart);
  // A closing quote or bracket that stands there already is not written twice.
  const insert = after && offer.insert.endsWith(after[0]) && !/\w/.test(after[0]) ? offer.insert.slice(0, -1) : offer.insert;
  query.setSelectionRange(context.from, query.selectionStart);
  query.setRangeText(insert, context.from, query.selectionEnd, "end");
  changed();
}

/** Calls `run` when somebody wants the answer. */
export function start(run) {
  query.addEventListener("input", () => {
    changed();
    suggest();
  });
  query.addEventListener("keydown", (event) => {
    if (!list.key(event)) {
      if (event.key === " " && event.ctrlKey) suggest();
      else if (event.key === "Enter" && !event.shiftKey) {
        close();
        run();
      } else return;
    }
    event.preventDefault();
  });
  repaint();
}
