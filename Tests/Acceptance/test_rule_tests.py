"""`signalbox test`: unit tests of rules in promtool's form, with the same verdicts as Debian's promtool."""
import shutil
import subprocess

import pytest

from conftest import REPOSITORY, needed

RULES = """
groups:
  - name: first
    rules:
      - record: job:up:sum
        expr: sum by (job) (up)
      - record: job:lag:delta
        expr: job:up:sum - job:up:sum offset 2m
  - name: second
    interval: 3m
    rules:
      - alert: Down
        expr: up == 0
        for: 5m
        keep_firing_for: 2m
        labels: { severity: critical, team: "{{ $labels.job }}-team" }
        annotations:
          summary: "{{ $labels.instance }} of {{ $labels.job }} is down, {{ $value | humanize }}"
          cluster: "{{ $externalLabels.cluster }}"
      - alert: Many
        expr: count(ALERTS{alertname="Down", alertstate="firing"}) > 1
"""
INPUT = """
      - series: up{job="a", instance="x"}
        values: 1 1 0x20
      - series: 'up{job="b",instance="y"}'
        values: "1x3 _x4 0 stale"
      - series: requests_total{code="200"}
        values: 0+10x30
"""
DOWN = """
            exp_labels: { severity: critical, team: a-team, job: a, instance: x }
            exp_annotations: { summary: "x of a is down, 0", cluster: eu }
"""


def story(checks, head="rule_files: [ rules.yaml ]\nevaluation_interval: 1m\n", keys=""):
    return f"{head}tests:\n  - name: story\n    interval: 1m\n    external_labels: {{ cluster: eu }}\n" \
           f"{keys}    input_series:{INPUT}{checks}"


def alerts(at, *expected, name="Down"):
    listed = "".join("\n          -" + one[12:] for one in expected)
    return f"    alert_rule_test:\n      - eval_time: {at}\n        alertname: {name}\n" + (
        f"        exp_alerts:{listed}\n" if expected else "")


def expression(text, at, *samples):
    listed = "".join(f"\n          - labels: '{labels}'\n            value: {value}" for labels, value in samples)
    return f"    promql_expr_test:\n      - expr: '{text}'\n        eval_time: {at}\n" + (
        f"        exp_samples:{listed}\n" if samples else "")


