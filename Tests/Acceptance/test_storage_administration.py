"""Deleting, freeing space and copying: Prometheus' admin API, behind a permission and in the audit trail."""
import time

import pytest
import requests

from conftest import free_port, needed, wait_until
from remote_write import series, write

DELETE = "/api/v1/admin/tsdb/delete_series"
CLEAN = "/api/v1/admin/tsdb/clean_tombstones"
SNAPSHOT = "/api/v1/admin/tsdb/snapshot"


@pytest.fixture
def box(start):
    return start("auth: { mode: none }\n")


def fill(box):
    """Sixty samples, one a second, of two series; returns the newest one's time in seconds."""
    at = int(time.time())
    samples = [(number, 1000 * (at - 59 + number)) for number in range(60)]
    answer = write(box, *[series({"__name__": "kept_total", "job": job}, samples) for job in "ab"])
    assert answer.status_code == 204
    return at


def counted(box, selector, at):
    return box.value(f"sum(count_over_time({selector}[2m]))", time=at)


def test_deleted_samples_are_gone_for_good_and_their_neighbours_stay(box):
    at = fill(box)
    gone = box.post(DELETE, params={"match[]": 'kept_total{job="a"}', "end": at - 10})
    assert (gone.status_code, gone.content) == (204, b"")
    assert counted(box, 'kept_total{job="a"}', at) == 10
    assert counted(box, 'kept_total{job="b"}', at) == 60
    box.stop(9)
    box.start()
    assert counted(box, 'kept_total{job="a"}', at) == 10
    assert box.session.put(box.url + CLEAN).status_code == 204
    assert box.post(DELETE, params={"match[]": 'kept_total{job="a"}'}).status_code == 204
    assert counted(box, 'kept_total{job="a"}', at) is None
    assert counted(box, "kept_total", at) == 60


@pytest.mark.parametrize("path, parameters, says", [
    (DELETE, {}, "no match[] parameter provided"),
    (DELETE, {"match[]": "{"}, "match[]"),
    (DELETE, {"match[]": "kept_total", "start": "soon"}, "start"),
    (DELETE, {"match[]": "kept_total", "start": 20, "end": 10}, "end timestamp must not be before start time"),
    (SNAPSHOT, {"skip_head": "maybe"}, "skip_head"),
])
def test_a_bad_order_changes_nothing_and_names_its_parameter(box, path, parameters, says):
    at = fill(box)
    answer = box.post(path, params=parameters)
    assert (answer.status_code, answer.json()["errorType"]) == (400, "bad_data")
    assert says in answer.json()["error"]
    assert counted(box, "kept_total", at) == 120


def test_only_who_may_administer_deletes_and_the_trail_names_them(start):
    box = start("auth: { mode: local }\n")
    tokens = {role: box.create_token("api", "--role", role, "--name", role) for role in ["viewer", "admin"]}
    for path in [DELETE, CLEAN, SNAPSHOT]:
        assert box.post(path, params={"match[]": "up"}).status_code == 401
        box.token = tokens["viewer"]
        assert box.post(path, params={"match[]": "up"}).status_code == 403
        box.token = None
    box.token = tokens["admin"]
    assert box.post(DELETE, params={"match[]": 'up{job="a"}', "start": 10, "end": 20}).status_code == 204
    entries = box.get("/ops/v1/audit").json()["entries"]
    [entry] = [entry for entry in entries if entry["action"] == "series deleted"]
    assert entry["actor"].startswith("token:")
    assert entry["details"]["match"] == 'up{job="a"}'


def test_debians_prometheus_serves_the_copy(box, processes, tmp_path):
    at = fill(box)
    assert box.post(DELETE, params={"match[]": 'kept_total{job="a"}', "end": at - 10}).status_code == 204
    answer = box.post(SNAPSHOT)
    assert answer.status_code == 200
    copy = box.directory / "data" / "metrics" / "snapshots" / answer.json()["data"]["name"]
    (tmp_path / "peer.yaml").write_text("{}\n")
    port = free_port()
    processes([
        needed("prometheus", "prometheus"), "--config.file=peer.yaml", f"--storage.tsdb.path={copy}",
        f"--web.listen-address=127.0.0.1:{port}", "--log.level=warn"], "peer")

    def ask():
        try:
            answer = requests.get(f"http://127.0.0.1:{port}/api/v1/query", timeout=5, params={
                "query": "count_over_time(kept_total[2m])", "time": at})
        except requests.ConnectionError:
            return None
        return answer.json()["data"]["result"] if answer.status_code == 200 else None

    wait_until(ask, what="the peer to serve the copy")
    assert {item["metric"]["job"]: item["value"][1] for item in ask()} == {"a": "10", "b": "60"}
    # The copy is links to the blocks: what happens here later does not reach it.
    assert box.post(DELETE, params={"match[]": "kept_total"}).status_code == 204
    assert box.session.put(box.url + CLEAN).status_code == 204
    assert {item["metric"]["job"]: item["value"][1] for item in ask()} == {"a": "10", "b": "60"}
