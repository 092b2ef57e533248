// What pages of traces share: a form that is the address, one question under way at a time, a place for problems.
import { APIProblem } from "./api.js";
import { progress } from "./progress.js";
import { copyLink, TimeRange } from "./time-range.js";

const element = (id) => document.getElementById(id);

export class TraceForm {
  #names;
  #show;
  #underWay = null;
  /** Of the present question, in seconds since 1970. */
  range = { start: 0, end: 0 };

  /** `names` of the form's fields stand in the address; `show(signal)` asks and shows, false where there is nothing. */
  constructor(names, show) {
    this.#names = names;
    this.#show = show;
    this.form = element("explore");
    this.time = new TimeRange(this.form, () => this.run());
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.run();
    });
    for (const field of this.form.querySelectorAll("select:not(#range), input[list]")) field.addEventListener("change", () => this.run());
    copyLink(element("copy-link"), () => this.address());
    addEventListener("popstate", () => {
      this.#read();
      this.run({ isQuiet: true });
    });
  }

  start() {
    this.#read();
    this.run({ isQuiet: true });
  }

  value(name) {
    return this.form.elements[name].value.trim();
  }

  set(name, value) {
    this.form.elements[name].value = value;
  }

  address() {
    const parameters = new URLSearchParams();
    for (const name of this.#names) if (this.value(name)) parameters.set(name, this.value(name));
    this.time.write(parameters);
    return `${location.pathname}?${parameters}`;
  }

  /** The time of the page, for the addresses of others. */
  get timeParameters() {
    const parameters = new URLSearchParams();
    this.time.write(parameters);
    return Object.fromEntries(parameters);
  }

  get seconds() {
    return this.range.end - this.range.start;
  }

  /** The time and those of `names` that say something, as the API takes them. */
  asked(names = []) {
    return { ...this.#times(this.range.start, this.range.end), ...this.#said(names) };
  }

  /** The same for as long a time before. */
  askedBefore(names = []) {
    return { ...this.#times(this.range.start - this.seconds, this.range.start), ...this.#said(names) };
  }

  #times = (start, end) => ({ from: String(Math.round(start * 1000)), to: String(Math.round(end * 1000)) });

  #said(names) {
    return Object.fromEntries(names.map((name) => [name, this.value(name)]).filter(([, value]) => value));
  }

  #read() {
    const parameters = new URLSearchParams(location.search);
    for (const name of this.#names) {
      const field = this.form.elements[name];
      field.value = parameters.get(name) ?? (field.options ? field.options[0].value : "");
    }
    this.time.read(parameters);
  }

  async run({ isQuiet = false } = {}) {
    this.#underWay?.abort();
    if (!isQuiet && `${location.pathname}${location.search}` !== this.address()) history.pushState(null, "", this.address());
    this.problem(null);
    const mine = new AbortController();
    this.#underWay = mine;
    this.range = { start: this.time.end - this.time.span, end: this.time.end };
    const done = progress(mine);
    const began = performance.now();
    try {
      const isFound = await this.#show(mine.signal);
      if (mine !== this.#underWay) return;
      element("hints").hidden = isFound;
      if (isFound) element("figures").textContent += ` · ${Math.round(performance.now() - began)} ms`;
    } catch (error) {
      if (mine !== this.#underWay) return;
      element("hints").hidden = true;
      this.problem(error.name === "AbortError" ? new APIProblem("canceled", 0)
        : error instanceof APIProblem ? error : new APIProblem(`the page failed: ${error.message}`, 0));
    } finally {
      done();
      if (mine === this.#underWay) this.#underWay = null;
    }
  }

  problem(error) {
    const box = element("query-problem");
    box.hidden = !error;
    box.textContent = error?.message ?? "";
  }

  zoom(startMilliseconds, endMilliseconds) {
    this.time.zoom(startMilliseconds / 1000, endMilliseconds / 1000, 1);
  }
}
