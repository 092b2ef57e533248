// The lines: each a button that opens what it holds, below a head that names the columns.
import { button, make } from "./elements.js";
import { levelKind, levelOf } from "./log-level.js";
import { opened } from "./log-open.js";
import { marked, shownValue, summary, timeText } from "./log-text.js";

/**
 * `box.lines` keeps what was made, so that what somebody reads, selects or has opened stays as it is while lines come.
 * `actions` are the page's: to change the query, to ask, and what to do when a line is opened.
 */
export function showRows(box, head, rows, query, actions) {
  const words = query.words();
  const hasServices = rows.some((row) => row.fields["service.name"]);
  const look = JSON.stringify([query.columns, words, hasServices]);
  const kept = box.look === look ? box.lines : new Map();
  const isOpen = (id) => Boolean(box.lines?.get(id)?.open);
  box.look = look;
  const lines = new Map(rows.map((row) => {
    const id = `${row.index} ${row.id}`;
    return [id, kept.get(id) ?? line(row, words, query, actions, { hasServices, isOpen: isOpen(id) })];
  }));
  box.lines = lines;
  place(box, [...lines.values()]);
  showHead(head, rows, query, actions, hasServices);
  // By time, what is furthest from today is at one of the ends.
  const widest = Math.max(12, ...[rows[0], rows.at(-1)].map((row) => (row ? timeText(row.time).length : 0)));
  for (const one of [box, head]) one.style.setProperty("--time-width", `${widest}ch`);
}

/** Puts `wanted` into the box, and moves nothing that stands where it should. */
function place(box, wanted) {
  const isWanted = new Set(wanted);
  for (const old of [...box.children]) if (!isWanted.has(old)) old.remove();
  let here = box.firstElementChild;
  for (const one of wanted) {
    if (one === here) here = here.nextElementSibling;
    else box.insertBefore(one, here);
  }
}

function showHead(head, rows, query, actions, hasServices) {
  head.hidden = rows.length === 0;
  const isNewestFirst = query.order === "desc" || actions.isFollowing();
  const turn = button(`Time ${isNewestFirst ? "↓" : "↑"}`, "log-time", () => actions.changed(() => (query.order = isNewestFirst ? "asc" : "desc")));
  turn.title = isNewestFirst ? "The newest first; press for the oldest first" : "The oldest first; press for the newest first";
  turn.setAttribute("aria-label", turn.title);
  turn.disabled = actions.isFollowing();
  const names = query.columns.length ? query.columns.map((name, at) => column(name, at, query, actions))
    : [make("span", "log-level", "Level"), hasServices && make("span", "log-service", "Service"), make("span", "log-text", "Message")].filter(Boolean);
  head.replaceChildren(turn, ...names);
}

/** What people read has the room that numbers and names leave. */
const cellClass = (name) => `log-cell${/(^|\.)message$/.test(name) ? " wide" : ""}`;

function column(name, at, query, actions) {
  const left = at > 0 && button("‹", "quiet", () => actions.changed(() => query.columns.splice(at - 1, 2, name, query.columns[at - 1])));
  if (left) left.setAttribute("aria-label", left.title = `Move the column ${name} to the left`);
  const end = button("×", "quiet", () => actions.changed(() => query.toggleColumn(name)));
  end.setAttribute("aria-label", end.title = `Take the column ${name} away`);
  const cell = make("span", cellClass(name), left, make("b", "", name), end);
  cell.title = name;
  return cell;
}

function line(row, words, query, actions, { hasServices, isOpen }) {
  const details = make("details", `log-line ${levelKind(levelOf(row.fields))}`);
  details.dataset.row = "";
  const time = make("time", "log-time", timeText(row.time));
  time.dateTime = time.title = row.time;
  const head = make("summary", "", time);
  if (query.columns.length) {
    for (const name of query.columns) head.append(Object.assign(make("span", cellClass(name), shownValue(row.fields[name])), { title: name, dir: "auto" }));
  } else {
    head.append(make("span", "log-level", shownValue(levelOf(row.fields))));
    if (hasServices) head.append(make("span", "log-service dim", shownValue(row.fields["service.name"])));
    head.append(marked(summary(row.fields), words));
  }
  details.append(head);
  const fill = () => {
    if (!details.open || details.querySelector(".log-open")) return;
    details.append(opened(row, query, actions));
  };
  details.addEventListener("toggle", fill);
  // By a person; one that is opened again after the columns changed says nothing new.
  head.addEventListener("click", () => details.open || actions.onOpen());
  if (isOpen) {
    details.open = true;
    fill();
  }
  return details;
}
