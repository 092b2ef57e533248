// Of a page that asks: that it goes on, for how long, and a button that ends it.

const element = (id) => document.getElementById(id);
/** What takes longer shows that it goes on. */
const silentFor = 2000;

/** Shows after two seconds that it goes on, for how long, and lets it be stopped. */
export function progress(controller) {
  const bar = element("progress");
  const began = performance.now();
  const cancel = () => controller.abort();
  const show = () => {
    bar.hidden = false;
    element("cancel").hidden = false;
    element("progress-text").textContent = `Still asking, ${Math.round((performance.now() - began) / 1000)} s`;
  };
  let ticking = 0;
  const timer = setTimeout(() => {
    show();
    ticking = setInterval(show, 1000);
  }, silentFor);
  element("cancel").addEventListener("click", cancel, { once: true });
  return () => {
    clearTimeout(timer);
    clearInterval(ticking);
    element("cancel").removeEventListener("click", cancel);
    bar.hidden = true;
    element("cancel").hidden = true;
  };
}
