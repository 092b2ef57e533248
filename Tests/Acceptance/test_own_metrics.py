"""Signalbox' own metrics: there, well named, and listed in docs/metrics.md, which this file also writes."""
import os
import re

from conftest import REPOSITORY, free_port, wait_until

PAGE = REPOSITORY / "docs/metrics.md"
HEAD = """# Own metrics

At `/metrics` as text, and in the store every 15 seconds with `job="signalbox"`: `signalbox query metrics` finds them
with nothing else set up. With `metrics.remote` those of `remote_storage` stand in place of those of `tsdb`. Written by `UPDATE=1 make acceptance`; a test holds it to the running program.

| name | type | meaning |
| --- | --- | --- |
"""


def listed(exposition):
    helps = dict(re.findall(r"^# HELP (\S+) (.*)$", exposition, re.MULTILINE))
    types = dict(re.findall(r"^# TYPE (\S+) (\S+)$", exposition, re.MULTILINE))
    assert set(helps) == set(types)
    return HEAD + "".join(f"| `{name}` | {types[name]} | {helps[name]} |\n" for name in sorted(helps))


def own_part(exposition, prefix):
    lines = exposition.splitlines(keepends=True)
    return "".join(line for line in lines if line.removeprefix("# HELP ").removeprefix("# TYPE ").startswith(prefix))


def test_every_own_metric_is_listed_and_the_list_is_current(start):
    box = start()
    box.query("1")
    # A backend that nobody answers for: its metrics are there all the same.
    nowhere = f"http://127.0.0.1:{free_port()}"
    away = start(
        "auth: { mode: none }\n"
        f'metrics: {{ remote: {{ write_url: "{nowhere}/api/v1/write", query_url: "{nowhere}" }} }}\n')
    text = box.get("/metrics").text + own_part(away.get("/metrics").text, "signalbox_remote_storage_")
    if os.environ.get("UPDATE"):
        PAGE.write_text(listed(text))
    assert PAGE.read_text() == listed(text)


def test_own_metrics_follow_the_naming_rules(start):
    text = start().get("/metrics").text
    for name, kind in re.findall(r"^# TYPE (\S+) (\S+)$", text, re.MULTILINE):
        assert re.fullmatch(r"signalbox_[a-z0-9_]+", name), name
        assert name.endswith("_total") == (kind == "counter"), name
        assert not re.search(r"_(ms|milliseconds|minutes|kb|mb)(_|$)", name), name


def test_own_metrics_are_in_the_store_within_the_first_minute(start):
    box = start()
    wait_until(lambda: box.value("signalbox_tsdb_head_series"), 20, "own series")
    assert box.value('up{job="signalbox"}') == 1
