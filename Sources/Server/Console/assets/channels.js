// Sends a test page by a channel and says what the far end said.

const box = document.getElementById("channels");
const state = document.getElementById("channels-state");
const person = document.getElementById("channels-person");

async function test(name) {
  state.textContent = `Sending by ${name} …`;
  const answer = await fetch(`/ops/v1/channels/${encodeURIComponent(name)}/test`, {
    method: "POST", body: JSON.stringify(person.value ? { person: person.value } : {}),
    headers: { Accept: "application/json", "Content-Type": "application/json", "X-CSRF-Token": box.dataset.csrf },
  });
  const { result, reason, error } = await answer.json();
  state.textContent = `${name}: ${answer.ok ? [result, reason].filter(Boolean).join(": ") : error}`;
}

const answer = await fetch("/ops/v1/channels", { headers: { Accept: "application/json" } });
const { channels } = await answer.json();
if (channels.length === 0) state.textContent = "The paging file has no channels.";
document.getElementById("channels-list").replaceChildren(...channels.map(({ name, kind }) => {
  const item = document.createElement("li");
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "Send a test page";
  button.addEventListener("click", async () => {
    button.disabled = true;
    await test(name).catch((error) => (state.textContent = `${name}: ${error.message}`));
    button.disabled = false;
  });
  const label = document.createElement("span");
  label.textContent = `${name} (${kind})`;
  item.append(label, button);
  return item;
}));
