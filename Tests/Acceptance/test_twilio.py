"""Voice and SMS: a provider that speaks as Twilio does, signs what it sends, forges, repeats and forgets."""
import base64
import hashlib
import hmac
import itertools
import json
import re
import time
from urllib.parse import urlsplit

import pytest
import requests

from channel_peers import Peer, start_paging
from conftest import Mailbox, wait_until

ACCOUNT = "AC0123456789abcdef0123456789abcdef"
TOKEN = "twilio-auth-token-value"
NUMBER = "+491701234567"


def signature(url, form, token=TOKEN):
    text = url + "".join(name + value for name, value in sorted(form.items()))
    return base64.b64encode(hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()).decode()


class Twilio(Peer):
    def __init__(self):
        self.count = 0
        super().__init__(answer=self.take)

    def take(self, call):
        wanted = "Basic " + base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
        if call.headers.get("Authorization") != wanted:
            return 401, b'{"code":20003,"message":"Authenticate"}'
        self.count += 1
        sid = ("CA" if "Calls" in call.path else "SM") + f"{self.count:032x}"
        return 201, json.dumps({"sid": sid, "status": "queued", "error_code": None}).encode()

    def of(self, resource):
        return [call for call in self.calls if call.path == f"/2010-04-01/Accounts/{ACCOUNT}/{resource}.json"]


def call_back(url, **form):
    return requests.post(url, data=form, headers={"X-Twilio-Signature": signature(url, form)}, timeout=5)


@pytest.fixture
def phones(start, receivers):
    twilio, mail = receivers(Twilio), receivers(Mailbox)

    def begin(contacts="[ call ]", severity="P0", more="", confirm="confirm_within: 10s", rules=None):
        account = f'account_sid: {ACCOUNT}, auth_token: {TOKEN}, from: "+15005550006", url: "{twilio.url}", {confirm}'
        box = start_paging(start, f"""
channels:
  call: {{ voice: {{ {account} }}, fallback: text }}
  text: {{ sms: {{ {account} }}, fallback: mail }}
  mail: {{ email: {{ host: 127.0.0.1, port: {mail.port}, from: signalbox@example.org, security: none }} }}
people:
  ada: {{ name: Ada, email: ada@example.org, phone: "{NUMBER}", contacts: {contacts} }}
  bob: {{ name: Bob, email: bob@example.org, phone: "+491709999999", contacts: [ mail ] }}
escalation: {{ levels: [ {{ people: [ ada ] }}, {{ people: [ bob ] }} ] }}
{more}
""", severity=severity, rules=rules)
        box.twilio, box.mail = twilio, mail
        return box

    return begin


def page(box):
    pages = box.get("/ops/v1/pages").json()["pages"] or box.get("/ops/v1/pages?status=closed").json()["pages"]
    return box.get(f"/ops/v1/pages/{pages[0]['id']}").json()


def first_call(box):
    wait_until(lambda: box.twilio.of("Calls"), 15, "the call")
    return box.twilio.of("Calls")[0].form


def test_a_call_reads_the_page_and_a_key_acknowledges_it(phones):
    box = phones()
    form = first_call(box)
    assert (form["To"], form["From"], form["Timeout"]) == (NUMBER, "+15005550006", "30")
    assert box.twilio.of("Calls")[0].body.count(b"StatusCallbackEvent=") == 4
    assert form["Url"].startswith(f"{box.url}/ops/v1/channels/twilio/voice/call?m=")
    said = call_back(form["Url"], CallSid="CA1", CallStatus="in-progress")
    assert said.status_code == 200 and said.headers["Content-Type"].startswith("text/xml")
    assert said.text == (
        '<?xml version="1.0" encoding="UTF-8"?>\n<Response><Gather numDigits="1" timeout="10" action="{0}"><Say>'
        "This is Signalbox. P 0. Broken: the shop is down. Press 4 to acknowledge, 5 to escalate, 6 to resolve, "
        'star to repeat.</Say></Gather><Redirect>{0}</Redirect></Response>'
    ).format(form["Url"].replace("&n=0", "&amp;n=1"))
    second = form["Url"].replace("&n=0", "&n=1")
    again = call_back(second, CallSid="CA1", Digits="*")
    assert "Gather" in again.text and "n=2" in again.text
    assert page(box)["status"] == "open", "heard is not acknowledged"
    assert "Acknowledged" in call_back(second, CallSid="CA1", Digits="4").text
    assert (page(box)["status"], page(box)["acknowledged_by"]) == ("acknowledged", "ada")


