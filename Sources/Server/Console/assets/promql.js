// Just enough of PromQL's surface to paint it and to know what may stand at a place. What a query means is the
// server's to say.

const patterns = [
  ["comment", /#[^\n]*/y],
  ["string", /"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?|`[^`]*`?/y],
  ["duration", /(?:\d+(?:ms|[smhdwy]))+(?![\w])/y],
  ["number", /0x[\da-f]+|(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?/iy],
  ["word", /[a-zA-Z_:][a-zA-Z0-9_:.]*/y],
  ["space", /\s+/y],
  ["operator", /=~|!~|!=|==|<=|>=|[-+*/%^=<>@]/y],
  ["bracket", /[()[\]{}]/y],
];

export const aggregations = [
  "sum", "avg", "count", "min", "max", "group", "stddev", "stdvar", "topk", "bottomk", "count_values", "quantile",
];
const grouping = ["by", "without", "on", "ignoring", "group_left", "group_right"];
export const words = [...grouping, "and", "or", "unless", "offset", "bool", "atan2"];

/** Pieces of `text` in order, each with its kind and where it begins. */
export function tokens(text) {
  const found = [];
  let at = 0;
  while (at < text.length) {
    let kind = "other";
    let piece = text[at];
    for (const [name, pattern] of patterns) {
      pattern.lastIndex = at;
      const match = pattern.exec(text);
      if (match) {
        kind = name;
        piece = match[0];
        break;
      }
    }
    found.push({ kind, text: piece, at });
    at += piece.length;
  }
  return found;
}

/** What may be completed at `cursor`: kind of name, the part typed already, and what it belongs to. */
export function contextAt(text, cursor) {
  const before = tokens(text.slice(0, cursor)).filter((token) => token.kind !== "space");
  const last = before.at(-1);
  if (last?.kind === "comment") return null;
  let braces = -1;
  let brackets = -1;
  const parens = [];
  before.forEach((token, index) => {
    if (token.kind !== "bracket") return;
    if (token.text === "{") braces = index;
    else if (token.text === "}") braces = -1;
    else if (token.text === "[") brackets = index;
    else if (token.text === "]") brackets = -1;
    else if (token.text === "(") parens.push(index);
    else if (token.text === ")") parens.pop();
  });
  if (brackets >= 0) {
    const typed = text.slice(before[brackets].at + 1, cursor);
    return /^\s*\w*$/.test(typed) ? { kind: "duration", typed: typed.trim(), from: cursor - typed.trimStart().length } : null;
  }
  if (braces >= 0) return insideBraces(before, braces, text, cursor);
  const isWord = last?.kind === "word" && last.at + last.text.length === cursor;
  const opener = parens.length ? before[parens.at(-1) - 1] : null;
  if (opener && grouping.includes(opener.text)) {
    return { kind: "label", typed: isWord ? last.text : "", from: isWord ? last.at : cursor, metric: metricOf(text) };
  }
  if (isWord) return { kind: "name", typed: last.text, from: last.at };
  if (!last || ["operator", "bracket", "other"].includes(last.kind)) return { kind: "name", typed: "", from: cursor };
  return null;
}

function insideBraces(before, braces, text, cursor) {
  const inner = before.slice(braces + 1);
  const last = inner.at(-1);
  const owner = before[braces - 1];
  const metric = owner?.kind === "word" ? owner.text : "";
  if (last?.kind === "string") {
    const quote = last.text[0];
    const isOpen = last.text.length === 1 || !last.text.endsWith(quote);
    const [name, operator] = inner.slice(-3, -1);
    if (!isOpen || operator?.kind !== "operator" || name?.kind !== "word") return null;
    return { kind: "value", typed: last.text.slice(1), from: last.at + 1, metric, label: name.text, quote };
  }
  const isWord = last?.kind === "word" && last.at + last.text.length === cursor;
  const previous = isWord ? inner.at(-2) : last;
  if (previous && previous.text !== "," ) return null;
  return { kind: "label", typed: isWord ? last.text : "", from: isWord ? last.at : cursor, metric };
}

/** The first name in a query that is no function: whose labels a grouping most likely means. */
function metricOf(text) {
  const all = tokens(text).filter((token) => token.kind !== "space");
  const at = all.findIndex((token, index) => token.kind === "word" && !words.includes(token.text)
    && !aggregations.includes(token.text) && all[index + 1]?.text !== "("
    && !isGrouped(all, index));
  return at < 0 ? "" : all[at].text;
}

function isGrouped(all, index) {
  for (let at = index - 1; at >= 0; at -= 1) {
    if (all[at].text === ")") return false;
    if (all[at].text === "{") return true;
    if (all[at].text === "}") return false;
    if (all[at].text === "(") return grouping.includes(all[at - 1]?.text);
  }
  return false;
}

/** Offset of the server's 1-based line and column in `text`. Columns count characters, not UTF-16 units. */
export function offsetOf(text, { line, column }) {
  const lines = text.split("\n");
  let offset = 0;
  for (let index = 0; index < line - 1 && index < lines.length; index += 1) offset += lines[index].length + 1;
  const here = [...(lines[line - 1] ?? "")].slice(0, column - 1).join("");
  return Math.min(text.length, offset + here.length);
}
