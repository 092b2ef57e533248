"""Alertmanager's role: Debian's prometheus-alertmanager, amtool and prometheus, unchanged, beside and against us."""
import datetime
import json
import re
import subprocess
import time

import pytest
import requests

from conftest import Process, Receiver, free_port, needed, wait_until

CONFIGURATION = """
global: {{ resolve_timeout: 1h }}
route:
  receiver: base.hook
  group_by: [alertname, cluster]
  group_wait: 1s
  group_interval: 2s
  repeat_interval: 5s
  routes:
    - matchers: [ team="search" ]
      receiver: search
      group_by: ['...']
      continue: true
    - matchers: [ 'team=~"search|store"', severity!="info" ]
      receiver: both
      repeat_interval: 1h
    - matchers: [ team="quiet" ]
      receiver: quiet
      mute_time_intervals: [ always ]
inhibit_rules:
  - source_matchers: [ severity="critical" ]
    target_matchers: [ severity="warning" ]
    equal: [cluster]
time_intervals:
  - name: always
    time_intervals: [ {{ times: [ {{ start_time: "00:00", end_time: "24:00" }} ] }} ]
receivers:
  - name: base.hook
    webhook_configs: [ {{ url: "{url}/base" }} ]
  - name: search
    webhook_configs: [ {{ url: "{url}/search", max_alerts: 1 }} ]
  - name: both
    webhook_configs: [ {{ url: "{url}/both", send_resolved: false }} ]
  - name: quiet
    webhook_configs: [ {{ url: "{url}/quiet" }} ]
"""


def clock(seconds=0.0):
    at = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=seconds)
    # Milliseconds are what Signalbox keeps.
    return at.strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def alert(labels, starts=0.0, ends=None, **more):
    one = {"labels": labels, "startsAt": clock(starts), "generatorURL": "http://rules.test/", **more}
    return {**one, "endsAt": clock(ends)} if ends is not None else one


class Hook(Receiver):
    """A receiver with many paths."""

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"


@pytest.fixture
def ours(start, receivers):
    """Signalbox with an Alertmanager file, and the receiver it tells."""

    def begin(configuration=CONFIGURATION, **options):
        hook = receivers(Hook)
        box = start("auth: { mode: none }\nalerting: { config: alertmanager.yaml }\n",
                    files={"alertmanager.yaml": configuration.format(url=hook.url)}, **options)
        # Its routes are applied by the running core.
        wait_until(lambda: box.get("/api/v2/receivers").json(), 10, "the routes")
        return box, hook

    return begin


@pytest.fixture
def theirs(processes, receivers, tmp_path):
    def begin(configuration=CONFIGURATION):
        hook = receivers(Hook)
        path = tmp_path / "theirs.yaml"
        path.write_text(configuration.format(url=hook.url))
        port = free_port()
        processes(
            [needed("prometheus-alertmanager", "prometheus-alertmanager"), f"--config.file={path}",
             f"--storage.path={tmp_path / 'theirs'}", f"--web.listen-address=127.0.0.1:{port}",
             "--cluster.listen-address="], "alertmanager")
        url = f"http://127.0.0.1:{port}"

        def ready():
            try:
                return requests.get(url + "/-/ready", timeout=2).status_code == 200
            except requests.RequestException:
                return False

        wait_until(ready, 20, "alertmanager")
        return url, hook

    return begin


def told(hook):
    """What a receiver was told, without what differs between two machines."""
    lines = []
    for request in hook.requests:
        body = {key: value for key, value in request["body"].items() if key not in ("externalURL", "signalbox")}
        for one in body["alerts"]:
            if one["status"] == "resolved":
                one.update(endsAt="ended")
        lines.append((request["path"], body))
    return lines


def summary(hook):
    return [
        (path, body["groupKey"], body["status"], body["truncatedAlerts"],
         sorted((one["status"], json.dumps(one["labels"], sort_keys=True)) for one in body["alerts"]))
        for path, body in told(hook)]


