"""Events of other alerting systems come in, as PagerDuty's clients, Alertmanager, Grafana and Azure send them."""
import gzip
import json
import time
from urllib.parse import quote

import pytest
import requests

from conftest import free_port, needed, wait_until

PAGING = """
channels:
  hook: { webhook: { url: "http://127.0.0.1:%d/hook" } }
people:
  ada: { contacts: [ hook ] }
escalation: { levels: [ { people: [ ada ] } ] }
announce: [ hook ]
self_alarm: [ hook ]
heartbeats: { backup: { every: 1d, severity: P1 } }
events:
  severities: { fatal: P0 }
  generic:
    checks:
      items: /checks
      labels: { alertname: /name, source: host.name }
      constants: { service: shop }
      annotations: { summary: /text }
      severity: { path: /level, table: { HIGH: P1 }, default: P2 }
      dedup_key: /id
      resolve: { path: /state, equals: [ UP, OK ] }
"""


@pytest.fixture
def box(start, receivers):
    hook = receivers()
    box = start("auth: { mode: local }\npaging: { file: paging.yaml }\n", files={"paging.yaml": PAGING % hook.port})
    box.hook = hook
    box.key = box.create_token("events", "--name", "pagers", "--label", "cluster=eu-1", "--label", "service=shop")
    box.token = box.create_token("api", "--role", "responder", "--name", "acceptance")
    return box


def enqueue(box, action, key=None, path="/v2/enqueue", **payload):
    event = {"routing_key": box.key, "event_action": action}
    if key:
        event["dedup_key"] = key
    if payload:
        event["payload"] = {"summary": "the shop is down", "source": "probe-1", "severity": "critical", **payload}
    return requests.post(box.url + path, json=event, timeout=10)


def pages(box, status="open"):
    return box.get("/ops/v1/pages", status=status).json()["pages"]


def send(box, dialect, body, **options):
    return requests.post(
        f"{box.url}/ops/v1/events/{dialect}", json=body, timeout=10,
        headers={"Authorization": f"Bearer {box.key}"}, **options)


def test_a_pagerduty_client_triggers_acknowledges_and_resolves(box):
    assert len(box.key) == 32 and box.key.isalnum()
    answer = enqueue(box, "trigger", "shop", severity="critical", **{"class": "ProbeFailed"})
    assert answer.status_code == 202, answer.text
    assert answer.json() == {"status": "success", "message": "Event processed", "dedup_key": "shop"}
    page = wait_until(lambda: pages(box))[0]
    assert (page["severity"], page["labels"]["cluster"], page["labels"]["service"]) == ("P0", "eu-1", "shop")
    wait_until(lambda: box.hook.requests, what="the page at the webhook")
    # The same key updates what is open: no second page, however often it is said.
    for _ in range(3):
        assert enqueue(box, "trigger", "shop", severity="critical", summary="still", **{"class": "ProbeFailed"}).ok
    assert enqueue(box, "acknowledge", "shop").status_code == 202
    page = pages(box)[0]
    assert (page["status"], page["acknowledged_by"]) == ("acknowledged", "pagers")
    assert enqueue(box, "trigger", "shop", severity="critical", **{"class": "ProbeFailed"}).status_code == 202
    assert [one["id"] for one in pages(box)] == [page["id"]] and pages(box)[0]["status"] == "acknowledged"
    assert enqueue(box, "resolve", "shop").status_code == 202
    assert not pages(box)
    # What nobody knows is dropped; what fires again after its end is a page of its own.
    assert enqueue(box, "resolve", "shop").status_code == 202
    assert enqueue(box, "acknowledge", "nothing").status_code == 202
    assert enqueue(box, "trigger", "shop", severity="critical", **{"class": "ProbeFailed"}).status_code == 202
    assert pages(box)[0]["id"] != page["id"]


def test_a_client_of_pagerdutys_first_api_triggers_acknowledges_and_resolves(box):
    def create(kind, key="shop", **more):
        event = {"service_key": box.key, "event_type": kind, "incident_key": key, "description": "it is down", **more}
        return requests.post(box.url + "/generic/2010-04-15/create_event.json", json=event, timeout=10)

    answer = create("trigger", client="Probe", details={"severity": "error"})
    assert answer.status_code == 200
    assert answer.json() == {"status": "success", "message": "Event processed", "incident_key": "shop"}
    page = pages(box)[0]
    assert (page["severity"], page["labels"]["alertname"], page["labels"]["cluster"]) == ("P1", "Probe", "eu-1")
    assert create("acknowledge").ok and pages(box)[0]["status"] == "acknowledged"
    # A service that moves on to v2 ends there what it began here.
    assert enqueue(box, "resolve", "shop").ok and not pages(box)
    for kind, more, status, said in (
            ("trigger", {"service_key": None}, 401, "service_key is missing or blank"),
            ("trigger", {"service_key": "x" * 32}, 401, "service_key is not the secret of an events token"),
            ("boom", {}, 400, "event_type must be one of"), ("trigger", {"description": ""}, 400, "description is empty")):
        answer = create(kind, **more)
        assert answer.status_code == status and said in answer.text, answer.text
        assert answer.json()["status"] == "invalid event"
    assert not pages(box)


