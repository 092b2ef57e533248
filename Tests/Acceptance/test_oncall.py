"""Schedules: who is paged, overrides, swaps, reports, calendars, the command line and what check says."""
import csv
import datetime
import io
import json

import icalendar
import pytest
import requests

from conftest import REPOSITORY, Mailbox, Receiver, wait_until

RULES = """
groups:
  - name: always
    interval: 1s
    rules:
      - { alert: NeverWell, expr: "vector(1) > bool 0", labels: { severity: P0, kind: work }, annotations: { summary: x } }
"""
ALERTING = """
auth: { mode: local }
metrics: { evaluation_interval: 1s }
rules: [ rules/*.yaml ]
paging: { file: paging.yaml }
"""
QUIET = "auth: { mode: local }\npaging: { file: paging.yaml }\n"


def day(offset=0):
    return (datetime.datetime.now(datetime.timezone.utc).date() + datetime.timedelta(days=offset)).isoformat()


def moment(**offset):
    now = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(**offset)
    return now.strftime("%Y-%m-%dT%H:%M:%SZ")


def paging(mail, schedules, levels="[ { people: [ 'schedule:primary' ] } ]", hook=None):
    own = f"hook: {{ webhook: {{ url: 'http://127.0.0.1:{hook.port}/hook' }} }}" if hook else ""
    return f"""
channels:
  mail: {{ email: {{ host: 127.0.0.1, port: {mail.port}, from: signalbox@example.org, security: none }} }}
  {own}
people:
  ada: {{ name: "Ada, Countess", email: ada@example.org, contacts: [ mail ] }}
  grace: {{ name: Grace Hopper, email: grace@example.org, contacts: [ mail ] }}
  linus: {{ email: linus@example.org, contacts: [ mail ] }}
schedules:
{schedules}
escalation:
  levels: {levels}
{"self_alarm: [ hook ]" if hook else ""}
"""


def weekly(first="ada", second="grace", start=-3, more=""):
    return f"""
  primary:
    zone: Europe/Berlin
    {more}
    layers:
      - {{ rotation: weekly, start: {day(start)}, hand_over: "09:00", people: [ {first}, {second} ] }}
"""


@pytest.fixture
def mail(receivers):
    return receivers(Mailbox)


def begin(start, text, configuration=QUIET, rules=None):
    box = start(configuration, files={"paging.yaml": text, **({"rules/r.yaml": rules} if rules else {})})
    box.token = box.create_token("api", "--role", "responder", "--name", "planner")
    wait_until(lambda: box.get("/ops/v1/oncall").json()["schedules"], what="the plan")
    return box


def now_of(box, name="primary"):
    return next(one for one in box.get("/ops/v1/oncall").json()["schedules"] if one["schedule"] == name)


def test_a_page_goes_to_whoever_is_on_call_and_an_override_changes_who_that_is(start, mail):
    box = start(QUIET, files={"paging.yaml": paging(mail, weekly()), "rules/r.yaml": RULES})
    box.token = box.create_token("api", "--role", "responder", "--name", "planner")
    wait_until(lambda: box.get("/ops/v1/oncall").json()["schedules"], what="the plan")
    assert now_of(box)["on_call"]["person"] == "ada"
    assert now_of(box)["next"]["person"] == "grace"
    made = box.post("/ops/v1/oncall/overrides", json={
        "schedule": "primary", "person": "linus", "through": moment(hours=4), "why": "ada is on a train"})
    assert made.status_code == 201, made.text
    assert now_of(box)["on_call"]["person"] == "linus" and now_of(box)["on_call"]["override"] == made.json()["id"]
    # Kept over a restart, before anything else happens.
    box.stop()
    text = box.configuration_path.read_text()
    box.configuration_path.write_text(text.replace(QUIET, ALERTING))
    box.start()
    wait_until(lambda: mail.messages, what="the page")
    assert mail.messages[0]["to"] == ["linus@example.org"]
    page = box.get("/ops/v1/pages").json()["pages"][0]
    timeline = box.get("/ops/v1/pages/" + page["id"]).json()["timeline"]
    assert any("linus (on call for primary)" in entry["text"] for entry in timeline)
    shown = box.command("oncall", "--config", str(box.configuration_path))
    assert shown.returncode == 0 and "linus until" in shown.stdout, shown.stderr
    listed = json.loads(box.command("oncall", "--config", str(box.configuration_path), "--format", "json").stdout)
    assert listed[0]["on_call"]["person"] == "linus"


def test_while_nobody_is_on_call_the_owners_hear_and_the_next_level_is_paged_at_once(start, mail, receivers):
    hook = receivers(Receiver)
    levels = "[ { people: [ 'schedule:primary' ], wait: 1h }, { people: [ grace ] } ]"
    box = begin(
        start, paging(mail, weekly(start=3, more="gaps: allowed"), levels, hook), ALERTING, RULES)
    wait_until(lambda: mail.messages, what="the page")
    assert mail.messages[0]["to"] == ["grace@example.org"]
    wait_until(lambda: any("nobody is on call for primary" in json.dumps(body) for body in hook.bodies()),
               what="the owners to be told")
    assert now_of(box)["on_call"] is None