def test_debians_alertmanager_tells_the_same_to_the_same_alerts(ours, theirs):
    box, ours_hook = ours()
    url, theirs_hook = theirs()

    def post(*alerts):
        for target in (box.url, url):
            answer = requests.post(target + "/api/v2/alerts", json=list(alerts), timeout=10)
            assert answer.status_code == 200, answer.text
            assert answer.text == ""

    def silence(matchers, seconds):
        for target in (box.url, url):
            answer = requests.post(
                target + "/api/v2/silences", timeout=10,
                json={"matchers": matchers, "startsAt": clock(), "endsAt": clock(seconds), "createdBy": "ann",
                      "comment": "works"})
            assert answer.status_code == 200, answer.text

    one = {"alertname": "Down", "cluster": "x", "instance": "a", "team": "store", "severity": "warning"}
    two = {"alertname": "Down", "cluster": "x", "instance": "b", "team": "search", "severity": "warning"}
    plain = {"alertname": "Slow", "cluster": "y", "instance": "c", "job": "j"}
    other = {**plain, "instance": "d"}
    source = {"alertname": "Dead", "cluster": "x", "severity": "critical"}
    quiet = {"alertname": "Noise", "team": "quiet"}
    silenced = {"alertname": "Known", "cluster": "z", "instance": "e"}
    began = clock()

    def at(labels, **more):
        return {"labels": labels, "startsAt": began, "generatorURL": "http://rules.test/",
                "annotations": {"summary": "it burns", "at": labels.get("instance", "")}, **more}

    silence([{"name": "alertname", "value": "Kno.*", "isRegex": True}], 6.6)
    post(at(one), at(two), at(plain), at(quiet), at(silenced))
    time.sleep(1.6)   # first notifications
    post(at(other))
    time.sleep(2.0)   # the group's second tick
    post(at(source))  # inhibits the warnings of cluster x
    post(at(plain, endsAt=clock()))
    time.sleep(4.0)
    post(at(source, endsAt=clock()), at(one, endsAt=clock()))
    time.sleep(5.0)
    post(*(at(labels, endsAt=clock()) for labels in (two, other, quiet, silenced)))
    time.sleep(4.5)

    # Ticks of different groups interleave as they like; those of one group are in order.
    def by_group(hook):
        groups = {}
        for entry in summary(hook):
            groups.setdefault(entry[:2], []).append(entry[2:])
        return groups

    mine, reference = by_group(ours_hook), by_group(theirs_hook)
    assert set(mine) == set(reference)
    for group in reference:
        assert mine[group] == reference[group], group
    assert len(reference) == 5 and not any(path == "/quiet" for path, _ in reference)
    assert {entry[0] for entries in reference.values() for entry in entries} == {"firing", "resolved"}
    # Whole bodies, field by field.
    def first(hook, path):
        return next(body for where, body in told(hook) if where == path)

    for path in ("/base", "/search", "/both"):
        assert first(ours_hook, path) == first(theirs_hook, path), path
    # The repeat came at the same tick: at most one more on either side.
    assert len(told(ours_hook)) == len(told(theirs_hook))


