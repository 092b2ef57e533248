"""What tests of traces share: spans of each dialect, and how many are stored."""
import json
import time

import requests

from conftest import wait_until
from log_senders import own_metric


def stored_spans(box):
    """How many spans and errors can be found, once everything acknowledged is processed."""
    wait_until(lambda: own_metric(box, "traces_queue_waiting_batches") == 0, 30, "the queue of spans to be processed")
    return int(own_metric(box, "traces_records"))


def zipkin_span(number, trace=1, **more):
    return {"traceId": f"{trace:032x}", "id": f"{number:016x}", "name": "get /", "kind": "SERVER",
            "timestamp": time.time_ns() // 1000, "duration": 1500, "localEndpoint": {"serviceName": "front"}, **more}


METADATA = {"metadata": {"service": {"name": "shop", "environment": "test", "agent": {"name": "x", "version": "1"}}}}


def apm_span(number, trace=1, **more):
    return {"span": {"id": f"{number:016x}", "trace_id": f"{trace:032x}", "parent_id": f"{1:016x}", "name": "SELECT",
                     "type": "db", "subtype": "postgresql", "timestamp": time.time_ns() // 1000, "duration": 1.5, **more}}


def apm_body(*events, metadata=METADATA):
    return ("\n".join(json.dumps(event) for event in (metadata, *events)) + "\n").encode()


def post_apm(box, body, verbose=False, **headers):
    return requests.post(
        box.url + "/apm/intake/v2/events" + ("?verbose" if verbose else ""), data=body, timeout=20,
        headers={"Content-Type": "application/x-ndjson", **box.headers(), **headers})


def otlp_span(trace, number, parent, name, kind, start, milliseconds, failed=False, **attributes):
    """`start` in seconds since 1970."""
    begin = int(start * 1e9)
    own = {"traceId": f"{trace:032x}", "spanId": f"{number:016x}", "name": name, "kind": kind,
           "startTimeUnixNano": str(begin), "endTimeUnixNano": str(begin + int(milliseconds * 1e6)),
           "attributes": [{"key": key, "value": {"stringValue": value}} for key, value in attributes.items()]}
    if parent:
        own["parentSpanId"] = f"{parent:016x}"
    if failed:
        own["status"] = {"code": 2, "message": "the card was refused"}
        own["events"] = [{"timeUnixNano": own["endTimeUnixNano"], "name": "exception", "attributes": [
            {"key": "exception.type", "value": {"stringValue": "CardRefused"}},
            {"key": "exception.message", "value": {"stringValue": f"card of order {trace}"}},
            {"key": "exception.stacktrace", "value": {"stringValue": "CardRefused: no\n  at charge (pay.js:10:2)\n  at node:internal/a (b:1:1)"}}]}]
    return own


def send_otlp(box, **services):
    """Spans of each service, its release with it."""
    groups = [{"resource": {"attributes": [
        {"key": key, "value": {"stringValue": value}}
        for key, value in (("service.name", name), ("service.version", "1.4"), ("deployment.environment.name", "production"))]},
        "scopeSpans": [{"spans": spans}]} for name, spans in services.items()]
    answer = box.post("/v1/traces", json={"resourceSpans": groups})
    assert answer.status_code == 200 and not answer.json().get("partialSuccess"), answer.text


def shop(box, count=30, first=1000):
    """Requests that go from `checkout` to `pay`, every fifth slow and failed, one each ten seconds up to now."""
    checkout, pay = [], []
    for number in range(count):
        is_bad = number % 5 == 0
        trace, start = first + number, time.time() - 10 * (count - number)
        took = 900 if is_bad else 20 + number
        checkout += [
            otlp_span(trace, 1, 0, "POST /order", 2, start, took, is_bad, **{"http.route": "/order"}),
            otlp_span(trace, 2, 1, "POST", 3, start + 0.002, took - 6, **{"server.address": "pay"})]
        pay.append(otlp_span(trace, 3, 2, "POST /charge", 2, start + 0.004, took - 10, is_bad))
    send_otlp(box, checkout=checkout, pay=pay)
    return f"{first:032x}"
