"""OTLP metrics: a real OpenTelemetry SDK sends, plain and gzip, and PromQL answers as if Prometheus had taken them."""
import gzip
import json
import signal
import time

import pytest
import requests
from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsServiceRequest, ExportMetricsServiceResponse)
from opentelemetry.sdk.metrics import (
    Counter, Histogram, MeterProvider, ObservableCounter, AlwaysOnExemplarFilter)
from opentelemetry.sdk.metrics.export import (
    AggregationTemporality, MetricExportResult, PeriodicExportingMetricReader)
from opentelemetry.sdk.metrics.view import ExponentialBucketHistogramAggregation, View
from opentelemetry.sdk.resources import Resource

PATH = "/api/v1/otlp/v1/metrics"
RESOURCE = Resource({
    "service.name": "cart", "service.namespace": "shop", "service.instance.id": "cart-1", "k8s.cluster.name": "aks-1",
    "cloud.region": "westeurope"})


@pytest.fixture
def box(start):
    return start()


class SDK:
    """A meter whose points go to Signalbox when told."""

    def __init__(self, box, path="/v1/metrics", temporality=None, views=(), compression=None, headers=None,
                 resource=RESOURCE):
        self.exporter = OTLPMetricExporter(
            endpoint=box.url + path, headers=headers if headers is not None else box.headers(),
            preferred_temporality=temporality, compression=compression)
        self.results = []
        export = self.exporter.export

        def noted(*arguments, **options):
            self.results.append(export(*arguments, **options))
            return self.results[-1]

        self.exporter.export = noted
        self.reader = PeriodicExportingMetricReader(self.exporter, export_interval_millis=3_600_000)
        self.provider = MeterProvider(
            [self.reader], resource, views=views, exemplar_filter=AlwaysOnExemplarFilter(), shutdown_on_exit=False)
        self.meter = self.provider.get_meter("acceptance", "1.0")

    def send(self):
        self.reader.collect()
        assert self.results[-1] is MetricExportResult.SUCCESS

    def close(self):
        self.provider.shutdown()


@pytest.fixture
def sdk(box):
    made = []

    def make(**options):
        made.append(SDK(options.pop("to", box), **options))
        return made[-1]

    yield make
    for one in made:
        one.close()


DELTA = {kind: AggregationTemporality.DELTA for kind in (Counter, Histogram, ObservableCounter)}
EXPONENTIAL = [View(instrument_name="*", instrument_type=Histogram, aggregation=ExponentialBucketHistogramAggregation())]


def labels(box, selector):
    return box.get("/api/v1/series", **{"match[]": selector}).json()["data"]


@pytest.mark.parametrize("path, compression", [("/v1/metrics", None), (PATH, Compression.Gzip)])
def test_what_an_sdk_measures_is_named_as_prometheus_would(box, sdk, path, compression):
    client = sdk(path=path, compression=compression)
    requests_count = client.meter.create_counter("http.server.requests", unit="{request}", description="Answered.")
    requests_count.add(3, {"http.route": "/cart", "http.status_code": 200})
    client.meter.create_up_down_counter("queue.length").add(-2)
    client.meter.create_gauge("memory.share", unit="1").set(0.25)
    duration = client.meter.create_histogram(
        "http.server.duration", unit="ms", explicit_bucket_boundaries_advisory=[0.5, 10, 2500])
    for value in (0.4, 7, 8, 9000):
        duration.record(value, {"http.route": "/cart"})
    client.send()
    of_all = {"job": "shop/cart", "instance": "cart-1"}
    assert labels(box, "http_server_requests_total") == [
        {"__name__": "http_server_requests_total", "http_route": "/cart", "http_status_code": "200", **of_all}]
    assert box.value("http_server_requests_total") == 3
    assert box.value("queue_length") == -2
    assert box.value("memory_share_ratio") == 0.25
    buckets = box.query("http_server_duration_milliseconds_bucket")
    assert {one["metric"]["le"]: one["value"][1] for one in buckets} == {
        "0.5": "1", "10": "3", "2500": "3", "+Inf": "4"}
    assert box.value("http_server_duration_milliseconds_count") == 4
    assert box.value("http_server_duration_milliseconds_sum") == pytest.approx(9015.4)
    assert labels(box, "target_info") == [{
        "__name__": "target_info", **of_all, "k8s_cluster_name": "aks-1", "cloud_region": "westeurope"}]
    # The one join that says where a series' process runs.
    joined = box.query("http_server_requests_total * on (job, instance) group_left (cloud_region) target_info")
    assert joined[0]["metric"]["cloud_region"] == "westeurope"
    told = box.get("/api/v1/metadata", metric="http_server_requests_total").json()["data"]
    assert told == {"http_server_requests_total": [{"type": "counter", "help": "Answered.", "unit": "{request}"}]}