def test_an_event_without_a_key_gets_one_and_fires_until_told_over_a_restart(box):
    first = enqueue(box, "trigger", severity="error").json()["dedup_key"]
    second = enqueue(box, "trigger", severity="error").json()["dedup_key"]
    assert first and first != second
    assert len(pages(box)) == 2
    box.stop(9)
    box.start()
    assert len(pages(box)) == 2
    assert enqueue(box, "resolve", first).ok
    assert len(pages(box)) == 1


@pytest.mark.parametrize("body, status, error", [
    ({}, 401, "routing_key is missing or blank"),
    ({"routing_key": "x" * 32}, 401, "routing_key is not the secret of an events token"),
    ({"routing_key": None, "event_action": "explode"}, 400, "event_action must be one of"),
    ({"routing_key": None, "event_action": "resolve"}, 400, "dedup_key is needed to resolve"),
    ({"routing_key": None, "event_action": "trigger"}, 400, "payload is missing"),
    ({"routing_key": None, "event_action": "trigger", "dedup_key": "x" * 256, "payload": {}}, 400,
     "dedup_key is longer than 255 bytes"),
    ({"routing_key": None, "event_action": "trigger", "payload": {"summary": "s", "source": "s", "severity": "odd"}},
     400, "payload.severity must be critical, error, warning or info"),
    ({"routing_key": None, "event_action": "trigger", "payload": {"summary": "s", "severity": "info"}}, 400,
     "payload.source is missing"),
])
def test_a_bad_event_is_refused_by_the_name_of_its_field(box, body, status, error):
    body = {name: box.key if value is None else value for name, value in body.items()}
    answer = requests.post(box.url + "/v2/enqueue", json=body, timeout=10)
    assert answer.status_code == status, answer.text
    assert answer.json()["status"] == "invalid event"
    assert any(error in one for one in answer.json()["errors"]), answer.text


def test_a_body_may_come_by_gzip_within_the_bounds_of_a_plain_one(box):
    def post(path, body, encoding="gzip"):
        return requests.post(box.url + path, data=body, timeout=10, headers={
            "Authorization": f"Bearer {box.key}", "Content-Encoding": encoding, "Content-Type": "application/json"})

    event = {"routing_key": box.key, "event_action": "trigger", "dedup_key": "packed",
             "payload": {"summary": "s", "source": "h", "severity": "critical"}}
    packed = gzip.compress(json.dumps(event).encode())
    assert post("/v2/enqueue", packed).json()["dedup_key"] == "packed"
    hook = {"alerts": [alert("firing", "Packed", severity="critical")]}
    assert post("/ops/v1/events/grafana", gzip.compress(json.dumps(hook).encode())).status_code == 200
    assert sorted(page["labels"]["alertname"] for page in pages(box)) == ["Event", "Packed"]
    bomb = gzip.compress(b" " * (64 << 20) + b"{}")
    for path in ("/v2/enqueue", "/ops/v1/events/grafana"):
        for body, encoding, status, said in (
                (packed[:-9], "gzip", 400, "no gzip, damaged or cut off"), (b"{}", "gzip", 400, "no gzip"),
                (bomb, "gzip", 413, "gzip content of more than"), (b"{}", "br", 400, "gzip is")):
            answer = post(path, body, encoding)
            assert answer.status_code == status and said in answer.text, (path, encoding, answer.text)
            assert path != "/v2/enqueue" or answer.json()["status"] == "invalid event"


def test_a_key_sends_events_and_nothing_else(box):
    headers = {"Authorization": f"Bearer {box.key}"}
    assert requests.get(box.url + "/ops/v1/pages", headers=headers, timeout=5).status_code == 403
    assert requests.post(box.url + "/api/v1/write", headers=headers, timeout=5).status_code == 403
    # In a URL nothing but such a key is taken, and only where events go.
    azure = box.url + "/ops/v1/events/azure-monitor"
    assert requests.post(azure, params={"key": box.key}, json={}, timeout=5).status_code == 400
    assert requests.post(azure, params={"key": box.token}, json={}, timeout=5).status_code == 401
    assert requests.get(box.url + "/ops/v1/pages", params={"key": box.key}, timeout=5).status_code == 401


