"""Rules are kept over Mimir's API with the calls that Grafana, mimirtool and cortextool make."""
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote

import pytest
import requests
import yaml

from conftest import wait_until

PREFIXES = ["/prometheus/config/v1/rules", "/config/v1/rules", "/api/v1/rules"]
MIMIRTOOL = PREFIXES[0]
CONFIGURATION = "auth: { mode: none }\nmetrics: { evaluation_interval: 1s }\n"
GROUP = {
    "name": "made in Grafana", "interval": "1s",
    "rules": [
        {"record": "answer:of:everything", "expr": "vector(42)", "labels": {"number": "007", "flag": "true"}},
        {"alert": "Always", "expr": "vector(1) > 0", "for": "1s", "labels": {"severity": "P3"},
         "annotations": {"summary": "größer: {{ $value }}, " + "long " * 60}},
    ],
}


def put(box, namespace, group, prefix=MIMIRTOOL):
    text = group if isinstance(group, str) else yaml.safe_dump(group, allow_unicode=True)
    return box.post(f"{prefix}/{quote(namespace, safe='')}", data=text.encode(),
                    headers={"Content-Type": "application/yaml"})


def delete(box, path):
    return requests.delete(box.url + path, headers=box.headers(), timeout=30)


def running(box):
    return {(group["file"], group["name"]): group for group in box.get("/api/v1/rules").json()["data"]["groups"]}


def listed(box, path=MIMIRTOOL):
    answer = box.get(path)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == "application/yaml"
    return yaml.safe_load(answer.text)


@pytest.mark.parametrize("prefix", PREFIXES)
def test_a_group_is_stored_read_back_evaluated_and_removed(start, prefix):
    box = start(CONFIGURATION)
    namespace = "team a/größe"
    place = f"{prefix}/{quote(namespace, safe='')}"
    assert box.get(place).status_code == 404
    answer = put(box, namespace, GROUP, prefix)
    assert (answer.status_code, answer.json()["status"]) == (202, "success"), answer.text
    assert listed(box) == {namespace: [GROUP]}
    assert listed(box, place) == {namespace: [GROUP]}
    assert listed(box, place + "/" + quote(GROUP["name"])) == GROUP
    assert (namespace, GROUP["name"]) in running(box)
    wait_until(lambda: box.value('answer:of:everything{number="007", flag="true"}') == 42, 15, "the recording rule")
    wait_until(lambda: box.value('ALERTS{alertname="Always", alertstate="firing"}') == 1, 15, "the alert")
    assert delete(box, place + "/" + quote(GROUP["name"])).status_code == 202
    assert running(box) == {} and listed(box) == {}
    again = delete(box, place + "/" + quote(GROUP["name"]))
    assert (again.status_code, again.json()["error"]) == (404, "group does not exist")
    assert box.get(place + "/nothing").status_code == 404


def test_a_namespace_is_synchronised_and_removed_beside_the_rules_of_files(start):
    rules = "groups: [{ name: g, rules: [{ record: from:file, expr: vector(1) }] }]\n"
    box = start(CONFIGURATION + "rules: [rules.yml]\n", files={"rules.yml": rules})
    of_files = set(wait_until(lambda: running(box), 10, "the groups of the files"))
    for name in ["b", "a"]:
        assert put(box, "tool", {**GROUP, "name": name}).status_code == 202
    assert put(box, "other", GROUP).status_code == 202
    changed = {"name": "b", "rules": [{"record": "changed:rule", "expr": "vector(2)"}]}
    assert put(box, "tool", changed).status_code == 202
    assert [group["name"] for group in listed(box)["tool"]] == ["a", "b"]
    assert listed(box)["tool"][1] == changed
    # Without an interval of its own a group has the configuration's, and a reload changes it.
    assert running(box)["tool", "b"]["interval"] == 1
    text = box.configuration_path.read_text()
    box.configuration_path.write_text(text.replace("evaluation_interval: 1s", "evaluation_interval: 2s"))
    assert box.post("/-/reload").status_code == 200
    assert running(box)["tool", "b"]["interval"] == 2 and running(box)["tool", "a"]["interval"] == 1
    assert delete(box, MIMIRTOOL + "/tool").status_code == 202
    assert set(running(box)) == of_files | {("other", GROUP["name"])}
    assert delete(box, MIMIRTOOL + "/tool").status_code == 404


def test_changes_and_reloads_at_the_same_time_lose_nothing(start):
    box = start(CONFIGURATION)
    names = [f"g{number}" for number in range(40)]

    def change(name):
        with requests.Session() as session:
            if name == "reload":
                return session.post(box.url + "/-/reload", timeout=30).status_code
            text = yaml.safe_dump({**GROUP, "name": name})
            return session.post(f"{box.url}{MIMIRTOOL}/n", data=text, timeout=30).status_code

    with ThreadPoolExecutor(8) as threads:
        work = [word for name in names for word in (name, "reload")]
        assert set(threads.map(change, work)) == {200, 202}
    assert {name for _, name in running(box)} == set(names) == {group["name"] for group in listed(box)["n"]}


def test_what_was_accepted_is_there_after_kill_9_and_evaluated(start):
    box = start(CONFIGURATION)
    assert put(box, "durable", GROUP).status_code == 202
    assert put(box, "durable", {**GROUP, "name": "gone"}).status_code == 202
    assert delete(box, MIMIRTOOL + "/durable/gone").status_code == 202
    box.stop(9)
    box.start()
    assert listed(box) == {"durable": [GROUP]}
    wait_until(lambda: set(running(box)) == {("durable", GROUP["name"])}, 10, "the group to run again")
    wait_until(lambda: box.value("answer:of:everything") == 42, 15, "the rule to be evaluated")


