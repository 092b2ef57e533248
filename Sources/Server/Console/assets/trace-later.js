// Spans that come after a trace was shown: its page says so, and reads it anew when asked to.
import { button } from "./elements.js";
import { ask } from "./trace-api.js";
import { wholeText } from "./trace-figures.js";

/** How long after one another is asked. */
const waits = [5, 10, 20, 40, 80, 160];
/** Of a trace that ended longer ago nothing more is expected. */
const recentMs = 15 * 60e3;

export async function watchForLater(id, trace, box) {
  if (Date.now() - (trace.start_ms + trace.duration_ns / 1e6) > recentMs) return;
  for (const wait of waits) {
    await new Promise((resolve) => setTimeout(resolve, wait * 1000));
    if (document.hidden) continue;
    let count = 0;
    try {
      count = (await ask(id, { summary: "true" })).span_count;
    } catch {
      // The page is good as it is; the next look may succeed.
    }
    const more = count - trace.span_count;
    if (more <= 0) continue;
    box.replaceChildren(`${wholeText(more)} more ${more === 1 ? "span has" : "spans have"} come since. `, button("Show", "", () => location.reload()));
    box.hidden = false;
    return;
  }
}