def test_exponential_histograms_become_native_ones_with_exemplars(box, sdk):
    client = sdk(views=EXPONENTIAL)
    duration = client.meter.create_histogram("latency", unit="s")
    values = [0, 0.001, 0.25, 0.26, 3.5, 900]
    for value in values:
        duration.record(value)
    client.send()
    histogram = box.query("latency_seconds")[0]["histogram"][1]
    assert (histogram["count"], float(histogram["sum"])) == ("6", pytest.approx(sum(values)))
    assert box.value("histogram_fraction(0.2, 0.3, latency_seconds)") == pytest.approx(2 / 6, abs=0.01)
    assert 850 < box.value("histogram_quantile(1, latency_seconds)") < 950
    # A counter that is sent delta-wise later is another series; this one is cumulative.
    duration.record(1)
    time.sleep(0.01)
    client.send()
    assert box.value("histogram_count(latency_seconds)") == 7


def test_exemplars_of_buckets_carry_their_attributes(box, sdk):
    client = sdk(views=[View(instrument_name="seen", attribute_keys=set())])
    client.meter.create_histogram("seen", explicit_bucket_boundaries_advisory=[1, 5]).record(3, {"user": "u1"})
    client.send()
    now = time.time()
    data = box.get("/api/v1/query_exemplars", query="seen_bucket", start=now - 60, end=now + 60).json()["data"]
    assert [(one["seriesLabels"]["le"], one["exemplars"][0]["labels"], one["exemplars"][0]["value"])
            for one in data] == [("5", {"user": "u1"}, "3")]


@pytest.mark.parametrize("views, value, samples", [
    ((), "served_total", "served_total[10m]"), ((), "wait_seconds_count", "wait_seconds_count[10m]"),
    (EXPONENTIAL, "histogram_count(wait_seconds)", "wait_seconds[10m]"),
])
def test_increments_are_added_up_and_none_is_lost_over_a_crash(box, sdk, views, value, samples):
    client = sdk(temporality=DELTA, views=views)
    counter = client.meter.create_counter("served")
    wait = client.meter.create_histogram("wait", unit="s")
    for round in range(3):
        counter.add(5, {"route": "/"})
        for _ in range(5):
            wait.record(round)
        time.sleep(0.3)
        client.send()
    assert box.value(value) == 15
    box.stop(signal.SIGKILL)
    box.start()
    for _ in range(2):
        counter.add(4, {"route": "/"})
        for _ in range(4):
            wait.record(1)
        time.sleep(0.3)
        client.send()
    # Counting began anew, as after a counter's reset, and the increase goes on.
    assert box.value(value) == 8
    found = box.query(samples)[0]
    floats = [float(sample[1]) for sample in found.get("values", [])]
    counts = [float(sample[1]["count"]) for sample in found.get("histograms", [])]
    assert floats + counts == [0, 5, 10, 15, 0, 4, 8]


def test_a_service_without_a_name_and_a_promoted_attribute(start, sdk):
    box = start("""
auth: { mode: none }
metrics:
  otlp:
    promote_resource_attributes: [cloud.region, k8s.pod.name]
    translation_strategy: NoUTF8EscapingWithSuffixes
    promote_scope_metadata: true
    convert_histograms_to_nhcb: true
""")
    client = sdk(to=box, resource=Resource({"service.name": "cart", "cloud.region": "westeurope"}))
    client.meter.create_counter("a.b").add(1, {"c.d": "ä"})
    client.meter.create_histogram("h.i", explicit_bucket_boundaries_advisory=[1, 2]).record(1.5)
    client.send()
    assert labels(box, '{"a.b_total"}') == [{
        "__name__": "a.b_total", "job": "cart", "cloud.region": "westeurope", "c.d": "ä",
        "otel_scope_name": "acceptance", "otel_scope_version": "1.0"}]
    histogram = box.query('{"h.i"}')[0]["histogram"][1]
    assert histogram["buckets"] == [[0, "1", "2", "1"]]


