// Asks before something that is hard to take back.

const sheet = document.getElementById("confirm");

/** Whether somebody said yes; closing it is no. */
export function confirmed({ title, words, yes }) {
  document.getElementById("confirm-title").textContent = title;
  document.getElementById("confirm-words").textContent = words;
  document.getElementById("confirm-yes").textContent = yes;
  sheet.returnValue = "";
  sheet.showModal();
  return new Promise((answer) => sheet.addEventListener("close", () => answer(sheet.returnValue === "yes"), { once: true }));
}
