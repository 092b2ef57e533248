// JSON as text: indented without reading its numbers, so that none loses a digit; where a mistake or a part of it is.

/** The same JSON on lines of its own; what is no JSON stays as it is. */
export function pretty(text) {
  try {
    JSON.parse(text);
  } catch {
    return text;
  }
  let depth = 0;
  const line = () => `\n${"  ".repeat(depth)}`;
  let out = "";
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g)) {
    if (token === "{" || token === "[") {
      depth += 1;
      out += token + line();
    } else if (token === "}" || token === "]") {
      depth -= 1;
      // Nothing in it: it stays on its line.
      out = /[{[]\n *$/.test(out) ? out.trimEnd() + token : out + line() + token;
    } else if (token === ",") out += token + line();
    else out += token === ":" ? ": " : token;
  }
  return out;
}

/** Where a text stops being JSON, in words, too; browsers tell the place of some mistakes only. Nothing when it is JSON. */
export function mistake(text) {
  try {
    JSON.parse(text);
    return null;
  } catch (error) {
    const { at, words } = firstMistake(text) ?? { at: 0, words: error.message };
    const before = text.slice(0, at).split("\n");
    return { at, words: `line ${before.length}, column ${before.at(-1).length + 1}: ${words}` };
  }
}

const depthMax = 500;

function firstMistake(text) {
  let at = 0;
  const take = (pattern) => {
    pattern.lastIndex = at;
    const found = pattern.test(text);
    if (found) at = pattern.lastIndex;
    return found;
  };
  const expect = (pattern, words) => {
    take(/[ \t\n\r]*/y);
    if (!take(pattern)) throw { at, words: at >= text.length ? `${words} expected, but it ends here` : `${words} expected` };
  };
  const string = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
  const scalar = new RegExp(`true|false|null|-?(?:0|[1-9]\\d*)(?:\\.\\d+)?(?:[eE][+-]?\\d+)?|${string.source}`, "y");
  const value = (depth) => {
    if (depth > depthMax) throw { at, words: "nested too deep" };
    take(/[ \t\n\r]*/y);
    const close = { "{": /\}/y, "[": /\]/y }[text[at]];
    if (!close) return expect(scalar, "a value");
    const isObject = text[at] === "{";
    at += 1;
    take(/[ \t\n\r]*/y);
    if (take(close)) return;
    do {
      if (isObject) {
        expect(string, "a name in quotation marks");
        expect(/:/y, "a colon");
      }
      value(depth + 1);
      take(/[ \t\n\r]*/y);
    } while (take(/,/y));
    expect(close, isObject ? "a comma or }" : "a comma or ]");
  };
  try {
    value(0);
    take(/[ \t\n\r]*/y);
    return at < text.length ? { at, words: "nothing more expected" } : null;
  } catch (found) {
    if (found instanceof Error) throw found;
    return found;
  }
}

/** The only member's value of an object, as it is written. */
export const onlyMember = (text) => text.trim().replace(/^\{\s*"(?:[^"\\]|\\.)*"\s*:/, "").replace(/\}$/, "").trim();

/** From where to where `processors[2].on_failure[0]` stands in a text that is JSON; nothing where it does not. */
export function placeOf(text, path) {
  const wanted = path.replaceAll("[", ".").replaceAll("]", "").split(".");
  const tokens = [...text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g)];
  let at = 0;
  const end = (from) => {
    let depth = 0;
    for (let place = from; place < tokens.length; place += 1) {
      if ("{[".includes(tokens[place][0])) depth += 1;
      else if ("}]".includes(tokens[place][0])) depth -= 1;
      if (depth === 0) return place;
    }
    return tokens.length - 1;
  };
  for (const [depth, part] of wanted.entries()) {
    const isList = tokens[at]?.[0] === "[";
    if (!isList && tokens[at]?.[0] !== "{") return null;
    let place = at + 1;
    for (let index = 0; ; index += 1) {
      if (!tokens[place] || "}]".includes(tokens[place][0])) return null;
      const key = isList ? String(index) : JSON.parse(tokens[place][0]);
      if (!isList) place += 2;
      if (key === part) break;
      place = end(place) + 1;
      if (tokens[place]?.[0] !== ",") return null;
      place += 1;
    }
    at = place;
    // What is within a processor stands behind its type.
    const isProcessor = isList && tokens[at]?.[0] === "{" && depth + 1 < wanted.length;
    if (isProcessor && tokens[at + 1]?.[0] !== JSON.stringify(wanted[depth + 1])) at += 3;
  }
  const close = tokens[end(at)];
  return { from: tokens[at].index, to: close.index + close[0].length };
}