CASES = {
    "fires after its time": (story(alerts("7m", DOWN)), True),
    "is pending before": (story(alerts("6m")), True),
    "wrongly said to fire": (story(alerts("6m", DOWN)), False),
    "wrongly said to be quiet": (story(alerts("10m")), False),
    "between two evaluations as the earlier one": (story(alerts("7m30s", DOWN)), True),
    "another annotation": (story(alerts("7m", DOWN.replace("0\"", "1\""))), False),
    "one label more": (story(alerts("7m", DOWN.replace("job: a,", "job: a, more: b,"))), False),
    "an unknown alert is quiet": (story(alerts("7m", name="Nobody")), True),
    "recorded by a rule": (story(expression("job:up:sum", "1m", ('job:up:sum{job="a"}', 1), ('job:up:sum{job="b"}', 1))), True),
    "a sample is missing": (story(expression("job:up:sum", "1m", ('job:up:sum{job="a"}', 1))), False),
    "a rule sees the rule before": (story(expression('job:lag:delta{job="a"}', "3m", ('job:lag:delta{job="a"}', -1))), True),
    "a stale series is gone": (story(expression('up{job="b"}', "9m")), True),
    "a gap is looked back over": (story(expression('up{job="b"}', "6m", ('up{job="b", instance="y"}', 1))), True),
    "a rate as it is": (story(expression("increase(requests_total[5m])", "10m", ('{code="200"}', 50))), True),
    "a scalar": (story(expression("scalar(sum(up)) + 1", "1m", ("{}", 3))), True),
    "nothing from a comparison": (story(expression("up > 5", "1m")), True),
    "what is not a vector": (story(expression("up[5m]", "1m")), False),
    "alerts as series": (story(expression(
        'ALERTS{alertname="Down"}', "3m",
        ('ALERTS{alertname="Down",alertstate="pending",severity="critical",team="a-team",job="a",instance="x"}', 1))), True),
    "no rule files at all": (story(expression("sum(up)", "1m", ("{}", 2)), head=""), True),
    "a pattern without files": (story(expression("sum(up)", "1m", ("{}", 2)), head="rule_files: [ none*.yaml ]\n"), True),
    "a glob": (story(alerts("7m", DOWN), head="rule_files: [ r*.yaml ]\n"), True),
    "an order of groups": (story(alerts("7m", DOWN), head="rule_files: [ rules.yaml ]\ngroup_eval_order: [ second, first ]\n"), True),
    "an order with a group twice": (story(alerts("7m", DOWN), head="rule_files: [ rules.yaml ]\ngroup_eval_order: [ first, first ]\n"), False),
    "an unknown key": (story(alerts("7m", DOWN)) + "nonsense: 1\n", False),
    "a bad expression": (story(expression("sum(", "1m")), False),
    "bad values": (story(alerts("6m")).replace("0+10x30", "0+10y30"), False),
    "bad labels": (story(alerts("6m")).replace("up{job=\"a\", instance=\"x\"}", "up{job=\"a\""), False),
    "no alert's name": (story(alerts("6m")).replace("        alertname: Down\n", ""), False),
    "a duration in no unit": (story(alerts("6 minutes")), False),
    "no YAML": ("tests: [", False),
    "a rule that fails": (story(alerts("6m"), head="rule_files: [ failing.yaml ]\n"), False),
    "a rule that writes what the input has": (story(alerts("6m"), head="rule_files: [ twice.yaml ]\n"), False),
    "a rule file that is wrong": (story(alerts("6m"), head="rule_files: [ wrong.yaml ]\n"), False),
}


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "rules.yaml").write_text(RULES)
    (tmp_path / "failing.yaml").write_text(
        "groups: [ { name: g, rules: [ { record: r, expr: 'up * on() group_left() up' } ] } ]\n")
    (tmp_path / "twice.yaml").write_text(
        "groups: [ { name: g, rules: [ { record: up, expr: 'up * 2' } ] } ]\n")
    (tmp_path / "wrong.yaml").write_text("groups: [ { name: g, rules: [ { record: r, expr: 'sum(' } ] } ]\n")
    return tmp_path


