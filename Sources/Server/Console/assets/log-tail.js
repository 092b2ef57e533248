// New lines as they come, by server-sent events. The filter may change while it runs: the stream is opened anew.
import { APIProblem } from "./api.js";
import { urlOf } from "./log-api.js";

export class Tail {
  #stream = null;
  #button;
  #calls;
  #count = 0;
  #dropped = 0;
  isOn = false;

  constructor({ button, ...calls }) {
    this.#button = button;
    this.#calls = calls;
    addEventListener("pagehide", () => this.#stream?.close());
  }

  toggle(query) {
    this.isOn = !this.isOn;
    this.#button.setAttribute("aria-pressed", String(this.isOn));
    this.#button.textContent = this.isOn ? "Stop" : "Live tail";
    if (this.isOn) return this.follow(query);
    this.#stream?.close();
    this.#calls.onEnd();
  }

  follow(query) {
    this.#stream?.close();
    this.#count = this.#dropped = 0;
    const stream = new EventSource(urlOf("tail", { query: query.text(), language: query.language }));
    this.#stream = stream;
    this.#calls.onRows([], "Waiting for new lines");
    stream.addEventListener("open", () => this.#calls.onProblem(null));
    stream.addEventListener("rows", (event) => {
      const { rows } = JSON.parse(event.data);
      this.#count += rows.length;
      this.#calls.onRows(rows, this.#words());
    });
    stream.addEventListener("dropped", (event) => {
      this.#dropped += JSON.parse(event.data).count;
      this.#calls.onRows([], this.#words());
    });
    stream.addEventListener("error", () => {
      const isRefused = stream.readyState === EventSource.CLOSED;
      this.#calls.onProblem(new APIProblem(isRefused ? "the server refuses to follow this query" : "connection lost, trying again", 0));
    });
  }

  #words() {
    return `${this.#count.toLocaleString()} new ${this.#count === 1 ? "line" : "lines"}` + (this.#dropped ? `, ${this.#dropped.toLocaleString()} more came too fast to be shown` : "");
  }
}