def listing(url, path):
    answer = requests.get(url + path, timeout=10)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_lists_and_refusals_are_those_of_alertmanager(ours, theirs):
    box, _ = ours()
    url, _ = theirs()
    targets = (box.url, url)
    alerts = [alert({"alertname": "A", "team": "search", "n": str(n)}, annotations={"summary": "s"}) for n in range(3)]
    alerts.append(alert({"alertname": "B", "severity": "critical", "cluster": "x"}))
    alerts.append(alert({"alertname": "C", "severity": "warning", "cluster": "x", "empty": ""}))
    for target in targets:
        assert requests.post(target + "/api/v2/alerts", json=alerts, timeout=10).status_code == 200
    wait_until(lambda: len(listing(url, "/api/v2/alerts/groups")) == 6, 10, "their groups")

    def reduced(one):
        # Ids and times of the far end's own making.
        return {
            "labels": one["labels"], "fingerprint": one["fingerprint"], "receivers": one["receivers"],
            "annotations": one["annotations"], "startsAt": one["startsAt"][:19], "state": one["status"]["state"],
            "inhibitedBy": one["status"]["inhibitedBy"], "silenced": len(one["status"]["silencedBy"]),
            "generatorURL": one["generatorURL"]}

    for query in ("", "?filter=alertname%3D%22A%22", "?filter=n%3D~%221%7C2%22&filter=team%3Dsearch", "?active=false",
                  "?inhibited=false", "?receiver=sea.*", "?receiver=sea", "?filter=n%21%3D%22%22", "?filter=n%3D%22%22"):
        lists = [[reduced(one) for one in listing(target, "/api/v2/alerts" + query)] for target in targets]
        assert lists[0] == lists[1], query
        groups = [
            [(group["labels"], group["receiver"], [reduced(one) for one in group["alerts"]])
             for group in listing(target, "/api/v2/alerts/groups" + query)] for target in targets]
        assert groups[0] == groups[1], query
    assert [one["name"] for one in listing(box.url, "/api/v2/receivers")] == sorted(
        one["name"] for one in listing(url, "/api/v2/receivers"))

    silence = {"matchers": [{"name": "alertname", "value": "A", "isRegex": False}], "startsAt": clock(),
               "endsAt": clock(3600), "createdBy": "ann", "comment": ""}
    cases = [
        {**silence, "endsAt": clock(-10)}, {**silence, "endsAt": clock(-7200), "startsAt": clock(-9000)},
        {**silence, "matchers": []}, {**silence, "matchers": [{"name": "a", "value": ".*", "isRegex": True}]},
        {**silence, "matchers": [{"name": "a", "value": "(", "isRegex": True}]},
        {**silence, "id": "8f2e9ba4-6a0f-4a0c-9a4f-0a5f1f4f6d11"}, silence,
        {**silence, "matchers": [{"name": "a", "value": "b", "isRegex": False, "isEqual": False}]},
    ]
    for case in cases:
        answers = [requests.post(target + "/api/v2/silences", json=case, timeout=10) for target in targets]
        # An empty list is their schema's error, 422 there, and ours.
        assert answers[0].status_code // 100 == answers[1].status_code // 100, case
        if answers[0].status_code == 400 and answers[1].status_code == 400:
            assert isinstance(answers[0].json(), str)
    for target in targets:
        assert requests.get(target + "/api/v2/alerts?filter=%7B%7D%7D", timeout=10).status_code == 400
        assert requests.get(target + "/api/v2/alerts?receiver=(", timeout=10).status_code == 400
    # 0.25 answers 500 here, later ones as we do.
    assert requests.delete(
        box.url + "/api/v2/silence/8f2e9ba4-6a0f-4a0c-9a4f-0a5f1f4f6d11", timeout=10).status_code == 404
    for target in targets:
        made = [one for one in listing(target, "/api/v2/silences") if one["status"]["state"] == "active"]
        assert len(made) == 2
        one = next(one for one in made if one["matchers"][0]["value"] == "A")
        changed = {**silence, "id": one["id"], "startsAt": one["startsAt"], "endsAt": clock(7200)}
        extended = requests.post(target + "/api/v2/silences", json=changed, timeout=10).json()["silenceID"]
        assert extended == one["id"]
        changed["matchers"] = [{"name": "alertname", "value": "B", "isRegex": False}]
        replaced = requests.post(target + "/api/v2/silences", json=changed, timeout=10).json()["silenceID"]
        assert replaced != one["id"]
        assert requests.get(f"{target}/api/v2/silence/{one['id']}", timeout=10).json()["status"]["state"] == "expired"
        for _ in range(2):
            assert requests.delete(f"{target}/api/v2/silence/{replaced}", timeout=10).status_code == 200
        states = [one["status"]["state"] for one in listing(target, "/api/v2/silences")]
        assert states == ["active", "expired", "expired"]


