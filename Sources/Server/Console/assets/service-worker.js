// Shows pushes, also while no page of the console is open. A tap opens the page; "Acknowledge" acknowledges it.

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("push", (event) => {
  // A push must show something, whatever came.
  let message = { title: "Signalbox", body: "Something needs you.", url: "/alerts" };
  try {
    message = event.data.json();
  } catch { /* The words above. */ }
  event.waitUntil(self.registration.showNotification(message.title, {
    body: message.body, tag: message.tag, renotify: Boolean(message.tag), requireInteraction: message.isUrgent === true,
    data: message, actions: message.acknowledge ? [{ action: "acknowledge", title: "Acknowledge" }] : [],
  }));
});

/** Only addresses of this server: a push may open and call nothing else. */
function own(address) {
  const url = new URL(address ?? "/alerts", self.location.origin);
  return url.origin === self.location.origin ? url.href : new URL("/alerts", self.location.origin).href;
}

async function acknowledge(message) {
  let answer;
  try {
    answer = await fetch(own(message.acknowledge), { method: "POST" });
  } catch { /* No network: said below. */ }
  if (answer?.ok) return;
  // Nobody may believe to have it in hand when that is not so.
  await self.registration.showNotification(`Not acknowledged: ${message.title}`, {
    body: answer?.status === 410 ? "It was acknowledged or is over already. Tap to look." : "Tap to open the page.",
    tag: message.tag, renotify: true, requireInteraction: true, data: { url: message.url },
  });
}

async function open(message) {
  const url = own(message.url);
  const windows = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  for (const window of windows) {
    if (new URL(window.url).origin !== self.location.origin || !("navigate" in window)) continue;
    await window.focus();
    return window.navigate(url);
  }
  return self.clients.openWindow(url);
}

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  const message = event.notification.data ?? {};
  event.waitUntil(event.action === "acknowledge" && message.acknowledge ? acknowledge(message) : open(message));
});
