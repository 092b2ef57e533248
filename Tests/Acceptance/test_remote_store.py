"""Samples kept by a backend that speaks Prometheus' protocols: durable here, forwarded, asked for there."""
import random
import signal
import socket
import time
from datetime import datetime

import pytest
import requests

from conftest import Receiver, free_port, needed, wait_until
from remote_write import exemplar, histogram, series, write
from test_objectives import OBJECTIVE, Shop


class Backend:
    """A real one, on a port that stays the same over restarts."""

    def __init__(self, kind, processes, directory):
        self.kind, self.processes, self.directory = kind, processes, directory
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.process = None

    def start(self):
        if self.kind == "prometheus":
            (self.directory / "backend.yaml").write_text("global: {}\n")
            command = [
                needed("prometheus", "prometheus"), "--config.file=backend.yaml", "--storage.tsdb.path=backend",
                f"--web.listen-address=127.0.0.1:{self.port}", "--web.enable-remote-write-receiver",
                "--enable-feature=native-histograms,exemplar-storage", "--log.level=warn"]
        else:
            command = [
                needed("victoria-metrics", "victoria-metrics"), "-storageDataPath=backend",
                f"-httpListenAddr=127.0.0.1:{self.port}", "-search.latencyOffset=0s", "-search.disableCache",
                # What was under way at a crash is sent twice; without this both are counted.
                "-dedup.minScrapeInterval=1ms",
                "-loggerLevel=WARN"]
        self.process = self.processes(command, "backend")
        wait_until(self.is_ready, 30, "the backend to be ready")
        return self

    def is_ready(self):
        try:
            path = "/-/ready" if self.kind == "prometheus" else "/health"
            return requests.get(self.url + path, timeout=2).status_code == 200
        except requests.RequestException:
            return False

    def stop(self):
        self.process.stop(seconds=10)

    def count(self, query, at):
        found = requests.get(self.url + "/api/v1/query", params={"query": query, "time": at}, timeout=10).json()
        result = found["data"]["result"]
        return float(result[0]["value"][1]) if result else 0


@pytest.fixture(params=["prometheus", "victoria-metrics"])
def backend(request, processes, tmp_path):
    return Backend(request.param, processes, tmp_path).start()


def configuration(url, more="", rest=""):
    return (f"auth: {{ mode: none }}\nmetrics:\n  evaluation_interval: 1s\n"
            f'  remote: {{ write_url: "{url}/api/v1/write", query_url: "{url}"{more} }}\n{rest}')


def arrived(box, query, count, **parameters):
    """Through Signalbox: a backend shows what it has taken some time later."""
    def look():
        found = box.query(query, **parameters)
        return found if len(found) == count else None
    return wait_until(look, 20, f"{count} series of {query}")


def own(box, name):
    for line in box.get("/metrics").text.splitlines():
        if line.startswith(f"signalbox_remote_storage_{name} "):
            return float(line.split()[1])
    raise AssertionError(f"no metric {name}")


def test_what_is_written_is_forwarded_and_every_question_goes_to_the_backend(start, backend):
    box = start(configuration(backend.url))
    now = int(time.time() * 1000)
    samples = [(number, now - (30 - number) * 1000) for number in range(31)]
    assert write(
        box, series({"__name__": "far_total", "job": "a", "tag": "\"ü\\"}, samples),
        series({"__name__": "far_total", "job": "b"}, samples)).status_code == 204
    found = arrived(box, "sort_desc(far_total + on (job) group_left () (far_total * 0))", 2, time=now / 1000)
    assert {entry["metric"]["job"] for entry in found} == {"a", "b"}
    assert [entry["value"][1] for entry in found] == ["30", "30"]
    assert box.value("sum(rate(far_total[20s]))", time=now / 1000) == pytest.approx(2, abs=0.2)
    assert box.query('label_replace(vector(1), "x", "NaN", "", "")')[0]["metric"] == {"x": "NaN"}
    if backend.kind == "prometheus":
        # VictoriaMetrics answers such numbers with nothing.
        texts = ("vector(1 / 0)", "vector(-1 / 0)", "vector(0 / 0)")
        assert [box.query(text)[0]["value"][1] for text in texts] == ["+Inf", "-Inf", "NaN"]
    whole = box.get("/api/v1/query_range", query="far_total", start=now / 1000 - 10, end=now / 1000, step="1s").json()
    assert [len(entry["values"]) for entry in whole["data"]["result"]] == [11, 11]
    bounds = {"start": now / 1000 - 3600, "end": now / 1000 + 60}
    listed = box.get("/api/v1/series", **{"match[]": 'far_total{job="a"}', **bounds}).json()["data"]
    assert listed == [{"__name__": "far_total", "job": "a", "tag": "\"ü\\"}]
    assert "tag" in box.get("/api/v1/labels", **bounds).json()["data"]
    values = box.get("/api/v1/label/job/values", **{"match[]": "far_total", **bounds}).json()["data"]
    assert values == ["a", "b"]
    assert backend.count("count(far_total)", now / 1000) == 2
    assert own(box, "samples_failed_total") == 0
    wait_until(lambda: own(box, "queue_bytes") == 0, 20, "an empty queue")
    assert own(box, "samples_total") >= 62


