// The time a page looks at: a span up to now or up to a chosen time. It stands in the page's form and in its URL.

import { copyOn } from "./copy.js";

const element = (id) => document.getElementById(id);
const seconds = { s: 1, m: 60, h: 3600, d: 86400, w: 604800, y: 31536000 };

/** `1h30m` or a plain number, in seconds; NaN for anything else. */
export function duration(text) {
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text);
  if (!/^(\d+(ms|[smhdwy]))+$/.test(text)) return NaN;
  let sum = 0;
  for (const [, count, unit] of text.matchAll(/(\d+)(ms|[smhdwy])/g)) sum += count * (unit === "ms" ? 0.001 : seconds[unit]);
  return sum;
}

/** Copies the page's address to the clipboard when the button is pressed. */
export function copyLink(button, address) {
  copyOn(button, () => location.origin + address(), "Copied", "Copy it from the address bar");
}

/** As people say it: in the largest unit that it is whole of, else in minutes or seconds. */
function spanWords(span) {
  for (const [name, size] of [["day", 86400], ["hour", 3600], ["minute", 60]]) {
    if (span >= size && span % size === 0) return `${span / size} ${name}${span === size ? "" : "s"}`;
  }
  if (span < 120) return `${Math.round(span)} seconds`;
  return span < 7200 ? `${Math.round(span / 60)} minutes` : `${Math.round(span / 360) / 10} hours`;
}

export class TimeRange {
  #form;
  #changed;

  /** `changed` is called when somebody chooses another time. */
  constructor(form, changed) {
    this.#form = form;
    this.#changed = changed;
    form.elements.range.addEventListener("change", () => {
      this.#showEnds();
      changed();
    });
    for (const id of ["start-local", "end-local"]) element(id).addEventListener("change", () => this.#choose(id));
    element("earlier").addEventListener("click", () => this.#shift(-1));
    element("later").addEventListener("click", () => this.#shift(1));
    element("to-now").addEventListener("click", () => {
      this.#setEnd(null);
      changed();
    });
  }

  /** Seconds. */
  get span() {
    return duration(this.#form.elements.range.value);
  }

  get isUpToNow() {
    return this.#form.elements.end.value === "";
  }

  /** Seconds since 1970; now when no end is chosen. */
  get end() {
    const chosen = Date.parse(this.#form.elements.end.value);
    return Number.isNaN(chosen) ? Date.now() / 1000 : chosen / 1000;
  }

  /** From `start` to `end`, in seconds since 1970; at least `spanMin` long. */
  zoom(start, end, spanMin = 60) {
    const wanted = Math.max(spanMin, end - start);
    const ranges = [...this.#form.elements.range.options].filter((option) => !option.dataset.own);
    const fits = ranges.find((option) => Math.abs(duration(option.value) - wanted) < 1);
    this.#setRange(fits?.value ?? `${Math.round(wanted)}s`);
    this.#setEnd(end);
    this.#changed();
  }

  /** The last `range`, up to now. */
  widen(range) {
    this.#setRange(range);
    this.#setEnd(null);
    this.#changed();
  }

  read(parameters) {
    const range = parameters.get("range") ?? "1h";
    this.#setRange(duration(range) > 0 ? range : "1h");
    const end = Date.parse(parameters.get("end") ?? "");
    this.#setEnd(Number.isNaN(end) ? null : end / 1000);
  }

  write(parameters) {
    parameters.set("range", this.#form.elements.range.value);
    if (this.#form.elements.end.value) parameters.set("end", this.#form.elements.end.value);
  }

  /** Of two ends the one that was not touched stays; one that is emptied is now, or as far back as it was. */
  #choose(id) {
    const [start, end] = [element("start-local"), element("end-local")];
    const [from, until] = [Date.parse(start.value) / 1000, Date.parse(end.value) / 1000];
    start.setCustomValidity("");
    if (Number.isNaN(until) && id === "end-local") this.#setEnd(null);
    else if (Number.isNaN(from)) this.#setEnd(Number.isNaN(until) ? null : until);
    else {
      const last = Number.isNaN(until) ? Date.now() / 1000 : until;
      if (from >= last) {
        start.setCustomValidity("It must begin before it ends.");
        return start.reportValidity();
      }
      return this.zoom(from, last, 1);
    }
    this.#changed();
  }

  #shift(direction) {
    const end = this.end + direction * this.span / 2;
    this.#setEnd(end >= Date.now() / 1000 ? null : end);
    this.#changed();
  }

  #setRange(range) {
    const list = this.#form.elements.range;
    list.querySelector("[data-own]")?.remove();
    const same = [...list.options].find((option) => duration(option.value) === duration(range));
    if (!same) {
      const own = new Option(spanWords(duration(range)), range);
      own.dataset.own = "yes";
      list.add(own);
    }
    list.value = same?.value ?? range;
    this.#showEnds();
  }

  #setEnd(time) {
    this.#form.elements.end.value = time === null ? "" : new Date(time * 1000).toISOString().replace(/\.\d+Z$/, "Z");
    this.#showEnds();
  }

  /** The two ends in the browser's time; empty while it is up to now, and moves. */
  #showEnds() {
    const local = (time) => {
      const date = new Date(time * 1000);
      return new Date(date.getTime() - date.getTimezoneOffset() * 60000).toISOString().slice(0, 19);
    };
    const isFixed = !this.isUpToNow;
    element("end-local").closest(".end").classList.toggle("fixed", isFixed);
    element("end-local").value = isFixed ? local(this.end) : "";
    element("start-local").value = isFixed ? local(this.end - this.span) : "";
  }
}
