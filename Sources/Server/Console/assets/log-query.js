// The query of the page: what somebody typed, the filters they clicked, the columns they chose.

/** A value in KQL: always in quotes, so that nothing in it is an operator. */
const quoted = (value) => `"${String(value).replace(/[\\"]/g, "\\$&")}"`;
/** A field's name in either language: what would be an operator is escaped. */
const named = (field) => field.replace(/[\\():<>"*{}\s+\-!^~?/[\]&|=]/g, (one) => (one === "-" ? one : `\\${one}`));

/** A longer value would be a filter that nobody can read, in an address that nobody can send. */
export const filterValueMax = 2000;

const isPattern = (value) => typeof value.pattern === "string" && Array.isArray(value.phrases)
  && value.phrases.length > 0 && value.phrases.every((phrase) => typeof phrase === "string");

export class LogQuery {
  typed = "";
  language = "kql";
  by = "log.level";
  /** `lines` or `patterns`. */
  view = "lines";
  /**
   * `{ field, value, isNegated, isOff }`; a value of null asks for the field itself, one of `{ pattern, phrases }` for
   * the words of a pattern.
   */
  filters = [];
  columns = [];
  /** `desc`: the newest first; `asc`. */
  order = "desc";

  setText(typed, language, by) {
    this.typed = typed.trim();
    this.language = language;
    this.by = by;
  }

  add(field, value, isNegated) {
    const same = this.filters.find((one) => one.field === field && JSON.stringify(one.value) === JSON.stringify(value));
    if (same) Object.assign(same, { isNegated, isOff: false });
    else this.filters.push({ field, value, isNegated, isOff: false });
  }

  addMissing(field) {
    this.add(field, null, true);
  }

  toggleColumn(field) {
    const at = this.columns.indexOf(field);
    if (at < 0) this.columns.push(field);
    else this.columns.splice(at, 1);
  }

  /** The whole as one query of its language. */
  text() {
    const isKQL = this.language === "kql";
    const parts = this.filters.filter((one) => !one.isOff).map(({ field, value, isNegated }) => {
      const test = value?.phrases ? `(${value.phrases.map((phrase) => `${named(field)}:${quoted(phrase)}`).join(isKQL ? " and " : " AND ")})`
        : value === null ? (isKQL ? `${named(field)}: *` : `_exists_:${named(field)}`)
        : isKQL ? `${named(field)}: ${quoted(value)}` : `${named(field)}:${quoted(value)}`;
      return isNegated ? (isKQL ? `not ${test}` : `NOT ${test}`) : test;
    });
    if (this.typed) parts.unshift(parts.length ? `(${this.typed})` : this.typed);
    // Lucene's NOT alone among ANDs keeps its meaning; a query of negations only needs something to take away from.
    if (!isKQL && !this.typed && parts.length && parts.every((part) => part.startsWith("NOT "))) parts.unshift("*:*");
    return parts.join(isKQL ? " and " : " AND ");
  }

  /** Words that a line was found by, for marking them. */
  words() {
    const free = this.typed.replace(/[\w.@-]+\s*:\s*("(\\.|[^"])*"|\([^)]*\)|\S+)/g, (all, value) => (/^message/.test(all) ? value : " "));
    return [...free.matchAll(/"((?:\\.|[^"])*)"|([\p{L}\p{N}_]+)/gu)]
      .map(([, phrase, word]) => phrase ?? word)
      .filter((word) => word.length > 1 && !/^(and|or|not|message)$/i.test(word)).slice(0, 20);
  }

  read(parameters) {
    this.typed = parameters.get("query") ?? "";
    this.language = parameters.get("language") === "lucene" ? "lucene" : "kql";
    this.by = parameters.get("by") ?? "log.level";
    this.view = parameters.get("view") === "patterns" ? "patterns" : "lines";
    this.columns = parameters.getAll("column");
    this.order = parameters.get("order") === "asc" ? "asc" : "desc";
    this.filters = parameters.getAll("filter").flatMap((text) => {
      try {
        const [field, value, flags] = JSON.parse(text);
        if (typeof field !== "string") return [];
        if (value !== null && typeof value === "object" && !isPattern(value)) return [];
        return [{ field, value, isNegated: String(flags).includes("n"), isOff: String(flags).includes("o") }];
      } catch {
        return [];
      }
    });
  }

  write(parameters) {
    if (this.typed) parameters.set("query", this.typed);
    if (this.language !== "kql") parameters.set("language", this.language);
    if (this.by !== "log.level") parameters.set("by", this.by);
    if (this.view !== "lines") parameters.set("view", this.view);
    if (this.order !== "desc") parameters.set("order", this.order);
    for (const column of this.columns) parameters.append("column", column);
    for (const { field, value, isNegated, isOff } of this.filters) {
      parameters.append("filter", JSON.stringify([field, value, (isNegated ? "n" : "") + (isOff ? "o" : "")]));
    }
  }
}

/** A filter as a thing to look at and to change. */
export function pill(filter, { negate, disable, remove }) {
  const item = document.createElement("li");
  item.className = `pill${filter.isNegated ? " negated" : ""}${filter.isOff ? " off" : ""}`;
  const text = document.createElement("button");
  text.type = "button";
  text.title = filter.isOff ? "Turn on" : "Turn off";
  text.setAttribute("aria-pressed", String(!filter.isOff));
  const words = filter.value === null ? `${filter.field} exists` : filter.value.pattern ? `like ${filter.value.pattern}` : `${filter.field}: ${filter.value}`;
  text.textContent = filter.isNegated ? `not ${words}` : words;
  text.addEventListener("click", disable);
  const turn = document.createElement("button");
  turn.type = "button";
  turn.title = filter.isNegated ? "Keep these instead" : "Leave these out instead";
  turn.textContent = filter.isNegated ? "+" : "−";
  turn.addEventListener("click", negate);
  const end = document.createElement("button");
  end.type = "button";
  end.title = "Remove the filter";
  end.setAttribute("aria-label", `Remove the filter ${text.textContent}`);
  end.textContent = "×";
  end.addEventListener("click", remove);
  item.append(text, turn, end);
  return item;
}