def test_a_backends_refusal_is_ours_with_its_words(start, backend):
    box = start(configuration(backend.url))
    # Right by the grammar; the backend finds the labels that match twice.
    now = int(time.time() * 1000)
    assert write(
        box, series({"__name__": "twice", "a": "1"}, [(1, now)]),
        series({"__name__": "twice", "a": "2"}, [(1, now)])).status_code == 204
    arrived(box, "twice", 2, time=now / 1000)
    answer = box.get("/api/v1/query", query="twice * on () twice", time=now / 1000)
    assert answer.status_code == 422 and answer.json()["status"] == "error", answer.text
    words = requests.get(
        backend.url + "/api/v1/query", params={"query": "twice * on () twice", "time": now / 1000}).json()["error"]
    assert answer.json()["error"][:40] == words[:40]
    for path in ("/federate", "/api/v1/status/tsdb", "/ops/v1/usage"):
        refused = box.get(path, **{"match[]": "up"})
        assert refused.status_code == 422 and "metrics.remote" in refused.json()["error"]
    assert box.post("/api/v1/admin/tsdb/snapshot").status_code == 422
    assert box.get("/usage").status_code == 200


RULES = """
groups:
  - name: far
    rules:
      - { record: far:twice, expr: "level * 2" }
      - { alert: TooHigh, expr: "far:twice > 10", labels: { severity: P2 }, annotations: { summary: "{{ $value }} at {{ $labels.place }}" } }
"""


def test_a_rule_records_to_the_backend_and_an_alert_fires_from_it(start, backend):
    box = start(configuration(backend.url, rest="rules: [rules.yaml]\n"), files={"rules.yaml": RULES})

    def firing():
        assert write(
            box, series({"__name__": "level", "place": "north"}, [(7, int(time.time() * 1000))])).status_code == 204
        time.sleep(0.5)
        alerts = box.get("/api/v1/alerts").json()["data"]["alerts"]
        return [alert for alert in alerts if alert["state"] == "firing"]

    alert = wait_until(firing, 30, "the alert to fire")[0]
    assert alert["labels"] == {"alertname": "TooHigh", "place": "north", "severity": "P2"}
    assert alert["annotations"]["summary"] == "14 at north"
    # Its own series went to the backend as well.
    wait_until(lambda: backend.count('count(ALERTS{alertstate="firing"})', time.time()) == 1, 20, "ALERTS")


def test_objectives_count_to_the_event_what_the_backend_has(start, backend):
    box = start(
        configuration(backend.url, rest="objectives: [ objectives/*.yaml ]\n"),
        files={"objectives/shop.yaml": OBJECTIVE.format(target=0.999)})
    shop = Shop(box, minutes=40)

    def counted():
        """The backend shows what it has taken some time later; until then fewer are counted."""
        def look():
            assert box.post("/-/reload").status_code == 200
            found = box.get("/ops/v1/objectives").json()["objectives"]
            return found and found[0]["total"] == shop.good + shop.bad and not found[0]["problem"] and found[0]
        found = wait_until(look, 30, "the counts", every=0.5)
        assert (found["good"], found["bad"]) == (shop.good, shop.bad)
        return found

    shop.send(997, 3, minutes=20)
    assert counted()["consumed"] == pytest.approx(3)
    # Counters that begin anew, and traffic that is uneven.
    shop.counts = {"200": 0, "500": 0}
    shop.send(41, 7)
    shop.send(100_000, 0, minutes=3)
    counted()
    # Counts are ours: they are there when the backend is not.
    backend.stop()
    box.stop(signal.SIGKILL)
    box.start()
    found = wait_until(lambda: box.get("/ops/v1/objectives").json()["objectives"], what="the first judgement")[0]
    assert (found["good"], found["bad"]) == (shop.good, shop.bad)


def flood(box, rounds, begin):
    """A sample a second of each of 20 series; returns the last time."""
    for number in range(rounds):
        at = begin + number * 1000
        body = b"".join(
            series({"__name__": "backlog", "number": str(place)}, [(number, at)]) for place in range(20))
        assert write(box, body).status_code == 204
    return begin + (rounds - 1) * 1000


