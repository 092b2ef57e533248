// What the page of processing asks: our own API of logs, pipelines by Elasticsearch's, our metrics by Prometheus'.
import { APIProblem, get } from "./api.js";
import { read } from "./json-api.js";

const csrf = document.getElementById("processing").dataset.csrf;
const headers = { Accept: "application/json", "X-CSRF-Token": csrf };
const folder = "/ops/v1/logs/";

/** Parameters without what is missing or empty. */
const parameters = (given) => new URLSearchParams(Object.entries(given).filter(([, value]) => value !== undefined && value !== null && value !== ""));

export const urlOf = (path, given = {}) => `${folder}${path}?${parameters(given)}`;

export async function ask(path, given = {}, signal = undefined) {
  return read(await fetch(urlOf(path, given), { signal, headers }));
}

export async function change(path, given = {}, signal = undefined) {
  return read(await fetch(urlOf(path, given), { method: "POST", signal, headers }));
}

/** What Elasticsearch's API refuses has its reason, and where in a definition it is. */
class PipelineProblem extends APIProblem {
  constructor(error, status) {
    super(error?.reason ?? `the server answered ${status}`, status);
    this.path = error?.path ?? null;
  }
}

export async function elastic(method, path, { body = null, signal = undefined } = {}) {
  const answer = await fetch(`/es/${path}`, { method, body, signal, headers: { ...headers, ...(body ? { "Content-Type": "application/json" } : {}) } });
  if (answer.status === 401 || answer.status === 204) return read(answer);
  const text = await answer.text();
  let found;
  try {
    found = JSON.parse(text);
  } catch {
    throw new APIProblem(text.trim() || `the server answered ${answer.status}`, answer.status);
  }
  if (!answer.ok) throw new PipelineProblem(found.error, answer.status);
  return found;
}

/** Values of one expression in steps, missing ones as null. */
export async function course(query, { start, end, step }) {
  const { data } = await get("/api/v1/query_range", { query, start, end, step });
  const steps = Math.round((end - start) / step) + 1;
  const values = new Array(steps).fill(null);
  for (const [time, value] of data.result[0]?.values ?? []) values[Math.round((time - start) / step)] = Number(value);
  return values;
}

/** What it answers as it is written. */
export async function elasticText(path) {
  const answer = await fetch(`/es/${path}`, { headers });
  if (answer.status === 401) return read(answer);
  if (!answer.ok) throw new APIProblem(`the server answered ${answer.status}`, answer.status);
  return answer.text();
}
