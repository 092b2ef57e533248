// All spans of a trace in a strip; dragging over a time looks at it closer.
import { brush } from "./brush.js";
import { svg } from "./elements.js";
import { hueOf } from "./trace-hues.js";

const width = 1000;

export class Minimap {
  #canvas;
  #view;
  #trace = null;

  constructor(canvas, onLook) {
    this.#canvas = canvas;
    const chosen = svg("rect", { class: "chosen", x: 0, y: 0, width: 0, height: 1 });
    this.#view = svg("path", { class: "minimap-off", d: "" });
    const over = svg("svg", { class: "minimap-over", viewBox: `0 0 ${width} 1`, preserveAspectRatio: "none", "aria-hidden": "true" });
    over.append(this.#view, chosen);
    canvas.parentElement.append(over);
    brush(over, chosen, (from, to) => onLook(from * this.#trace.duration_ns, to * this.#trace.duration_ns));
    over.addEventListener("dblclick", () => onLook(0, this.#trace.duration_ns));
    new ResizeObserver(() => this.draw()).observe(canvas);
  }

  show(trace) {
    this.#trace = trace;
    this.draw();
  }

  /** What is not looked at is dimmed. */
  look(from, to) {
    const [start, end] = [from, to].map((time) => time / Math.max(1, this.#trace.duration_ns) * width);
    this.#view.setAttribute("d", `M0 0H${start}V1H0ZM${end} 0H${width}V1H${end}Z`);
  }

  draw() {
    const canvas = this.#canvas;
    if (!this.#trace || !canvas.clientWidth) return;
    const ratio = devicePixelRatio;
    canvas.width = canvas.clientWidth * ratio;
    canvas.height = canvas.clientHeight * ratio;
    const context = canvas.getContext("2d");
    const style = getComputedStyle(canvas);
    const colours = new Map();
    const colour = (name) => {
      if (!colours.has(name)) colours.set(name, style.getPropertyValue(`--${name}`).trim());
      return colours.get(name);
    };
    const { spans, duration_ns: whole } = this.#trace;
    const high = canvas.height / Math.max(spans.length, 12);
    // What failed is drawn last: among ten thousand it would be covered.
    for (const isFailed of [false, true]) {
      spans.forEach((span, at) => {
        if ((span.status === "error") !== isFailed) return;
        context.fillStyle = isFailed ? colour("p0") : colour(hueOf(span.service));
        const x = span.offset_ns / Math.max(1, whole) * canvas.width;
        context.fillRect(x, at * high, Math.max(ratio, Math.max(0, span.duration_ns) / Math.max(1, whole) * canvas.width), Math.max(ratio, high * 0.8));
      });
    }
  }
}
