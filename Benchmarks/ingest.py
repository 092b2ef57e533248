"""Remote-write ingest: Signalbox and Debian's Prometheus under the same load, one after the other, in one run.

The load looks like a Kubernetes fleet: ten labels a series, one sample a series and request, 2 000 series a
request, four connections, a series always on the same one. Both servers decode the same snappy bodies.
Reported per server: samples per CPU second (user + system of the server, from /proc) and peak resident memory.
Bar: at least 1.5 times Prometheus' samples per CPU second, at most its memory.
"""
import argparse
import http.client
import json
import os
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import cramjam

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "Tests" / "Acceptance"))
from conftest import free_port  # noqa: E402
from remote_write import HEADERS, field, label, varint  # noqa: E402

PER_REQUEST = 2000
CONNECTIONS = 4


def label_bytes(number):
    target, metric = divmod(number, 200)
    return b"".join(label(name, value) for name, value in sorted({
        "__name__": f"container_metric_{metric % 97:03}_total", "cluster": "aks-weu-1", "environment": "production",
        "instance": f"10.{target >> 16 & 255}.{target >> 8 & 255}.{target & 255}:9100", "job": "kubernetes-pods",
        "namespace": f"team-{target % 23}", "pod": f"service-{target % 211}-7d9c5b6f4-{target:06x}",
        "container": f"app-{metric % 3}", "region": "westeurope", "series": f"{metric:03}"}.items()))


def bodies(labels, scrape, start):
    """The requests of one scrape."""
    for first in range(0, len(labels), PER_REQUEST):
        parts = []
        for offset, packed in enumerate(labels[first:first + PER_REQUEST]):
            number = first + offset
            value = float(scrape * (number % 13) + number)
            stamp = start + scrape * 15_000 + number % 14_000
            sample = b"\x09" + struct.pack("<d", value) + b"\x10" + varint(stamp)
            parts.append(field(1, packed + field(2, sample)))
        yield bytes(cramjam.snappy.compress_raw(b"".join(parts)))


def cpu_seconds(pid):
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def peak_mib(pid):
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) / 1024


def wait_ready(port):
    for _ in range(600):
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
            connection.request("GET", "/-/ready")
            if connection.getresponse().status == 200:
                return
        except OSError:
            pass
        time.sleep(0.1)
    raise SystemExit(f"port {port} never got ready")


def measure(name, command, directory, port, labels, scrapes, start):
    with open(directory / f"{name}.log", "wb") as log:
        server = subprocess.Popen(command, cwd=directory, stdout=log, stderr=subprocess.STDOUT)
    try:
        wait_ready(port)
        connections = [http.client.HTTPConnection("127.0.0.1", port, timeout=120) for _ in range(CONNECTIONS)]
        failures = []

        def send(worker, batch):
            for body in batch:
                connections[worker].request("POST", "/api/v1/write", body, HEADERS)
                answer = connections[worker].getresponse()
                text = answer.read()
                if answer.status // 100 != 2:
                    failures.append((answer.status, text[:200]))

        idle_cpu, began = cpu_seconds(server.pid), time.monotonic()
        sending = 0.0
        for scrape in range(scrapes):
            batches = [[] for _ in range(CONNECTIONS)]
            for index, body in enumerate(bodies(labels, scrape, start)):
                batches[index % CONNECTIONS].append(body)
            from_time = time.monotonic()
            threads = [threading.Thread(target=send, args=pair) for pair in enumerate(batches)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            sending += time.monotonic() - from_time
        if failures:
            raise SystemExit(f"{name}: {len(failures)} requests failed, the first with {failures[0]}")
        samples = len(labels) * scrapes
        cpu = cpu_seconds(server.pid) - idle_cpu
        return {"server": name, "samples": samples, "cpu_seconds": round(cpu, 2),
                "samples_per_cpu_second": round(samples / cpu), "peak_mib": round(peak_mib(server.pid), 1),
                "sending_seconds": round(sending, 1), "wall_seconds": round(time.monotonic() - began, 1)}
    finally:
        server.send_signal(signal.SIGTERM)
        try:
            server.wait(60)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", required=True)
    parser.add_argument("--series", type=int, default=100_000)
    parser.add_argument("--scrapes", type=int, default=30)
    parser.add_argument("--no-bar", action="store_true", help="print only, do not fail below the bar")
    options = parser.parse_args()
    prometheus = shutil.which("prometheus") or sys.exit("prometheus is missing: apt-get install prometheus")
    labels = [label_bytes(number) for number in range(options.series)]
    start = int(time.time() * 1000) - options.scrapes * 15_000 - 60_000
    results = []
    with tempfile.TemporaryDirectory() as temporary:
        directory = Path(temporary)
        ports = free_port(), free_port()
        (directory / "signalbox.yaml").write_text(
            f'server: {{ listen: "127.0.0.1:{ports[0]}", external_url: "http://127.0.0.1:{ports[0]}" }}\n'
            "storage: { path: ./signalbox }\nauth: { mode: none }\n")
        (directory / "prometheus.yaml").write_text("global: {}\n")
        results.append(measure(
            "signalbox", [str(Path(options.binary).resolve()), "serve", "--config", "signalbox.yaml"], directory,
            ports[0], labels, options.scrapes, start))
        results.append(measure(
            "prometheus", [
                prometheus, "--config.file=prometheus.yaml", "--storage.tsdb.path=prometheus",
                "--web.enable-remote-write-receiver", f"--web.listen-address=127.0.0.1:{ports[1]}",
                "--log.level=warn"], directory, ports[1], labels, options.scrapes, start))
    columns = ["server", "samples", "cpu_seconds", "samples_per_cpu_second", "peak_mib", "sending_seconds"]
    for row in [dict(zip(columns, columns))] + results:
        print("  ".join(str(row[column]).rjust(len(column)) for column in columns))
    ours, theirs = results
    speed = ours["samples_per_cpu_second"] / theirs["samples_per_cpu_second"]
    memory = ours["peak_mib"] / theirs["peak_mib"]
    print(f"samples per CPU second: {speed:.2f} × Prometheus (bar 1.5); memory: {memory:.2f} × (bar 1.0)")
    Path("bench-results").mkdir(exist_ok=True)
    Path("bench-results/ingest.json").write_text(json.dumps(
        {"results": results, "speed_ratio": speed, "memory_ratio": memory}, indent=1))
    if not options.no_bar and (speed < 1.5 or memory > 1):
        sys.exit("below the bar")


main()
