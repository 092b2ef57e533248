"""Many clusters send here: pairs of agents are told apart, and each token keeps to its limits."""
import json
import re
import time

import pytest
import requests

from conftest import free_port, needed, wait_until
from remote_write import Request2, series, write, write2

AUTH = "auth: { mode: local }\n"


def agent(box, processes, tmp_path, replica, token=None):
    """Debian's Prometheus as an agent that scrapes itself; returns its process."""
    port = free_port()
    (tmp_path / f"{replica}.yaml").write_text(json.dumps({
        "global": {"scrape_interval": "1s", "external_labels": {"cluster": "c", "__replica__": replica}},
        "scrape_configs": [{"job_name": "own", "static_configs": [{
            "targets": [f"127.0.0.1:{port}"], "labels": {"instance": "same"}}]}],
        "remote_write": [{
            "url": box.url + "/api/v1/write", "queue_config": {"batch_send_deadline": "1s"},
            **({"authorization": {"credentials": token}} if token else {})}]}))
    process = processes([
        needed("prometheus", "prometheus"), f"--config.file={replica}.yaml", "--enable-feature=agent",
        f"--storage.agent.path={replica}", f"--web.listen-address=127.0.0.1:{port}", "--log.level=warn"], replica)
    process.url = f"http://127.0.0.1:{port}"
    return process


def own_metric(box, series):
    found = re.search("^signalbox_" + re.escape(series) + r" (\S+)$", box.get("/metrics").text, re.M)
    return float(found.group(1)) if found else None


def test_of_a_pair_of_agents_one_is_stored_and_the_other_takes_over(start, processes, tmp_path):
    box = start("auth: { mode: none }\nmetrics: { high_availability: { failover_timeout: 10s } }\n")
    first = agent(box, processes, tmp_path, "a")
    wait_until(lambda: box.value('up{job="own"}') == 1, what="the first agent's samples")
    agent(box, processes, tmp_path, "b")
    wait_until(lambda: own_metric(box, "ingest_duplicate_samples_total") > 0, what="the second agent to be heard")
    [found] = box.query('up{job="own"}')
    assert found["metric"] == {"__name__": "up", "cluster": "c", "instance": "same", "job": "own"}
    first.stop(9)
    elections = 'ingest_agent_elections_total{ha_cluster="c"}'
    wait_until(lambda: own_metric(box, elections) == 1, 30, "the second agent to take over")
    wait_until(lambda: time.time() - box.query('timestamp(up{job="own"})')[0]["value"][0] < 5, what="fresh samples")
    assert len(box.query('up{job="own"}')) == 1


@pytest.mark.parametrize("limit, value, says", [
    ("active-series-max", "1", "more than the 1 active series this token may have"),
    ("labels-per-series-max", "2", "more than the 2 labels this token may send a series with"),
    ("label-value-bytes-max", "9", "a label value longer than the 9 bytes this token may send"),
])
def test_a_series_over_a_tokens_limit_is_named_and_its_neighbours_stored(start, limit, value, says):
    box = start(AUTH)
    box.token = box.create_token("ingest", "--name", "limited", f"--{limit}", value)
    at = int(time.time() * 1000)
    bad = {"__name__": "m", "more": "0123456789", "z": "1"}
    first = write(box, series({"__name__": "m", "a": "1"}, [(1, at)]), series(bad, [(1, at)]))
    assert first.status_code == 400
    assert says in first.text
    second = write2(
        box, Request2().add({"__name__": "m", "a": "1"}, [(2, at + 1)]).add(bad, [(1, at)]))
    assert second.status_code == 400
    assert says in second.text
    assert second.headers["X-Prometheus-Remote-Write-Samples-Written"] == "1"
    box.token = box.create_token("api", "--role", "viewer", "--name", "reader")
    assert box.value("count(m)", time=at / 1000 + 1) == 1
    assert box.value("count_over_time(m[1m])", time=at / 1000 + 1) == 2


def test_a_prometheus_agent_over_its_rate_waits_and_loses_nothing(start, processes, tmp_path):
    box = start(AUTH)
    token = box.create_token("ingest", "--name", "slow", "--samples-per-second", "100", "--label", "cluster=c")
    box.token = box.create_token("api", "--role", "admin", "--name", "reader")
    peer = agent(box, processes, tmp_path, "slow", token)
    delayed = lambda: re.search(r"token_delayed_requests_total\{.*\} (\d+)", box.get("/metrics").text)
    wait_until(lambda: delayed() and int(delayed().group(1)) > 0, 40, "the agent to be told to wait")

    def told(counter):
        text = requests.get(peer.url + "/metrics", timeout=5).text
        return float(re.search(rf"prometheus_remote_storage_samples_{counter}_total\{{.*\}} (\S+)\n", text).group(1))

    wait_until(lambda: told("retried") > 0, what="the agent to send again")
    assert told("failed") == 0
    # Limits are lifted under way; the agent catches up.
    [id] = [line.split()[0] for line in box.command(
        "token", "list", "--config", str(box.configuration_path)).stdout.splitlines() if " slow" in line]
    assert box.command("token", "limit", id, "--config", str(box.configuration_path)).returncode == 0
    wait_until(lambda: (box.value('count_over_time(up{job="own"}[1m])') or 0) > 15, 40, "the agent to catch up")
    gaps = box.query('max_over_time((timestamp(up{job="own"}) - timestamp(up{job="own"} offset 1s))[10s:1s])')
    assert all(float(item["value"][1]) < 3 for item in gaps)


def test_a_limit_that_makes_no_sense_is_refused(start):
    box = start(AUTH)
    made = box.command(
        "token", "create", "ingest", "--name", "x", "--active-series-max", "0", "--config", box.configuration_path)
    assert made.returncode != 0
    assert "active_series_max must be at least 1, not 0" in made.stderr
    box.token = box.create_token("api", "--role", "admin", "--name", "a")
    answer = box.post("/ops/v1/tokens", json={"kind": "ingest", "name": "x", "limits": {"samples": 1}})
    assert answer.status_code == 400
    assert "limits.samples is unknown" in answer.json()["error"]