def counted(backend, at, expected):
    """Each sample of each series, once."""
    found = []

    def all_there():
        found.append(backend.count("sum(count_over_time(backlog[10m]))", at / 1000))
        return found[-1] == expected

    try:
        wait_until(all_there, 40, f"{expected} samples at the backend")
    except AssertionError:
        raise AssertionError(f"{found[-1]} samples at the backend, not {expected}") from None


def test_a_backlog_arrives_when_the_backend_is_back(start, backend):
    box = start(configuration(backend.url))
    begin = int(time.time() * 1000) - 300_000
    flood(box, 20, begin)
    counted(backend, begin + 19_000, 400)
    backend.stop()
    last = flood(box, 80, begin + 20_000)
    answer = box.get("/api/v1/query", query="backlog")
    assert answer.status_code == 503 and answer.json()["errorType"] == "unavailable"
    assert backend.url in answer.json()["error"] and "Retry-After" in answer.headers
    assert box.get("/api/v1/labels").status_code == 503
    wait_until(lambda: own(box, "failing") == 1, 20, "the failure to be told")
    assert own(box, "queue_bytes") > 0
    backend.start()
    counted(backend, last, 2000)
    assert own(box, "samples_failed_total") == 0


def test_a_backlog_survives_kill_9(start, backend):
    box = start(configuration(backend.url))
    begin = int(time.time() * 1000) - 300_000
    backend.stop()
    last = flood(box, 60, begin)
    box.stop(signal.SIGKILL)
    segment = sorted((box.directory / "data/remote-queue").glob("0*"))[-1]
    with open(segment, "ab") as file:
        file.write(b"\x40\x00\x00\x00torn")
    backend.start()
    box.start()
    counted(backend, last, 1200)
    assert "no whole record" in box.process.text()


def test_kill_9_while_forwarding_loses_nothing(start, backend):
    box = start(configuration(backend.url))
    begin = int(time.time() * 1000) - 300_000
    last = flood(box, 30, begin)
    box.stop(signal.SIGKILL)
    box.start()
    last = flood(box, 30, last + 1000)
    counted(backend, last, 1200)


def test_histograms_and_exemplars_go_there_and_back(start, processes, tmp_path):
    backend = Backend("prometheus", processes, tmp_path).start()
    box = start(configuration(backend.url))
    now = int(time.time() * 1000)
    assert write(
        box, series({"__name__": "latency"}, [], extra=b"\x22" + histogram(now)[1:]),
        series({"__name__": "seen_total"}, [(3, now)], extra=exemplar({"trace_id": "abc"}, 2, now))
    ).status_code == 204
    found = arrived(box, "latency", 1, time=now / 1000)[0]["histogram"][1]
    assert found == {"count": "3", "sum": "4.5", "buckets": [[0, "0.5", "1", "2"], [0, "1", "2", "1"]]}
    assert box.value("histogram_count(latency)", time=now / 1000) == 3
    answer = box.get("/api/v1/query_exemplars", query="seen_total", start=now / 1000 - 60, end=now / 1000 + 60)
    assert answer.json()["data"] == [{
        "seriesLabels": {"__name__": "seen_total"},
        "exemplars": [{"labels": {"trace_id": "abc"}, "value": "2", "timestamp": now / 1000}]}]


def test_one_series_out_of_order_does_not_cost_its_neighbours(start, processes, tmp_path):
    backend = Backend("prometheus", processes, tmp_path).start()
    box = start(configuration(backend.url))
    now = int(time.time() * 1000)
    assert write(box, series({"__name__": "late", "n": "7"}, [(1, now)])).status_code == 204
    arrived(box, "late", 1, time=now / 1000)
    # Prometheus refuses the whole request for the one that is older.
    body = [series({"__name__": "late", "n": str(place)}, [(2, now - 60_000)]) for place in range(20)]
    assert write(box, *body).status_code == 204
    found = arrived(box, "late", 19, time=now / 1000 - 30)
    assert "7" not in {entry["metric"]["n"] for entry in found}
    assert own(box, "samples_failed_total") == 1
    assert "refused samples for good" in box.process.text() and "out of order" in box.process.text()


class Gateway(Receiver):
    """Answers writes with the status it is told to, without reading what they hold."""

    def __init__(self):
        super().__init__(body=b"not these samples")
        handler = self.server.RequestHandlerClass
        gateway = self

        def post(request):
            text = request.rfile.read(int(request.headers.get("Content-Length") or 0))
            gateway.requests.append({"path": request.path, "headers": dict(request.headers), "body": text})
            request.send_response(gateway.status)
            request.send_header("Content-Length", "17")
            request.end_headers()
            request.wfile.write(b"not these samples")

        handler.do_POST = post


