// New lines as they come, by server-sent events. The filter may change while it runs: the stream is opened anew. While it
// is paused what comes waits, so that somebody can read what is there.
import { APIProblem } from "./api.js";
import { urlOf } from "./log-api.js";
import { timeZone } from "./log-text.js";

/** More are not kept while it is paused: so many are shown. */
const waitingMax = 500;
/** What comes faster is shown together: a person reads no faster, and a browser has other things to do. */
const shownEvery = 400;
/** The rate is that of the last so many seconds. */
const rateSeconds = 10;

export class Tail {
  #stream = null;
  #button;
  #pause;
  #calls;
  #count = 0;
  #dropped = 0;
  #fresh = [];
  #showing = 0;
  #waiting = [];
  #waitingCount = 0;
  /** How many came in each of the last seconds. */
  #seconds = [];
  #clock = 0;
  isOn = false;
  isPaused = false;

  constructor({ button, pause, ...calls }) {
    this.#button = button;
    this.#pause = pause;
    this.#calls = calls;
    pause.addEventListener("click", () => this.pause(!this.isPaused));
    addEventListener("pagehide", () => this.#stream?.close());
  }

  toggle(query) {
    this.#set(!this.isOn);
    if (this.isOn) return this.follow(query);
    this.#calls.onEnd();
  }

  #set(isOn) {
    this.isOn = isOn;
    this.#button.setAttribute("aria-pressed", String(this.isOn));
    this.#button.textContent = this.isOn ? "Stop" : "Live tail";
    this.#pause.hidden = !this.isOn;
    clearInterval(this.#clock);
    if (this.isOn) this.#clock = setInterval(() => this.#tick(), 1000);
    else this.#stream?.close();
  }

  /** What comes waits until it goes on. */
  pause(isPaused) {
    if (!this.isOn || this.isPaused === isPaused) return;
    if (isPaused) this.#show();
    this.isPaused = isPaused;
    this.#pause.setAttribute("aria-pressed", String(isPaused));
    this.#pause.textContent = isPaused ? "Resume" : "Pause";
    const rows = isPaused ? [] : this.#waiting;
    if (!isPaused) this.#forgetWaiting();
    this.#calls.onRows(rows, this.#words());
  }

  follow(query) {
    this.#stream?.close();
    this.#count = this.#dropped = 0;
    this.#seconds = [];
    this.#fresh = [];
    this.#forgetWaiting();
    this.pause(false);
    const stream = new EventSource(urlOf("tail", { query: query.text(), language: query.language, time_zone: timeZone }));
    this.#stream = stream;
    this.#calls.onRows([], this.#words());
    stream.addEventListener("open", () => this.#calls.onProblem(null));
    stream.addEventListener("rows", (event) => this.#take(JSON.parse(event.data).rows));
    stream.addEventListener("dropped", (event) => {
      const { count } = JSON.parse(event.data);
      this.#dropped += count;
      this.#seconds[0] = (this.#seconds[0] ?? 0) + count;
    });
    stream.addEventListener("error", () => {
      if (stream.readyState !== EventSource.CLOSED) return this.#calls.onProblem(new APIProblem("connection lost, trying again", 0));
      this.#set(false);
      this.#calls.onRefused();
    });
  }

  #take(rows) {
    this.#count += rows.length;
    this.#seconds[0] = (this.#seconds[0] ?? 0) + rows.length;
    if (!this.isPaused) {
      this.#fresh = this.#fresh.concat(rows).slice(-waitingMax);
      this.#showing ||= setTimeout(() => this.#show(), shownEvery);
      return;
    }
    this.#waiting = this.#waiting.concat(rows).slice(-waitingMax);
    this.#waitingCount += rows.length;
  }

  #show() {
    clearTimeout(this.#showing);
    this.#showing = 0;
    const rows = this.#fresh;
    this.#fresh = [];
    if (this.isOn) this.#calls.onRows(rows, this.#words());
  }

  #forgetWaiting() {
    this.#waiting = [];
    this.#waitingCount = 0;
  }

  #tick() {
    this.#calls.onWords(this.#words());
    this.#seconds = [0, ...this.#seconds].slice(0, rateSeconds);
  }

  #words() {
    if (!this.#count && !this.#dropped) return this.isPaused ? "Paused" : "Waiting for new lines";
    const came = this.#seconds.reduce((sum, count) => sum + count, 0);
    const rate = Math.round(came / Math.max(1, this.#seconds.length) * 10) / 10;
    return `${this.#count.toLocaleString()} new ${this.#count === 1 ? "line" : "lines"}, ${rate.toLocaleString()} a second`
      + (this.#dropped ? `, ${this.#dropped.toLocaleString()} more came too fast to be shown` : "")
      + (this.isPaused ? `; paused, ${this.#waitingCount.toLocaleString()} ${this.#waitingCount > waitingMax ? `came, the last ${waitingMax} wait` : "wait"}` : "");
  }
}
