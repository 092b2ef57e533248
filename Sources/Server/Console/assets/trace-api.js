// The server's API of traces.
import { read } from "./json-api.js";

const folder = "/ops/v1/traces/";

export const urlOf = (path, parameters = {}) => `${folder}${path}?${new URLSearchParams(parameters)}`;

export async function ask(path, parameters = {}, signal = undefined) {
  return read(await fetch(urlOf(path, parameters), { signal, headers: { Accept: "application/json" } }));
}

export async function setSampling(override, csrf) {
  return read(await fetch(`${folder}sampling`, {
    method: "PUT", body: JSON.stringify(override), headers: { "Content-Type": "application/json", "X-CSRF-Token": csrf },
  }));
}

export async function removeSampling(service, environment, csrf) {
  return read(await fetch(urlOf("sampling", { service, environment }), { method: "DELETE", headers: { "X-CSRF-Token": csrf } }));
}

/** Values that a field has within a time, the most frequent first; none when that cannot be told. */
export async function valuesOf(field, parameters) {
  try {
    return (await ask(`tags/${encodeURIComponent(field)}`, { ...parameters, limit: "200" })).values.map((one) => one.value);
  } catch {
    return [];
  }
}
