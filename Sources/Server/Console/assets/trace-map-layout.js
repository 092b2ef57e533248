// Where services of a map stand: each behind those that ask it, so that requests run one way; rings go back.

/** Layers of names: the first are asked by nobody; within a layer near to what asks them. */
export function layers(edges) {
  const names = [...new Set(edges.flatMap((edge) => [edge.client, edge.server]))].sort();
  const below = new Map(names.map((name) => [name, []]));
  for (const edge of edges) if (edge.client !== edge.server) below.get(edge.client).push(edge.server);
  const forward = withoutRings(names, below);
  const depth = depths(names, forward);
  const found = [];
  for (const name of names) (found[depth.get(name)] ??= []).push(name);
  const result = found.filter(Boolean);
  order(result, edges);
  return result;
}

/** Edges that lead back to a service on the way to itself are left out of the depths. */
function withoutRings(names, below) {
  const state = new Map();
  const forward = new Map(names.map((name) => [name, []]));
  const asked = new Set([...below.values()].flat());
  for (const start of [...names.filter((name) => !asked.has(name)), ...names]) {
    if (state.has(start)) continue;
    const open = [[start, 0]];
    state.set(start, "open");
    while (open.length) {
      const top = open[open.length - 1];
      const next = below.get(top[0])[top[1]];
      top[1] += 1;
      if (next === undefined) {
        state.set(top[0], "done");
        open.pop();
      } else if (state.get(next) !== "open") {
        forward.get(top[0]).push(next);
        if (!state.has(next)) {
          state.set(next, "open");
          open.push([next, 0]);
        }
      }
    }
  }
  return forward;
}

/** The longest way from one that nobody asks. */
function depths(names, forward) {
  const waits = new Map(names.map((name) => [name, 0]));
  for (const targets of forward.values()) for (const name of targets) waits.set(name, waits.get(name) + 1);
  const depth = new Map(names.map((name) => [name, 0]));
  const ready = names.filter((name) => waits.get(name) === 0);
  while (ready.length) {
    const name = ready.shift();
    for (const next of forward.get(name)) {
      depth.set(next, Math.max(depth.get(next), depth.get(name) + 1));
      waits.set(next, waits.get(next) - 1);
      if (waits.get(next) === 0) ready.push(next);
    }
  }
  return depth;
}

/** A few rounds of putting each where its neighbours stand on average: fewer lines cross. */
function order(layers, edges) {
  const place = new Map();
  const note = () => layers.forEach((layer) => layer.forEach((name, at) => place.set(name, (at + 0.5) / layer.length)));
  note();
  for (let round = 0; round < 4; round += 1) {
    for (const layer of layers) {
      const wanted = new Map(layer.map((name) => {
        const near = edges.filter((edge) => edge.client === name || edge.server === name).map((edge) => place.get(edge.client === name ? edge.server : edge.client));
        return [name, near.reduce((sum, one) => sum + one, 0) / Math.max(1, near.length)];
      }));
      layer.sort((a, b) => wanted.get(a) - wanted.get(b) || (a < b ? -1 : 1));
      note();
    }
  }
}