def run(binary, folder, *files):
    return subprocess.run([binary, "test", *map(str, files)], cwd=folder, capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize("name", CASES)
def test_promtool_gives_the_same_verdict(binary, folder, name):
    text, passes = CASES[name]
    # Debian's 2.42 does not know keep_firing_for yet.
    (folder / "rules.yaml").write_text(RULES.replace("        keep_firing_for: 2m\n", ""))
    (folder / "story.yaml").write_text(text)
    ours = run(binary, folder, "story.yaml")
    theirs = subprocess.run(
        [needed("promtool", "prometheus"), "test", "rules", "story.yaml"], cwd=folder, capture_output=True, text=True,
        timeout=60)
    assert (theirs.returncode == 0) == passes, theirs.stdout + theirs.stderr
    assert ours.returncode == (0 if passes else 1), ours.stdout + ours.stderr
    assert ("SUCCESS" if passes else "FAILED") in ours.stdout


def test_what_is_newer_than_debians_promtool(binary, folder):
    (folder / "story.yaml").write_text(story(
        # Nine minutes in, the first series is back; it fires for two minutes more.
        alerts("10m", DOWN) + expression("time()", "2m", ("{}", 1767225720)),
        head="rule_files: [ rules.yaml ]\nfuzzy_compare: true\n",
        keys="    start_timestamp: 2026-01-01T00:00:00Z\n").replace("1 1 0x20", "1 1 0x6 1x20"))
    assert run(binary, folder, "story.yaml").returncode == 0
    (folder / "story.yaml").write_text(
        "tests:\n  - interval: 1m\n    input_series:\n      - series: h\n"
        "        values: '{{schema:0 count:3 sum:4 buckets:[1 2]}}+{{schema:0 count:1 sum:2 buckets:[1]}}x3'\n"
        "      - series: c\n        values: '{{schema:-53 count:2 sum:1 custom_values:[1 5] buckets:[0 2]}}'\n"
        "    promql_expr_test:\n"
        "      - expr: h\n        eval_time: 2m\n        exp_samples:\n"
        "          - labels: h\n            histogram: '{{schema:0 count:5 sum:8 buckets:[3 2]}}'\n"
        "      - expr: c\n        eval_time: 0m\n        exp_samples:\n"
        "          - labels: c\n            histogram: '{{schema:-53 count:2 sum:1 custom_values:[1 5] buckets:[0 3]}}'\n")
    answer = run(binary, folder, "story.yaml")
    assert answer.returncode == 1 and "FAILED, 1 of 2 checks" in answer.stdout, answer.stdout
    assert "there, not expected: c {{schema:-53 count:2 sum:1 custom_values:[1 5] buckets:[0 2]}}" in answer.stdout


def test_a_failure_says_where_and_what(binary, folder):
    (folder / "good.yaml").write_text(story(alerts("7m", DOWN)))
    (folder / "bad.yaml").write_text(story(alerts("7m", DOWN.replace("team: a-team", "team: b-team"))))
    (folder / "torn.yaml").write_text(story(alerts("6m")).replace("0+10x30", "0+10y30"))
    answer = run(binary, folder, "good.yaml", "bad.yaml", "torn.yaml", "none.yaml")
    assert answer.returncode == 1
    lines = answer.stdout.splitlines()
    assert lines[0] == "good.yaml: SUCCESS, 1 check in 1 test"
    assert lines[1] == "bad.yaml: FAILED, 1 of 1 check in 1 test"
    assert lines[2].startswith("  story: bad.yaml:15:9: alert Down at 7m")
    assert 'expected, not there: {alertname="Down", instance="x", job="a", severity="critical", team="b-team"}' in lines[3]
    assert "there, not expected:" in lines[4] and 'team="a-team"' in lines[4]
    assert "torn.yaml:13:17: tests[0].input_series[2]: no value: 0+10y30" in answer.stdout
    assert "none.yaml: FAILED" in answer.stdout and "none.yaml: " in lines[-1]


@pytest.mark.parametrize("values", ["1x99999999999", "1x1000000 1x1000000", "{{count:1}}x9999999999", "{{count:1", "_x-1"])
def test_hostile_values_are_refused(binary, folder, values):
    (folder / "story.yaml").write_text(
        f"tests:\n  - interval: 1m\n    input_series: [ {{ series: up, values: '{values}' }} ]\n")
    answer = run(binary, folder, "story.yaml")
    assert answer.returncode == 1 and "story.yaml:3:" in answer.stdout, answer.stdout


def test_an_empty_file_is_a_mistake_here(binary, folder):
    (folder / "story.yaml").write_text("")
    answer = run(binary, folder, "story.yaml")
    assert answer.returncode == 1 and "story.yaml:1:1: the file is empty" in answer.stdout


def test_too_many_evaluations_are_refused(binary, folder):
    (folder / "story.yaml").write_text(
        "evaluation_interval: 1ms\ntests:\n  - promql_expr_test: [ { expr: '1', eval_time: 1y } ]\n")
    answer = run(binary, folder, "story.yaml")
    assert answer.returncode == 1 and "more than 1000000 evaluations" in answer.stdout


def test_the_rules_that_come_with_signalbox_pass_theirs(binary):
    files = sorted((REPOSITORY / "packs" / "tests").glob("*.yaml"))
    assert files
    answer = run(binary, REPOSITORY, *files)
    assert answer.returncode == 0, answer.stdout
    promtool = shutil.which("promtool") or needed("promtool", "prometheus")
    theirs = subprocess.run(
        [promtool, "test", "rules", *map(str, files)], capture_output=True, text=True, timeout=60)
    assert theirs.returncode == 0, theirs.stdout + theirs.stderr
