"""Objectives: what a thousand of them cost a minute, and what their counts take on disk.

A thousand services of four instances count good and bad requests, a sample every 15 seconds. Days of history are sent
at once, so that the objectives are counted back; then a live feed goes on. The same feed goes to a server without
objectives, and the difference in CPU seconds (user + system, from /proc) is theirs.
Bars: at most 6 CPU seconds a minute (a tenth of a core), at most 0.7 MB an objective and month.
"""
import argparse
import json
import os
import shutil
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import cramjam

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "Tests" / "Acceptance"))
from conftest import free_port  # noqa: E402
from remote_write import HEADERS, series  # noqa: E402
from servers import cpu_seconds, peak_mib, running  # noqa: E402

INSTANCES = 4
STEP = 15
BATCH = 2000

OBJECTIVE = """---
apiVersion: openslo/v1
kind: SLO
metadata: {{ name: service-{number} }}
spec:
  service: service-{number}
  indicator:
    metadata: {{ name: requests }}
    spec:
      ratioMetric:
        counter: true
        bad: {{ metricSource: {{ spec: {{ query: 'sum(requests_total{{job="service-{number}",code=~"5.."}})' }} }} }}
        total: {{ metricSource: {{ spec: {{ query: 'sum(requests_total{{job="service-{number}"}})' }} }} }}
  timeWindow: [ {{ duration: 30d, isRolling: true }} ]
  budgetingMethod: Occurrences
  objectives: [ {{ target: 0.999 }} ]
"""


def send(port, bodies):
    raw = b"".join(bodies)
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/api/v1/write", data=bytes(cramjam.snappy.compress_raw(raw)), headers=HEADERS)
    with urllib.request.urlopen(request, timeout=60) as answer:
        assert answer.status == 204


def rows(services, times):
    for service in range(services):
        for instance in range(INSTANCES):
            for code, rate in [("200", 250 + service % 500), ("500", 0 if service % 3 else 1)]:
                labels = {"__name__": "requests_total", "code": code, "instance": f"10.0.{instance}.1:80",
                          "job": f"service-{service}", "namespace": f"team-{service % 20}"}
                yield series(labels, [(float(int(at) // STEP * rate * STEP % 2**52), int(at) * 1000) for at in times])


def feed(port, services, times):
    batch = []
    samples = 0
    for row in rows(services, times):
        batch.append(row)
        samples += len(times)
        if samples >= BATCH * 10 or len(batch) >= BATCH:
            send(port, batch)
            batch, samples = [], 0
    if batch:
        send(port, batch)


def metric(port, name):
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=30) as answer:
        for line in answer.read().decode().splitlines():
            if line.startswith(name + " "):
                return float(line.split()[1])
    return None


def measure(binary, services, objectives, minutes, history_hours):
    directory = Path(tempfile.mkdtemp(prefix="objectives-"))
    port = free_port()
    try:
        configuration = f'server: {{ listen: "127.0.0.1:{port}" }}\nauth: {{ mode: none }}\nmetrics: {{ sample_age_max: 60h }}\n'
        if objectives:
            (directory / "objectives.yaml").write_text(
                "".join(OBJECTIVE.format(number=number) for number in range(services)))
            configuration += "objectives: [ later.yaml ]\n"
            (directory / "later.yaml").write_text(OBJECTIVE.format(number="none"))
        (directory / "signalbox.yaml").write_text(configuration)
        command = [binary, "serve", "--config", str(directory / "signalbox.yaml")]
        with running(command, directory, "signalbox", port) as server:
            now = int(time.time()) // STEP * STEP
            # In slices of a quarter of an hour, as an agent that catches up sends.
            first = now - history_hours * 3600
            for start in range(first, now, 900):
                feed(port, services, range(start, min(start + 900, now), STEP))
            result = {"services": services, "objectives": services if objectives else 0}
            if objectives:
                shutil.move(directory / "objectives.yaml", directory / "later.yaml")
                before, began = cpu_seconds(server.pid), time.time()
                urllib.request.urlopen(
                    urllib.request.Request(f"http://127.0.0.1:{port}/-/reload", method="POST"), timeout=120)
                while metric(port, "signalbox_objectives") != services:
                    time.sleep(0.5)
                result["backfill_cpu_seconds"] = round(cpu_seconds(server.pid) - before, 2)
                result["backfill_seconds"] = round(time.time() - began, 1)
            ticks = []
            before, began, sent = cpu_seconds(server.pid), time.time(), now
            while time.time() - began < minutes * 60:
                while sent <= time.time():
                    feed(port, services, [sent])
                    sent += STEP
                ticks.append(metric(port, "signalbox_objective_tick_seconds"))
                time.sleep(1)
            elapsed = time.time() - began
            result["cpu_seconds_per_minute"] = round((cpu_seconds(server.pid) - before) * 60 / elapsed, 2)
            result["peak_mib"] = round(peak_mib(server.pid))
            if objectives:
                result["tick_seconds_max"] = round(max(ticks), 3)
                result["failures"] = metric(port, "signalbox_objective_failures_total")
        if objectives:
            files = list((directory / "data" / "objectives").glob("*.counts"))
            size = sum(os.path.getsize(file) for file in files)
            covered = history_hours / 24
            result["counts_bytes"] = size
            result["bytes_per_objective_month"] = round(size / services / covered * 30)
        return result
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", default=".build/release/signalbox")
    parser.add_argument("--objectives", type=int, default=1000)
    parser.add_argument("--minutes", type=float, default=3)
    parser.add_argument("--history-hours", type=int, default=36)
    arguments = parser.parse_args()
    binary = str(Path(arguments.binary).resolve())
    without = measure(binary, arguments.objectives, False, arguments.minutes, 1)
    with_them = measure(binary, arguments.objectives, True, arguments.minutes, arguments.history_hours)
    theirs = with_them["cpu_seconds_per_minute"] - without["cpu_seconds_per_minute"]
    print(json.dumps({"without": without, "with": with_them}, indent=2))
    print(f"| objectives | CPU s a minute | slowest minute | counted back | bytes an objective and month |")
    print(f"| {with_them['objectives']} | {theirs:.2f} | {with_them['tick_seconds_max']} s "
          f"| {with_them['backfill_seconds']} s | {with_them['bytes_per_objective_month']} |")
    results = Path(__file__).resolve().parents[1] / "bench-results"
    results.mkdir(exist_ok=True)
    (results / "objectives.json").write_text(json.dumps({"without": without, "with": with_them}, indent=2))
    if theirs > 6 or with_them["bytes_per_objective_month"] > 700_000:
        raise SystemExit("a bar is missed")


if __name__ == "__main__":
    main()
