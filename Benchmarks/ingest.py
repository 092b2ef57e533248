"""Ingest: Signalbox and Debian's Prometheus under the same load, one after the other, in one run; then the same series
to Signalbox as OTLP, which that Prometheus does not take.

The load looks like a Kubernetes fleet: ten labels a series, one sample a series and request, 2 000 series a
request, four connections, a series always on the same one. Both servers decode the same snappy bodies.
Reported per server: samples per CPU second (user + system of the server, from /proc) and peak resident memory.
Bars: at least 1.5 times Prometheus' samples per CPU second, at most its memory; OTLP at least as many as Prometheus
takes by remote write.
"""
import argparse
import http.client
import json
import shutil
import struct
import sys
import tempfile
import threading
import time
from pathlib import Path

import cramjam

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "Tests" / "Acceptance"))
from conftest import free_port  # noqa: E402
from remote_write import HEADERS, field, label, varint  # noqa: E402
from servers import cpu_seconds, peak_mib, running  # noqa: E402

PER_REQUEST = 2000
CONNECTIONS = 4


METRICS_PER_TARGET = 200


def of_target(target):
    return {"cluster": "aks-weu-1", "environment": "production", "namespace": f"team-{target % 23}",
            "pod": f"service-{target % 211}-7d9c5b6f4-{target:06x}", "region": "westeurope"}


def of_metric(metric):
    return {"container": f"app-{metric % 3}", "series": f"{metric:03}"}


def instance(target):
    return f"10.{target >> 16 & 255}.{target >> 8 & 255}.{target & 255}:9100"


def metric_name(metric):
    return f"container_metric_{metric % 97:03}_total"


class Load:
    """So many series, each with a sample a scrape."""

    def __init__(self, series, start):
        self.series = series
        self.start = start

    def sample(self, number, scrape):
        return float(scrape * (number % 13) + number), self.start + scrape * 15_000 + number % 14_000

    def requests(self):
        return (range(first, min(first + PER_REQUEST, self.series)) for first in range(0, self.series, PER_REQUEST))


class RemoteWriteLoad(Load):
    path = "/api/v1/write"
    headers = HEADERS

    def __init__(self, series, start):
        super().__init__(series, start)
        self.labels = [self.label_bytes(*divmod(number, METRICS_PER_TARGET)) for number in range(series)]

    @staticmethod
    def label_bytes(target, metric):
        return b"".join(label(name, value) for name, value in sorted({
            "__name__": metric_name(metric), "instance": instance(target), "job": "kubernetes-pods",
            **of_target(target), **of_metric(metric)}.items()))

    def bodies(self, scrape):
        """The requests of one scrape."""
        for numbers in self.requests():
            parts = []
            for number in numbers:
                value, stamp = self.sample(number, scrape)
                sample = b"\x09" + struct.pack("<d", value) + b"\x10" + varint(stamp)
                parts.append(field(1, self.labels[number] + field(2, sample)))
            yield bytes(cramjam.snappy.compress_raw(b"".join(parts)))


