// The server's API of log records. Answers are JSON; what is refused says why, and where in the query.
import { APIProblem } from "./api.js";

const folder = "/ops/v1/logs/";
/** Longer queries go in a form, not in the URL of the request. */
const queryInURLMax = 4000;

export const urlOf = (path, parameters) => `${folder}${path}?${new URLSearchParams(parameters)}`;

export async function ask(path, parameters, signal, csrf) {
  const isLong = (parameters.query ?? "").length > queryInURLMax;
  const answer = isLong
    ? await fetch(folder + path, { method: "POST", signal, body: new URLSearchParams(parameters), headers: { "X-CSRF-Token": csrf } })
    : await fetch(urlOf(path, parameters), { signal, headers: { Accept: "application/json" } });
  if (answer.status === 401) {
    location.assign(`/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`);
    throw new APIProblem("the session has ended", 401);
  }
  const text = await answer.text();
  let body;
  try {
    body = JSON.parse(text);
  } catch {
    throw new APIProblem(answer.ok ? "the server answered without JSON" : text.trim() || `the server answered ${answer.status}`, answer.status);
  }
  if (!answer.ok) throw new APIProblem(body.error ?? `the server answered ${answer.status}`, answer.status);
  return body;
}
