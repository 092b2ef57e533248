// The range graph: dygraphs with our colours, and a table below it that is its legend.
/* global Dygraph */

/** More lines than this cannot be told apart, and cost seconds to draw. */
export const linesMax = 100;

// Told apart in both themes and with the common colour blindnesses; after the last they begin anew, dashed.
const palettes = {
  light: ["#0b5cad", "#c2410c", "#17703b", "#8b2fa8", "#a16207", "#be185d", "#0e7490", "#475569", "#4d7c0f", "#6d4bd1"],
  dark: ["#7fb8ff", "#ff9d5c", "#5fd39a", "#d79bf0", "#f2cc4d", "#ff8fb8", "#5ccfe0", "#b4c0cd", "#b5d767", "#b3a1ff"],
};

// Our table is the legend. The plug-in's own would set style attributes, which the page's policy forbids.
let isPrepared = false;
function prepare() {
  if (isPrepared) return;
  Dygraph.PLUGINS = Dygraph.PLUGINS.filter((plugin) => plugin !== Dygraph.Plugins.Legend);
  isPrepared = true;
}

let chart = null;
let drawn = null;

const isDark = () => getComputedStyle(document.documentElement).colorScheme === "dark";
const style = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const colours = (count) => Array.from({ length: count }, (_, index) => palettes[isDark() ? "dark" : "light"][index % 10]);
const dash = (index) => [null, [7, 3], [2, 2], [9, 3, 2, 3]][Math.floor(index / 10) % 4];

/** `1234567` → `1.235M`; small ones keep four digits. */
export function figure(value) {
  if (value === null || value === undefined) return "";
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e15)) return value.toExponential(3);
  for (const [unit, one] of [["T", 1e12], ["G", 1e9], ["M", 1e6], ["k", 1e3]]) {
    if (size >= one * 10 || (size >= one && unit !== "k")) return `${Number((value / one).toPrecision(4))}${unit}`;
  }
  return String(Number(value.toPrecision(6)));
}

export const number = (text) =>
  ({ "+Inf": Infinity, "-Inf": -Infinity, NaN })[text] ?? Number(text);

/** Columns for dygraphs: one time axis for all series; where one has no sample, there is a gap. */
export function columns(series, start, end, step) {
  const rows = [];
  const count = Math.floor((end - start) / step + 1e-9);
  for (let index = 0; index <= count; index += 1) rows.push([new Date((start + index * step) * 1000)]);
  series.forEach(({ values }, column) => {
    for (const row of rows) row.push(null);
    for (const [time, text] of values) {
      const row = rows[Math.round((time - start) / step)];
      const value = number(text);
      if (row) row[column + 1] = Number.isFinite(value) ? value : Number.isNaN(value) ? NaN : null;
    }
  });
  return rows;
}

/**
 * Draws `rows`; `onZoom(start, end)` in seconds when somebody selects a span, `onHover(row)` with an index
 * or null, `onDraw(plot)` whenever where things are has changed: `x(time)` in ms, `y(value)` and `area` in pixels.
 */
export function draw(element, rows, names, { onZoom, onHover, onDraw }) {
  clear();
  prepare();
  drawn = { element, rows, names, onZoom, onHover, onDraw };
  const hues = colours(names.length);
  // dygraphs wants names that differ; ours are told in the table.
  const labels = ["time", ...names.map((_, index) => `s${index}`)];
  const series = Object.fromEntries(names.map((_, index) => [`s${index}`, { strokePattern: dash(index) }]));
  chart = new Dygraph(element, rows, {
    labels, colors: hues, series, legend: "never", strokeWidth: 1.5, connectSeparatedPoints: false,
    // A single sample between gaps would not be seen as a line.
    drawPoints: false, drawGapEdgePoints: true, pointSize: 2,
    axisLineColor: style("--line-strong"), gridLineColor: style("--line"), axisLabelFontSize: 12,
    highlightCircleSize: 3, highlightSeriesOpts: names.length > 1 ? { strokeWidth: 2.5 } : null,
    highlightSeriesBackgroundAlpha: names.length > 1 ? 0.55 : 1,
    highlightSeriesBackgroundColor: style("--surface"),
    axes: { x: { pixelsPerLabel: 90 }, y: { axisLabelWidth: 62, axisLabelFormatter: figure } },
    highlightCallback: (_event, _x, points, row, name) => onHover(row, Number(String(name ?? "s-1").slice(1)), points),
    unhighlightCallback: () => onHover(null, -1, []),
    drawCallback: (plot) => onDraw?.({ x: (time) => plot.toDomXCoord(time), y: (value) => plot.toDomYCoord(value), area: plot.getArea() }),
    zoomCallback: (from, to) => onZoom(from / 1000, to / 1000),
  });
  return hues;
}

export function show(index, isVisible) {
  chart?.setVisibility(index, isVisible);
}

export function clear() {
  chart?.destroy();
  chart = null;
  drawn = null;
}

/** New colours for a new theme; returns them, or nothing when no graph is drawn. */
export function recolour() {
  if (!drawn) return null;
  const { element, rows, names, ...on } = drawn;
  return draw(element, rows, names, on);
}
