"""Traces: spans by OTLP to the built Signalbox, as fast as it takes them, then what is asked of them.

Four connections send bodies of some thousand spans. Reported: spans per CPU second of the server, from the first request
until merging has come to rest; bytes a span takes on disk; peak memory; the median of each question over all spans; and
what is found after kill -9 behind the last answer. The bars are what a VictoriaTraces of July 2025 reached on two cores
with two million spans of such a mix, or better; it is not in Debian, so it does not run beside.
"""
import argparse
import http.client
import itertools
import json
import os
import queue
import signal
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "Tests" / "Acceptance"))
from conftest import free_port  # noqa: E402
from logs import CONNECTIONS, Client, bytes_on_disk, median_ms, settled  # noqa: E402
from servers import cpu_seconds, peak_mib, running  # noqa: E402
from span_bodies import Spans  # noqa: E402

#: What is measured, its bar and what we aim at; more is better of the first only.
BARS = {
    "spans_per_cpu_s": (30_000, 50_000), "bytes_per_span": (63, 55), "peak_mib": (450, None), "by_id_ms": (10, 5),
    "absent_id_ms": (5, 1), "service_duration_ms": (45, 20), "service_map_ms": (300, 100), "services_ms": (300, 100),
    "errors_ms": (300, 100), "lost_at_kill": (0, 0),
}


def send(port, bodies):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    while (body := bodies.get()) is not None:
        while True:
            connection.request("POST", "/v1/traces", body, {"Content-Type": "application/x-protobuf"})
            answer = connection.getresponse()
            text = answer.read()
            if answer.status == 200:
                break
            if answer.status not in (429, 503):
                raise SystemExit(f"/v1/traces: {answer.status} {text[:300]}")
            time.sleep(0.2)


def sent(port, spans):
    """Sends all; what is made ahead is bounded."""
    bodies = queue.Queue(16)
    senders = [threading.Thread(target=send, args=(port, bodies)) for _ in range(CONNECTIONS)]
    for sender in senders:
        sender.start()
    for body in spans.bodies():
        bodies.put(body)
    for _ in senders:
        bodies.put(None)
    for sender in senders:
        sender.join()


def asked(client, path, **parameters):
    text = "&".join(f"{key}={value}" for key, value in parameters.items())
    return client.call("GET", f"/ops/v1/traces/{path}?{text}")


def questions(client, spans, span):
    """Of each question its name, how it is asked, and what its answer has to say."""
    samples = itertools.cycle(spans.samples.items())

    def by_id():
        trace, count = next(samples)
        return asked(client, trace)["span_count"] == count

    def absent():
        client.connection.request("GET", "/ops/v1/traces/00000000000000000000000000000001")
        answer = client.connection.getresponse()
        answer.read()
        return answer.status

    def slow():
        found = asked(client, "search", service="service-3", min_duration="500ms", limit=20, **span)["traces"]
        return all(match["duration_ns"] >= 500_000_000 for trace in found for match in trace["matches"])

    def calls():
        edges = asked(client, "dependencies", **span)["dependencies"]
        return sum(edge["count"] for edge in edges if not edge["connection_type"])

    return {
        "by_id_ms": (by_id, True), "absent_id_ms": (absent, 404), "service_duration_ms": (slow, True),
        "service_map_ms": (calls, spans.calls),
        "services_ms": (lambda: len(asked(client, "services", **span)["services"]), 30),
        "errors_ms": (
            lambda: sum(group["count"] for group in asked(client, "errors", **span)["groups"]), spans.failed),
    }


def found(port, span):
    client = Client(port)
    services = asked(client, "services", spans="all", **span)["services"]
    return sum(service["count"] for service in services)


def killed(command, directory, port, spans, span):
    """Spans that were acknowledged before kill -9 and are not there after a start."""
    with running(command, directory, "killed", port) as server:
        sent(port, spans)
        os.kill(server.pid, signal.SIGKILL)
        server.wait()
    with running(command, directory, "again", port):
        for _ in range(600):
            count = found(port, span)
            if count >= spans.count:
                break
            time.sleep(0.1)
        return spans.count - count


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", required=True)
    parser.add_argument("--spans", type=int, default=2_000_000)
    parser.add_argument("--no-bar", action="store_true")
    options = parser.parse_args()
    now = int(time.time() * 1000)
    span = {"from": now - 8_000_000, "to": now + 60_000}
    result = {}
    with tempfile.TemporaryDirectory() as temporary:
        directory = Path(temporary)

        def command(name, port):
            (directory / f"{name}.yaml").write_text(
                f'server: {{ listen: "127.0.0.1:{port}", external_url: "http://127.0.0.1:{port}" }}\n'
                f"storage: {{ path: ./{name} }}\nauth: {{ mode: none }}\n")
            return [str(Path(options.binary).resolve()), "serve", "--config", f"{name}.yaml"]

        port = free_port()
        spans = Spans(options.spans, (now - 7_200_000) * 1_000_000)
        with running(command("traces", port), directory, "traces", port) as server:
            idle = cpu_seconds(server.pid)
            sent(port, spans)
            settled(server.pid)
            result["spans_per_cpu_s"] = spans.count / (cpu_seconds(server.pid) - idle)
            result["bytes_per_span"] = bytes_on_disk(directory / "traces" / "traces") / spans.count
            client = Client(port)
            for name, (ask, expected) in questions(client, spans, span).items():
                result[name] = median_ms(ask, expected, name)
            result["peak_mib"] = peak_mib(server.pid)
        port = free_port()
        result["lost_at_kill"] = killed(
            command("killed", port), directory, port, Spans(options.spans // 5, (now - 7_200_000) * 1_000_000), span)
    below = []
    print(f"{'':20}{'measured':>12}{'bar':>10}{'aim':>10}")
    for name, (bar, aim) in BARS.items():
        value = result[name]
        if value < bar if name == "spans_per_cpu_s" else value > bar:
            below.append(name)
        print(f"{name:20}{value:12.1f}{bar:10}{aim if aim is not None else '–':>10}")
    Path("bench-results").mkdir(exist_ok=True)
    Path("bench-results/traces.json").write_text(json.dumps(
        {"spans": options.spans, "results": result, "below_the_bar": below}, indent=1))
    if below and not options.no_bar:
        sys.exit("below the bar: " + ", ".join(below))


if __name__ == "__main__":
    main()