@pytest.mark.parametrize("digit, status", [("5", "open"), ("6", "resolved")])
def test_other_keys_escalate_and_resolve(phones, digit, status):
    box = phones()
    assert call_back(first_call(box)["Url"], CallSid="CA1", Digits=digit).status_code == 200
    assert page(box)["status"] == status
    if digit == "5":
        wait_until(lambda: any(m["to"] == ["bob@example.org"] for m in box.mail.messages), 10, "the next level")
        assert page(box)["level"] == 2


def test_the_api_escalates_too_and_the_console_shows_what_is_not_confirmed(phones):
    box = phones()
    first_call(box)
    shown = box.get(f"/alerts/{page(box)['id']}").text
    assert "Accepted, not confirmed" in shown and "the provider calls it CA" in shown
    assert box.post(f"/ops/v1/pages/{page(box)['id']}/escalate").json()["level"] == 2
    wait_until(lambda: any(m["to"] == ["bob@example.org"] for m in box.mail.messages), 10, "the next level")


def test_a_call_that_rings_out_is_followed_by_an_sms_and_then_by_mail(phones):
    box = phones()
    status = first_call(box)["StatusCallback"]
    for word in ("initiated", "ringing", "no-answer"):
        assert call_back(status, CallSid="CA1", CallStatus=word, SequenceNumber="1").status_code == 204
    wait_until(lambda: box.twilio.of("Messages"), 5, "the SMS")
    sms = box.twilio.of("Messages")[0].form
    assert sms["To"] == NUMBER and sms["ValidityPeriod"] == "600"
    number = page(box)["id"].split("-")[0]
    assert sms["Body"].startswith(
        f"[P0] FIRING: Broken: the shop is down\nReply {number}a to acknowledge, {number}e to escalate, "
        f"{number}c to resolve.\n{box.url}/link/")
    assert call_back(sms["StatusCallback"], MessageSid="SM1", MessageStatus="undelivered", ErrorCode="30003")
    wait_until(lambda: box.mail.messages, 5, "the mail")
    said = [entry["text"] for entry in page(box)["timeline"]]
    assert "page to ada by call: no-answer" in said
    assert "ada by text: undelivered, error 30003; mail takes over" in said


def test_a_provider_that_accepts_and_never_delivers_loses_no_page(phones):
    box = phones()
    first_call(box)
    began = time.time()
    wait_until(lambda: box.twilio.of("Messages"), 15, "the SMS in place of the call")
    assert time.time() - began > 8, "the call has its time"
    wait_until(lambda: box.mail.messages, 15, "the mail in place of the SMS")
    assert any("never confirmed" in entry["text"] for entry in page(box)["timeline"])


def test_a_delivered_call_is_left_alone_and_late_callbacks_change_nothing(phones):
    box = phones()
    status = first_call(box)["StatusCallback"]
    for word in ("completed", "ringing", "busy", "initiated", "failed"):
        assert call_back(status, CallSid="CA1", CallStatus=word).status_code == 204
    time.sleep(11)
    assert not box.twilio.of("Messages") and not box.mail.messages
    assert page(box)["status"] == "open", "answered is not acknowledged"


def test_a_mailbox_that_answers_is_nobody(phones):
    box = phones()
    said = call_back(first_call(box)["Url"], CallSid="CA1", AnsweredBy="machine_start")
    assert "Gather" not in said.text
    wait_until(lambda: box.twilio.of("Messages"), 5, "the SMS")


def test_forged_changed_and_copied_callbacks_are_refused_and_harmless(phones):
    box = phones()
    form = first_call(box)
    keys = {"CallSid": "CA1", "Digits": "4"}
    good = signature(form["Url"], keys)
    for url, data, sign in [
        (form["Url"], keys, None), (form["Url"], keys, ""), (form["Url"], keys, "x"),
        (form["Url"], keys, signature(form["Url"], keys, "another token")),
        (form["Url"], {**keys, "Digits": "6"}, good), (form["Url"] + "&x=1", keys, good),
        (form["Url"].replace("/call?", "/text?"), keys, good), (form["Url"].replace("/call?", "/mail?"), keys, good),
    ]:
        headers = {} if sign is None else {"X-Twilio-Signature": sign}
        answer = requests.post(url, data=data, headers=headers, timeout=5)
        assert answer.status_code == 403, (url, data)
        assert "shop" not in answer.text
    assert page(box)["status"] == "open"
    assert call_back(form["Url"], **keys).status_code == 200
    wait_until(lambda: page(box)["status"] == "acknowledged", 5, "the key")
    box.post(f"/ops/v1/pages/{page(box)['id']}/snooze", json={"minutes": 10})
    assert call_back(form["Url"], **keys).status_code == 403, "a copy of what was answered"
    assert page(box)["status"] == "snoozed"


