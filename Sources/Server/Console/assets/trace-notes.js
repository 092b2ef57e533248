// What is odd about a trace, in words: nothing that is missing or corrected passes for what was sent.
import { durationText, wholeText } from "./trace-figures.js";

const spans = (count) => `${wholeText(count)} ${count === 1 ? "span" : "spans"}`;

export function notesOf(trace) {
  const marked = (mark) => trace.spans.filter((span) => span.marks.includes(mark));
  const notes = [];
  const orphans = marked("orphan");
  if (orphans.length) {
    const isOne = orphans.length === 1;
    notes.push(`${spans(orphans.length)} ${isOne ? "names" : "name"} a parent that is not here, and ${isOne ? "stands as a root" : "stand as roots"}: it was sampled away, has not come yet, or its sender does not send here.`);
  }
  const skewed = marked("clock_skew");
  if (skewed.length) {
    const most = skewed.reduce((far, span) => (Math.abs(span.shift_ns) > Math.abs(far) ? span.shift_ns : far), 0);
    const services = [...new Set(skewed.map((span) => span.service))].join(", ");
    notes.push(`Clocks differ by up to ${durationText(Math.abs(most))} (${services}): ${spans(skewed.length)} ${skewed.length === 1 ? "is shown within its parent" : "are shown within their parents"}, and stored as sent.`);
  }
  const rings = marked("cycle");
  if (rings.length) notes.push(`Parents of ${spans(rings.length)} lead back to themselves: the earliest of each ring stands as a root.`);
  const doubles = marked("duplicate");
  if (doubles.length) notes.push(`${spans(doubles.length)} ${doubles.length === 1 ? "has" : "have"} the id of another one.`);
  const negative = marked("negative_duration");
  if (negative.length) notes.push(`${spans(negative.length)} ended before they began, as sent.`);
  if (trace.repeated_count) notes.push(`${spans(trace.repeated_count)} came more than once, and ${trace.repeated_count === 1 ? "stands" : "stand"} here once.`);
  if (trace.truncated) notes.push(`The earliest ${wholeText(trace.spans.length)} of ${wholeText(trace.span_count)} spans are shown.`);
  return notes;
}

const words = {
  orphan: "its parent is not here", cycle: "its parents lead back to it", duplicate: "another span has its id",
  clock_skew: "its clock differs", negative_duration: "ended before it began",
};
export const markText = (mark) => words[mark] ?? mark;
