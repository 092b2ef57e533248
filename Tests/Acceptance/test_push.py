"""Web Push: a push service on loopback that checks who sends, and a device that opens what it gets."""
import base64
import json
import os
import re
import time

import http_ece
import pytest
import requests
import websocket
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from channel_peers import Peer, start_paging
from conftest import wait_until
from test_access import sign_in
from test_browser import browser, press, text as shown_text  # noqa: F401 — a fixture


def text(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def data(words):
    return base64.urlsafe_b64decode(words + "=" * (-len(words) % 4))


class Device:
    """A browser's side of a subscription."""

    def __init__(self, service, name):
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        self.secret = os.urandom(16)
        self.path = f"/push/{name}-secret-address"
        self.service = service
        self.subscription = {
            "endpoint": service.url + self.path, "expirationTime": None, "device": name,
            "keys": {"p256dh": text(self.point), "auth": text(self.secret)}}

    def calls(self):
        return [call for call in self.service.calls if call.path == self.path]

    def messages(self):
        return [json.loads(http_ece.decrypt(
            call.body, private_key=self.key, auth_secret=self.secret, version="aes128gcm")) for call in self.calls()]


@pytest.fixture
def box(start, receivers):
    service = receivers(Peer, answer=lambda call: (201, b""))
    box = start_paging(start, """
channels:
  phone: { push: { contact: "mailto:ops@example.org", services: [ 127.0.0.1 ] }, fallback: hook }
  hook: { webhook: { url: "HOOK/hook" } }
people: { admin: { name: Ada, contacts: [ phone ] } }
escalation: { levels: [ { people: [ admin ], wait: 10s }, { people: [ admin ] } ] }
""".replace("HOOK", service.url))
    box.service = service
    box.person, answer = sign_in(box, box.password)
    assert answer.status_code == 303
    page = box.person.get(box.url + "/settings", timeout=10).text
    box.csrf = re.search(r'data-csrf="([^"]+)"', page).group(1)
    return box


def post(box, path, body, csrf=True):
    return box.person.post(
        box.url + "/ops/v1/push/" + path, json=body, timeout=10, headers={"X-CSRF-Token": box.csrf} if csrf else {})


def vapid(call, public_key, origin):
    """The claims, once the signature over them is proven to be that of the key the browser subscribed with."""
    match = re.fullmatch(r"vapid t=([\w-]+)\.([\w-]+)\.([\w-]+), k=([\w-]+)", call.headers["Authorization"])
    head, claims, signature, key = match.groups()
    assert key == public_key and json.loads(data(head)) == {"alg": "ES256", "typ": "JWT"}
    raw = data(signature)
    ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), data(key)).verify(
        encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big")),
        f"{head}.{claims}".encode(), ec.ECDSA(hashes.SHA256()))
    claims = json.loads(data(claims))
    assert claims["aud"] == origin and claims["sub"] == "mailto:ops@example.org"
    assert time.time() < claims["exp"] <= time.time() + 86400
    return claims


def test_a_device_gets_a_sealed_page_and_acknowledges_it_with_one_more_tap(box):
    key = box.person.get(box.url + "/ops/v1/push/key", timeout=5).json()["key"]
    device = Device(box.service, "phone")
    # The first page finds no device and goes to the webhook instead.
    wait_until(lambda: any(call.path == "/hook" for call in box.service.calls), 15, "the fallback")
    added = post(box, "devices", device.subscription)
    assert added.status_code == 200 and [d["device"] for d in added.json()["devices"]] == ["phone"]
    wait_until(device.calls, 20, "the push of the next level")
    call = device.calls()[0]
    assert len(call.body) <= 4096
    assert (call.headers["TTL"], call.headers["Urgency"]) == ("3600", "high")
    assert call.headers["Content-Encoding"] == "aes128gcm" and re.fullmatch(r"[\w-]{1,32}", call.headers["Topic"])
    vapid(call, key, box.service.url)
    message = device.messages()[0]
    assert message["title"] == "[P0] FIRING, level 2: Broken: the shop is down" and message["isUrgent"] is True
    page = message["tag"]
    assert message["url"] == f"{box.url}/alerts/{page}"
    # What the service worker does when "Acknowledge" is tapped.
    assert requests.post(message["acknowledge"], timeout=5).status_code == 200
    shown = box.get(f"/ops/v1/pages/{page}").json()
    assert (shown["status"], shown["acknowledged_by"]) == ("acknowledged", "admin")


def test_a_key_and_devices_outlive_a_restart_and_a_test_is_pushed(box):
    key = box.person.get(box.url + "/ops/v1/push/key", timeout=5).json()["key"]
    device, gone = Device(box.service, "phone"), Device(box.service, "old-phone")
    assert post(box, "devices", device.subscription).ok and post(box, "devices", gone.subscription).ok
    box.service.answer = lambda call: (410 if call.path == gone.path else 201, b"")
    box.stop()
    box.start()
    assert box.person.get(box.url + "/ops/v1/push/key", timeout=5).json()["key"] == key
    assert post(box, "test", {}).json() == {"result": "delivered", "reason": ""}
    assert any(m["title"].endswith("Test page: nothing is wrong") for m in device.messages())
    left = box.person.get(box.url + "/ops/v1/push/devices", timeout=5).json()["devices"]
    assert [d["device"] for d in left] == ["phone"], "the service said that the other is gone"
    assert [d["device"] for d in post(box, "devices/remove", device.subscription).json()["devices"]] == []
    refused = post(box, "test", {}).json()
    assert refused["result"] == "refused" and "no device of admin" in refused["reason"]
    assert "secret-address" not in box.process.text()