def test_credentials_go_along_refused_samples_are_told_and_passed(start, receivers):
    gateway = receivers(Gateway)
    box = start(configuration(
        f"http://127.0.0.1:{gateway.port}", more=", bearer_token: \"${TOKEN}\", remote_timeout: 5s"),
        environment={"TOKEN": "very-secret"})
    wait_until(lambda: own(box, "samples_total") > 0, 20, "own telemetry to be sent")
    headers = gateway.requests[0]["headers"]
    assert headers["Authorization"] == "Bearer very-secret"
    assert headers["Content-Encoding"] == "snappy" and headers["Content-Type"] == "application/x-protobuf"
    gateway.status = 400
    assert write(box, series({"__name__": "bad"}, [(1, int(time.time() * 1000))])).status_code == 204
    wait_until(lambda: own(box, "samples_failed_total") >= 1, 20, "refused samples to be counted")
    gateway.status = 401
    assert write(box, series({"__name__": "kept"}, [(1, int(time.time() * 1000))])).status_code == 204
    wait_until(lambda: own(box, "failing") == 1, 20, "a credential that is not taken")
    assert own(box, "queue_bytes") > 0
    gateway.status = 200
    wait_until(lambda: own(box, "queue_bytes") == 0, 60, "the rest to be sent")
    assert "not these samples" in box.process.text()
    assert "very-secret" not in box.process.text()


def test_a_full_queue_refuses_with_503_and_loses_nothing(start, receivers):
    gateway = receivers(Gateway)
    gateway.status = 503
    box = start(configuration(f"http://127.0.0.1:{gateway.port}", more=", queue_size: 16MiB"))
    # Texts that do not pack, so that few requests are needed.
    chance = random.Random(7)
    taken = 0
    for number in range(400):
        body = b"".join(
            series({"__name__": "wide", "text": chance.randbytes(1000).hex(), "n": str(place)}, [(1, number + 1)])
            for place in range(100))
        answer = write(box, body)
        if answer.status_code != 204:
            break
        taken += 100
    assert answer.status_code == 503 and "full" in answer.text and "Retry-After" in answer.headers
    assert own(box, "queue_bytes") <= 16 << 20
    gateway.status = 200
    wait_until(lambda: own(box, "queue_bytes") == 0, 90, "the queue to be sent")
    assert own(box, "samples_total") >= taken
    assert write(box, series({"__name__": "after"}, [(1, int(time.time() * 1000))])).status_code == 204


class Silent:
    """Takes connections and never answers."""

    def __init__(self):
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]

    def close(self):
        self.socket.close()


def test_a_silent_backend_holds_up_neither_senders_nor_a_stop(start, receivers):
    silent = receivers(Silent)
    box = start(
        configuration(f"http://127.0.0.1:{silent.port}", rest="rules: [rules.yaml]\n"), files={"rules.yaml": RULES})
    assert write(box, series({"__name__": "kept"}, [(1, int(time.time() * 1000))])).status_code == 204
    # Ends when its asker goes.
    with pytest.raises(requests.Timeout):
        requests.get(box.url + "/api/v1/query", params={"query": "left_behind"}, timeout=2)

    def running():
        return [query["query"] for query in box.get("/ops/v1/queries").json()["running"]]

    wait_until(lambda: "left_behind" not in running(), 5, "the query to end")
    began = time.monotonic()
    answer = box.get("/api/v1/query", query="brief", timeout="1s")
    assert answer.status_code == 503 and answer.json()["errorType"] == "timeout", answer.text
    assert time.monotonic() - began < 5
    began = time.monotonic()
    assert box.stop() == 0
    assert time.monotonic() - began < 8


PENDING = """
groups:
  - name: pending
    rules: [ { alert: Long, expr: "level > 1", for: 30m, labels: { severity: P3 } } ]
"""


def test_the_age_of_a_pending_alert_comes_back_from_the_backend(start, processes, tmp_path):
    backend = Backend("prometheus", processes, tmp_path).start()
    box = start(configuration(backend.url, rest="rules: [rules.yaml]\n"), files={"rules.yaml": PENDING})
    assert write(box, series({"__name__": "level"}, [(7, int(time.time() * 1000))])).status_code == 204

    def active_since():
        alerts = box.get("/api/v1/alerts").json()["data"]["alerts"]
        return datetime.fromisoformat(alerts[0]["activeAt"]).timestamp() if alerts else None

    before = wait_until(active_since, 20, "the alert to be pending")
    time.sleep(12)
    box.stop()
    box.start()
    # The time nobody watched does not count; without what was stored it would begin at the restart.
    wait_until(lambda: (active_since() or 1e12) - before < 8, 20, "its age")