def alert(status, name, **labels):
    return {"status": status, "labels": {"alertname": name, **labels}, "annotations": {"summary": name},
            "startsAt": "2026-01-01T00:00:00Z", "endsAt": "0001-01-01T00:00:00Z", "generatorURL": "http://p/g"}


def test_of_a_batch_the_good_alerts_are_kept_and_the_bad_ones_named(box):
    answer = send(box, "alertmanager", {"version": "4", "alerts": [
        alert("firing", "One", severity="critical"), {"status": "odd", "labels": {"a": "b"}},
        {"status": "firing", "labels": {"a": ["b"]}}, alert("firing", "Two", severity="P1")]})
    assert answer.status_code == 400
    assert answer.json()["accepted"] == 2
    assert answer.json()["errors"] == [
        'alerts[1].status must be one of firing, resolved, not "odd"',
        "alerts[2].labels.a must be a text, not an array"]
    assert sorted(page["severity"] for page in pages(box)) == ["P0", "P1"]
    assert send(box, "alertmanager", {"version": "4", "alerts": [
        alert("resolved", "One", severity="critical"), alert("resolved", "Two", severity="P1")]}).ok
    assert not pages(box)


def test_azure_fires_and_resolves_by_the_id_of_the_alert(box):
    def body(condition):
        return {"schemaId": "azureMonitorCommonAlertSchema", "data": {"essentials": {
            "alertId": "/subscriptions/s/providers/Microsoft.AlertsManagement/alerts/11-22", "alertRule": "SNAT ports",
            "severity": "Sev1", "signalType": "Metric", "monitorCondition": condition,
            "alertTargetIDs": ["/subscriptions/s/resourcegroups/r/providers/microsoft.network/natgateways/nat-1"],
            "firedDateTime": "2026-03-22T13:58:24.3713213Z", "description": "ports run out"},
            "alertContext": {}}}
    assert requests.post(
        box.url + "/ops/v1/events/azure-monitor", params={"key": box.key}, json=body("Fired"), timeout=5).ok
    page = pages(box)[0]
    assert (page["severity"], page["title"]) == ("P1", "SNAT ports: ports run out")
    assert page["alerts"][0]["labels"]["source"] == "nat-1"
    assert send(box, "azure-monitor", body("Resolved")).ok
    assert not pages(box)


def test_json_of_any_shape_comes_in_by_a_mapping(box):
    checks = {"checks": [
        {"id": 7, "name": "Login", "level": "HIGH", "state": "DOWN", "text": "503", "host": {"name": "web-1"}},
        {"name": "no id", "state": "DOWN"},
        {"id": 8, "name": "Search", "state": "UP"}]}
    answer = send(box, "generic/checks", checks)
    assert answer.status_code == 400
    assert answer.json()["errors"] == ["[1] dedup_key: no text stands at /id"]
    page = pages(box)[0]
    assert (page["severity"], page["title"], page["labels"]["service"]) == ("P1", "Login: 503", "shop")
    checks["checks"] = [{**checks["checks"][0], "state": "OK"}]
    assert send(box, "generic/checks", checks).ok
    assert not pages(box)
    assert send(box, "generic/nobody", {}).status_code == 404


def test_changes_are_listed_and_stand_in_the_timeline_of_pages_of_their_service(box):
    change = {"routing_key": box.key, "payload": {
        "summary": "shop 1.2.3 deployed", "source": "ci", "custom_details": {"build": "42"}}}
    answer = requests.post(box.url + "/v2/change/enqueue", json=change, timeout=10)
    assert answer.status_code == 202, answer.text
    assert box.get("/ops/v1/changes", service="shop").json()["changes"][0]["summary"] == "shop 1.2.3 deployed"
    assert not box.get("/ops/v1/changes", service="other").json()["changes"]
    enqueue(box, "trigger", "shop", severity="error")
    change["payload"]["summary"] = "shop 1.2.4 deployed"
    assert requests.post(box.url + "/v2/change/enqueue", json=change, timeout=10).status_code == 202
    page = box.get("/ops/v1/pages/" + pages(box)[0]["id"]).json()
    assert [entry["text"] for entry in page["timeline"] if entry["kind"] == "change"] == [
        "shop 1.2.3 deployed", "shop 1.2.4 deployed"]
    assert requests.post(box.url + "/v2/change/enqueue", json={"routing_key": box.key}, timeout=10).status_code == 400


def test_a_mapping_that_cannot_work_is_refused_with_its_place(box):
    (box.directory / "paging.yaml").write_text(
        "events:\n  severities: { a: P9 }\n  generic:\n    x:\n      labels: { alertname: /a~2, severity: /s }\n"
        "      dedup_key: a..b\n      resolve: { path: /x }\n")
    answer = box.command("check", "--config", str(box.configuration_path))
    assert answer.returncode == 1
    for place in ("paging.yaml:2:20", "paging.yaml:5:28", "paging.yaml:5:34", "paging.yaml:6:18", "paging.yaml:7:16"):
        assert place in answer.stderr, answer.stderr


