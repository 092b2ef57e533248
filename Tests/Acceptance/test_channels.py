"""PagerDuty, Teams and signed links: what goes over the wire, and what comes back by a link."""
import json
import re

import pytest
import requests

from channel_peers import Peer, start_paging
from conftest import Mailbox, wait_until

KEY = "0123456789abcdef0123456789abcdef"


def test_pagerduty_is_triggered_acknowledged_and_resolved_as_one_incident(start, receivers):
    peer = receivers(Peer, answer=lambda call: (
        202, json.dumps({"status": "success", "message": "Event processed",
                         "dedup_key": json.loads(call.body)["dedup_key"]}).encode()))
    box = start_paging(start, f"""
channels: {{ pager: {{ pagerduty: {{ routing_key: {KEY}, url: "{peer.url}/v2/enqueue" }} }} }}
announce: [ pager ]
""")
    wait_until(lambda: peer.calls, 15, "the trigger")
    page = box.get("/ops/v1/pages").json()["pages"][0]["id"]
    trigger = json.loads(peer.calls[0].body)
    assert peer.calls[0].path == "/v2/enqueue" and trigger["event_action"] == "trigger"
    assert trigger["routing_key"] == KEY and trigger["dedup_key"] == f"signalbox/page/{page}"
    assert trigger["payload"]["severity"] == "critical"
    assert trigger["payload"]["summary"] == "[P0] FIRING: Broken: the shop is down"
    box.post(f"/ops/v1/pages/{page}/acknowledge", json={})
    wait_until(lambda: len(peer.calls) == 2, 10, "the acknowledgement")
    box.post(f"/ops/v1/pages/{page}/resolve", json={})
    wait_until(lambda: len(peer.calls) == 3, 10, "the end")
    assert [call.body for call in peer.calls[1:]] == [
        f'{{"dedup_key":"signalbox/page/{page}","event_action":"{action}","routing_key":"{KEY}"}}'.encode()
        for action in ("acknowledge", "resolve")]


def test_pagerduty_that_refuses_for_good_alarms_the_owner_without_the_key(start, receivers):
    peer = receivers(Peer, answer=lambda call: (
        400, json.dumps({"status": "invalid event", "message": "bad", "errors": [KEY]}).encode()))
    owner = receivers(Peer)
    box = start_paging(start, f"""
channels:
  pager: {{ pagerduty: {{ routing_key: {KEY}, url: "{peer.url}/v2/enqueue" }} }}
  hook: {{ webhook: {{ url: "{owner.url}/hook" }} }}
announce: [ pager ]
self_alarm: [ hook ]
""")
    said = b"answered 400: invalid event: bad: <secret>"
    wait_until(lambda: any(said in call.body for call in owner.calls), 15, "the owner's alarm")
    assert len(peer.calls) == 1
    assert not any(KEY.encode() in call.body for call in owner.calls) and KEY not in box.process.text()


@pytest.fixture
def teams_box(start, receivers):
    """A Signalbox whose page went to Teams and by mail, with both links."""
    teams = receivers(Peer, answer=lambda call: (202, b""))
    mail = receivers(Mailbox)
    box = start_paging(start, f"""
channels:
  team: {{ teams: {{ webhook_url: "{teams.url}/workflows/w/triggers/manual/run?sig=secret-signature" }} }}
  mail: {{ email: {{ host: 127.0.0.1, port: {mail.port}, from: signalbox@example.org, security: none }} }}
people:
  ada: {{ email: ada@example.org, contacts: [ mail ] }}
escalation: {{ levels: [ {{ people: [ ada ] }} ] }}
announce: [ team ]
""")
    wait_until(lambda: teams.calls and mail.messages, 15, "the card and the mail")
    card = json.loads(teams.calls[0].body)["attachments"][0]
    assert card["contentType"] == "application/vnd.microsoft.card.adaptive"
    box.team_link = {a["title"]: a["url"] for a in card["content"]["actions"]}["Acknowledge"]
    text = mail.messages[0]["text"].replace("=\r\n", "").replace("=3D", "=")
    box.mail_link = re.search(rf"{re.escape(box.url)}/link/[\w.-]+", text).group(0)
    return box


def pages(box):
    return box.get("/ops/v1/pages").json()["pages"]


def test_a_link_shows_a_page_and_acknowledges_only_when_the_button_is_pressed_once(teams_box):
    box = teams_box
    seen = requests.get(box.mail_link, timeout=5)
    assert seen.status_code == 200 and "Broken: the shop is down" in seen.text
    assert "unsafe" not in seen.headers["Content-Security-Policy"]
    assert seen.headers["Cache-Control"] == "no-store" and seen.headers["Referrer-Policy"] == "no-referrer"
    for word in ("ada", "severity", "http://", "P0"):
        assert word not in seen.text, f"the link's page tells {word}"
    assert pages(box)[0]["status"] == "open", "looking acknowledges nothing"
    done = requests.post(box.mail_link, timeout=5)
    assert done.status_code == 200 and "Acknowledged" in done.text
    assert (pages(box)[0]["status"], pages(box)[0]["acknowledged_by"]) == ("acknowledged", "ada")
    again = requests.post(box.mail_link, timeout=5)
    assert again.status_code == 410 and "used already" in again.text
    box.stop()
    box.start()
    assert requests.post(box.mail_link, timeout=5).status_code == 410, "used over a restart too"


def test_the_card_of_a_team_acknowledges_in_the_name_of_its_channel(teams_box):
    assert requests.post(teams_box.team_link, timeout=5).status_code == 200
    assert pages(teams_box)[0]["acknowledged_by"] == "link sent to team"


@pytest.mark.parametrize("change", [
    lambda link: link[:-1] + ("A" if link[-1] != "A" else "B"),
    lambda link: link.replace("/link/", "/link/A"),
    lambda link: link.rsplit(".", 1)[0],
    lambda link: link.rsplit("/", 1)[0] + "/x.y",
])
def test_a_forged_link_is_refused_and_says_nothing(teams_box, change):
    for method in ("GET", "POST"):
        answer = requests.request(method, change(teams_box.mail_link), timeout=5)
        assert answer.status_code == 404
        assert "shop" not in answer.text
    assert pages(teams_box)[0]["status"] == "open"


def test_links_are_asked_at_a_limited_rate(teams_box):
    session = requests.Session()
    statuses = [session.get(teams_box.url + "/link/guess.guess", timeout=5).status_code for _ in range(90)]
    assert statuses.count(429) >= 20 and set(statuses) == {404, 429}


def test_a_channel_may_be_called_as_its_kind(start, receivers):
    peer = receivers(Peer)
    box = start_paging(start, "channels:\n" + "".join(
        f'  {name}: {{ webhook: {{ url: "{peer.url}/{name}" }} }}\n' for name in ("slack", "twilio", "push", "test")))
    for name in ("slack", "twilio", "push", "test"):
        answer = box.post(f"/ops/v1/channels/{name}/test", json={})
        assert answer.status_code == 200 and answer.json()["result"] == "delivered", (name, answer.text)
    assert [call.path for call in peer.calls] == ["/slack", "/twilio", "/push", "/test"]