@pytest.mark.parametrize("group, says", [
    ("name: g\nrules:\n  - record: a:b\n    expr: sum(\n", "n:4:"),
    ("name: g\nrules:\n  - alert: A\n    exprr: up\n", 'n:4:5: unknown key "rules[0].exprr"; did you mean "expr"?'),
    ("rules: []\n", "name is missing"),
    ("name: ''\nrules: []\n", "Groupname must not be empty"),
    ("name: g\nsource_tenants: [a]\nrules: []\n", 'unknown key "source_tenants"'),
    ("name: g\nrules:\n  - alert: A\n    expr: up\n    labels: { severity: P9 }\n", "severity must be one of"),
    ("name: " + "g" * 257 + "\nrules: []\n", "the group's name needs 1 to 256 bytes"),
    ("name: &g a\nrules: [*g]\n", "anchors and aliases"),
    ("name: g\n  rules: [", "no valid YAML"),
    ("", "the file is empty"),
])
def test_a_wrong_group_is_refused_with_its_place_and_the_old_one_stays(start, group, says):
    box = start(CONFIGURATION)
    old = {"name": "g", "rules": [{"record": "a:b", "expr": "vector(1)"}]}
    assert put(box, "n", old).status_code == 202
    answer = put(box, "n", group)
    assert answer.status_code == 400 and answer.json()["errorType"] == "bad_data", answer.text
    assert says in answer.json()["error"]
    assert listed(box) == {"n": [old]}


def test_a_file_and_a_namespace_of_one_name_exclude_each_other(start):
    rules = "groups: [{ name: g, rules: [{ record: from:file, expr: vector(1) }] }]\n"
    box = start(CONFIGURATION + "rules: [rules.yml]\n", files={"rules.yml": rules, "late.yml": rules})
    (file, _), = wait_until(lambda: running(box), 10, "the groups of the files")
    refused = put(box, file, GROUP)
    assert refused.status_code == 409 and "choose another namespace" in refused.json()["error"]
    assert put(box, file.replace("rules.yml", "late.yml"), GROUP).status_code == 202
    text = box.configuration_path.read_text()
    box.configuration_path.write_text(text.replace("[rules.yml]", "[rules.yml, late.yml]"))
    answer = box.post("/-/reload")
    assert answer.status_code == 500 and "namespace of this name" in answer.text


def test_a_group_that_a_changed_configuration_cannot_read_is_named_kept_and_replaceable(start):
    features = CONFIGURATION.replace("1s }", "1s, enable_features: [promql-experimental-functions] }")
    box = start(features)
    group = {"name": "g", "rules": [{"record": "a:b", "expr": "sort_by_label(up, 'job')"}]}
    assert put(box, "n", group).status_code == 202
    assert put(box, "n", GROUP).status_code == 202
    box.stop()
    text = box.configuration_path.read_text()
    box.configuration_path.write_text(text.replace(", enable_features: [promql-experimental-functions]", ""))
    box.start()
    wait_until(lambda: set(running(box)) == {("n", GROUP["name"])}, 10, "the readable group to run")
    assert "a stored rule group is not evaluated" in box.process.text()
    assert listed(box)["n"][0] == group
    assert put(box, "n", {"name": "g", "rules": [{"record": "a:b", "expr": "up"}]}).status_code == 202
    assert ("n", "g") in running(box)


def test_too_large_a_group_is_refused(start):
    box = start(CONFIGURATION)
    assert put(box, "n", "name: g\nrules: [] #" + "x" * (1 << 20)).status_code == 413
    assert listed(box) == {}


def test_grafana_is_told_that_rules_can_be_stored(start):
    box = start(CONFIGURATION)
    assert box.get("/api/v1/status/buildinfo").json()["data"]["features"] == {"ruler_config_api": "true"}


def test_editors_change_rules_viewers_read_them_and_the_audit_says_who(start):
    box = start("auth: { mode: local }\n")
    viewer = box.create_token("api", "--role", "viewer", "--name", "looks")
    editor = box.create_token("api", "--role", "editor", "--name", "writes")
    admin = box.create_token("api", "--role", "admin", "--name", "reads the audit")
    box.token = viewer
    assert listed(box) == {}
    assert put(box, "n", GROUP).status_code == 403
    assert delete(box, MIMIRTOOL + "/n").status_code == 403
    box.token = editor
    assert put(box, "n", GROUP).status_code == 202
    assert delete(box, MIMIRTOOL + "/n/" + quote(GROUP["name"])).status_code == 202
    assert put(box, "n", GROUP).status_code == 202
    assert delete(box, MIMIRTOOL + "/n").status_code == 202
    box.token = admin
    entries = box.get("/ops/v1/audit", limit=4).json()["entries"]
    assert [(entry["action"], entry["subject"]) for entry in entries] == [
        ("rule namespace removed", "rules:n"), ("rule group stored", "rules:n/made in Grafana"),
        ("rule group removed", "rules:n/made in Grafana"), ("rule group stored", "rules:n/made in Grafana")]
    assert len({entry["actor"] for entry in entries}) == 1 and entries[0]["actor"].startswith("token:")
