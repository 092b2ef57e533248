// The query's editor: a plain textarea, painted behind, with a list of completions below the cursor.
import { offers } from "./completion.js";
import { contextAt, offsetOf, tokens } from "./promql.js";

const query = document.getElementById("query");
const paint = document.getElementById("paint");
const list = document.getElementById("suggestions");

let shown = [];
let chosen = -1;
let context = null;
let asked = 0;
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

async function suggest() {
  const ticket = ++asked;
  const cursor = query.selectionStart;
  context = query.selectionEnd === cursor ? contextAt(query.value, cursor) : null;
  if (!context) return close();
  let found;
  try {
    found = await offers(context);
  } catch {
    // Completion is a comfort: without it the query can still be typed.
    return close();
  }
  if (ticket !== asked) return;
  if (!found.length || (found.length === 1 && found[0].text === context.typed)) return close();
  show(found);
}

function show(found) {
  shown = found;
  chosen = -1;
  list.replaceChildren(...found.map((offer, index) => {
    const item = document.createElement("li");
    item.id = `offer-${index}`;
    item.role = "option";
    const name = document.createElement("span");
    name.className = "offer-name";
    name.textContent = offer.text;
    const kind = document.createElement("span");
    kind.className = "offer-kind";
    kind.textContent = offer.kind;
    item.append(name, kind);
    if (offer.detail) {
      const detail = document.createElement("span");
      detail.className = "offer-detail";
      detail.textContent = offer.detail;
      item.append(detail);
    }
    item.addEventListener("mousedown", (event) => {
      event.preventDefault();
      choose(index);
      take();
    });
    return item;
  }));
  list.hidden = false;
  list.scrollTop = 0;
  query.setAttribute("aria-expanded", "true");
}

export function close() {
  asked += 1;
  shown = [];
  chosen = -1;
  list.hidden = true;
  query.setAttribute("aria-expanded", "false");
  query.removeAttribute("aria-activedescendant");
}

function choose(index) {
  list.children[chosen]?.removeAttribute("aria-selected");
  chosen = (index + shown.length) % shown.length;
  const item = list.children[chosen];
  item.setAttribute("aria-selected", "true");
  item.scrollIntoView({ block: "nearest" });
  query.setAttribute("aria-activedescendant", item.id);
}

function take() {
  const offer = shown[Math.max(0, chosen)];
  const after = query.value.slice(query.selectionStart);
  // A closing quote or bracket that stands there already is not written twice.
  const insert = after && offer.insert.endsWith(after[0]) && !/\w/.test(after[0]) ? offer.insert.slice(0, -1) : offer.insert;
  query.setSelectionRange(context.from, query.selectionStart);
  query.setRangeText(insert, context.from, query.selectionEnd, "end");
  close();
  changed();
}

/** Calls `run` when somebody wants the answer. */
export function start(run) {
  query.role = "combobox";
  query.setAttribute("aria-expanded", "false");
  query.addEventListener("input", () => {
    changed();
    suggest();
  });
  query.addEventListener("blur", close);
  query.addEventListener("click", close);
  query.addEventListener("keydown", (event) => {
    const isOpen = !list.hidden;
    if (event.key === " " && event.ctrlKey) suggest();
    else if (isOpen && event.key === "ArrowDown") choose(chosen + 1);
    else if (isOpen && event.key === "ArrowUp") choose(chosen < 0 ? shown.length - 1 : chosen - 1);
    else if (isOpen && event.key === "Tab" && !event.shiftKey) take();
    else if (isOpen && event.key === "Enter" && chosen >= 0) take();
    else if (event.key === "Enter" && !event.shiftKey) {
      close();
      run();
    } else if (isOpen && event.key === "Escape") close();
    else return;
    event.preventDefault();
  });
  repaint();
}
