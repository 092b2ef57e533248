"""Scraping in every format: asked for as Prometheus asks, read as Debian's Prometheus reads the same bytes."""
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import requests

import exposition as page
from conftest import free_port, needed, wait_until

OPEN_METRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8"
PROTOBUF = ("application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited")
TEXT = "text/plain; version=0.0.4; charset=utf-8"
ABOUT = {"up", "scrape_duration_seconds", "scrape_samples_scraped", "scrape_samples_post_metric_relabeling",
         "scrape_series_added"}


class Target:
    """Answers every request with the same bytes, and keeps what it was asked with."""

    def __init__(self, body=b"", content_type=TEXT):
        target = self
        self.body, self.content_type, self.accepts = body, content_type, []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                target.accepts.append(self.headers.get("Accept"))
                answer = target.body() if callable(target.body) else target.body
                self.send_response(200)
                if target.content_type is not None:
                    self.send_header("Content-Type", target.content_type)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def scraping(target, job="", general=""):
    return f"""
auth: {{ mode: none }}
metrics:
  scrape_interval: 1s
{general}
  scrape_configs:
    - job_name: t
      static_configs: [ {{ targets: [ "127.0.0.1:{target.port}" ], labels: {{ instance: i }} }} ]
{job}
"""


@pytest.fixture
def scraped(start, receivers):
    """scraped(body, content_type, keys) runs a Signalbox that scrapes the bytes, until it has once."""
    def begin(body, content_type, job="", general="", up=1):
        target = receivers(Target, body=body, content_type=content_type)
        box = start(scraping(target, job, general))
        wait_until(lambda: box.value('up{job="t"}') == up, what="a scrape")
        return box, target

    return begin


@pytest.fixture
def prometheus(processes, receivers, tmp_path):
    """prometheus(target) scrapes it too, every format and exemplars switched on."""
    def begin(target, classic=False):
        port = free_port()
        (tmp_path / "prometheus.yml").write_text(f"""
global: {{ scrape_interval: 1s }}
scrape_configs:
  - job_name: t
    static_configs: [ {{ targets: [ "127.0.0.1:{target.port}" ], labels: {{ instance: i }} }} ]
""")
        processes(
            [needed("prometheus", "prometheus"), f"--config.file={tmp_path}/prometheus.yml",
             f"--storage.tsdb.path={tmp_path}/prometheus", f"--web.listen-address=127.0.0.1:{port}",
             "--enable-feature=exemplar-storage,native-histograms", "--log.level=error"], "prometheus")
        peer = f"http://127.0.0.1:{port}"

        def has_scraped():
            try:
                found = requests.get(peer + "/api/v1/query", params={"query": 'up{job="t"}'}, timeout=2).json()
                return found["data"]["result"] and found["data"]["result"][0]["value"][1] == "1"
            except requests.RequestException:
                return False

        wait_until(has_scraped, what="prometheus' scrape")
        return peer

    return begin


def series(answer):
    """Labels to value of an instant vector, whatever its time."""
    found = {}
    for entry in answer.json()["data"]["result"]:
        if entry["metric"].get("__name__") in ABOUT:
            continue
        value = entry.get("histogram", entry.get("value"))[1]
        found[json.dumps(entry["metric"], sort_keys=True)] = value
    return found


def compare(box, peer, expected_series, expected_exemplars):
    query = {"query": '{job="t"}'}
    ours = series(box.get("/api/v1/query", **query))
    theirs = series(requests.get(peer + "/api/v1/query", params=query, timeout=10))
    assert ours == theirs
    assert len(ours) == expected_series
    span = {**query, "start": 0, "end": time.time() + 10}
    ours = box.get("/api/v1/query_exemplars", **span).json()["data"]
    theirs = requests.get(peer + "/api/v1/query_exemplars", params=span, timeout=10).json()["data"]

    def untimed(answer):
        # One without a time has its first scrape's, which is each server's own.
        for entry in answer:
            for one in entry["exemplars"]:
                if one["labels"].get("timed") == "no":
                    del one["timestamp"]
        return answer

    assert untimed(ours) == untimed(theirs)
    assert sum(len(entry["exemplars"]) for entry in ours) == expected_exemplars
    described = {"metric": "", "limit": 1000}
    ours, theirs = (json_of(box.get("/api/v1/metadata")), json_of(
        requests.get(peer + "/api/v1/metadata", params=described, timeout=10)))
    for name, entries in theirs.items():
        assert ours[name] == entries, name


