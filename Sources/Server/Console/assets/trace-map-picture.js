// The picture of a service map: boxes that lead to services, lines as wide as they are busy.
import { svg, told } from "./elements.js";
import { durationText, failedShare, rateText, shareText } from "./trace-figures.js";
import { layers } from "./trace-map-layout.js";

const boxWidth = 168;
const boxHeight = 52;
const gap = { along: 92, across: 22 };
const narrowColumns = 2;

const tone = (share) => (share >= 0.05 ? "map-bad" : share > 0 ? "map-warn" : "map-ok");

export function drawMap(box, edges, { isNarrow, seconds, around, hrefOf }) {
  const places = isNarrow ? downwards(layers(edges)) : sideways(layers(edges));
  const width = Math.max(...[...places.values()].map((place) => place.x)) + boxWidth + 12;
  const height = Math.max(...[...places.values()].map((place) => place.y)) + boxHeight + 12;
  const busiest = Math.max(...edges.map((edge) => edge.count));
  const picture = svg("svg", { class: "map-picture", viewBox: `0 0 ${width} ${height}`, width, height, role: "group", "aria-label": `${places.size} services and who asks whom` });
  for (const edge of edges) {
    const [from, to] = [places.get(edge.client), places.get(edge.server)];
    const share = failedShare(edge);
    const text = `${edge.client} asks ${edge.server}: ${rateText(edge.count, seconds)}, ${shareText(share)} failed, p95 ${durationText(edge.p95_ns)}`;
    picture.append(svg("path", {
      class: `map-edge ${tone(share)}${edge.connection_type === "messaging_system" ? " by-message" : ""}`, d: curve(from, to, isNarrow),
      "stroke-width": 1.5 + 4.5 * Math.sqrt(edge.count / busiest),
    }, told(text)));
  }
  for (const [name, place] of places) {
    const asked = edges.filter((edge) => edge.server === name);
    const sum = { count: asked.reduce((all, edge) => all + edge.count, 0), error_count: asked.reduce((all, edge) => all + edge.error_count, 0) };
    const isDatabase = asked.some((edge) => edge.connection_type === "database");
    const figures = sum.count ? `${rateText(sum.count, seconds)} · ${shareText(failedShare(sum))} failed` : "asked by nobody";
    const kind = `map-node ${tone(failedShare(sum))}${name === around ? " around" : ""}${isDatabase ? " database" : ""}`;
    const node = isDatabase ? svg("g", { class: kind }) : svg("a", { class: kind, href: hrefOf(name) });
    node.append(told(`${name}${isDatabase ? ", a database" : ""}: ${figures}`), svg("rect", { x: place.x, y: place.y, width: boxWidth, height: boxHeight, rx: isDatabase ? 26 : 8 }),
      svg("text", { class: "map-name", x: place.x + boxWidth / 2, y: place.y + 22 }, short(name)), svg("text", { class: "map-figures", x: place.x + boxWidth / 2, y: place.y + 40 }, figures));
    picture.append(node);
  }
  box.replaceChildren(picture);
}

const short = (name) => (name.length > 20 ? `${name.slice(0, 19)}…` : name || "(no name)");

function sideways(found) {
  const most = Math.max(...found.map((layer) => layer.length));
  return new Map(found.flatMap((layer, depth) => layer.map((name, at) => [name, {
    x: 6 + depth * (boxWidth + gap.along), y: 6 + (at + (most - layer.length) / 2) * (boxHeight + gap.across),
  }])));
}

/** From above, a few beside each other: a phone is narrow and scrolls down. */
function downwards(found) {
  const places = new Map();
  let y = 6;
  for (const layer of found) {
    layer.forEach((name, at) => places.set(name, {
      x: 6 + (at % narrowColumns + (layer.length === 1 ? 0.5 : 0)) * (boxWidth + 14), y: y + Math.floor(at / narrowColumns) * (boxHeight + 14),
    }));
    y += Math.ceil(layer.length / narrowColumns) * (boxHeight + 14) + 34;
  }
  return places;
}

function curve(from, to, isNarrow) {
  if (isNarrow) {
    const [x1, x2] = [from.x + boxWidth / 2, to.x + boxWidth / 2];
    const [y1, y2] = [from.y + boxHeight, to.y];
    const bend = Math.max(24, Math.abs(y2 - y1) / 2);
    return `M${x1} ${y1}C${x1} ${y1 + bend} ${x2} ${y2 - bend} ${x2} ${y2}`;
  }
  const [y1, y2] = [from.y + boxHeight / 2, to.y + boxHeight / 2];
  const [x1, x2] = [from.x + boxWidth, to.x];
  const bend = Math.max(40, Math.abs(x2 - x1) / 2);
  return `M${x1} ${y1}C${x1 + bend} ${y1} ${x2 - bend} ${y2} ${x2} ${y2}`;
}
