// Text to the clipboard, on pages that are not secure as well.

/** Whether the text is there now. */
export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Only secure pages may write to the clipboard: others may copy what is selected.
    return copySelected(text);
  }
}

function copySelected(text) {
  const focused = document.activeElement;
  const box = document.createElement("textarea");
  box.value = text;
  box.className = "sr";
  // What lies outside of an open dialog cannot be selected.
  (focused?.closest("dialog") ?? document.body).append(box);
  box.select();
  const isCopied = document.execCommand("copy");
  box.remove();
  focused?.focus({ preventScroll: true });
  return isCopied;
}

/** Copies `text()` when the button is pressed, and says so on it for a moment. */
export function copyOn(button, text, done = "Copied", failed = "Not copied") {
  button.addEventListener("click", async () => {
    const before = button.dataset.before ?? button.textContent;
    button.dataset.before = before;
    button.textContent = (await copyText(text())) ? done : failed;
    setTimeout(() => (button.textContent = before), 2000);
  });
}