def test_a_change_of_the_file_never_rewrites_the_past(start, mail):
    box = begin(start, paging(mail, weekly()))
    before = box.get("/ops/v1/oncall/schedules/primary").json()
    began = before["final"][0]["from"]
    (box.directory / "paging.yaml").write_text(paging(mail, weekly(first="linus", second="linus")))
    box.token = box.create_token("api", "--role", "admin", "--name", "reloader")
    assert box.post("/-/reload").status_code == 200
    after = box.get("/ops/v1/oncall/schedules/primary").json()
    assert [shift["person"] for shift in after["final"][:2]] == ["ada", "linus"]
    assert after["final"][0]["from"] == began
    assert after["final"][0]["through"] == after["final"][1]["from"] > began
    box.stop()
    box.start()
    assert box.get("/ops/v1/oncall/schedules/primary").json()["final"][:2] == after["final"][:2]


def test_overrides_swaps_and_notes_are_made_and_taken_back(start, mail):
    box = begin(start, paging(mail, weekly()))
    shifts = box.get("/ops/v1/oncall/schedules/primary", through=moment(days=60)).json()["final"]
    # The middle of a coming shift of grace's and of one of ada's after it.
    swap = box.post("/ops/v1/oncall/swaps", json={
        "schedule": "primary", "shift": shifts[1]["from"], "with": shifts[2]["from"], "why": "holidays"})
    assert swap.status_code == 201, swap.text
    swapped = box.get("/ops/v1/oncall/schedules/primary", through=moment(days=60)).json()
    assert [shift["person"] for shift in swapped["final"][1:3]] == ["ada", "grace"]
    assert [shift["person"] for shift in swapped["rotation"][1:3]] == ["grace", "ada"]
    assert {override["why"] for override in swapped["overrides"]} == {"holidays"}
    assert box.session.delete(
        box.url + "/ops/v1/oncall/overrides/" + swap.json()["id"], headers=box.headers()).status_code == 204
    back = box.get("/ops/v1/oncall/schedules/primary", through=moment(days=60)).json()
    assert [shift["person"] for shift in back["final"][1:3]] == ["grace", "ada"]
    noted = box.post("/ops/v1/oncall/schedules/primary/notes", json={"text": "db-3 fills up"})
    assert noted.status_code == 204
    notes = box.get("/ops/v1/oncall/schedules/primary").json()["notes"]
    assert [(note["by"], note["text"]) for note in notes] == [("planner", "db-3 fills up")]


@pytest.mark.parametrize("path, body, status, says", [
    ("overrides", {"schedule": "nights", "person": "ada", "through": "+"}, 404, "there is no schedule"),
    ("overrides", {"schedule": "primary", "person": "zoe", "through": "+"}, 404, "there is no person"),
    ("overrides", {"schedule": "primary", "person": "ada", "through": "-"}, 400, "in the future"),
    ("overrides", {"schedule": "primary", "person": "ada", "through": "tomorrow"}, 400, "RFC 3339"),
    ("overrides", {"schedule": "primary", "through": "+"}, 400, "person is missing"),
    ("swaps", {"schedule": "primary", "shift": "+", "with": "+"}, 400, "both shifts are"),
    ("schedules/primary/notes", {"text": ""}, 400, "the text is empty"),
    ("schedules/primary/transfers/1/done", {}, 404, "there is no knowledge transfer"),
    ("calendars", {"name": "x", "schedule": "nights"}, 404, "there is no schedule"),
])
def test_what_cannot_be_is_refused_with_the_reason(start, mail, path, body, status, says):
    box = begin(start, paging(mail, weekly()))
    times = {"+": moment(hours=1), "-": moment(hours=-1)}
    answer = box.post("/ops/v1/oncall/" + path, json={key: times.get(value, value) for key, value in body.items()})
    assert answer.status_code == status and says in answer.json()["error"], answer.text


