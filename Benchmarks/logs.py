"""Logs: documents by Elasticsearch's `_bulk` to the built Signalbox, as fast as it takes them, then searches of them.

Four connections send bodies of a thousand documents. Reported: documents per CPU second of the server, from the first
request until merging has come to rest; bytes a document takes on disk; peak memory while ingesting and with queries; the
median of each search over all documents, and what is found after kill -9 behind the last answer. The bars are what a
VictoriaLogs of July 2025 reached on two cores with two million documents of such a mix, or better; it is not in
Debian, so it does not run beside.
"""
import argparse
import http.client
import json
import os
import queue
import signal
import statistics
import sys
import tempfile
import threading
import time
import urllib.parse
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "Tests" / "Acceptance"))
from conftest import free_port  # noqa: E402
from log_lines import ADDRESS, NEEDLE, PHRASE, Lines  # noqa: E402
from servers import cpu_seconds, peak_mib, running  # noqa: E402

CONNECTIONS = 4
RUNS = 20
#: What is measured, its bar and what we aim at; more is better of the first only.
BARS = {
    "docs_per_cpu_s": (26_000, 50_000), "bytes_per_doc": (69, 55), "peak_mib_ingest": (320, None),
    "peak_mib_queries": (450, None), "needle_ms": (10, 5), "absent_ms": (10, 1), "trace_ms": (10, 5),
    "address_ms": (125, 10), "phrase_ms": (100, 20), "prefix_ms": (100, 10), "last_ms": (277, 20), "facets_ms": (200, 50),
    "top_paths_ms": (489, 200), "top_addresses_ms": (141, 60), "hits_by_level_ms": (80, 30),
    "q99_by_service_ms": (300, 150), "lost_at_kill": (0, 0),
}


class Client:
    def __init__(self, port):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)

    def call(self, method, path, body=None, kind="application/json"):
        self.connection.request(method, path, body, {"Content-Type": kind})
        answer = self.connection.getresponse()
        text = answer.read()
        if answer.status != 200:
            raise SystemExit(f"{method} {path}: {answer.status} {text[:300]}")
        return json.loads(text)

    def logs(self, name, **parameters):
        return self.call("GET", f"/ops/v1/logs/{name}?" + urllib.parse.urlencode(parameters))


def send(port, bodies):
    client = Client(port)
    while (body := bodies.get()) is not None:
        if client.call("POST", "/es/_bulk", body, "application/x-ndjson")["errors"]:
            raise SystemExit("a document was refused")


def sent(port, lines):
    """Sends all; what is made ahead is bounded."""
    bodies = queue.Queue(16)
    senders = [threading.Thread(target=send, args=(port, bodies)) for _ in range(CONNECTIONS)]
    for sender in senders:
        sender.start()
    for body in lines.bodies():
        bodies.put(body)
    for _ in senders:
        bodies.put(None)
    for sender in senders:
        sender.join()


def settled(pid):
    """Returns once the server has used next to no CPU for some seconds."""
    quiet, before = 0, cpu_seconds(pid)
    while quiet < 5:
        time.sleep(1)
        now = cpu_seconds(pid)
        quiet = quiet + 1 if now - before < 0.1 else 0
        before = now


def bytes_on_disk(directory):
    return sum(file.stat().st_blocks * 512 for file in directory.rglob("*") if file.is_file())


