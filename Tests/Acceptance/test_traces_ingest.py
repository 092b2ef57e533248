"""Spans by each dialect: OpenTelemetry's SDK by HTTP and gRPC, Elastic's agent in a Flask application, Zipkin's."""
import gzip
import json
import signal
import socket
import threading
import time
import zlib

import pytest
import requests
from opentelemetry import trace as otel
from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter as GRPCExporter
from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import (
    ExportTraceServiceRequest, ExportTraceServiceResponse)
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

from conftest import free_port, wait_until
from log_senders import own_metric, stored
from span_senders import apm_body, apm_span, post_apm, stored_spans, zipkin_span

PROTOBUF = {"Content-Type": "application/x-protobuf"}


@pytest.fixture
def box(start):
    return start()


def send_spans(exporter, count):
    provider = TracerProvider(resource=Resource({"service.name": "cart", "deployment.environment.name": "test"}))
    provider.add_span_processor(BatchSpanProcessor(exporter))
    tracer = provider.get_tracer("acceptance")
    for number in range(count):
        with tracer.start_as_current_span(f"GET /{number % 3}", kind=otel.SpanKind.SERVER):
            with tracer.start_as_current_span("SELECT", kind=otel.SpanKind.CLIENT, attributes={"db.system": "sqlite"}):
                pass
    assert provider.force_flush(10_000)
    provider.shutdown()


@pytest.mark.parametrize("compression", [Compression.NoCompression, Compression.Gzip])
def test_the_sdk_of_opentelemetry_sends_its_spans_by_http(box, compression):
    send_spans(OTLPSpanExporter(endpoint=box.url + "/v1/traces", compression=compression), 150)
    assert stored_spans(box) == 300
    assert own_metric(box, "traces_spans_total", '{dialect="otlp"}') == 300


def test_the_sdk_of_opentelemetry_sends_its_spans_by_grpc(start):
    port = free_port()
    box = start(f'auth: {{ mode: local }}\nlisteners: {{ otlp_grpc: "127.0.0.1:{port}" }}\n')
    token = box.create_token("ingest", "--name", "cart", "--label", "cluster=aks-1")
    send_spans(GRPCExporter(
        endpoint=f"127.0.0.1:{port}", insecure=True, headers=(("authorization", f"Bearer {token}"),)), 50)
    box.token = box.create_token("api", "--name", "reader", "--role", "viewer")
    assert stored_spans(box) == 100


def otlp_request(*spans):
    request = ExportTraceServiceRequest()
    scope = request.resource_spans.add().scope_spans.add()
    for trace_id, span_id in spans:
        scope.spans.add(trace_id=trace_id, span_id=span_id, name="x", start_time_unix_nano=time.time_ns(),
                        end_time_unix_nano=time.time_ns())
    return request.SerializeToString()


def test_of_otlp_what_is_good_is_kept_and_the_rest_is_told_in_the_encoding_of_the_request(box):
    good, bad = (b"a" * 16, b"b" * 8), (b"short", b"b" * 8)
    answer = requests.post(box.url + "/v1/traces", data=otlp_request(good, bad, good), headers=PROTOBUF, timeout=10)
    assert answer.status_code == 200 and answer.headers["Content-Type"] == "application/x-protobuf"
    partial = ExportTraceServiceResponse.FromString(answer.content).partial_success
    assert partial.rejected_spans == 1
    assert partial.error_message == "resource_spans[0].scope_spans[0].spans[1]: a trace_id of 5 bytes, not 16"
    span = {"traceId": "0" * 32, "spanId": "b" * 16, "name": "x"}
    answer = requests.post(
        box.url + "/v1/traces", json={"resourceSpans": [{"scopeSpans": [{"spans": [span]}]}]}, timeout=10)
    assert answer.json()["partialSuccess"]["rejectedSpans"] == "1"
    whole = requests.post(box.url + "/v1/traces", data=otlp_request(good), headers=PROTOBUF, timeout=10)
    assert (whole.status_code, whole.content) == (200, b"")
    for body, headers, status in [
        (b"\xff\xff", PROTOBUF, 400), (b"{", {"Content-Type": "application/json"}, 400),
        (gzip.compress(otlp_request(good))[:-9], {**PROTOBUF, "Content-Encoding": "gzip"}, 400),
        (b"x", {"Content-Type": "text/plain"}, 415),
    ]:
        refused = requests.post(box.url + "/v1/traces", data=body, headers=headers, timeout=10)
        assert refused.status_code == status, refused.text
    assert stored_spans(box) == 3
    assert own_metric(box, "traces_refused_spans_total", '{dialect="otlp"}') == 2