def test_a_tokens_labels_are_forced_and_others_are_refused(start, sdk):
    box = start("auth: { mode: local }\n")
    box.token = box.create_token("api", "--role", "viewer", "--name", "reader")
    token = box.create_token("ingest", "--name", "aks-1", "--label", "cluster=aks-1")
    client = sdk(to=box, headers={"Authorization": f"Bearer {token}"})
    client.meter.create_counter("hits").add(1, {"cluster": "of my own"})
    client.send()
    assert [one["cluster"] for one in labels(box, "hits_total")] == ["aks-1"]
    answer = requests.post(box.url + PATH, b"", headers={"Content-Type": "application/x-protobuf"})
    assert answer.status_code == 401


def point(value, at=None, **more):
    return {"asDouble": value, "timeUnixNano": str(int((at or time.time()) * 1e9)), **more}


def document(*metrics, attributes=()):
    return {"resourceMetrics": [{
        "resource": {"attributes": [{"key": "service.name", "value": {"stringValue": "js"}}, *attributes]},
        "scopeMetrics": [{"scope": {"name": "web"}, "metrics": list(metrics)}]}]}


def post(box, body, media="application/json", **headers):
    if isinstance(body, dict):
        body = json.dumps(body)
    return requests.post(
        box.url + "/v1/metrics", body.encode() if isinstance(body, str) else body,
        headers={**box.headers(), "Content-Type": media, **headers})


def test_json_is_taken_with_every_form_of_its_numbers(box):
    attributes = [
        {"key": "text", "value": {"stringValue": "é\"\\"}}, {"key": "whole", "value": {"intValue": "-9007199254740993"}},
        {"key": "yes", "value": {"boolValue": True}}, {"key": "float", "value": {"doubleValue": 1e-7}},
        {"key": "raw", "value": {"bytesValue": "aGk="}}, {"key": "1st", "value": {"stringValue": "digit"}},
        {"key": "_own", "value": {"stringValue": "underscore"}},
        {"key": "list", "value": {"arrayValue": {"values": [{"intValue": 1}, {"stringValue": "a\"b"}, {}]}}},
        {"key": "map", "value": {"kvlistValue": {"values": [{"key": "k", "value": {"doubleValue": 2.5}}]}}},
        {"key": "same.name", "value": {"stringValue": "b"}}, {"key": "same_name", "value": {"stringValue": "c"}}]
    answer = post(box, document({
        "name": "clicks", "unknownField": [{"deep": {"er": [1, None]}}],
        "sum": {"aggregationTemporality": 2, "isMonotonic": True, "dataPoints": [
            {"asInt": "12", "timeUnixNano": str(time.time_ns()), "attributes": attributes}]}}))
    assert (answer.status_code, answer.json()) == (200, {})
    assert labels(box, "clicks_total") == [{
        "__name__": "clicks_total", "job": "js", "text": "é\"\\", "whole": "-9007199254740993", "yes": "true",
        "float": "1e-07", "raw": "aGk=", "key_1st": "digit", "key_own": "underscore",
        "list": "[1,\"a\\\"b\",null]", "map": "{\"k\":2.5}", "same_name": "b;c"}]
    assert box.value("clicks_total") == 12