def searches(client, lines, span):
    """Of each search its name, how it is asked, and what its answer has to say."""
    def rows(query, count, limit=1000):
        return lambda: len(client.logs("rows", query=query, limit=limit, **span)["rows"]), count

    def hits(query, count, **parameters):
        return lambda: client.logs("hits", query=query, **span, **parameters)["total"], count

    def top(field, count):
        return lambda: client.logs("facets", fields=field, **span)["facets"][0]["records"], count

    # Of fields with at most a thousand values, as the peer's are.
    facets = lambda: {f["field"]: f for f in client.logs("facets", **span)["facets"]}["log.level"]["records"]  # noqa: E731
    q99 = json.dumps({"size": 0, "query": {"term": {"event.dataset": "nginx.access"}}, "aggs": {"service": {
        "terms": {"field": "service.name", "size": 60},
        "aggs": {"q99": {"percentiles": {"field": "event.duration", "percents": [99]}}}}}})
    return {
        "needle_ms": rows(NEEDLE, lines.needles),
        "absent_ms": hits("zq7x9nowhere4418", 0, steps=1),
        "trace_ms": (lambda: len(client.logs("rows", query=f"trace.id: {lines.sample}", **span)["rows"]) > 0, True),
        "address_ms": rows(f"source.ip: {ADDRESS}", lines.addresses),
        "phrase_ms": hits(f'"{PHRASE}"', lines.phrases, steps=1),
        "prefix_ms": hits(f"message: {NEEDLE[:6]}*", lines.needles, steps=1),
        "last_ms": rows("", 100, 100),
        "facets_ms": (facets, lines.count),
        "top_paths_ms": top("url.path", lines.accesses),
        "top_addresses_ms": top("source.ip", lines.accesses),
        "hits_by_level_ms": (
            lambda: {s["value"]: s["total"] for s in client.logs("hits", by="log.level", steps=120, **span)["series"]},
            lines.levels),
        "q99_by_service_ms": (
            lambda: len(client.call("POST", "/es/*/_search", q99)["aggregations"]["service"]["buckets"]), 60),
    }


def median_ms(ask, expected, name):
    times = []
    for number in range(RUNS + 1):
        began = time.perf_counter()
        answer = ask()
        times.append((time.perf_counter() - began) * 1000)
        if answer != expected:
            raise SystemExit(f"{name}: {answer} where {expected} is right")
    return statistics.median(times[1:])


def killed(command, directory, port, lines):
    """Documents that were acknowledged before kill -9 and are not there after a start."""
    with running(command, directory, "killed", port) as server:
        sent(port, lines)
        os.kill(server.pid, signal.SIGKILL)
        server.wait()
    with running(command, directory, "again", port):
        client = Client(port)
        for _ in range(600):
            count = client.call("GET", "/es/*/_count")["count"]
            if count >= lines.count:
                break
            time.sleep(0.1)
        return lines.count - count


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", required=True)
    parser.add_argument("--documents", type=int, default=2_000_000)
    parser.add_argument("--no-bar", action="store_true")
    options = parser.parse_args()
    now = int(time.time() * 1000)
    result = {}
    with tempfile.TemporaryDirectory() as temporary:
        directory = Path(temporary)

        def command(name, port):
            (directory / f"{name}.yaml").write_text(
                f'server: {{ listen: "127.0.0.1:{port}", external_url: "http://127.0.0.1:{port}" }}\n'
                f"storage: {{ path: ./{name} }}\nauth: {{ mode: none }}\n")
            return [str(Path(options.binary).resolve()), "serve", "--config", f"{name}.yaml"]

        port = free_port()
        lines = Lines(options.documents, now - 7_200_000)
        with running(command("logs", port), directory, "logs", port) as server:
            idle = cpu_seconds(server.pid)
            sent(port, lines)
            settled(server.pid)
            result["docs_per_cpu_s"] = options.documents / (cpu_seconds(server.pid) - idle)
            result["peak_mib_ingest"] = peak_mib(server.pid)
            result["bytes_per_doc"] = bytes_on_disk(directory / "logs" / "logs") / options.documents
            client = Client(port)
            span = {"from": now - 8_000_000, "to": now + 60_000}
            for name, (ask, expected) in searches(client, lines, span).items():
                result[name] = median_ms(ask, expected, name)
            result["peak_mib_queries"] = peak_mib(server.pid)
        port = free_port()
        result["lost_at_kill"] = killed(
            command("killed", port), directory, port, Lines(options.documents // 5, now - 7_200_000))
    below = []
    print(f"{'':20}{'measured':>12}{'bar':>10}{'aim':>10}")
    for name, (bar, aim) in BARS.items():
        value = result[name]
        if value < bar if name == "docs_per_cpu_s" else value > bar:
            below.append(name)
        print(f"{name:20}{value:12.1f}{bar:10}{aim if aim is not None else '–':>10}")
    Path("bench-results").mkdir(exist_ok=True)
    Path("bench-results/logs.json").write_text(json.dumps(
        {"documents": options.documents, "results": result, "below_the_bar": below}, indent=1))
    if below and not options.no_bar:
        sys.exit("below the bar: " + ", ".join(below))


if __name__ == "__main__":
    main()
