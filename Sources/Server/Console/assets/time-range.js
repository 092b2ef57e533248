// The time a page looks at: a span up to now or up to a chosen time. It stands in the page's form and in its URL.

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
  button.addEventListener("click", async () => {
    // Only secure pages may write to the clipboard; the address bar has the link as well.
    try {
      await navigator.clipboard.writeText(location.origin + address());
      button.textContent = "Copied";
    } catch {
      button.textContent = "Copy it from the address bar";
    }
    setTimeout(() => (button.textContent = "Copy link"), 2000);
  });
}

export class TimeRange {
  #form;
  #changed;

  /** `changed` is called when somebody chooses another time. */
  constructor(form, changed) {
    this.#form = form;
    this.#changed = changed;
    form.elements.range.addEventListener("change", changed);
    element("end-local").addEventListener("change", (event) => {
      const time = Date.parse(event.target.value);
      this.#setEnd(Number.isNaN(time) ? null : time / 1000);
      changed();
    });
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

  #shift(direction) {
    const end = this.end + direction * this.span / 2;
    this.#setEnd(end >= Date.now() / 1000 ? null : end);
    this.#changed();
  }

  #setRange(range) {
    const list = this.#form.elements.range;
    list.querySelector("[data-own]")?.remove();
    if (![...list.options].some((option) => option.value === range)) {
      const span = duration(range);
      const own = new Option(span >= 120 ? `${Math.round(span / 60)} min` : `${span} s`, range);
      own.dataset.own = "yes";
      list.add(own);
    }
    list.value = range;
  }

  #setEnd(time) {
    this.#form.elements.end.value = time === null ? "" : new Date(time * 1000).toISOString().replace(/\.\d+Z$/, "Z");
    const local = element("end-local");
    if (time === null) local.value = "";
    else {
      const date = new Date(time * 1000);
      local.value = new Date(date.getTime() - date.getTimezoneOffset() * 60000).toISOString().slice(0, 19);
    }
  }
}