class OTLPLoad(Load):
    """A resource a target, what is the same for all of its points promoted to labels."""
    path = "/v1/metrics"
    headers = {"Content-Type": "application/x-protobuf"}

    def __init__(self, series, start):
        super().__init__(series, start)
        targets = range((series + METRICS_PER_TARGET - 1) // METRICS_PER_TARGET)
        self.resources = [field(1, self.attributes(1, {
            "service.name": "kubernetes-pods", "service.instance.id": instance(target), **of_target(target)}))
            for target in targets]
        self.points = [self.attributes(7, of_metric(metric)) for metric in range(METRICS_PER_TARGET)]
        self.names = [field(1, metric_name(metric).encode()) for metric in range(METRICS_PER_TARGET)]

    @staticmethod
    def attributes(number, values):
        return b"".join(
            field(number, field(1, name.encode()) + field(2, field(1, value.encode())))
            for name, value in values.items())

    def bodies(self, scrape):
        """The requests of one scrape."""
        for numbers in self.requests():
            resources = []
            for first in range(numbers.start, numbers.stop, METRICS_PER_TARGET):
                metrics = []
                for number in range(first, min(first + METRICS_PER_TARGET, numbers.stop)):
                    value, stamp = self.sample(number, scrape)
                    metric = number % METRICS_PER_TARGET
                    point = (b"\x11" + struct.pack("<Q", self.start * 1_000_000) + b"\x19"
                             + struct.pack("<Q", stamp * 1_000_000) + b"\x21" + struct.pack("<d", value)
                             + self.points[metric])
                    data = field(1, point) + b"\x10\x02\x18\x01"
                    metrics.append(field(2, self.names[metric] + field(7, data)))
                resources.append(field(
                    1, self.resources[first // METRICS_PER_TARGET] + field(2, b"".join(metrics))))
            yield b"".join(resources)


def measure(name, command, directory, port, load, scrapes):
    with running(command, directory, name, port) as server:
        connections = [http.client.HTTPConnection("127.0.0.1", port, timeout=120) for _ in range(CONNECTIONS)]
        failures = []

        def send(worker, batch):
            for body in batch:
                connections[worker].request("POST", load.path, body, load.headers)
                answer = connections[worker].getresponse()
                text = answer.read()
                if answer.status // 100 != 2:
                    failures.append((answer.status, text[:200]))

        idle_cpu, began = cpu_seconds(server.pid), time.monotonic()
        sending = 0.0
        for scrape in range(scrapes):
            batches = [[] for _ in range(CONNECTIONS)]
            for index, body in enumerate(load.bodies(scrape)):
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
        samples = load.series * scrapes
        cpu = cpu_seconds(server.pid) - idle_cpu
        return {"server": name, "samples": samples, "cpu_seconds": round(cpu, 2),
                "samples_per_cpu_second": round(samples / cpu), "peak_mib": round(peak_mib(server.pid), 1),
                "sending_seconds": round(sending, 1), "wall_seconds": round(time.monotonic() - began, 1)}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", required=True)
    parser.add_argument("--series", type=int, default=100_000)
    parser.add_argument("--scrapes", type=int, default=30)
    parser.add_argument("--no-bar", action="store_true", help="print only, do not fail below the bar")
    options = parser.parse_args()
    prometheus = shutil.which("prometheus") or sys.exit("prometheus is missing: apt-get install prometheus")
    start = int(time.time() * 1000) - options.scrapes * 15_000 - 60_000
    written = RemoteWriteLoad(options.series, start)
    results = []
    with tempfile.TemporaryDirectory() as temporary:
        directory = Path(temporary)

        def signalbox(name, load):
            port = free_port()
            (directory / f"{name}.yaml").write_text(
                f'server: {{ listen: "127.0.0.1:{port}", external_url: "http://127.0.0.1:{port}" }}\n'
                f"storage: {{ path: ./{name} }}\nauth: {{ mode: none }}\n"
                "metrics: { otlp: { promote_all_resource_attributes: true, ignore_resource_attributes: "
                "[service.name, service.instance.id] } }\n")
            results.append(measure(
                name, [str(Path(options.binary).resolve()), "serve", "--config", f"{name}.yaml"], directory, port,
                load, options.scrapes))

        signalbox("signalbox", written)
        port = free_port()
        (directory / "prometheus.yaml").write_text("global: {}\n")
        results.append(measure(
            "prometheus", [
                prometheus, "--config.file=prometheus.yaml", "--storage.tsdb.path=prometheus",
                "--web.enable-remote-write-receiver", f"--web.listen-address=127.0.0.1:{port}",
                "--log.level=warn"], directory, port, written, options.scrapes))
        signalbox("signalbox-otlp", OTLPLoad(options.series, start))
    columns = ["server", "samples", "cpu_seconds", "samples_per_cpu_second", "peak_mib", "sending_seconds"]
    for row in [dict(zip(columns, columns))] + results:
        print("  ".join(str(row[column]).rjust(len(column)) for column in columns))
    ours, theirs, otlp = results
    speed = ours["samples_per_cpu_second"] / theirs["samples_per_cpu_second"]
    memory = ours["peak_mib"] / theirs["peak_mib"]
    print(f"samples per CPU second: {speed:.2f} × Prometheus (bar 1.5); memory: {memory:.2f} × (bar 1.0)")
    otlp_speed = otlp["samples_per_cpu_second"] / theirs["samples_per_cpu_second"]
    print(f"by OTLP: {otlp_speed:.2f} × Prometheus' by remote write (bar 1.0)")
    Path("bench-results").mkdir(exist_ok=True)
    Path("bench-results/ingest.json").write_text(json.dumps(
        {"results": results, "speed_ratio": speed, "memory_ratio": memory, "otlp_speed_ratio": otlp_speed}, indent=1))
    if not options.no_bar and (speed < 1.5 or memory > 1 or otlp_speed < 1):
        sys.exit("below the bar")


main()