def test_py_zipkin_sends_and_of_a_bad_array_what_is_good_is_kept(start):
    from py_zipkin import Encoding, Kind
    from py_zipkin.transport import SimpleHTTPTransport
    from py_zipkin.zipkin import zipkin_span as client_span

    port = free_port()
    box = start(f'auth: {{ mode: none }}\nlisteners: {{ zipkin: "127.0.0.1:{port}" }}\n')
    with client_span(service_name="front", span_name="GET /", sample_rate=100.0, encoding=Encoding.V2_JSON,
                     transport_handler=SimpleHTTPTransport("127.0.0.1", port), kind=Kind.SERVER):
        with client_span(service_name="front", span_name="call", kind=Kind.CLIENT):
            pass
    assert stored_spans(box) == 2
    spans = [zipkin_span(1), zipkin_span(2, id="xyz"), zipkin_span(3)]
    answer = requests.post(box.url + "/api/v2/spans", data=gzip.compress(json.dumps(spans).encode()), timeout=10,
                           headers={"Content-Type": "application/json", "Content-Encoding": "gzip"})
    assert answer.status_code == 400
    assert answer.json()["error"] == (
        "1 of 3 spans are refused, the others stored; the first: [1]: id must be 16 hexadecimal digits that are not "
        "all zero")
    good = requests.post(box.url + "/api/v2/spans", json=[zipkin_span(4)], timeout=10)
    assert (good.status_code, good.content) == (202, b"")
    assert stored_spans(box) == 5


# MARK: Elastic's agents


@pytest.fixture
def agent(start):
    """A Flask application with Elastic's agent, unmodified, against the port of its own."""
    clients = []

    def begin(environment="development", **options):
        import elasticapm
        from elasticapm.contrib.flask import ElasticAPM
        from flask import Flask

        port = free_port()
        box = start(f'auth: {{ mode: local }}\nlisteners: {{ apm: "127.0.0.1:{port}" }}\n')
        secret = box.create_token("ingest", "--name", "shop", "--label", "cluster=aks-1")
        box.token = box.create_token("api", "--name", "editor", "--role", "editor")
        application = Flask("shop")
        application.config["PROPAGATE_EXCEPTIONS"] = False
        application.config["ELASTIC_APM"] = {
            "SERVICE_NAME": "shop", "ENVIRONMENT": environment, "SERVER_URL": f"http://127.0.0.1:{port}",
            "SECRET_TOKEN": secret, "API_REQUEST_TIME": "200ms", "METRICS_INTERVAL": "1s", "DEBUG": True, **options}
        agent = ElasticAPM(application)
        clients.append(agent.client)

        @application.route("/ok")
        def ok():
            with elasticapm.capture_span("SELECT 1", span_type="db", span_subtype="sqlite", span_action="query"):
                return "ok"

        @application.route("/broken")
        def broken():
            raise RuntimeError("the card was refused")

        return box, application.test_client(), agent.client

    yield begin
    for client in clients:
        client.close()
    # Agents of one process share their tracer.
    import elasticapm
    elasticapm.uninstrument()


def request_all(http, path, count):
    for _ in range(count):
        answer = http.get(path)
        answer.get_data()
        answer.close()


def test_elastics_agent_sends_a_flask_applications_transactions_spans_errors_and_metrics(agent):
    box, http, _ = agent(CENTRAL_CONFIG=False)
    request_all(http, "/ok", 20)
    request_all(http, "/broken", 5)
    # 25 transactions, 20 spans, 5 errors.
    wait_until(lambda: stored_spans(box) == 50, 15, "what the agent recorded")
    assert own_metric(box, "traces_spans_total", '{dialect="apm"}') == 45
    assert own_metric(box, "traces_errors_total") == 5
    value = 'system_process_memory_rss_bytes{service_name="shop",environment="development",cluster="aks-1"}'
    assert wait_until(lambda: box.value(value), 15, "a metric of the agent") > 1e6


