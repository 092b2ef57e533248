// The Prometheus API of this server. The session's cookie goes along by itself.

/** An answer that says why not; `position` is the 1-based line and column of a parse error, if it names one. */
export class APIProblem extends Error {
  constructor(message, status) {
    super(message);
    this.status = status;
    const place = /(?:^|: )(\d+):(\d+): /.exec(message);
    this.position = place ? { line: Number(place[1]), column: Number(place[2]) } : null;
  }
}

/** `data` of a successful answer, with its warnings. */
export async function get(path, parameters = {}, signal = undefined) {
  const url = new URL(path, location.origin);
  for (const [name, value] of Object.entries(parameters)) {
    for (const one of [value].flat()) url.searchParams.append(name, one);
  }
  return read(await fetch(url, { signal, headers: { Accept: "application/json" } }));
}

/** The same with the parameters in a form: queries may be longer than a URL. */
export async function post(path, parameters, signal = undefined, csrf = "") {
  const answer = await fetch(path, {
    method: "POST", signal, body: new URLSearchParams(parameters),
    headers: { Accept: "application/json", "X-CSRF-Token": csrf },
  });
  return read(answer);
}

async function read(answer) {
  if (answer.status === 401) {
    location.assign(`/sign-in?next=${encodeURIComponent(location.pathname)}`);
    throw new APIProblem("the session has ended", 401);
  }
  let body;
  try {
    body = await answer.json();
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new APIProblem(`the server answered ${answer.status} without JSON`, answer.status);
  }
  if (body.status !== "success") throw new APIProblem(body.error ?? `the server answered ${answer.status}`, answer.status);
  return { data: body.data, warnings: body.warnings ?? [], infos: body.infos ?? [] };
}
