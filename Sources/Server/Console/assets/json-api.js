// How APIs of this server answer: JSON, and `error` with what is wrong and where.
import { APIProblem } from "./api.js";

/** What an answer says; nothing of one without content. */
export async function read(answer) {
  if (answer.status === 401) {
    location.assign(`/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`);
    throw new APIProblem("the session has ended", 401);
  }
  if (answer.status === 204) return null;
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