def alertmanager(box, processes, tmp_path, receiver):
    port = free_port()
    config = tmp_path / "alertmanager.yml"
    config.write_text(
        "route: { receiver: signalbox, group_by: [ alertname ], group_wait: 0s, group_interval: 1s, "
        "repeat_interval: 1h }\nreceivers:\n  - name: signalbox\n" + receiver)
    processes(
        [needed("prometheus-alertmanager", "prometheus-alertmanager"), f"--config.file={config}",
         f"--storage.path={tmp_path / 'alertmanager'}", f"--web.listen-address=127.0.0.1:{port}",
         "--cluster.listen-address="], "alertmanager")
    url = f"http://127.0.0.1:{port}"

    def is_up():
        try:
            return requests.get(url + "/-/ready", timeout=1).ok
        except requests.RequestException:
            return False

    wait_until(is_up, what="Debian's Alertmanager")

    def say(ended=False):
        body = [{"labels": {"alertname": "DiskFull", "severity": "critical", "instance": "db-1"},
                 "annotations": {"summary": "the disk is full"}}]
        if ended:
            body[0]["endsAt"] = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - 1))
        assert requests.post(url + "/api/v2/alerts", json=body, timeout=5).ok

    return say


def test_debians_alertmanager_pages_here_as_at_pagerduty(box, processes, tmp_path):
    say = alertmanager(box, processes, tmp_path, f"""    pagerduty_configs:
      - routing_key: {box.key}
        url: {box.url}/v2/enqueue
        severity: critical
        class: '{{{{ .GroupLabels.alertname }}}}'
""")
    say()
    page = wait_until(lambda: pages(box), what="the page")[0]
    assert page["severity"] == "P0" and page["labels"]["alertname"] == "DiskFull"
    say(ended=True)
    wait_until(lambda: not pages(box), what="the page to close")


def test_debians_alertmanager_pages_here_as_at_opsgenie(box, processes, tmp_path):
    say = alertmanager(box, processes, tmp_path, f"""    opsgenie_configs:
      - {{ api_key: {box.key}, api_url: "{box.url}/", entity: db }}
""")
    say()
    page = wait_until(lambda: pages(box), what="the page")[0]
    assert page["severity"] == "P0" and page["labels"]["alertname"] == "DiskFull"
    say(ended=True)
    wait_until(lambda: not pages(box), what="the page to close")


def test_a_client_of_opsgenie_opens_acknowledges_closes_and_beats(box):
    def call(path, body=None, key=box.key, method="post"):
        return requests.request(
            method, box.url + path, json=body, timeout=10, headers={"Authorization": f"GenieKey {key}"})

    alias = "shop/front door"
    place = "/v2/alerts/" + quote(alias, safe="")
    answer = call("/v2/alerts", {"message": "down", "alias": alias, "priority": "P1"})
    assert answer.status_code == 202 and answer.json()["alias"] == alias and answer.json()["requestId"]
    page = pages(box)[0]
    assert (page["severity"], page["labels"]["cluster"]) == ("P0", "eu-1")
    assert call("/v2/alerts", {"message": "still down", "alias": alias, "priority": "P1"}).ok and len(pages(box)) == 1
    assert call(place + "/acknowledge?identifierType=alias", {"note": "mine"}).status_code == 202
    assert pages(box)[0]["acknowledged_by"] == "pagers"
    assert call(place + "/close").status_code == 422 and len(pages(box)) == 1
    assert call(place + "/close?identifierType=alias", {}).status_code == 202 and not pages(box)
    assert call("/v2/alerts", {"alias": "x"}).status_code == 422
    assert call("/v2/alerts", {"message": "x"}, key="x" * 32).status_code == 401
    assert call("/v2/heartbeats/backup/ping", method="get").json()["result"] == "PONG - Heartbeat received"
    assert call("/v2/heartbeats/other/ping").status_code == 404
    beats = {one["name"]: one["status"] for one in box.get("/ops/v1/heartbeats").json()["heartbeats"]}
    assert beats == {"backup": "beating"}


def test_debians_alertmanager_sends_its_webhook_here(box, processes, tmp_path):
    say = alertmanager(box, processes, tmp_path, f"""    webhook_configs:
      - url: {box.url}/ops/v1/events/alertmanager
        http_config: {{ authorization: {{ credentials: {box.key} }} }}
""")
    say()
    page = wait_until(lambda: pages(box), what="the page")[0]
    assert (page["severity"], page["title"]) == ("P0", "DiskFull: the disk is full")
    assert page["labels"]["cluster"] == "eu-1"
    say(ended=True)
    wait_until(lambda: not pages(box), what="the page to close")