def test_bad_points_are_told_and_their_neighbours_stored(box):
    now = time.time()
    long_ago = now - 7 * 86_400
    answer = post(box, document(
        {"name": "good", "gauge": {"dataPoints": [point(1, now)]}},
        {"name": "timeless", "gauge": {"dataPoints": [{"asDouble": 1}]}},
        {"name": "empty", "gauge": {"dataPoints": [{"timeUnixNano": str(time.time_ns())}]}},
        {"name": "old", "gauge": {"dataPoints": [point(1, long_ago)]}},
        {"name": "unsaid", "sum": {"isMonotonic": True, "dataPoints": [point(1, now)]}},
        {"name": "falls", "sum": {"aggregationTemporality": 1, "dataPoints": [point(1, now)]}},
        {"name": "...", "gauge": {"dataPoints": [point(1, now)]}},
        {"name": "torn", "histogram": {"aggregationTemporality": 2, "dataPoints": [
            {"timeUnixNano": str(time.time_ns()), "count": 1, "bucketCounts": [1], "explicitBounds": [1, 2]}]}},
        {"name": "coarse", "exponentialHistogram": {"aggregationTemporality": 2, "dataPoints": [
            {"timeUnixNano": str(time.time_ns()), "count": 1, "scale": -10}]}},
        {"name": "lies", "exponentialHistogram": {"aggregationTemporality": 2, "dataPoints": [
            {"timeUnixNano": str(time.time_ns()), "count": 5, "positive": {"bucketCounts": [1]}}]}},
    ))
    assert answer.status_code == 200
    partial = answer.json()["partialSuccess"]
    assert partial["rejectedDataPoints"] == "9"
    for text in ("metric \"timeless\": a point without a time", "metric \"empty\": a point without a value",
                 "neither delta nor cumulative", "send it cumulative", "nothing of its name",
                 "1 buckets and 2 bounds", "scale -10", "Count field is 5", "out of bounds"):
        assert text in partial["errorMessage"], partial["errorMessage"]
    assert box.value("good") == 1


@pytest.mark.parametrize("body, media, headers, status, text", [
    ('{"resourceMetrics": [', "application/json", {}, 400, "byte 21: the JSON is cut off"),
    ('{"resourceMetrics": {}}', "application/json", {}, 400, "byte 20: expected an array"),
    ('{"resourceMetrics": [{"scopeMetrics": [{"metrics": [{"name": 7}]}]}]}', "application/json", {}, 400,
     "byte 61: expected a text"),
    ("[" * 100_000, "application/json", {}, 400, "expected an object"),
    ('{"x": ' + "[" * 1_000_000, "application/json", {}, 400, "cut off"),
    (b"\x0a\xff\xff\xff\xff\x0f", "application/x-protobuf", {}, 400, "byte 1: a length of 4294967295"),
    (b"\x0a\x02\x12\x05", "application/x-protobuf", {}, 400, "byte 3"),
    (b"{}", "application/x-protobuf", {"Content-Encoding": "gzip"}, 400, "no gzip"),
    (gzip.compress(bytes(70 << 20)), "application/x-protobuf", {"Content-Encoding": "gzip"}, 413,
     "gzip content of more than 67108864 bytes"),
    (b"", "text/plain", {}, 415, "application/x-protobuf or application/json"),
    (b"", "application/x-protobuf", {"Content-Encoding": "zstd"}, 415, "gzip is"),
    (bytes(17 << 20), "application/x-protobuf", {}, 413, "17825792 bytes"),
], ids=["cut off", "no array", "no text", "no object", "deep", "long", "torn", "no gzip", "bomb", "media", "zstd", "large"])
def test_what_is_no_request_is_refused_at_its_place(box, body, media, headers, status, text):
    answer = post(box, body, media, **headers)
    assert answer.status_code == status
    assert text in answer.content.decode(errors="replace"), answer.content[:300]
    assert post(box, document()).status_code == 200


def test_a_partial_success_is_told_in_protobuf_too(box):
    request = ExportMetricsServiceRequest()
    metric = request.resource_metrics.add().scope_metrics.add().metrics.add(name="x")
    metric.gauge.data_points.add(as_double=1)
    answer = post(box, request.SerializeToString(), "application/x-protobuf")
    assert answer.headers["Content-Type"] == "application/x-protobuf"
    partial = ExportMetricsServiceResponse.FromString(answer.content).partial_success
    assert (partial.rejected_data_points, partial.error_message) == (1, 'metric "x": a point without a time')


def test_a_point_sent_again_is_counted_once(box):
    at = time.time() - 5
    delta = {"aggregationTemporality": 1, "isMonotonic": True}

    def send(value, seconds):
        nanos = str(int((at + seconds) * 1e9))
        return post(box, document({"name": "sent", "sum": {**delta, "dataPoints": [
            {"asInt": value, "startTimeUnixNano": str(int((at + seconds - 1) * 1e9)), "timeUnixNano": nanos}]}}))

    assert [send(5, 1).json(), send(5, 1).json(), send(2, 2).json(), send(2, 2).json()] == [{}] * 4
    late = send(5, 1).json()["partialSuccess"]
    assert late["rejectedDataPoints"] == "1" and "older than the newest" in late["errorMessage"]
    assert box.value("sent_total") == 7
