// The columns last chosen are those of the next visit; an address that says what to show is shown as it is.

const key = "signalbox.logs.columns";

export function keepColumns(columns) {
  try {
    localStorage.setItem(key, JSON.stringify(columns));
  } catch {
    // A browser that keeps nothing shows what the address says.
  }
}

export function keptColumns() {
  try {
    const kept = JSON.parse(localStorage.getItem(key));
    return Array.isArray(kept) ? kept.filter((name) => typeof name === "string") : [];
  } catch {
    return [];
  }
}