def test_the_calendar_is_read_by_its_secret_address_alone_until_it_is_revoked(start, mail):
    box = begin(start, paging(mail, weekly()))
    made = box.post("/ops/v1/oncall/calendars", json={"name": "On call; all", "schedule": "primary"}).json()
    assert made["url"].startswith(box.url) and made["url"].endswith(".ics")
    listed = box.get("/ops/v1/oncall/calendars")
    secret = made["url"].rsplit("/", 1)[1].removesuffix(".ics")
    assert secret not in listed.text and made["id"] in listed.text
    for path in box.directory.glob("data/state.sqlite*"):
        assert secret.encode() not in path.read_bytes()

    answer = requests.get(made["url"], timeout=10)
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    raw = answer.content
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert max(map(len, raw.split(b"\r\n"))) <= 75
    calendar = icalendar.Calendar.from_ical(raw)
    events = calendar.walk("VEVENT")
    shifts = box.get("/ops/v1/oncall/schedules/primary", through=moment(days=120)).json()["final"]
    assert len(events) >= 12
    for event, shift in zip(events, shifts):
        # The first shift begins with the plan, at a fraction of a second, which iCalendar has no place for.
        assert event["DTSTART"].dt.strftime("%Y-%m-%dT%H:%M:%S") == shift["from"][:19]
        assert str(event["SUMMARY"]) == f"On call: {shift['name']} (primary)"
    uids = [str(event["UID"]) for event in events]
    assert len(set(uids)) == len(uids)

    tag = answer.headers["ETag"]
    assert requests.get(made["url"], headers={"If-None-Match": tag}, timeout=10).status_code == 304
    box.post("/ops/v1/oncall/overrides", json={
        "schedule": "primary", "person": "linus", "from": shifts[2]["from"], "through": shifts[2]["through"]})
    changed = requests.get(made["url"], headers={"If-None-Match": tag}, timeout=10)
    assert changed.status_code == 200
    again = icalendar.Calendar.from_ical(changed.content).walk("VEVENT")
    assert str(again[2]["SUMMARY"]) == "On call: linus (primary)"
    assert [str(event["UID"]) for event in again[:2]] == uids[:2]

    # The secret is good for this feed and nothing else.
    bearer = {"Authorization": f"Bearer {secret}"}
    assert requests.get(box.url + "/ops/v1/oncall", headers=bearer, timeout=10).status_code == 401
    assert requests.get(box.url + "/ops/v1/oncall/calendar/guess.ics", timeout=10).status_code == 404
    assert box.session.delete(
        box.url + "/ops/v1/oncall/calendars/" + made["id"], headers=box.headers()).status_code == 204
    assert requests.get(made["url"], timeout=10).status_code == 404


def test_the_report_counts_hours_as_json_and_csv(start, mail):
    box = begin(start, paging(mail, weekly(more="")))
    shifts = box.get("/ops/v1/oncall/schedules/primary", through=moment(days=60)).json()["final"]
    span = {"from": shifts[1]["from"], "through": shifts[4]["through"]}
    people = box.get("/ops/v1/oncall/report", **span).json()["people"]
    assert {row["person"] for row in people} == {"ada", "grace"}
    assert abs(sum(row["hours"] for row in people) - 4 * 168) <= 1
    assert all(row["nights"] == 14 and row["weekends"] == 2 and row["shifts"] == 2 for row in people)
    answer = box.get("/ops/v1/oncall/report", format="csv", **span)
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert {row["name"] for row in rows} == {"Ada, Countess", "Grace Hopper"}
    assert box.get("/ops/v1/oncall/report", format="xml").status_code == 400


def test_a_viewer_sees_but_changes_nothing(start, mail):
    box = begin(start, paging(mail, weekly()))
    box.token = box.create_token("api", "--role", "viewer", "--name", "looker")
    assert box.get("/ops/v1/oncall").status_code == 200
    assert box.get("/ops/v1/oncall/report").status_code == 200
    for path in ("overrides", "swaps", "calendars", "schedules/primary/notes"):
        assert box.post("/ops/v1/oncall/" + path, json={}).status_code == 403


@pytest.mark.parametrize("schedules, says", [
    (weekly().replace("Europe/Berlin", "Europe/Berlim"),
     'schedules.primary.zone: there is no time zone "Europe/Berlim"; did you mean "Europe/Berlin"'),
    (weekly(start=5), "schedules.primary: within 60 days nobody is on call from "),
    (weekly() + f"      - {{ rotation: daily, start: {day()}, people: [ zoe ] }}\n", 'there is no person "zoe"'),
])
def test_check_names_a_bad_zone_and_a_gap_with_their_place(start, mail, schedules, says):
    box = begin(start, paging(mail, weekly()))
    (box.directory / "paging.yaml").write_text(paging(mail, schedules))
    checked = box.command("check", "--config", str(box.configuration_path))
    assert checked.returncode == 1
    assert says in checked.stderr
    assert checked.stderr.startswith(str(box.directory / "paging.yaml") + ":"), checked.stderr


def test_check_is_content_with_gaps_that_are_meant(start, mail):
    box = begin(start, paging(mail, weekly(start=5, more="gaps: allowed")))
    checked = box.command("check", "--config", str(box.configuration_path))
    assert checked.returncode == 0 and "1 schedules" in checked.stdout, checked.stderr


def test_an_export_becomes_a_paging_file_that_is_right(start, mail):
    box = begin(start, paging(mail, weekly()))
    export = str(REPOSITORY / "Fixtures/import/pagerduty.json")
    made = box.command("import", "pagerduty", export, "--output", str(box.directory / "imported.yaml"))
    assert made.returncode == 0 and made.stdout == ""
    assert "carried over: schedule Primary (infra) as primary-infra: 2 layers" in made.stderr
    assert "NOT carried over: escalation policy Web" in made.stderr
    box.configuration_path.write_text(box.configuration_path.read_text().replace("paging.yaml", "imported.yaml"))
    checked = box.command("check", "--config", str(box.configuration_path))
    assert checked.returncode == 0 and "3 people" in checked.stdout, checked.stderr
    assert box.command("import", "pagerduty", export, "--output", str(box.directory / "imported.yaml")).returncode == 1
    refused = box.command("import", "opsgenie", str(box.configuration_path))
    assert refused.returncode == 1 and "this is no JSON" in refused.stderr
