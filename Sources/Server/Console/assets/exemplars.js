// Traces behind a graph: a diamond for each exemplar of the series it is made of, which leads to its trace.
import { figure, number } from "./graph.js";
import { link, make } from "./elements.js";
import { timeText } from "./trace-figures.js";
import { traceLink } from "./trace-links.js";

/** Diamonds nearer to each other cannot be pressed apart. */
const pixelsApart = 10;
const listed = 6;

export class Exemplars {
  #layer;
  #list;
  #found = [];
  #isByValue = false;
  #plot = null;

  constructor(layer, list) {
    this.#layer = layer;
    this.#list = list;
  }

  clear() {
    this.#found = [];
    this.#plot = null;
    this.#layer.replaceChildren();
    this.#list.hidden = true;
  }

  /** `data` as the API answers for the query of the graph. */
  show(query, data) {
    // A quantile is of the same kind as what exemplars measured; of a rate they only share the time.
    this.#isByValue = /\bhistogram_(quantile|avg)\b/.test(query);
    this.#found = data.flatMap((series) => series.exemplars.map((one) => exemplar(one, series.seriesLabels))).filter((one) => one.trace)
      .sort((a, b) => b.value - a.value);
    this.#draw();
    const traces = new Set();
    const slowest = this.#found.filter((one) => !traces.has(one.trace) && traces.add(one.trace)).slice(0, listed);
    this.#list.hidden = slowest.length === 0;
    this.#list.replaceChildren(make("span", "dim", make("i"), `Traces behind it, of ${this.#found.length} the largest: `), ...slowest.map((one) => {
      const node = link(traceLink(one.trace, one.span), `${figure(one.value)} at ${timeText(one.time)}`);
      node.title = one.title;
      return node;
    }));
  }

  place(plot) {
    this.#plot = plot;
    this.#draw();
  }

  #draw() {
    if (!this.#plot) return;
    const { x, y, area } = this.#plot;
    const taken = new Set();
    const made = [];
    for (const one of this.#found) {
      const left = x(one.time);
      if (left < area.x || left > area.x + area.w) continue;
      const bottom = area.y + area.h - 8;
      const top = this.#isByValue ? Math.min(bottom, Math.max(area.y + 8, y(one.value))) : bottom;
      const cell = `${Math.round(left / pixelsApart)} ${Math.round(top / pixelsApart)}`;
      if (taken.has(cell)) continue;
      taken.add(cell);
      const node = link(traceLink(one.trace, one.span), "", "exemplar");
      node.title = one.title;
      node.setAttribute("aria-label", one.title);
      // The list below leads to the same for keys.
      node.tabIndex = -1;
      node.style.left = `${left}px`;
      node.style.top = `${top}px`;
      made.push(node);
    }
    this.#layer.replaceChildren(...made);
  }
}

function exemplar(one, labels) {
  const value = number(one.value);
  const time = one.timestamp * 1000;
  const trace = one.labels.trace_id ?? one.labels.traceID ?? one.labels.traceId;
  const about = [labels.service ?? labels.job, labels.span_name].filter(Boolean).join(" ");
  return { value, time, trace, span: one.labels.span_id ?? one.labels.spanID ?? one.labels.spanId, title: `Trace of ${figure(value)} at ${timeText(time)}${about ? `, ${about}` : ""}` };
}
