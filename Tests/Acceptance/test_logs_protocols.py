"""Logs by other protocols: OTLP from a real SDK, Loki's push, lines, dead letters."""
import gzip
import json
import logging
import signal
import threading
import time

import cramjam
import pytest
import requests
from opentelemetry.exporter.otlp.proto.http import Compression
from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import (
    ExportLogsServiceRequest, ExportLogsServiceResponse)
from opentelemetry.sdk._logs import LoggerProvider, LoggingHandler
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.resources import Resource

from conftest import wait_until
from log_senders import own_metric, stored


@pytest.fixture
def box(start):
    return start()


@pytest.mark.parametrize("compression", [Compression.NoCompression, Compression.Gzip])
def test_the_sdk_of_opentelemetry_sends_its_logs(box, compression):
    provider = LoggerProvider(resource=Resource({"service.name": "cart", "deployment.environment.name": "test"}))
    exporter = OTLPLogExporter(endpoint=box.url + "/v1/logs", compression=compression)
    provider.add_log_record_processor(BatchLogRecordProcessor(exporter))
    logger = logging.getLogger(f"cart-{compression}")
    logger.addHandler(LoggingHandler(logger_provider=provider))
    logger.propagate = False
    for number in range(300):
        logger.warning("order %d failed", number, extra={"order": number})
    assert provider.force_flush()
    provider.shutdown()
    assert stored(box) == 300
    assert own_metric(box, "logs_documents_total", '{dialect="otlp"}') == 300


def test_otlp_in_json_is_taken_and_bad_requests_are_told_in_their_encoding(box):
    request = {"resourceLogs": [{"resource": {"attributes": []}, "scopeLogs": [{"logRecords": [
        {"timeUnixNano": "1764150000000000000", "severityNumber": 17, "traceId": "5b8efff798038103d269b633813fc60c",
         "body": {"stringValue": "broken"}, "attributes": [{"key": "n", "value": {"intValue": "5"}}]},
        {"body": {"kvlistValue": {"values": [{"key": "a", "value": {"arrayValue": {"values": [
            {"doubleValue": 1.5}, {"boolValue": True}]}}}]}}}]}]}]}
    answer = requests.post(box.url + "/v1/logs", json=request, timeout=10)
    assert (answer.status_code, answer.json()) == (200, {})
    assert stored(box) == 2
    assert own_metric(box, "logs_dead_letters") == 0
    bad = requests.post(box.url + "/v1/logs", data="{", headers={"Content-Type": "application/json"}, timeout=10)
    assert bad.status_code == 400 and bad.json()["code"] == 3
    proto = requests.post(
        box.url + "/v1/logs", data=b"\xff\xff", headers={"Content-Type": "application/x-protobuf"}, timeout=10)
    assert proto.status_code == 400 and proto.headers["Content-Type"] == "application/x-protobuf"
    empty = requests.post(
        box.url + "/v1/logs", data=ExportLogsServiceRequest().SerializeToString(),
        headers={"Content-Type": "application/x-protobuf"}, timeout=10)
    assert (empty.status_code, empty.content) == (200, b"")


def test_a_record_nested_too_deep_is_left_out_and_its_neighbour_stored(box):
    request = ExportLogsServiceRequest()
    records = request.resource_logs.add().scope_logs.add().log_records
    value = records.add().body
    for _ in range(20):
        value = value.kvlist_value.values.add(key="k").value
    value.string_value = "deep"
    records.add().body.string_value = "neighbour"
    answer = requests.post(box.url + "/v1/logs", data=request.SerializeToString(), timeout=10,
                           headers={"Content-Type": "application/x-protobuf"})
    outcome = ExportLogsServiceResponse.FromString(answer.content).partial_success
    assert answer.status_code == 200 and outcome.rejected_log_records == 1 and "nested deeper" in outcome.error_message
    deep = {"stringValue": "deep"}
    for _ in range(200):
        deep = {"kvlistValue": {"values": [{"key": "k", "value": deep}]}}
    wrong = [{"body": deep}, {"traceId": "none"}]
    answer = requests.post(box.url + "/v1/logs", timeout=10, json={"resourceLogs": [{"scopeLogs": [{"logRecords": [
        *wrong, {"body": {"stringValue": "neighbour"}}]}]}]})
    outcome = answer.json()["partialSuccess"]
    assert answer.status_code == 200 and outcome["rejectedLogRecords"] == "2", answer.text
    assert "nested deeper" in outcome["errorMessage"]
    assert stored(box) == 2


