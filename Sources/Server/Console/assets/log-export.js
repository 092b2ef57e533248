// What is shown as a file: the same lines in the same order, with the columns that are chosen.
import * as api from "./log-api.js";

/** The server exports no more at once. */
const linesMax = 1_000_000;
/** Of most lines; a table must have columns. */
const tableColumns = ["log.level", "service.name", "message"];

const element = (id) => document.getElementById(id);

/** Points the links at what `asked` asks for. */
export function offerExports(query, asked) {
  for (const format of ["ndjson", "csv"]) {
    const columns = query.columns.length || format === "ndjson" ? query.columns : tableColumns;
    const fields = columns.length ? { fields: columns.join(",") } : {};
    element(`export-${format}`).href = api.urlOf("export", { ...asked, format, limit: String(linesMax), order: query.order, ...fields });
  }
}

/** Says how many of the `total` lines come. */
export function tellExport(query, total) {
  const lines = total > linesMax
    ? `The ${query.order === "asc" ? "oldest" : "newest"} ${linesMax.toLocaleString()} of ${total.toLocaleString()} lines`
    : `All ${total.toLocaleString()} lines`;
  const fields = query.columns.length ? "the columns that are shown" : `whole documents, or a table of ${tableColumns.join(", ")}`;
  element("export-words").textContent = `${lines}: ${fields}.`;
}