def test_the_rate_is_changed_centrally_while_the_application_runs_and_obeyed(agent):
    box, http, client = agent(CENTRAL_CONFIG=True)
    request_all(http, "/ok", 200)
    wait_until(lambda: own_metric(box, "traces_spans_total", '{dialect="apm"}') == 400, 15, "every request")
    changed = box.session.put(
        box.url + "/ops/v1/traces/sampling", headers=box.headers(), timeout=10,
        json={"service": "shop", "environment": "development", "rate": 0.1})
    assert changed.status_code == 200, changed.text
    # What its thread does every half minute.
    wait_until(lambda: (client.config.update_config(), client.config.transaction_sample_rate)[1] == 0.1, 20,
               "the agent to have the rate", every=0.5)
    request_all(http, "/ok", 1000)
    client._transport.flush()

    def spans_since():
        return own_metric(box, "traces_spans_total", '{dialect="apm"}') - 400

    # The agent's own thread may hold the last of them a little longer.
    counts = [spans_since()]
    while len(counts) < 4 or counts[-1] != counts[-4]:
        time.sleep(1)
        counts.append(spans_since())
    spans = counts[-1]
    # 100 are expected; 99.99 % of the time it is within four standard deviations of 9.5.
    assert 2 * 62 <= spans <= 2 * 138
    admin = box.create_token("api", "--name", "admin", "--role", "admin")
    entries = requests.get(box.url + "/ops/v1/audit", headers={"Authorization": f"Bearer {admin}"}, timeout=10)
    found = [entry for entry in entries.json()["entries"] if entry["action"] == "sampling changed"]
    assert found[0]["subject"] == "sampling:shop/development" and found[0]["details"]["rate"] == "0.1"


def test_agents_are_told_their_rate_and_that_it_has_not_changed(box):
    def agents(**parameters):
        headers = parameters.pop("headers", {})
        return requests.get(box.url + "/apm/config/v1/agents", params=parameters, headers=headers, timeout=10)

    for environment, settings, etag in [
        ("production", {"transaction_sample_rate": "0.01"}, '"rate-100"'),
        ("staging", {"transaction_sample_rate": "0.1"}, '"rate-1000"'),
        ("development", {"transaction_sample_rate": "1"}, '"rate-10000"'), ("qa", {}, '"-"'),
    ]:
        answer = agents(**{"service.name": "cart", "service.environment": environment})
        assert (answer.status_code, answer.json(), answer.headers["ETag"]) == (200, settings, etag)
        assert answer.headers["Cache-Control"] == "max-age=30, must-revalidate"
        again = agents(**{"service.name": "cart", "service.environment": environment,
                          "headers": {"If-None-Match": etag}})
        assert (again.status_code, again.content) == (304, b"")
    assert agents().status_code == 400
    sampling = requests.get(box.url + "/sampling", params={"service": "cart", "environment": "staging"}, timeout=10)
    assert sampling.json() == {"strategyType": "PROBABILISTIC", "probabilisticSampling": {"samplingRate": 0.1}}
    assert requests.get(box.url + "/sampling", params={"service": "cart"}, timeout=10).status_code == 404


def test_a_rate_that_was_set_survives_a_restart_and_can_be_taken_back(box):
    path = box.url + "/ops/v1/traces/sampling"
    assert requests.put(path, json={"service": "cart", "rate": 0.5}, timeout=10).status_code == 200
    for body, reason in [
        ({"rate": 0.5}, "service or environment must be given"), ({"service": "cart", "rate": 2}, "rate must be"),
        ({"service": "cart", "rate": 0.1, "x": 1}, '"x" is unknown'), ([], "an object was expected"),
    ]:
        refused = requests.put(path, json=body, timeout=10)
        assert refused.status_code == 400 and reason in refused.json()["error"], refused.text
    box.stop()
    box.start()
    table = requests.get(path, timeout=10).json()
    assert [(entry["service"], entry["rate"]) for entry in table["overrides"]] == [("cart", 0.5)]
    assert {entry["environment"]: entry["rate"] for entry in table["environments"]} == {
        "production": 0.01, "staging": 0.1, "development": 1}
    assert requests.delete(path, params={"service": "cart"}, timeout=10).status_code == 204
    assert requests.delete(path, params={"service": "cart"}, timeout=10).status_code == 404