def test_loki_pushes_in_json_and_in_snappy_are_taken(start):
    box = start("auth: { mode: none }\nlogs: { max_document_size: 1MB }\n")
    now = str(time.time_ns())
    push = {"streams": [{"stream": {"app": "shop", "level": "info"},
                         "values": [[now, "first"], [now, "second", {"trace_id": "abc"}]]}]}
    assert requests.post(box.url + "/loki/api/v1/push", json=push, timeout=10).status_code == 204

    def field(number, payload):
        return bytes([number << 3 | 2, len(payload)]) + payload

    entry = field(1, b"\x08\x80\x80\xa0\xb0\x06\x10\x05") + field(2, b"third")
    message = field(1, field(1, b'{app="shop", pod="a\\"b"}') + field(2, entry) + field(2, entry))
    packed = bytes(cramjam.snappy.compress_raw(message))
    answer = requests.post(box.url + "/loki/api/v1/push", data=packed, timeout=10,
                           headers={"Content-Type": "application/x-protobuf"})
    assert answer.status_code == 204, answer.text
    assert stored(box) == 4
    bad = requests.post(box.url + "/loki/api/v1/push", json={"streams": [{"values": [["x", "y"]]}]}, timeout=10)
    assert bad.status_code == 400 and "nanoseconds" in bad.text
    half = {"streams": [{"stream": {"app": "shop"}, "values": [[now, "x" * (2 << 20)], [1, 2], [now, "neighbour"]]}]}
    answer = requests.post(box.url + "/loki/api/v1/push", json=half, timeout=20)
    assert answer.status_code == 400 and answer.text.startswith("1 lines are stored, 2 refused: "), answer.text
    assert stored(box) == 5


def test_lines_are_taken_and_bad_ones_named(box):
    body = b'{"a":1}\n\n{"a":\n{"a":3}\r\n'
    answer = box.post("/ops/v1/logs/ingest?index=logs-mine-default", data=body)
    assert answer.status_code == 200
    assert answer.json() == {
        "accepted": 2, "refused": 1,
        "problems": [{"line": 3, "reason": "byte 5: expected more: the document is cut off"}]}
    text = box.post("/ops/v1/logs/ingest", data=gzip.compress(b"one\ntwo \"quoted\"\n"),
                    headers={"Content-Type": "text/plain", "Content-Encoding": "gzip"})
    assert text.json()["accepted"] == 2
    assert box.post("/ops/v1/logs/ingest", data=b"no\n").status_code == 400
    assert box.post("/ops/v1/logs/ingest?index=Bad", data=b"{}\n").status_code == 400
    array = box.post("/ops/v1/logs/ingest", json=[{"a": 4}, {"a": {"b": 5}}])
    assert (array.status_code, array.json()["accepted"]) == (200, 2)
    mixed = box.post("/ops/v1/logs/ingest", json=[{"a": 5}, "none", {"a": 6}]).json()
    assert (mixed["accepted"], mixed["refused"], mixed["problems"][0]["line"]) == (2, 1, 2)
    cut = box.post("/ops/v1/logs/ingest", data=b'[{"a": 6},\n{"a": 7')
    assert cut.status_code == 400 and "[1]: expected" in cut.json()["error"]
    assert stored(box) == 8
    letters = box.get("/ops/v1/logs/dead-letters").json()
    assert letters["letters"] == [] and letters["count"] == 0


def test_kill_9_loses_nothing_that_was_answered_by_any_protocol(box):
    def otlp(marks):
        return requests.post(box.url + "/v1/logs", timeout=30, json={"resourceLogs": [{"scopeLogs": [{"logRecords": [
            {"body": {"stringValue": mark}} for mark in marks]}]}]})

    def loki(marks):
        now = str(time.time_ns())
        return requests.post(box.url + "/loki/api/v1/push", timeout=30, json={"streams": [
            {"stream": {"app": "shop"}, "values": [[now, mark] for mark in marks]}]})

    def lines(marks):
        return requests.post(box.url + "/ops/v1/logs/ingest", timeout=30, data="\n".join(marks),
                             headers={"Content-Type": "text/plain"})

    answered = {send.__name__: [] for send in (otlp, loki, lines)}

    def run(send):
        for number in range(10_000):
            try:
                if send([f"{send.__name__}{number}"] * 20).status_code >= 300:
                    return
            except requests.RequestException:
                return
            answered[send.__name__].append(number)

    threads = [threading.Thread(target=run, args=(send,)) for send in (otlp, loki, lines)]
    for thread in threads:
        thread.start()
    wait_until(lambda: min(len(numbers) for numbers in answered.values()) > 30, 30, "answers of each")
    box.process.child.send_signal(signal.SIGKILL)
    for thread in threads:
        thread.join()
    box.stop()
    box.start()
    total = stored(box)
    for name, numbers in answered.items():
        found = box.post("/es/_search?size=0", json={"query": {"prefix": {"message": name}}}).json()["hits"]["total"]["value"]
        # Of each sender one request may have been under way.
        assert found in (20 * len(numbers), 20 * len(numbers) + 20), name
        last = box.post("/es/_count", json={"query": {"match": {"message": f"{name}{numbers[-1]}"}}}).json()["count"]
        assert last == 20
        total -= found
    assert total == 0
