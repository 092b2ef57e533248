// A colour for each service of a trace; after the eighth they begin anew, and names tell them apart.
const count = 8;
let places = new Map();

export function hues(names) {
  places = new Map(names.map((name, at) => [name, at % count]));
}

export const hueOf = (name) => `hue${places.get(name) ?? 0}`;
