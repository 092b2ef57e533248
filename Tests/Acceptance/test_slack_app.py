"""Slack as an app: one message a page that is edited as it changes, and buttons that people press."""
import hashlib
import hmac
import json
import time
from urllib.parse import urlencode

import pytest
import requests

from channel_peers import Peer, start_paging
from conftest import wait_until

TOKEN, SECRET = "xoxb-bot-token-value", "signing-secret-value"


class Slack(Peer):
    def __init__(self):
        self.count = 0
        super().__init__(answer=self.take)

    def take(self, call):
        if call.path.startswith("/actions/"):
            return 200, b"ok"
        if call.headers.get("Authorization") != f"Bearer {TOKEN}":
            return 200, b'{"ok":false,"error":"invalid_auth"}'
        body = json.loads(call.body)
        self.count += 1
        channel = {"#alerts": "C1", "UADA": "D1"}.get(body["channel"], body["channel"])
        return 200, json.dumps(
            {"ok": True, "channel": channel, "ts": body.get("ts") or f"17.{self.count}", "message": body}).encode()

    def of(self, method):
        return [json.loads(call.body) for call in self.calls if call.path == f"/api/{method}"]


@pytest.fixture
def box(start, receivers):
    slack = receivers(Slack)
    box = start_paging(start, f"""
channels:
  chat: {{ slack: {{ bot_token: {TOKEN}, signing_secret: {SECRET}, channel: "#alerts", url: "{slack.url}/api" }} }}
people:
  ada: {{ name: Ada, slack: UADA, contacts: [ chat ] }}
escalation: {{ levels: [ {{ people: [ ada ] }} ] }}
announce: [ chat ]
""")
    box.slack = slack
    wait_until(lambda: len(slack.of("chat.postMessage")) == 2, 15, "both messages")
    return box


def press(box, action, user="UADA", page=None, stamp=None, secret=SECRET, body=None):
    payload = {
        "type": "block_actions", "user": {"id": user}, "response_url": f"{box.slack.url}/actions/secret-url",
        "actions": [{"action_id": action, "value": page or pages(box)[0]["id"], "action_ts": str(time.time())}]}
    body = body or urlencode({"payload": json.dumps(payload)})
    stamp = stamp or str(int(time.time()))
    signature = "v0=" + hmac.new(secret.encode(), f"v0:{stamp}:{body}".encode(), hashlib.sha256).hexdigest()
    return requests.post(
        f"{box.url}/ops/v1/channels/slack/interactions/chat", data=body, timeout=5, headers={
            "Content-Type": "application/x-www-form-urlencoded", "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": signature})


def pages(box, status="open"):
    return box.get(f"/ops/v1/pages?status={status}").json()["pages"]


def test_one_message_a_page_is_posted_and_edited_as_the_page_changes(box):
    posted = {message["channel"]: message for message in box.slack.of("chat.postMessage")}
    assert set(posted) == {"#alerts", "UADA"}
    assert [b["action_id"] for b in posted["#alerts"]["attachments"][0]["blocks"][-1]["elements"]] == [
        "acknowledge", "resolve", "snooze"]
    began = time.time()
    assert press(box, "acknowledge").status_code == 200
    assert time.time() - began < 3, "Slack waits three seconds"
    assert (pages(box)[0]["status"], pages(box)[0]["acknowledged_by"]) == ("acknowledged", "ada")
    wait_until(lambda: len(box.slack.of("chat.update")) == 2, 5, "both edits")
    assert {(m["channel"], m["text"]) for m in box.slack.of("chat.update")} == {
        (channel, "[P0] ACKNOWLEDGED by ada: Broken: the shop is down") for channel in ("C1", "D1")}
    box.stop()
    box.start()
    assert press(box, "resolve").status_code == 200
    # Delivery is at least once: an edit whose answer the stop cut off comes again.
    ended = lambda: [m for m in box.slack.of("chat.update") if "RESOLVED" in m["text"]]
    wait_until(lambda: len(ended()) == 2, 15, "the end, in the same messages")
    assert {m["ts"] for m in box.slack.of("chat.update")} == {"17.1", "17.2"}
    assert "actions" not in json.dumps(ended()[-1]["attachments"][0]["blocks"][-1])
    assert len(box.slack.of("chat.postMessage")) == 2


def test_a_button_snoozes_for_an_hour(box):
    assert press(box, "snooze").status_code == 200
    assert pages(box)[0]["status"] == "snoozed"


def test_a_stranger_is_told_so_and_changes_nothing(box):
    assert press(box, "resolve", user="UEVE").status_code == 200
    assert pages(box)[0]["status"] == "open"
    said = [json.loads(c.body) for c in box.slack.calls if c.path.startswith("/actions/")]
    assert len(said) == 1 and said[0]["response_type"] == "ephemeral" and "does not know you" in said[0]["text"]


def test_a_button_of_a_page_that_is_over_says_so(box):
    page = pages(box)[0]["id"]
    box.post(f"/ops/v1/pages/{page}/resolve", json={})
    assert press(box, "acknowledge", page=page).status_code == 200
    said = [json.loads(c.body)["text"] for c in box.slack.calls if c.path.startswith("/actions/")]
    assert said == [f"Nothing was done: page {page} is resolved already."]


@pytest.mark.parametrize("change", [
    {"secret": "another"}, {"stamp": str(int(time.time()) - 400)}, {"stamp": str(int(time.time()) + 9000)},
    {"stamp": "soon"},
])
def test_a_forged_or_old_button_is_refused(box, change):
    assert press(box, "resolve", **change).status_code == 403
    assert pages(box)[0]["status"] == "open"


def test_a_copied_button_is_refused(box):
    body = urlencode({"payload": json.dumps({
        "type": "block_actions", "user": {"id": "UADA"},
        "actions": [{"action_id": "snooze", "value": pages(box)[0]["id"]}]})})
    stamp = str(int(time.time()))
    assert press(box, "snooze", body=body, stamp=stamp).status_code == 200
    assert press(box, "snooze", body=body, stamp=stamp).status_code == 403
    assert TOKEN not in box.process.text() and SECRET not in box.process.text()


def test_what_is_no_button_is_answered_and_ignored(box):
    for body in ("", "payload=", "payload=%7B%7D", "x=1"):
        assert press(box, "resolve", body=body or "ssl_check=1").status_code == 200
    assert pages(box)[0]["status"] == "open"
