// Pushes to this device: asks the browser for a subscription and gives it to the server.

const box = document.getElementById("push");
const state = document.getElementById("push-state");
const buttons = Object.fromEntries(
  ["enable", "disable", "test"].map((name) => [name, document.getElementById(`push-${name}`)]));

async function call(method, path, body) {
  const answer = await fetch(`/ops/v1/push/${path}`, {
    method, body: body && JSON.stringify(body),
    headers: { Accept: "application/json", "Content-Type": "application/json", "X-CSRF-Token": box.dataset.csrf },
  });
  const json = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(json.error ?? `the server answered ${answer.status}`);
  return json;
}

/** A key in base64url as the browser wants it. */
function bytes(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (character) => character.charCodeAt(0));
}

function show(text, names) {
  state.textContent = text;
  for (const [name, button] of Object.entries(buttons)) button.hidden = !names.includes(name);
}

function list(devices, own) {
  document.getElementById("push-devices").replaceChildren(...devices.map((device) => {
    const item = document.createElement("li");
    item.textContent = `${device.device || "a browser"}, since ${new Date(device.created).toLocaleString()}`
      + (device.endpoint === own ? " (this one)" : "");
    return item;
  }));
}

async function look() {
  if (!("serviceWorker" in navigator) || !("PushManager" in window)) {
    return show("This browser takes no pushes here. They need https, or this very machine.", []);
  }
  const registration = await navigator.serviceWorker.register("/service-worker.js");
  const subscription = await registration.pushManager.getSubscription();
  const { devices } = await call("GET", "devices");
  list(devices, subscription?.endpoint);
  if (subscription && devices.some((device) => device.endpoint === subscription.endpoint)) {
    return show("Pages are pushed to this device.", ["disable", "test"]);
  }
  if (Notification.permission === "denied") {
    return show("The browser was told never to show notifications of this site: change that in its settings.", []);
  }
  show("Pages are not pushed to this device.", ["enable"]);
}

/** Runs what a button asks for, and says why it cannot be. */
function on(name, action) {
  buttons[name].addEventListener("click", async () => {
    buttons[name].disabled = true;
    try {
      await action();
    } catch (error) {
      state.textContent = `That did not work: ${error.message}`;
    }
    buttons[name].disabled = false;
  });
}

on("enable", async () => {
  const { key } = await call("GET", "key");
  if (await Notification.requestPermission() !== "granted") throw new Error("notifications are not allowed");
  const registration = await navigator.serviceWorker.ready;
  const subscription = await registration.pushManager.subscribe({
    userVisibleOnly: true, applicationServerKey: bytes(key),
  });
  await call("POST", "devices", { ...subscription.toJSON(), device: navigator.userAgent.slice(0, 200) });
  await look();
});

on("disable", async () => {
  const registration = await navigator.serviceWorker.ready;
  const subscription = await registration.pushManager.getSubscription();
  if (subscription) {
    await call("POST", "devices/remove", { endpoint: subscription.endpoint });
    await subscription.unsubscribe();
  }
  await look();
});

on("test", async () => {
  const { result, reason } = await call("POST", "test", {});
  state.textContent = result === "delivered" ? "Sent: it should be here in a moment." : `Not sent: ${reason}`;
});

look().catch((error) => show(`That did not work: ${error.message}`, []));