def test_of_a_half_bad_batch_the_good_are_kept_over_kill_9_and_the_bad_named(ours):
    box, _ = ours()
    batch = [
        alert({"alertname": "Good", "n": "1"}), alert({"alertname": "Huge", "blob": "x" * (1 << 20)}),
        alert({}), alert({"alertname": "Backwards"}, starts=10, ends=5), {"labels": {"alertname": 7}},
        alert({"alertname": "Good", "n": "2"})]
    answer = box.post("/api/v2/alerts", json=batch)
    assert answer.status_code == 400
    text = answer.json()
    assert isinstance(text, str)
    assert text.startswith("4 errors: ")
    for words in ('alert 1: the label "blob" is longer than', "alert 2: at least one label pair required",
                  "alert 3: start time must be before end time", "alert 4: "):
        assert words in text
    box.process.child.kill()
    box.process.child.wait()
    box.start()
    wait_until(lambda: box.get("/api/v2/receivers").json(), 10, "the routes")
    assert [one["labels"]["n"] for one in sorted(
        box.get("/api/v2/alerts").json(), key=lambda one: one["labels"]["n"])] == ["1", "2"]
    assert box.post("/api/v2/alerts", data="[", headers={"Content-Type": "application/json"}).status_code == 400
    assert box.post("/api/v2/alerts", data=b"[" + b" " * (17 << 20) + b"]").status_code == 413


def amtool(box, *words, check=True):
    made = subprocess.run(
        [needed("amtool", "prometheus-alertmanager"), "--alertmanager.url=" + box.url, *words], capture_output=True,
        text=True, timeout=60)
    if check:
        assert made.returncode == 0, made.stdout + made.stderr
    return made.stdout


def test_amtool_works_unchanged(ours):
    box, hook = ours()
    amtool(box, "alert", "add", "alertname=Disk", "team=store", "node=n1", "--annotation=summary=full")
    wait_until(lambda: "n1" in amtool(box, "alert", "query", "-o", "extended", "node=n1"), 10, "the alert")
    assert "Disk" not in amtool(box, "alert", "query", "node=n2")
    identity = amtool(
        box, "silence", "add", "--author=ann", "--comment=works", "--duration=1h", "alertname=Disk", "node=~n.").strip()
    assert re.fullmatch(r"[0-9a-f-]{36}", identity)
    assert identity in amtool(box, "silence", "query", "-q", "alertname=Disk")
    assert "Disk" not in amtool(box, "alert", "query")
    assert "Disk" in amtool(box, "alert", "query", "--silenced")
    before = amtool(box, "silence", "query", "-o", "json")
    assert identity in amtool(box, "silence", "update", "--duration=2h", identity)
    after = amtool(box, "silence", "query", "-o", "json")
    assert json.loads(before)[0]["endsAt"] < json.loads(after)[0]["endsAt"]
    amtool(box, "silence", "expire", identity)
    assert identity not in amtool(box, "silence", "query", "-q")
    assert identity in amtool(box, "silence", "query", "-q", "--expired", "--within=1h")
    assert "Disk" in amtool(box, "alert", "query")
    shown = amtool(box, "config", "show")
    assert "group_by" in shown and "/base" not in shown
    assert "search" in amtool(box, "config", "routes", "show")
    answer = amtool(box, "config", "routes", "test", "team=search", "severity=critical")
    assert answer.strip() == "search,both"
    assert "signalbox" in amtool(box, "cluster", "show")


def test_a_port_of_its_own_serves_the_same(start):
    port = free_port()
    box = start(f'auth: {{ mode: none }}\nlisteners: {{ alertmanager: "127.0.0.1:{port}" }}\n')
    amtool(box, "alert", "add", "alertname=Disk")
    box.url = f"http://127.0.0.1:{port}"
    assert "Disk" in amtool(box, "alert", "query")