def json_of(answer):
    return answer.json()["data"]


def open_metrics(now):
    """What Python's client writes, every type of it."""
    from prometheus_client import CollectorRegistry, Counter, Enum, Gauge, Histogram, Info, Summary
    from prometheus_client.core import (GaugeHistogramMetricFamily, GaugeMetricFamily, UnknownMetricFamily)
    from prometheus_client.openmetrics.exposition import generate_latest

    registry = CollectorRegistry()
    seen = Counter("seen_seconds", "Seen \"things\" \\ and\nmore.", ["code"], registry=registry, unit="seconds")
    seen.labels("200").inc(3, exemplar={"trace_id": "a1"})
    seen.labels("5\"00\\é\n").inc(0.1)
    Gauge("depth", "", registry=registry).set(float("-inf"))
    took = Histogram("took", "Time.", buckets=[0.25, 1, 5000], registry=registry)
    for value, trace in ((0.1, "b1"), (0.5, "b2"), (9000, "b3")):
        took.observe(value, exemplar={"trace_id": trace, "x": "ü"})
    Summary("size", "Size.", ["path"], registry=registry).labels("/").observe(7)
    Info("build", "Build.", registry=registry).info({"version": "1"})
    Enum("state", "State.", states=["a", "b"], registry=registry).state("b")

    class Others:
        def collect(self):
            family = GaugeHistogramMetricFamily("waiting", "Waiting.")
            family.add_metric([], buckets=[("1.0", 2), ("+Inf", 5)], gsum_value=12)
            yield family
            yield UnknownMetricFamily("odd", "Odd.", value=float("nan"))
            timed = GaugeMetricFamily("timed", "Timed.", labels=["n"])
            timed.add_metric(["1"], 1, timestamp=now - 0.5)
            timed.add_metric(["2"], 2, timestamp=now - 0.123)
            yield timed

    registry.register(Others())
    return generate_latest(registry)


def test_what_pythons_client_exposes_is_the_same_here_and_in_prometheus(scraped, prometheus):
    body = open_metrics(int(time.time()))
    assert body.endswith(b"# EOF\n")
    box, target = scraped(body, OPEN_METRICS)
    compare(box, prometheus(target), expected_series=body.count(b"\n") - body.count(b"\n#") - 1, expected_exemplars=4)
    assert target.accepts[0] == (
        "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,"
        "application/openmetrics-text;version=0.0.1;q=0.5,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.4,"
        "text/plain;version=0.0.4;q=0.3,*/*;q=0.2")


def test_open_metrics_as_others_write_it_is_the_same_here_and_in_prometheus(scraped, prometheus):
    now = int(time.time())
    body = f"""# TYPE a counter
# HELP a One \\"two\\" \\\\ three\\nfour.
a_total{{x="1"}} 5 # {{timed="no"}} 0.5
a_total{{x="2"}} 1e3 {now}.75 # {{trace="1",span="é"}} 0.5 {now - 1}.5
a_total{{x="3"}} 7 # {{}} +Inf {now - 2}
a_created{{x="1"}} {now - 100}.123
# TYPE h histogram
h_bucket{{le="0.5"}} 1 # {{trace="{'x' * 123}"}} 0.25 {now}
h_bucket{{le="1.0"}} 2 # {{trace="{'x' * 124}"}} 0.75 {now}
h_bucket{{le="+Inf"}} 3
# TYPE s summary
s{{quantile="0.99"}} NaN
s_sum -0
odd:name{{a="b\\\\c\\"d\\ne"}} 0.30000000000000004
# EOF
""".encode()
    box, target = scraped(body, OPEN_METRICS)
    compare(box, prometheus(target), expected_series=10, expected_exemplars=4)