@pytest.mark.parametrize("compress", [bytes, gzip.compress, zlib.compress])
def test_an_intakes_good_lines_are_kept_and_its_bad_ones_told(box, compress):
    body = apm_body(
        apm_span(2), {"tennis": {}}, apm_span(3, trace_id="xyz"), apm_span(4, name="x" * 310_000), apm_span(5),
        {"log": {"message": "hello", "log.level": "info"}})
    answer = post_apm(box, compress(body))
    assert answer.status_code == 400 and answer.headers["Connection"] == "close"
    said = answer.json()
    assert said["accepted"] == 3
    assert [error["message"] for error in said["errors"]] == [
        'did not recognize object type: "tennis"',
        "validation error: span: 'trace_id' must be 32 hexadecimal digits that are not all zero",
        "event exceeded the permitted size."]
    assert said["errors"][0]["document"] == '{"tennis": {}}'
    assert stored_spans(box) == 2 and stored(box) == 1
    good = post_apm(box, compress(apm_body(apm_span(6))), verbose=True)
    assert (good.status_code, good.json()) == (202, {"accepted": 1})
    assert post_apm(box, compress(apm_body(apm_span(7)))).content == b""


def test_half_a_gzip_stream_and_an_intake_without_metadata_are_refused(box):
    lines = apm_body(*(apm_span(number, name=str(number * 7919)) for number in range(2, 200)))
    half = post_apm(box, gzip.compress(lines)[:-2000])
    assert half.status_code == 400 and "cut off" in half.json()["errors"][0]["message"]
    # What came whole is kept.
    assert stored_spans(box) == half.json()["accepted"] > 10
    before = stored_spans(box)
    none = post_apm(box, json.dumps(apm_span(2)).encode())
    assert none.status_code == 400
    assert none.json()["errors"][0]["message"] == "validation error: 'metadata' required"
    assert stored_spans(box) == before


def test_what_an_agent_sends_is_stored_while_it_keeps_its_request_open(box):
    with socket.create_connection(("127.0.0.1", box.port), timeout=10) as connection:
        connection.sendall(
            b"POST /apm/intake/v2/events?verbose HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
            b"Content-Type: application/x-ndjson\r\n\r\n")

        def send(data):
            connection.sendall(f"{len(data):x}\r\n".encode() + data + b"\r\n")

        send(apm_body(apm_span(2)))
        wait_until(lambda: stored_spans(box) == 1, 10, "the first span while the request is open")
        send(json.dumps(apm_span(3)).encode())
        connection.sendall(b"0\r\n\r\n")
        answer = ""
        while not answer.endswith("}"):
            answer += connection.recv(4096).decode()
    assert answer.startswith("HTTP/1.1 202") and '{"accepted":2}' in answer
    assert stored_spans(box) == 2


def test_kill_9_right_after_the_answer_loses_no_span(start):
    box = start()
    answered, stop = [], threading.Event()

    def send(writer):
        session, number = requests.Session(), 0
        while not stop.is_set():
            number += 1
            spans = [zipkin_span(writer * 1_000_000 + number * 100 + place, trace=number) for place in range(1, 51)]
            try:
                if session.post(box.url + "/api/v2/spans", json=spans, timeout=20).status_code == 202:
                    answered.append(len(spans))
            except requests.RequestException:
                return

    threads = [threading.Thread(target=send, args=(writer,)) for writer in range(1, 4)]
    for thread in threads:
        thread.start()
    wait_until(lambda: sum(answered) > 3000, 30, "some thousand spans to be answered")
    box.process.child.send_signal(signal.SIGKILL)
    stop.set()
    for thread in threads:
        thread.join()
    box.process.child.wait()
    box.start()
    found = stored_spans(box)
    # A batch that was durable and whose answer the kill took is there, too.
    assert sum(answered) <= found <= sum(answered) + 3 * 50


