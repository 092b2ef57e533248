// The waterfall: a row for each span, of which only those in view are made, so that a hundred thousand scroll as ten do.
import { make } from "./elements.js";
import { durationText } from "./trace-figures.js";
import { hueOf } from "./trace-hues.js";
import { markText } from "./trace-notes.js";

/** Rows made above and below those in view. */
const spare = 10;
/** On a narrow screen a span's bar stands below its name. */
const narrow = matchMedia("(max-width: 46rem)");
const rowHeight = () => (narrow.matches ? 42 : 28);
/** Deeper spans are no longer moved to the right. */
const indentsMax = 24;

export class Waterfall {
  #box;
  #all;
  #ruler;
  #on;
  #trace = { spans: [], critical_path: [] };
  #pieces = new Map();
  #shown = [];
  #places = new Map();
  #folded = new Set();
  #found = new Set();
  #isOnlyCritical = false;
  #rows = new Map();
  #from = 0;
  #to = 1;
  #isDue = false;
  #isStale = false;
  selected = -1;

  constructor(box, all, ruler, on) {
    this.#box = box;
    this.#all = all;
    this.#ruler = ruler;
    this.#on = on;
    box.addEventListener("scroll", () => this.#draw(), { passive: true });
    box.addEventListener("keydown", (event) => this.#key(event));
    all.addEventListener("click", (event) => this.#click(event));
    new ResizeObserver(() => this.draw()).observe(box);
    narrow.addEventListener("change", () => this.#list());
  }

  show(trace) {
    this.#trace = trace;
    this.#pieces = new Map();
    for (const piece of trace.critical_path) {
      if (!this.#pieces.has(piece.span)) this.#pieces.set(piece.span, []);
      this.#pieces.get(piece.span).push(piece);
    }
    this.look(0, Math.max(1, trace.duration_ns));
    this.#list();
  }

  look(from, to) {
    this.#from = from;
    this.#to = Math.max(to, from + 1);
    const ticks = narrow.matches ? 3 : 5;
    this.#ruler.replaceChildren(...Array.from({ length: ticks }, (_, at) => make("span", "", at === 0 && from === 0 ? "0" : durationText(from + (to - from) * at / (ticks - 1)))));
    this.draw();
  }

  mark(found) {
    this.#found = found;
    this.draw();
  }

  showOnlyCritical(isOn) {
    this.#isOnlyCritical = isOn;
    this.#list();
  }

  /** Folds all but the roots, or opens all; says which it did. */
  foldAll() {
    const isFolding = this.#folded.size === 0;
    this.#folded = new Set(isFolding ? this.#trace.spans.flatMap((_, at) => (this.#hasChildren(at) ? [at] : [])) : []);
    this.#list();
    return isFolding;
  }

  /** Opens what it is folded into and brings it into view. */
  select(at) {
    for (let parent = this.#trace.spans[at].parent; parent !== null; parent = this.#trace.spans[parent].parent) this.#folded.delete(parent);
    this.#list();
    this.#choose(at, true);
  }

  // Spans come parents first and with their children behind them.
  #hasChildren(at) {
    return this.#trace.spans[at + 1]?.depth > this.#trace.spans[at].depth;
  }

  #list() {
    this.#shown = [];
    this.#places = new Map();
    let hiddenBelow = Infinity;
    this.#trace.spans.forEach((span, at) => {
      if (span.depth > hiddenBelow) return;
      hiddenBelow = this.#folded.has(at) ? span.depth : Infinity;
      if (this.#isOnlyCritical && !span.critical) return;
      this.#places.set(at, this.#shown.length);
      this.#shown.push(at);
    });
    this.#all.style.height = `${this.#shown.length * rowHeight()}px`;
    this.draw();
  }

  /** Anew: what is in view may look different now. */
  draw() {
    this.#isStale = true;
    this.#draw();
  }

  /** Once a frame: rows that went out of view go, those that came into it are made. */
  #draw() {
    if (this.#isDue) return;
    this.#isDue = true;
    requestAnimationFrame(() => {
      this.#isDue = false;
      if (this.#isStale) {
        for (const row of this.#rows.values()) row.remove();
        this.#rows.clear();
        this.#isStale = false;
      }
      const high = rowHeight();
      const first = Math.max(0, Math.floor(this.#box.scrollTop / high) - spare);
      const last = Math.min(this.#shown.length, Math.ceil((this.#box.scrollTop + this.#box.clientHeight) / high) + spare);
      for (const [place, row] of this.#rows) {
        if (place >= first && place < last) continue;
        row.remove();
        this.#rows.delete(place);
      }
      const fresh = document.createDocumentFragment();
      for (let place = first; place < last; place += 1) {
        if (this.#rows.has(place)) continue;
        const row = this.#row(this.#shown[place]);
        row.style.transform = `translateY(${place * high}px)`;
        this.#rows.set(place, row);
        fresh.append(row);
      }
      this.#all.append(fresh);
    });
  }

  #row(at) {
    const span = this.#trace.spans[at];
    const isFailed = span.status === "error";
    const name = make("div", "span-name");
    name.style.paddingLeft = `${Math.min(span.depth, indentsMax) * (narrow.matches ? 0.4 : 0.75) + 0.25}rem`;
    const fold = make("span", "span-fold", this.#hasChildren(at) ? (this.#folded.has(at) ? "▸" : "▾") : "");
    fold.setAttribute("aria-hidden", "true");
    const signs = [isFailed || span.error_count ? "✕" : "", ...span.marks.map((mark) => (mark === "clock_skew" ? "◷" : mark === "orphan" ? "⇡" : "!"))].join("");
    name.append(fold, make("i", `mark ${hueOf(span.service)}`), make("b", "", span.service), ` ${span.name} `);
    const sign = signs && make("span", `span-signs${isFailed || span.error_count ? " figure-bad" : " figure-warn"}`, signs);
    if (sign) {
      sign.title = [isFailed ? "failed" : "", span.error_count ? "an error was reported" : "", ...span.marks.map(markText)].filter(Boolean).join("; ");
      name.append(sign);
    }
    const row = make("div", `span-row${at === this.selected ? " chosen-row" : ""}${this.#found.has(at) ? " found" : ""}${span.critical ? " critical" : ""}`, name, this.#track(span, at, isFailed));
    row.id = `span-${at}`;
    row.dataset.at = at;
    row.setAttribute("role", "treeitem");
    row.setAttribute("aria-level", span.depth + 1);
    row.setAttribute("aria-selected", at === this.selected);
    if (this.#hasChildren(at)) row.setAttribute("aria-expanded", !this.#folded.has(at));
    row.setAttribute("aria-label", `${span.service} ${span.name}, ${durationText(span.duration_ns)}, after ${durationText(span.offset_ns)}${isFailed ? ", failed" : ""}${span.critical ? ", on the critical path" : ""}${span.marks.map((mark) => `, ${markText(mark)}`).join("")}`);
    return row;
  }

  #track(span, at, isFailed) {
    const track = make("div", "span-track");
    const length = Math.max(0, span.duration_ns);
    const [start, end] = [span.offset_ns, span.offset_ns + length].map((time) => this.#share(time));
    if (end < 0 || start > 1) {
      track.append(make("span", "span-away dim", end < 0 ? "‹ earlier" : "later ›"));
      return track;
    }
    const bar = make("div", `span-bar ${hueOf(span.service)}${isFailed ? " failed" : ""}${span.marks.includes("clock_skew") ? " skewed" : ""}`);
    const [left, right] = [Math.max(0, start), Math.min(1, end)];
    bar.style.left = `${left * 100}%`;
    bar.style.width = `${(right - left) * 100}%`;
    track.append(bar);
    for (const piece of this.#pieces.get(at) ?? []) {
      const [from, to] = [piece.offset_ns, piece.offset_ns + piece.duration_ns].map((time) => Math.min(1, Math.max(0, this.#share(time))));
      if (to <= from) continue;
      const strip = make("div", "span-critical");
      strip.style.left = `${from * 100}%`;
      strip.style.width = `${(to - from) * 100}%`;
      track.append(strip);
    }
    const label = make("span", "span-time", durationText(span.duration_ns));
    // Where there is more room.
    if (left > 1 - right) {
      label.classList.add("before");
      label.style.right = `${(1 - left) * 100}%`;
    } else label.style.left = `${right * 100}%`;
    track.append(label);
    return track;
  }

  #share = (time) => (time - this.#from) / (this.#to - this.#from);

  /** Brings the chosen row into view. */
  reveal() {
    const place = this.#places.get(this.selected);
    if (place === undefined) return;
    const high = rowHeight();
    const top = place * high;
    const { scrollTop, clientHeight } = this.#box;
    if (top < scrollTop || top + high > scrollTop + clientHeight) this.#box.scrollTop = Math.max(0, top - clientHeight / 3);
  }

  #choose(at, isScrolled) {
    this.selected = at;
    if (!this.#places.has(at)) return;
    if (isScrolled) this.reveal();
    this.draw();
    // The row is made in the next frame.
    requestAnimationFrame(() => this.#box.setAttribute("aria-activedescendant", `span-${at}`));
    this.#on.onSelect(at);
  }

  #fold(at) {
    if (!this.#hasChildren(at)) return;
    if (!this.#folded.delete(at)) this.#folded.add(at);
    this.#list();
  }

  #click(event) {
    const row = event.target.closest(".span-row");
    if (!row) return;
    const at = Number(row.dataset.at);
    if (event.target.classList.contains("span-fold")) return this.#fold(at);
    this.#choose(at, false);
    this.#on.onOpen(at);
  }

  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const place = this.#places.get(this.selected) ?? -1;
    const page = Math.max(1, Math.floor(this.#box.clientHeight / rowHeight()) - 1);
    const moves = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity };
    if (event.key in moves) {
      const next = Math.min(this.#shown.length - 1, Math.max(0, place + moves[event.key]));
      if (this.#shown.length) this.#choose(this.#shown[next], true);
    } else if (event.key === "Enter" || event.key === " ") {
      if (place >= 0) this.#on.onOpen(this.selected);
    } else if (event.key === "ArrowRight" && place >= 0) {
      if (this.#folded.has(this.selected)) this.#fold(this.selected);
      else if (this.#hasChildren(this.selected) && this.#shown[place + 1] !== undefined) this.#choose(this.#shown[place + 1], true);
    } else if (event.key === "ArrowLeft" && place >= 0) {
      const { parent } = this.#trace.spans[this.selected];
      if (this.#hasChildren(this.selected) && !this.#folded.has(this.selected)) this.#fold(this.selected);
      else if (parent !== null && this.#places.has(parent)) this.#choose(parent, true);
    } else return;
    event.preventDefault();
  }
}
