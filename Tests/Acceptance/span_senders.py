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
