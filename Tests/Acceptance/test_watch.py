"""Heartbeats that stop page, drills go the whole way, and a watcher outside hears when Signalbox cannot do its work."""
import json
import subprocess
import time

import pytest
import requests

from conftest import Signalbox, wait_until

PAGING = """
channels:
  hook: {{ webhook: {{ url: "http://127.0.0.1:{hook}/hook" }} }}
people:
  ada: {{ contacts: [ hook ] }}
escalation: {{ levels: [ {{ people: [ ada ] }} ] }}
announce: [ hook ]
self_alarm: [ hook ]
heartbeats:
  backup: {{ every: 1s, grace: 1s, severity: P0, labels: {{ service: db }} }}
  watchdog: {{ every: 1h, severity: P0, beaten_by: {{ alertname: Watchdog }} }}
drill: {{ people: [ ada ], channels: [ hook ], acknowledge_within: 3s }}
beat: {{ url: "http://127.0.0.1:{outside}/alive?secret=42", every: 1s }}
"""


@pytest.fixture
def peers(receivers):
    return receivers(), receivers()


def settings(peers):
    return {"configuration": "auth: { mode: local }\npaging: { file: paging.yaml }\n",
            "files": {"paging.yaml": PAGING.format(hook=peers[0].port, outside=peers[1].port)}}


@pytest.fixture
def box(start, peers):
    box = start(**settings(peers))
    box.key = box.create_token("events", "--name", "cron")
    box.token = box.create_token("api", "--role", "responder", "--name", "acceptance")
    box.hook, box.outside = peers
    return box


def heartbeat(box, name):
    return next(one for one in box.get("/ops/v1/heartbeats").json()["heartbeats"] if one["name"] == name)


def open_pages(box):
    return box.get("/ops/v1/pages", status="open").json()["pages"]


def test_a_heartbeat_that_stops_pages_and_one_that_comes_back_resolves(box):
    def beat():
        # As a cron job's curl does it.
        return requests.get(box.url + "/ops/v1/heartbeats/backup", params={"key": box.key}, timeout=5)

    end = time.monotonic() + 6
    while time.monotonic() < end:
        assert beat().status_code == 200
        time.sleep(0.5)
    assert heartbeat(box, "backup")["status"] == "beating"
    page = wait_until(lambda: open_pages(box), what="the page")[0]
    assert (page["severity"], page["labels"]["heartbeat"], page["labels"]["service"]) == ("P0", "backup", "db")
    assert heartbeat(box, "backup")["status"] == "missed"
    wait_until(lambda: any("backup" in json.dumps(body) for body in box.hook.bodies()), what="the message")
    # It stays missed over a restart.
    box.stop(9)
    box.start()
    assert [one["id"] for one in open_pages(box)] == [page["id"]]
    assert beat().status_code == 200
    assert not open_pages(box)
    assert requests.post(
        box.url + "/ops/v1/heartbeats/nobody", headers={"Authorization": f"Bearer {box.key}"}, timeout=5
    ).status_code == 404


def test_alertmanagers_watchdog_beats_and_is_no_alert(box):
    assert heartbeat(box, "watchdog")["status"] == "awaited"
    answer = requests.post(
        box.url + "/ops/v1/events/alertmanager", headers={"Authorization": f"Bearer {box.key}"}, timeout=5,
        json={"alerts": [{"status": "firing", "labels": {"alertname": "Watchdog", "severity": "none"}}]})
    assert answer.status_code == 200, answer.text
    assert heartbeat(box, "watchdog")["status"] == "beating"
    assert not [page for page in open_pages(box) if page["labels"].get("alertname") == "Watchdog"]


def metric(box, name):
    text = box.get("/metrics").text
    return float(next(line.split()[-1] for line in text.splitlines() if line.startswith(f"signalbox_{name} ")))


def test_a_drill_succeeds_when_it_is_acknowledged_and_fails_when_it_is_not(box):
    started = box.post("/ops/v1/drill")
    assert started.status_code == 202, started.text
    assert box.post("/ops/v1/drill").status_code == 409
    page = started.json()["page"]
    drill = box.get(f"/ops/v1/pages/{page}").json()
    assert drill["drill"] is True and drill["title"].startswith("DRILL: ")
    wait_until(lambda: any("DRILL" in json.dumps(body) for body in box.hook.bodies()), what="the drill's message")
    assert box.post(f"/ops/v1/pages/{page}/acknowledge", json={}).status_code == 200
    state = box.get("/ops/v1/drill").json()
    assert state["succeeded"] and not state["failed"] and state["page"] is None
    assert metric(box, "drill_last_success_timestamp_seconds") > time.time() - 60

    assert box.post("/ops/v1/drill").status_code == 202
    wait_until(lambda: box.get("/ops/v1/drill").json()["failed"], what="the drill to fail")
    assert "nobody has acknowledged" in box.get("/ops/v1/drill").json()["failure"]
    wait_until(lambda: any("drill has failed" in json.dumps(body) for body in box.hook.bodies()), what="the alarm")
    assert metric(box, "drill_failures_total") == 1


def test_the_beat_stops_while_the_journal_cannot_be_written_and_its_url_is_not_shown(binary, tmp_path, peers):
    disk = tmp_path / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", str(disk)], check=True)
    box = Signalbox(binary, tmp_path, storage=str(disk), **settings(peers))
    try:
        box.start()
        outside = peers[1]
        wait_until(lambda: len(outside.requests) >= 2, what="two beats")
        box.token = box.create_token("api", "--role", "responder", "--name", "acceptance")
        page = wait_until(lambda: open_pages(box), 30, "the page of the heartbeat that nobody beats")[0]
        with open(disk / "filler", "wb") as filler:
            try:
                while True:
                    filler.write(b"x" * 65536)
                    filler.flush()
            except OSError:
                pass
        wait_until(
            lambda: box.post(f"/ops/v1/pages/{page['id']}/note", json={"text": "x" * 3000}).status_code == 503,
            30, "the journal to fail", every=0.2)
        time.sleep(1.5)
        before = len(outside.requests)
        time.sleep(3)
        assert len(outside.requests) == before, "no beat while the journal cannot be written"
        (disk / "filler").unlink()
        wait_until(lambda: len(outside.requests) > before, 30, "the beat to come back")
        assert "secret=42" not in box.process.text()
    finally:
        box.stop()
        subprocess.run(["umount", "-l", str(disk)], check=True)


def test_the_auditor_reports_and_its_settings_are_checked(box):
    assert box.get("/ops/v1/auditor").json() == {"audited": None, "findings": []}
    (box.directory / "paging.yaml").write_text("""heartbeats:
  a: { grace: 1s }
  b: { every: 1m, labels: { heartbeat: x }, beaten_by: {} }
flapping: { changes: 1, hold: 3m }
drill: { every: 1h, at: 25:00 }
beat: { url: "ftp://x" }
""")
    answer = box.command("check", "--config", str(box.configuration_path))
    assert answer.returncode == 1
    for place, says in [
            ("2:6", "every is missing"), ("3:27", "heartbeat is set by Signalbox itself"), ("3:56", "needs a label"),
            ("4:22", "must be from 2 to 100"), ("4:25", "unknown key"), ("5:8", "give people or channels"),
            ("5:25", "a time of the day in UTC"), ("6:14", "needs http:// or https://")]:
        assert any(f"paging.yaml:{place}: " in line and says in line for line in answer.stderr.splitlines()), (
            place, says, answer.stderr)