def test_without_a_token_nothing_is_taken(start):
    box = start("auth: { mode: local }\n")
    for path in ["/v1/traces", "/api/v2/spans", "/apm/intake/v2/events"]:
        assert requests.post(box.url + path, data=b"", timeout=10).status_code == 401, path
    for path in ["/apm", "/apm/config/v1/agents", "/sampling"]:
        assert requests.get(box.url + path, timeout=10).status_code == 401, path
    viewer = box.create_token("api", "--name", "viewer", "--role", "viewer")
    refused = requests.put(box.url + "/ops/v1/traces/sampling", json={"service": "a", "rate": 1}, timeout=10,
                           headers={"Authorization": f"Bearer {viewer}"})
    assert refused.status_code == 403


def test_a_page_of_another_origin_sends_by_the_key_in_its_address_and_can_do_nothing_else(start):
    box = start("auth: { mode: local }\n")
    key = box.create_token("browser", "--name", "shop", "--label", "environment=production")
    folder, origin = box.url + f"/apm/rum/{key}", {"Origin": "https://shop.example"}
    events = folder + "/intake/v2/rum/events"
    asked = requests.options(events, headers={**origin, "Access-Control-Request-Method": "POST"}, timeout=10)
    assert asked.status_code == 204 and asked.headers["Access-Control-Allow-Origin"] == "*"
    assert "Content-Type" in asked.headers["Access-Control-Allow-Headers"]
    sent = requests.post(events, data=apm_body(apm_span(2)), headers=origin, timeout=10)
    assert (sent.status_code, sent.headers["Access-Control-Allow-Origin"]) == (202, "*")
    bad = requests.post(events, data=b"{}\n", headers=origin, timeout=10)
    assert bad.status_code == 400 and bad.headers["Access-Control-Allow-Origin"] == "*"
    big = gzip.compress(apm_body(apm_span(3)) + b" " * (5 << 20) + b"\n")
    refused = requests.post(events, data=big, headers=origin, timeout=10)
    assert refused.status_code == 400 and "more than 4 MiB" in refused.text
    settings = requests.get(folder + "/config/v1/rum/agents", params={"service.name": "shop-web"}, timeout=10)
    assert settings.json() == {"transaction_sample_rate": "0.01"}
    for path in ["/v1/traces", "/apm/intake/v2/events", "/api/v1/write"]:
        refused = requests.post(box.url + path, headers={"Authorization": f"Bearer {key}"}, timeout=10)
        assert refused.status_code in (403, 415), refused.text
    ingest = box.create_token("ingest", "--name", "other")
    assert requests.post(events.replace(key, ingest), data=apm_body(), timeout=10).status_code == 401
    box.token = box.create_token("api", "--name", "reader", "--role", "viewer")
    assert stored_spans(box) == 2


def test_requests_are_counted_into_metrics_by_their_weight(box):
    transaction = {"transaction": {
        "id": f"{9:016x}", "trace_id": f"{9:032x}", "type": "request", "name": "GET /", "duration": 5, "sample_rate": 0.1,
        "span_count": {"started": 0}, "outcome": "success", "timestamp": time.time_ns() // 1000}}
    assert post_apm(box, apm_body(transaction)).status_code == 202
    assert stored_spans(box) == 1
    box.stop()
    box.start()
    # Stored as it stopped; counted once, over the restart too.
    found = box.query('{__name__=~".+",service_name="shop"}') or box.query('{service="shop"}')
    counts = [float(series["value"][1]) for series in found if series["metric"]["__name__"].endswith(("_total", "_count"))]
    assert 10 in counts, found


def test_durations_are_native_histograms_where_that_is_asked_for(start):
    box = start("auth: { mode: none }\ntraces: { metrics: { histograms: native } }\n")
    transaction = {"transaction": {
        "id": f"{9:016x}", "trace_id": f"{9:032x}", "type": "request", "name": "GET /", "duration": 5, "sample_rate": 0.1,
        "span_count": {"started": 0}, "outcome": "success", "timestamp": time.time_ns() // 1000}}
    assert post_apm(box, apm_body(transaction)).status_code == 202
    assert stored_spans(box) == 1
    # What was counted is stored as it stops.
    box.stop()
    box.start()
    series = 'traces_spanmetrics_latency{service="shop"}'
    assert box.value(f"histogram_count({series})") == 10
    # Within the bucket that five milliseconds are in.
    assert 0.0046 < box.value(f"histogram_quantile(0.5, {series})") < 0.0055
    assert not box.query('traces_spanmetrics_latency_bucket')
