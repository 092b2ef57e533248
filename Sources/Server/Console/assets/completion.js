// What the editor offers: names from the store, functions from the parser's table, each fetched when first needed.
import { get } from "./api.js";
import { aggregations, words } from "./promql.js";

/** More are cut: a list nobody reads. */
const offeredMax = 60;
/** Names change slowly; after this they are asked for again. */
const keptFor = 60_000;
/** More values of one label are not fetched: typing narrows what is there. */
const fetchedMax = 20_000;

const kept = new Map();

function once(key, load) {
  const known = kept.get(key);
  if (known && performance.now() - known.at < keptFor) return known.promise;
  const promise = load().catch((error) => {
    kept.delete(key);
    throw error;
  });
  kept.set(key, { promise, at: performance.now() });
  return promise;
}

const names = () => once("names", async () => (await get("/api/v1/label/__name__/values", { limit: fetchedMax })).data);
const metadata = () => once("metadata", async () => (await get("/api/v1/metadata")).data);
const functions = () => once("functions", async () => (await (await fetch("/explore/language.json")).json()).functions);

const selector = (metric) => (metric ? { "match[]": metric.includes(".") ? `{"${metric}"}` : metric } : {});
const labels = (metric) => once(`labels ${metric}`, async () =>
  (await get("/api/v1/labels", { ...selector(metric), limit: fetchedMax })).data.filter((name) => name !== "__name__"));
const values = (metric, label) => once(`values ${metric} ${label}`, async () =>
  (await get(`/api/v1/label/${encodeURIComponent(label)}/values`, { ...selector(metric), limit: fetchedMax })).data);

const durations = ["1m", "5m", "10m", "15m", "30m", "1h", "6h", "12h", "1d", "7d"];

/** Offers for a context of `promql.js`: `{ text, insert, kind, detail }`, best first. */
export async function offers(context) {
  switch (context.kind) {
    case "duration":
      return rank(durations.map((text) => ({ text, insert: text, kind: "time" })), context.typed);
    case "label":
      return rank((await labels(context.metric)).map((text) => ({ text, insert: text, kind: "label" })), context.typed);
    case "value":
      return rank((await values(context.metric, context.label)).map((text) => ({
        text, insert: escape(text, context.quote) + context.quote, kind: "value",
      })), context.typed);
    default: return named(context.typed);
  }
}

async function named(typed) {
  const [metrics, texts, known] = await Promise.all([names(), metadata().catch(() => ({})), functions()]);
  const all = [
    ...metrics.map((text) => {
      const about = texts[text]?.[0];
      return { text, insert: text, kind: about?.type && about.type !== "unknown" ? about.type : "metric", detail: about?.help ?? "" };
    }),
    ...known.map(({ name, signature }) => ({ text: name, insert: `${name}(`, kind: "function", detail: signature })),
    ...aggregations.map((text) => ({ text, insert: `${text}(`, kind: "aggregation", detail: "" })),
    ...words.map((text) => ({ text, insert: text, kind: "word", detail: "" })),
  ];
  return rank(all, typed);
}

function escape(text, quote) {
  if (quote === "`") return text;
  return text.replaceAll("\\", "\\\\").replaceAll(quote, `\\${quote}`).replaceAll("\n", "\\n");
}

/** Those that begin with what is typed, then those that contain it, then those that have its letters in order. */
function rank(all, typed) {
  const wanted = typed.toLowerCase();
  const scored = [];
  for (const offer of all) {
    const text = offer.text.toLowerCase();
    const at = text.indexOf(wanted);
    let score;
    if (at === 0) score = text.length === wanted.length ? 0 : 1;
    else if (at > 0) score = "_:.".includes(text[at - 1]) ? 2 : 3;
    else if (wanted.length > 2 && hasInOrder(text, wanted)) score = 4;
    else continue;
    scored.push([score, offer]);
  }
  scored.sort(([a, left], [b, right]) => a - b || left.text.length - right.text.length || (left.text < right.text ? -1 : 1));
  return scored.slice(0, offeredMax).map(([, offer]) => offer);
}

function hasInOrder(text, wanted) {
  let at = 0;
  for (const letter of wanted) {
    at = text.indexOf(letter, at) + 1;
    if (at === 0) return false;
  }
  return true;
}
