"""OTLP by gRPC: the same endpoints as by HTTP, answered in gRPC's codes."""
import logging
import time

import grpc
import pytest
from opentelemetry.exporter.otlp.proto.grpc._log_exporter import OTLPLogExporter
from opentelemetry.exporter.otlp.proto.grpc.metric_exporter import OTLPMetricExporter
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import (
    ExportMetricsServiceRequest, ExportMetricsServiceResponse)
from opentelemetry.sdk._logs import LoggerProvider, LoggingHandler
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource

from conftest import free_port, wait_until
from log_senders import stored

EXPORT = "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export"


@pytest.fixture
def grpc_box(start):
    def begin(auth="local", **options):
        port = free_port()
        box = start(f'auth: {{ mode: {auth} }}\nlisteners: {{ otlp_grpc: "127.0.0.1:{port}" }}\n', **options)
        box.grpc = f"127.0.0.1:{port}"
        return box

    return begin


def call(box, message, token=None, method=EXPORT, compression=None):
    metadata = [("authorization", f"Bearer {token}")] if token else []
    with grpc.insecure_channel(box.grpc) as channel:
        send = channel.unary_unary(method, request_serializer=bytes, response_deserializer=bytes)
        return send(message, timeout=20, metadata=metadata, compression=compression)


def refused(*arguments, **options):
    with pytest.raises(grpc.RpcError) as caught:
        call(*arguments, **options)
    return caught.value.code(), caught.value.details()


def gauge(name, value=1.0):
    request = ExportMetricsServiceRequest()
    metric = request.resource_metrics.add().scope_metrics.add().metrics.add(name=name)
    metric.gauge.data_points.add(as_double=value, time_unix_nano=time.time_ns())
    return request.SerializeToString()


@pytest.mark.parametrize("compression", [None, grpc.Compression.Gzip])
def test_an_sdk_sends_metrics_with_a_token_that_forces_its_labels(grpc_box, compression):
    box = grpc_box()
    token = box.create_token("ingest", "--name", "cart", "--label", "cluster=aks-1")
    exporter = OTLPMetricExporter(
        endpoint=box.grpc, insecure=True, headers=(("authorization", f"Bearer {token}"),), compression=compression)
    reader = PeriodicExportingMetricReader(exporter, export_interval_millis=3_600_000)
    provider = MeterProvider([reader], Resource({"service.name": "cart"}), shutdown_on_exit=False)
    provider.get_meter("acceptance").create_counter("orders").add(7)
    assert provider.force_flush(10_000)
    provider.shutdown()
    box.token = box.create_token("api", "--name", "reader", "--role", "viewer")
    assert wait_until(lambda: box.value('orders_total{job="cart",cluster="aks-1"}'), 10, "the counter") == 7


def test_an_sdk_sends_logs_that_are_found(grpc_box):
    box = grpc_box("none")
    provider = LoggerProvider(resource=Resource({"service.name": "cart"}))
    provider.add_log_record_processor(BatchLogRecordProcessor(OTLPLogExporter(endpoint=box.grpc, insecure=True)))
    logger = logging.getLogger("cart by gRPC")
    logger.addHandler(LoggingHandler(logger_provider=provider))
    logger.propagate = False
    for number in range(50):
        logger.error("order %d failed", number)
    assert provider.force_flush()
    provider.shutdown()
    assert stored(box) == 50
    rows = box.get("/ops/v1/logs/rows", query='service.name: cart and "order 7 failed"', **{"from": "now-1h"}).json()["rows"]
    assert [row["fields"]["log.level"].lower() for row in rows] == ["error"]


def test_who_shows_no_token_or_a_wrong_one_is_unauthenticated(grpc_box):
    box = grpc_box()
    assert refused(box, gauge("a"))[0] == grpc.StatusCode.UNAUTHENTICATED
    assert refused(box, gauge("a"), token="sbx_e_wrong")[0] == grpc.StatusCode.UNAUTHENTICATED
    viewer = box.create_token("api", "--name", "reader", "--role", "viewer")
    assert refused(box, gauge("a"), token=viewer)[0] == grpc.StatusCode.PERMISSION_DENIED


def test_bad_messages_and_unknown_methods_are_refused_for_good_and_the_next_one_is_taken(grpc_box):
    box = grpc_box("none")
    code, details = refused(box, b"\x0a\xff\xff")
    assert code == grpc.StatusCode.INVALID_ARGUMENT and "OTLP metrics" in details, details
    assert refused(box, gauge("a"), method="/opentelemetry.proto.collector.profiles.v1.ProfilesService/Export")[0] \
        == grpc.StatusCode.UNIMPLEMENTED
    code, details = refused(box, bytes(20 << 20))
    assert code == grpc.StatusCode.INVALID_ARGUMENT and "more than" in details, details
    assert call(box, gauge("taken", 3.0)) == b""
    assert wait_until(lambda: box.value("taken"), 10, "the gauge") == 3


def test_a_part_that_is_left_out_is_told_in_the_answer(grpc_box):
    box = grpc_box("none")
    request = ExportMetricsServiceRequest.FromString(gauge("good"))
    nameless = request.resource_metrics[0].scope_metrics[0].metrics.add(name="")
    nameless.gauge.data_points.add(as_double=1, time_unix_nano=time.time_ns())
    answer = ExportMetricsServiceResponse.FromString(call(box, request.SerializeToString()))
    assert answer.partial_success.rejected_data_points == 1 and answer.partial_success.error_message


def test_a_sender_over_its_rate_is_told_when_to_come_back(grpc_box):
    box = grpc_box()
    token = box.create_token("ingest", "--name", "cart", "--samples-per-second", "1")

    def again():
        try:
            call(box, gauge("often"), token=token)
        except grpc.RpcError as error:
            return error

    error = wait_until(again, 20, "a refusal")
    assert error.code() == grpc.StatusCode.UNAVAILABLE
    details = dict(error.trailing_metadata())["grpc-status-details-bin"]
    assert b"google.rpc.RetryInfo" in details
