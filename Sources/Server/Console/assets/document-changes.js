// What a step made of a document: fields that came, went or changed, by their ways.
import { make } from "./elements.js";

/** Further ones are only counted. */
const changesMax = 200;

/** `a.b` → value, for every leaf; what is empty is a leaf, too. */
function leaves(value, path = "", found = new Map()) {
  const isTree = value !== null && typeof value === "object" && Object.keys(value).length > 0;
  if (!isTree) return found.set(path, value);
  for (const [key, one] of Object.entries(value)) leaves(one, path ? `${path}.${key}` : key, found);
  return found;
}

/** Documents as `_simulate` tells them: `_index`, `_id` and `_source`. */
const shown = (document) => leaves({ ...(document._index ? { _index: document._index } : {}), ...(document._id ? { _id: document._id } : {}), ...document._source });

export function changes(before, after) {
  const [old, fresh] = [shown(before), shown(after)];
  const found = [];
  for (const [path, value] of old) {
    if (!fresh.has(path)) found.push({ kind: "gone", path, before: value });
    else if (JSON.stringify(fresh.get(path)) !== JSON.stringify(value)) found.push({ kind: "changed", path, before: value, after: fresh.get(path) });
  }
  for (const [path, value] of fresh) if (!old.has(path)) found.push({ kind: "new", path, after: value });
  return found;
}

const signs = { new: "+", gone: "−", changed: "~" };
const names = { new: "added", gone: "removed", changed: "changed" };

export function changeList(found) {
  if (!found.length) return make("p", "dim", "Nothing changed.");
  const list = make("ul", "changes", ...found.slice(0, changesMax).map((one) => {
    const sign = make("span", "change-sign", signs[one.kind]);
    sign.setAttribute("aria-label", names[one.kind]);
    return make("li", `change ${one.kind}`, sign, make("b", "", one.path), make("span", "change-values",
      "before" in one ? make("del", "", JSON.stringify(one.before)) : null, "after" in one ? make("ins", "", JSON.stringify(one.after)) : null));
  }));
  if (found.length > changesMax) list.append(make("li", "dim", `and ${found.length - changesMax} more`));
  return list;
}
