// Bars of a picture chosen by keys: arrows go from one to the next, with Shift several are chosen, Enter takes them.

/**
 * `show(from, to)` marks what is chosen, `zoom(from, to)` takes it, in bars of which there are so many; `words(at)` is said
 * of the bar that is gone to.
 */
export function barKeys(chart, bars, { show, zoom, words }) {
  let anchor = null;
  let at = null;
  const steps = { ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10, Home: -bars, End: bars };
  const span = () => [Math.min(anchor, at), Math.max(anchor, at) + 1];

  function leave() {
    anchor = at = null;
    show(0, 0);
  }

  chart.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !bars) return;
    const step = steps[event.key];
    if (step) {
      // From outside one comes in at the side that one goes away from, but by Home and End.
      const from = at ?? (step > 0 ? -1 : bars);
      at = Math.min(bars - 1, Math.max(0, from + step));
      if (!event.shiftKey || anchor === null) anchor = at;
      show(...span());
      const told = document.getElementById("announcer");
      if (told) told.textContent = words(at);
    } else if (event.key === "Enter" && at !== null) zoom(...span());
    else if (event.key === "Escape" && at !== null) leave();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  chart.addEventListener("blur", leave);
}
