// The server's API of log records. Answers are JSON; what is refused says why, and where in the query.
import { read } from "./json-api.js";

const folder = "/ops/v1/logs/";
/** Longer queries go in a form, not in the URL of the request. */
const queryInURLMax = 4000;

export const urlOf = (path, parameters) => `${folder}${path}?${new URLSearchParams(parameters)}`;

export async function ask(path, parameters, signal, csrf) {
  const isLong = (parameters.query ?? "").length > queryInURLMax;
  const answer = isLong
    ? await fetch(folder + path, { method: "POST", signal, body: new URLSearchParams(parameters), headers: { "X-CSRF-Token": csrf } })
    : await fetch(urlOf(path, parameters), { signal, headers: { Accept: "application/json" } });
  return read(answer);
}

/** What people keep there: `json` is stored, and a change needs the session's token. */
export async function send(method, path, { csrf = "", json } = {}) {
  const answer = await fetch(folder + path, {
    method, body: json && JSON.stringify(json),
    headers: { Accept: "application/json", "X-CSRF-Token": csrf, ...(json ? { "Content-Type": "application/json" } : {}) },
  });
  return read(answer);
}
