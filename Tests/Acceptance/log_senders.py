"""What tests of logs share: bulk bodies, counts."""
import json
import os
import re
import signal

import requests

from conftest import wait_until


def bulk_body(documents, index="logs-test-default", operation="create"):
    lines = []
    for document in documents:
        identity = document.get("_id")
        meta = {"_index": index, **({"_id": identity} if identity else {})}
        lines.append(json.dumps({operation: meta}))
        lines.append(json.dumps({key: value for key, value in document.items() if key != "_id"}))
    return ("\n".join(lines) + "\n").encode()


def post_bulk(box, body, path="/es/_bulk", headers=None, session=None):
    return (session or requests).post(
        box.url + path, data=body, timeout=60,
        headers={"Content-Type": "application/x-ndjson", **box.headers(), **(headers or {})})


def own_metric(box, name, labels=""):
    found = re.search(
        rf"^signalbox_{name}{re.escape(labels)} (\S+)$", box.get("/metrics").text, re.MULTILINE)
    return float(found.group(1)) if found else 0


def stored(box):
    """How many records can be found, once everything acknowledged is processed."""
    wait_until(lambda: own_metric(box, "logs_queue_waiting_documents") == 0, 30, "the queue to be processed")
    return int(own_metric(box, "logs_records"))


def kill_and_start(box):
    """kill -9, and the same server anew."""
    os.kill(box.process.pid, signal.SIGKILL)
    box.process.child.wait()
    box.start()
