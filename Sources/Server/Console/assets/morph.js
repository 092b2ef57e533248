// Makes one tree of elements like another by changing only what differs, so that a click under way, the focus, a
// selection and an open list stay. Elements with a `data-key` are found again when they have moved.

const keyOf = (node) => (node.nodeType === Node.ELEMENT_NODE ? node.dataset?.key ?? null : null);

const isSame = (old, fresh) =>
  old.nodeType === fresh.nodeType && old.nodeName === fresh.nodeName && keyOf(old) === keyOf(fresh);

// What scripts have set on an element since it came from the server, and the server knows nothing of.
const ours = new Set(["open", "data-local", "data-sent", "aria-busy"]);

function attributes(old, fresh) {
  for (const { name, value } of fresh.attributes) {
    if (!(name === "title" && old.dataset.local) && old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
  for (const { name } of [...old.attributes]) {
    if (!ours.has(name) && !fresh.hasAttribute(name)) old.removeAttribute(name);
  }
}

/** Makes `old` like `fresh`. Times that tick by themselves keep their text until they tick. */
export function morph(old, fresh) {
  if (old.nodeType !== Node.ELEMENT_NODE) {
    if (old.data !== fresh.data) old.data = fresh.data;
    return;
  }
  const isNewTime = old.nodeName === "TIME" && old.dataset.ms !== fresh.dataset.ms;
  if (isNewTime) {
    delete old.dataset.local;
    old.title = "";
  }
  attributes(old, fresh);
  if (old.nodeName === "TIME" && !isNewTime) return;
  if (old.nodeName === "TEXTAREA" || old.nodeName === "SELECT") return;
  children(old, fresh);
}

function children(old, fresh) {
  const keyed = new Map();
  for (const child of old.childNodes) if (keyOf(child)) keyed.set(keyOf(child), child);
  let at = old.firstChild;
  for (const wanted of [...fresh.childNodes]) {
    const key = keyOf(wanted);
    let match = key ? keyed.get(key) : null;
    if (match && !isSame(match, wanted)) match = null;
    if (!match && !key && at && isSame(at, wanted)) match = at;
    if (!match) {
      old.insertBefore(document.adoptNode(wanted), at);
      continue;
    }
    if (match === at) at = at.nextSibling;
    else old.insertBefore(match, at);
    morph(match, wanted);
  }
  while (at) {
    const next = at.nextSibling;
    at.remove();
    at = next;
  }
}