def test_debians_prometheus_fires_into_it(ours, processes, tmp_path):
    box, hook = ours()
    (tmp_path / "rules.yaml").write_text(
        "groups: [ { name: g, interval: 1s, rules: [ { alert: Always, expr: 'vector(1)',"
        " labels: { cluster: eu }, annotations: { summary: on } } ] } ]\n")
    (tmp_path / "prometheus.yaml").write_text(
        "global: { evaluation_interval: 1s, external_labels: { region: north } }\nrule_files: [ rules.yaml ]\n"
        f"alerting: {{ alertmanagers: [ {{ static_configs: [ {{ targets: [ '127.0.0.1:{box.port}' ] }} ] }} ] }}\n")
    processes(
        [needed("prometheus", "prometheus"), f"--config.file={tmp_path / 'prometheus.yaml'}",
         f"--storage.tsdb.path={tmp_path / 'prometheus'}", f"--web.listen-address=127.0.0.1:{free_port()}",
         # The first is sent before it has found out where to.
         "--rules.alert.resend-delay=1s"], "prometheus")
    wait_until(lambda: hook.requests, 40, "the webhook")
    body = hook.bodies()[0]
    assert body["groupKey"] == '{}:{alertname="Always", cluster="eu"}'
    assert body["receiver"] == "base\\.hook"
    assert body["alerts"][0]["labels"] == {"alertname": "Always", "cluster": "eu", "region": "north"}
    assert body["alerts"][0]["endsAt"] == "0001-01-01T00:00:00Z"


def test_a_silence_counts_for_p0_only_when_a_second_person_has_approved(start):
    box = start("auth: { mode: local }\n")
    config = str(box.configuration_path)
    box.token = box.create_token("api", "--role", "admin", "--name", "first")
    second = box.create_token("api", "--role", "responder", "--name", "second")
    box.post("/api/v2/alerts", json=[alert({"alertname": "Down", "severity": "P0"})])
    made = box.post("/api/v2/silences", json={
        "matchers": [{"name": "alertname", "value": "Down", "isRegex": False}], "startsAt": clock(),
        "endsAt": clock(600), "createdBy": "first", "comment": "known"})
    identity = made.json()["silenceID"]

    def state():
        return box.get("/api/v2/alerts").json()[0]["status"]["state"]

    assert state() == "active"
    path = f"/ops/v1/silences/{identity}/approve"
    refused = box.post(path)
    assert refused.status_code == 400 and "second person" in refused.json()["error"]
    box.token, first = second, box.token
    assert box.post(path).json()["approvedBy"].startswith("token:")
    assert state() == "suppressed"
    box.token = first
    actions = [entry["action"] for entry in box.get("/ops/v1/audit", limit=5).json()["entries"]]
    assert "silence approved" in actions and "silence set" in actions, config


@pytest.mark.parametrize("text, says", [
    ("route: { receiver: nobody }\nreceivers: []\n", 'alertmanager.yaml:1:20: undefined receiver "nobody" used in route'),
    ("receivers: [ { name: a } ]\n", "alertmanager.yaml:1:1: no routes provided"),
    ("route: { receiver: a, group_by: ['...', b] }\nreceivers: [ { name: a } ]\n", "cannot have wildcard group_by"),
    ("route: { receiver: a, routes: [ { matchers: [ 'a=~\"(\"' ] } ] }\nreceivers: [ { name: a } ]\n",
     "is no regular expression"),
    ("route: { receiver: a, grup_wait: 3s }\nreceivers: [ { name: a } ]\n", 'did you mean "group_wait"?'),
    ("route: { receiver: a }\nreceivers: [ { name: a, slack_configs: [ { api_url: 'http://h/secret-path',"
     " title: '{{ .Status }' } ] } ]\n", "alertmanager.yaml:2:"),
])
def test_mistakes_in_the_file_are_named_with_their_place(binary, tmp_path, text, says):
    (tmp_path / "signalbox.yaml").write_text("auth: { mode: none }\nalerting: { config: alertmanager.yaml }\n")
    (tmp_path / "alertmanager.yaml").write_text(text)
    answer = subprocess.run(
        [binary, "check", "--config", "signalbox.yaml"], cwd=tmp_path, capture_output=True, text=True, timeout=30)
    assert answer.returncode == 1
    assert says in answer.stderr + answer.stdout
    assert "secret-path" not in answer.stderr + answer.stdout