def protobuf(now):
    examples = [page.exemplar({"trace": str(n)}, n / 4, now - 3 + n / 4) for n in range(4)]
    classic = page.bucket(1, 0.5, examples[1]) + page.bucket(2, 1000) + page.bucket(3, 2.5e6, examples[2])
    # Of a native histogram 2.42 takes one.
    both = page.bucket(1, 0.5, examples[1]) + page.bucket(2, 1000) + page.bucket(3, 2.5e6)
    native = page.native(
        count=9, total=4.5, schema=2, zero_threshold=0.001, zero_count=2, spans=[(0, 2), (3, 1)],
        deltas=[1, 1, -1], negative=([(-2, 1)], [3]))
    return b"".join([
        page.family("c_seconds_total", page.COUNTER, page.counter(5, {"b": "é", "a": "x"}, examples[0]),
                    page.counter(0.5, {"a": "y"}, page.exemplar({"timed": "no"}, 1)), help="Seconds.\nAll."),
        page.family("g", page.GAUGE, page.gauge(float("-inf")), page.gauge(2, {"n": "1"}, milliseconds=now * 1000)),
        page.family("u", page.UNTYPED, page.untyped(float("nan"))),
        page.family("s", page.SUMMARY, page.summary(9, 3.5, [(0.5, 1), (0.99, 2), (1, 3)], {"z": "1"})),
        page.family("old", page.HISTOGRAM, page.histogram(page.number(1, 4) + page.double(2, 7) + classic)),
        page.family("new", page.HISTOGRAM, page.histogram(native + both, {"n": "1"})),
        page.family("nothing", page.GAUGE),
    ])


def younger_protobuf():
    """What Prometheus 2.42 does not know yet: histograms of floats, and the empty span of one without observations."""
    return b"".join([
        page.family("empty", page.HISTOGRAM, page.histogram(
            page.native(count=0, total=0, schema=0, zero_threshold=0, zero_count=0, spans=[(0, 0)], deltas=[]))),
        page.family("float", page.GAUGE_HISTOGRAM, page.histogram(page.native_float(
            count=4.5, total=2, schema=-1, zero_threshold=0, zero_count=0.5, spans=[(-2, 1), (1, 1)],
            counts=[1.5, 2.5]))),
    ])


NATIVE = "      scrape_native_histograms: true"


def test_protobuf_is_the_same_here_and_in_prometheus(scraped, prometheus):
    box, target = scraped(protobuf(int(time.time())), PROTOBUF, NATIVE)
    assert target.accepts[0].startswith(
        "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited;q=0.6,"
        "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,")
    # Two counters, two gauges, one untyped, five of the summary, six of the old histogram, a native one.
    compare(box, prometheus(target), expected_series=17, expected_exemplars=5)
    assert box.value("histogram_count(new)") == 9


def test_an_agent_passes_exemplars_and_native_histograms_on(start, processes, receivers, tmp_path):
    target = receivers(Target, body=protobuf(int(time.time())), content_type=PROTOBUF)
    box = start()
    (tmp_path / "agent.yml").write_text(f"""
global: {{ scrape_interval: 1s }}
scrape_configs:
  - job_name: t
    static_configs: [ {{ targets: [ "127.0.0.1:{target.port}" ], labels: {{ instance: i }} }} ]
remote_write:
  - url: "{box.url}/api/v1/write"
    send_exemplars: true
    send_native_histograms: true
    queue_config: {{ batch_send_deadline: 1s }}
""")
    processes(
        [needed("prometheus", "prometheus"), "--enable-feature=agent,exemplar-storage,native-histograms",
         f"--config.file={tmp_path}/agent.yml", f"--storage.agent.path={tmp_path}/agent",
         f"--web.listen-address=127.0.0.1:{free_port()}", "--log.level=warn"], "agent")
    wait_until(lambda: box.value("histogram_count(new)") == 9, seconds=30, what="a histogram by way of the agent")

    def traces():
        found = box.get("/api/v1/query_exemplars", query='{job="t"}', start=0, end=time.time() + 10).json()["data"]
        return sorted(one["labels"].get("trace", "") for entry in found for one in entry["exemplars"])

    wait_until(lambda: {"0", "1", "2"} <= set(traces()), what="the exemplars")


def test_histograms_of_floats_and_those_without_observations_are_native(scraped):
    box, _ = scraped(younger_protobuf(), PROTOBUF, NATIVE)
    assert box.value("histogram_count(float)") == 4.5 and box.value("histogram_fraction(0, 1, float)") > 0.5
    assert box.value("histogram_count(empty)") == 0


