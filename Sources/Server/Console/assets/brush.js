// A span of a picture is chosen by dragging over it.

/** What moves less, as a share of the width, is a click. */
const clickMax = 0.01;

/**
 * Calls `select` with shares of the width, once something wider than a click was dragged over. `chosen` is a rectangle that
 * shows it, in a picture of so many units of width.
 */
export function brush(chart, chosen, select, width = 1000) {
  let from = null;
  const at = (event) => {
    const box = chart.getBoundingClientRect();
    return Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
  };
  chart.addEventListener("pointerdown", (event) => {
    from = at(event);
  });
  chart.addEventListener("pointermove", (event) => {
    if (from === null) return;
    const to = at(event);
    // Only once it is no click: a captured pointer presses nothing that lies in the picture.
    if (Math.abs(to - from) > clickMax && !chart.hasPointerCapture(event.pointerId)) chart.setPointerCapture(event.pointerId);
    chosen.setAttribute("x", Math.min(from, to) * width);
    chosen.setAttribute("width", Math.abs(to - from) * width);
  });
  const end = (event) => {
    if (from === null) return;
    const [first, last] = [Math.min(from, at(event)), Math.max(from, at(event))];
    from = null;
    chosen.setAttribute("width", 0);
    if (event.type === "pointerup" && last - first > clickMax) select(first, last);
  };
  chart.addEventListener("pointerup", end);
  chart.addEventListener("pointercancel", end);
}