@pytest.mark.parametrize("change, says", [
    ({"endpoint": "https://evil.example/x"}, "none of the push services"),
    ({"endpoint": "http://169.254.169.254/latest"}, "none of the push services"),
    ({"endpoint": "file:///etc/passwd"}, "none of the push services"),
    ({"endpoint": 7}, "must be a browser's subscription"),
    ({"keys": {"p256dh": "AAAA", "auth": "AAAA"}}, "p256dh must be a P-256 point"),
    ({"keys": None}, "p256dh must be a P-256 point"),
])
def test_a_subscription_that_is_none_is_refused(box, change, says):
    answer = post(box, "devices", {**Device(box.service, "x").subscription, **change})
    assert answer.status_code == 400 and says in answer.json()["error"], answer.text


def test_only_a_signed_in_person_enables_a_device_and_only_from_a_page_of_ours(box):
    device = Device(box.service, "phone")
    assert post(box, "devices", device.subscription, csrf=False).status_code == 403
    assert box.post("/ops/v1/push/devices", json=device.subscription).status_code == 400, "a token has no device"
    assert requests.post(box.url + "/ops/v1/push/devices", json=device.subscription, timeout=5).status_code == 401


def test_the_console_can_be_installed_and_its_worker_is_at_the_root(box):
    worker = requests.get(box.url + "/service-worker.js", timeout=5)
    assert worker.status_code == 200 and worker.headers["Content-Type"].startswith("text/javascript")
    assert "notificationclick" in worker.text
    manifest = requests.get(box.url + "/manifest.webmanifest", timeout=5).json()
    assert manifest["display"] == "standalone" and manifest["start_url"] == "/"
    assert {icon["purpose"] for icon in manifest["icons"]} == {"any", "maskable"}


def test_the_console_offers_pushes_and_its_worker_shows_one_that_a_tap_acknowledges(box, browser):
    """Chromium without its maker's push service: the message is handed to the worker by the debugger instead."""
    browser.execute_cdp_cmd("Browser.grantPermissions", {"origin": box.url, "permissions": ["notifications"]})
    browser.get(box.url + "/sign-in?next=/settings")
    browser.find_element("name", "name").send_keys("admin")
    browser.find_element("name", "password").send_keys(box.password)
    press(browser, "button[type=submit]")
    wait_until(lambda: "Pages are not pushed to this device." in shown_text(browser), 15, "the offer")
    assert "Enable on this device" in shown_text(browser)
    wait_until(lambda: "hook (webhook)" in shown_text(browser), 10, "the channels")
    press(browser, "#channels-list li:first-child button")
    wait_until(lambda: "hook: delivered" in shown_text(browser), 10, "what the far end said")

    device = Device(box.service, "phone")
    assert post(box, "devices", device.subscription).ok
    wait_until(device.calls, 60, "a push of the page")
    message = device.messages()[0]
    browser.execute_cdp_cmd("ServiceWorker.enable", {})
    # The worker takes the very bytes that the device opened.
    shown = wait_until(lambda: deliver(browser, box, message), 20, "the notification")
    assert shown[0]["title"] == message["title"] and shown[0]["tag"] == message["tag"]
    assert shown[0]["actions"] == ["acknowledge"] and shown[0]["stays"] is True
    assert box.get(f"/ops/v1/pages/{message['tag']}").json()["status"] == "open", "shown is not acknowledged"
    # Nothing is left of the notification, and no second one says that it went wrong.
    assert in_worker(browser, box, CLICK) == 0
    acknowledged = box.get(f"/ops/v1/pages/{message['tag']}").json()
    assert (acknowledged["status"], acknowledged["acknowledged_by"]) == ("acknowledged", "admin")


# The click on "Acknowledge", as the browser tells it the worker. Only its own events may live on for a while, so this
# one says by itself when its work is done.
CLICK = """
    (async () => {
        const shown = await self.registration.getNotifications();
        const event = new NotificationEvent("notificationclick", { notification: shown[0], action: "acknowledge" });
        let work;
        Object.defineProperty(event, "waitUntil", { value: (promise) => { work = promise; } });
        self.dispatchEvent(event);
        await work;
        return (await self.registration.getNotifications()).length;
    })()"""


def in_worker(browser, box, script):
    """Runs a script in the service worker and returns what it comes to."""
    address = browser.capabilities["goog:chromeOptions"]["debuggerAddress"]
    worker = wait_until(lambda: next(
        (target for target in requests.get(f"http://{address}/json/list", timeout=5).json()
         if target["type"] == "service_worker" and target["url"].startswith(box.url)), None), 10, "the worker")
    connection = websocket.create_connection(worker["webSocketDebuggerUrl"], timeout=20, suppress_origin=True)
    try:
        connection.send(json.dumps({"id": 1, "method": "Runtime.evaluate", "params": {
            "expression": script, "awaitPromise": True, "returnByValue": True}}))
        while (answer := json.loads(connection.recv())).get("id") != 1:
            pass
    finally:
        connection.close()
    assert "exceptionDetails" not in answer.get("result", {}), answer
    return answer["result"]["result"]["value"]


def deliver(browser, box, message):
    """Hands the message to the worker and asks what notifications are shown; the registration's number is small."""
    for number in range(0, 4):
        try:
            browser.execute_cdp_cmd("ServiceWorker.deliverPushMessage", {
                "origin": box.url, "registrationId": str(number), "data": json.dumps(message)})
        except Exception:  # noqa: BLE001 — no such registration
            continue
    return browser.execute_async_script("""
        const done = arguments[0];
        navigator.serviceWorker.ready.then((registration) => registration.getNotifications()).then((all) => done(
            all.map((one) => ({ title: one.title, tag: one.tag, actions: one.actions.map((it) => it.action),
                                stays: one.requireInteraction }))));""")