def test_histograms_are_taken_as_the_job_says(scraped):
    body = protobuf(int(time.time()))
    box, _ = scraped(body, PROTOBUF)
    assert box.query("new") == [] and box.value("new_count") == 9
    general = "  scrape_native_histograms: true\n  always_scrape_classic_histograms: true\n  scrape_protocols: [ PrometheusProto ]"
    box, target = scraped(body, PROTOBUF, general=general)
    assert box.value("histogram_count(new)") == 9 and box.value('new_bucket{le="1000.0"}') == 2
    assert target.accepts[0].endswith("encoding=delimited;q=0.6,*/*;q=0.5")
    box, _ = scraped(body, PROTOBUF, "      scrape_native_histograms: false", general=general)
    assert box.query("new") == [] and box.value("new_count") == 9


CLASSIC = b"""# TYPE d histogram
d_bucket{le="0.5",p="a"} 1 # {t="1"} 0.3
d_bucket{le="2",p="a"} 4
d_bucket{le="+Inf",p="a"} 6
d_sum{p="a"} 12.5
d_count{p="a"} 6
d_bucket{le="1",p="torn"} 9
d_bucket{le="+Inf",p="torn"} 2
d_count{p="torn"} 2
# TYPE d_count_other gauge
d_count_other 3
# EOF
"""


@pytest.mark.parametrize("keeps", [False, True])
def test_classic_histograms_become_native_ones_where_that_is_asked_for(scraped, keeps):
    keys = "      convert_classic_histograms_to_nhcb: true" + (
        "\n      always_scrape_classic_histograms: true" if keeps else "")
    box, _ = scraped(CLASSIC, OPEN_METRICS, keys)
    histogram = box.query('d{p="a"}')[0]["histogram"][1]
    assert (histogram["count"], histogram["sum"]) == ("6", "12.5")
    assert histogram["buckets"] == [[3, "-Inf", "0.5", "1"], [0, "0.5", "2", "3"], [0, "2", "+Inf", "2"]]
    assert box.value('histogram_quantile(0.5, d{p="a"})') == pytest.approx(0.5 + 1.5 * 2 / 3)
    assert len(box.query('{__name__=~"d_.+", p="a"}')) == (5 if keeps else 0)
    # One whose buckets do not add up stays what it was, and so does what only looks like one.
    assert box.query('d{p="torn"}') == [] and len(box.query('{__name__=~"d_.+", p="torn"}')) == 3
    assert box.value("d_count_other") == 3
    now = time.time()
    data = box.get("/api/v1/query_exemplars", query="d", start=now - 60, end=now + 60).json()["data"]
    assert [one["exemplars"][0]["labels"] for one in data if one["seriesLabels"]["__name__"] == "d"] == [{"t": "1"}]


@pytest.mark.parametrize("content_type", [None, "application/json", "text/plain; charset"])
def test_an_answer_of_no_known_type_fails_unless_the_job_has_a_fallback(scraped, content_type):
    body = b"m 1\n# EOF\n"
    box, _ = scraped(body, content_type, up=0)
    target = box.get("/api/v1/targets").json()["data"]["activeTargets"][0]
    assert target["health"] == "down" and "fallback_scrape_protocol" in target["lastError"]
    for protocol in ("OpenMetricsText1.0.0", "PrometheusText0.0.4"):
        box, _ = scraped(body, content_type, f"      fallback_scrape_protocol: {protocol}")
        assert box.value("m") == 1


def test_a_bad_page_fails_with_its_place(scraped):
    box, _ = scraped(b"m 1\nn x\n# EOF\n", OPEN_METRICS, up=0)
    error = box.get("/api/v1/targets").json()["data"]["activeTargets"][0]["lastError"]
    assert error == 'line 2, column 3: "x" is no number'


@pytest.mark.parametrize("keys, says", [
    ("      scrape_protocols: [ Text ]", "must be one of PrometheusProto, OpenMetricsText0.0.1"),
    ("      scrape_protocols: []", "must be a list of one protocol or more"),
    ("      scrape_protocols: [ PrometheusProto, PrometheusProto ]", "PrometheusProto is there twice"),
    ("      fallback_scrape_protocol: text/plain", "must be one of PrometheusProto"),
    ("      scrape_classic_histograms: true", "not supported by this version"),
])
def test_what_cannot_be_done_is_refused_by_check(start, receivers, tmp_path, keys, says):
    target = receivers(Target)
    box = start()
    path = tmp_path / "bad.yaml"
    path.write_text(scraping(target, keys))
    checked = box.command("check", "--config", str(path))
    assert checked.returncode == 1 and says in checked.stdout + checked.stderr
