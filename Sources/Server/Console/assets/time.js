// Times that stay current: `3 min ago`, and countdowns by the second. The server's clock counts, not the device's.

let serverAhead = 0;

/** Takes the server's time from the region it has just sent. */
export function setServerTime(milliseconds) {
  if (Number.isFinite(milliseconds)) serverAhead = milliseconds - Date.now();
}

export const serverNow = () => Date.now() + serverAhead;

/** `42 s`, `3 min`, `2 h 5 min`, `4 d 3 h`: the same words as the server's. */
export function words(milliseconds) {
  const seconds = Math.floor(milliseconds / 1000);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  const pair = (large, unit, small, smallUnit) => (small ? `${large} ${unit} ${small} ${smallUnit}` : `${large} ${unit}`);
  if (seconds < 86400) return pair(Math.floor(seconds / 3600), "h", Math.floor((seconds % 3600) / 60), "min");
  return pair(Math.floor(seconds / 86400), "d", Math.floor((seconds % 86400) / 3600), "h");
}

function countdown(milliseconds) {
  if (milliseconds <= 0) return "now";
  const seconds = Math.ceil(milliseconds / 1000);
  if (seconds >= 3600) return `in ${words(milliseconds)}`;
  const rest = String(seconds % 60).padStart(2, "0");
  return `in ${Math.floor(seconds / 60)}:${rest}`;
}

function tick() {
  const now = serverNow();
  for (const time of document.querySelectorAll("time[data-ms]")) {
    const at = Number(time.dataset.ms);
    let text;
    if ("countdown" in time.dataset) text = countdown(at - now);
    else if (at > now + 999) text = `in ${words(at - now)}`;
    else text = now - at < 1000 ? "just now" : `${words(now - at)} ago`;
    if (time.textContent !== text) time.textContent = text;
    if (!time.dataset.local) {
      time.dataset.local = "yes";
      time.title = `${new Date(at).toLocaleString()} here, ${time.title}`;
    }
  }
}

export function keepTimes() {
  tick();
  setInterval(tick, 1000);
}

export { tick };