def test_people_answer_by_sms_and_strangers_do_not(phones):
    box = phones(contacts="[ text ]")
    wait_until(lambda: box.twilio.of("Messages"), 15, "the SMS")
    number = page(box)["id"].split("-")[0]
    url = f"{box.url}/ops/v1/channels/twilio/sms/text"

    numbers = itertools.count()

    def send(body, sender=NUMBER):
        return call_back(url, From=sender, Body=body, MessageSid=f"SM{next(numbers)}")

    assert send(f"{number}a", sender="+4917000000001").text.endswith("<Response></Response>")
    assert "no open page" in send(f"{number}a", sender="+491709999999").text, "Bob was not told of it"
    assert "no open page" in send("999a").text
    assert "Reply with" in send("what?").text
    assert page(box)["status"] == "open"
    assert "Acknowledged: Broken" in send(f" {number}A").text
    assert (page(box)["status"], page(box)["acknowledged_by"]) == ("acknowledged", "ada")
    assert "Escalated" in send(f"{number}e").text
    assert "Acknowledged: 1" in send("aa").text
    assert "Resolved" in send(f"{number}c").text
    assert page(box)["status"] == "resolved"


def test_stop_ends_sms_to_a_number_over_restarts_until_start(phones):
    box = phones(contacts="[ text ]")
    url = f"{box.url}/ops/v1/channels/twilio/sms/text"
    wait_until(lambda: box.twilio.of("Messages"), 15, "the SMS")
    assert call_back(url, From=NUMBER, Body="STOP", MessageSid="SM1").status_code == 200
    box.stop()
    box.start()
    box.post(f"/ops/v1/pages/{page(box)['id']}/resolve", json={})
    sent = len(box.twilio.of("Messages"))
    rules = box.directory / "rules/always.yaml"
    rules.write_text(rules.read_text().replace("alert: Broken", "alert: BrokenAgain"))
    admin = box.create_token("api", "--role", "admin", "--name", "reloader")
    assert requests.post(box.url + "/-/reload", headers={"Authorization": f"Bearer {admin}"}, timeout=10).ok
    wait_until(lambda: any("BrokenAgain" in m["text"] for m in box.mail.messages), 20, "the mail in its place")
    assert not any("BrokenAgain" in call.form["Body"] for call in box.twilio.of("Messages")[sent:])
    assert call_back(url, From=NUMBER, Body="START", MessageSid="SM2").status_code == 200
    rules.write_text(rules.read_text().replace("alert: BrokenAgain", "alert: BrokenStill"))
    assert requests.post(box.url + "/-/reload", headers={"Authorization": f"Bearer {admin}"}, timeout=10).ok
    wait_until(lambda: any("BrokenStill" in call.form["Body"] for call in box.twilio.of("Messages")), 20, "an SMS")


def test_a_test_page_tells_what_the_provider_said(phones):
    box = phones()
    assert {c["name"]: c["kind"] for c in box.get("/ops/v1/channels").json()["channels"]} == {
        "call": "voice", "mail": "email", "text": "sms"}
    answer = box.post("/ops/v1/channels/text/test", json={"person": "ada"})
    assert answer.status_code == 200 and answer.json()["result"] == "accepted", answer.text
    sms = next(call.form for call in box.twilio.of("Messages") if "Test page" in call.form["Body"])
    link = re.search(r"http://\S+/link/\S+", sms["Body"]).group(0)
    assert "The test worked" in requests.post(link, timeout=5).text
    assert box.post("/ops/v1/channels/call/test", json={"person": "ada"}).json()["result"] == "accepted"
    url = next(c.form["Url"] for c in box.twilio.of("Calls") if "test" in base64.urlsafe_b64decode(
        urlsplit(c.form["Url"]).query[2:].split("&")[0] + "==").decode())
    assert "test page. Nothing is wrong" in call_back(url, CallSid="CA9").text
    refused = box.post("/ops/v1/channels/text/test", json={"address": "0170"}).json()
    assert refused["result"] == "refused" and "no number" in refused["reason"]
    assert box.post("/ops/v1/channels/nowhere/test", json={}).status_code == 404
    assert box.post("/ops/v1/channels/text/test", json={"person": "nobody"}).status_code == 400
    assert box.post("/ops/v1/channels/text/test", data="{").status_code == 400
    box.token = box.create_token("api", "--role", "editor", "--name", "editor")
    assert box.post("/ops/v1/channels/mail/test", json={"person": "ada"}).status_code == 403
