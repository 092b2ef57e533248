"""Alerts: a flood of P3 with a P0 beside it each second, to Signalbox and to Debian's Alertmanager under the same
configuration file, one after the other, in one run.

Each alert is a group of its own and is told to one webhook, so what is measured is the way from the POST of an alert
to the POST of its notification. Signalbox journals each alert durably and pages a person for each P0 besides.
Bars: P0 pages within 2 s at the 99th percentile, nothing missing, webhooks at most twice as late as Alertmanager's.
"""
import argparse
import asyncio
import http.client
import json
import multiprocessing
import queue
import shutil
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "Tests" / "Acceptance"))
from conftest import free_port  # noqa: E402
from servers import cpu_seconds, peak_mib, running  # noqa: E402

PATH = "/api/v2/alerts"
CONNECTIONS = 4
BATCH = 64
SERVICES = 60
PATIENCE_SECONDS = 30


def alert(number, severity, run):
    service = f"urgent-{number}" if severity == "P0" else f"svc-{number % SERVICES}"
    return {
        "labels": {
            "alertname": "HighErrorRate", "severity": severity, "cluster": "prod", "environment": "production",
            "namespace": "shop", "service": service, "pod": f"{service}-7d9f8c6b5d-{number:06}",
            "instance": f"10.3.{number // 250 % 250}.{number % 250}:9100", "number": str(number), "run": run},
        "annotations": {"summary": f"error rate of pod {number} is above 5 %",
                        "runbook_url": "http://runbooks.example/HighErrorRate"},
        "generatorURL": "http://prometheus.example/graph"}


def sink(ports, pipe):
    """Takes webhooks and keeps when each alert was first told, by path and number."""
    told = {"/hook": {}, "/page": {}}
    requests = 0

    async def serve(reader, writer):
        nonlocal requests
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode()
                length = next(int(line.split(":")[1]) for line in head.split("\r\n")
                              if line.lower().startswith("content-length:"))
                body = await reader.readexactly(length)
                now = time.monotonic()
                requests += 1
                path = told.get(head.split(" ")[1], {})
                for one in json.loads(body)["alerts"]:
                    path.setdefault(int(one["labels"]["number"]), now)
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def run():
        for port in ports:
            await asyncio.start_server(serve, "127.0.0.1", port, limit=1 << 22)
        pipe.send("ready")
        while True:
            await asyncio.sleep(0.05)
            if pipe.poll():
                wanted = pipe.recv()
                if wanted is None:
                    return pipe.send((told, requests))
                pipe.send({path: len(numbers) for path, numbers in told.items()})

    asyncio.run(run())


def percentile(values, share):
    values = sorted(values)
    return values[min(len(values) - 1, int(share * len(values)))] if values else float("nan")


def flood(port, rate, seconds):
    """Returns when each alert was posted, the P0s' numbers, and how long the answers took."""
    posted, urgent, answers, failures = {}, set(), [], []
    jobs = queue.Queue()
    run = str(time.time_ns())

    def send():
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        while (batch := jobs.get()) is not None:
            body = json.dumps([alert(number, severity, run) for number, severity in batch])
            began = time.monotonic()
            for number, _ in batch:
                posted[number] = began
            connection.request("POST", PATH, body, {"Content-Type": "application/json"})
            answer = connection.getresponse()
            text = answer.read()
            answers.append(time.monotonic() - began)
            if answer.status != 200:
                failures.append((answer.status, text[:200]))

    senders = [threading.Thread(target=send) for _ in range(CONNECTIONS)]
    for sender in senders:
        sender.start()
    began, number, second = time.monotonic(), 0, 0
    while number < rate * seconds:
        batch = [(n, "P3") for n in range(number, min(number + BATCH, rate * seconds))]
        number += len(batch)
        if number // rate > second:
            second = number // rate
            urgent.add(10_000_000 + second)
            jobs.put([(10_000_000 + second, "P0")])
        time.sleep(max(0, began + number / rate - time.monotonic()))
        jobs.put(batch)
    for _ in senders:
        jobs.put(None)
    for sender in senders:
        sender.join()
    if failures:
        raise SystemExit(f"{len(failures)} posts failed, the first with {failures[0]}")
    return posted, urgent, answers


def measure(name, command, directory, port, pipe, options):
    with running(command, directory, name, port) as server:
        idle = cpu_seconds(server.pid)
        posted, urgent, answers = flood(port, options.rate, options.seconds)
        end = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < end:
            pipe.send("count")
            counts = pipe.recv()
            if counts["/hook"] == len(posted) and counts["/page"] >= (len(urgent) if name == "signalbox" else 0):
                break
            time.sleep(0.2)
        cpu = cpu_seconds(server.pid) - idle
        memory = peak_mib(server.pid)
    pipe.send(None)
    told, requests = pipe.recv()
    hook = [at - posted[number] for number, at in told["/hook"].items()]
    page = [told["/page"][number] - posted[number] for number in urgent if number in told["/page"]]
    milliseconds = lambda values, share: round(1000 * percentile(values, share), 1)  # noqa: E731
    row = {"server": name, "alerts": len(posted), "webhooks": requests, "missing": len(posted) - len(hook),
           "cpu_s_per_1000": round(cpu / len(posted) * 1000, 3), "peak_mib": round(memory),
           "accept_p99_ms": milliseconds(answers, 0.99), "hook_p50_ms": milliseconds(hook, 0.5),
           "hook_p99_ms": milliseconds(hook, 0.99)}
    if name == "signalbox":
        row |= {"p0_pages": len(page), "p0_missing": len(urgent) - len(page), "p0_p99_ms": milliseconds(page, 0.99)}
    return row


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", required=True)
    parser.add_argument("--rate", type=int, default=1000, help="alerts a second")
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--no-bar", action="store_true", help="print only, do not fail below the bar")
    options = parser.parse_args()
    peer = shutil.which("prometheus-alertmanager") or sys.exit(
        "alertmanager is missing: apt-get install prometheus-alertmanager")
    rows = []
    with tempfile.TemporaryDirectory() as temporary:
        directory = Path(temporary)

        def run(name, command, port):
            hooks = free_port()
            (directory / "alertmanager.yaml").write_text(
                "route: { receiver: hook, group_by: ['...'], group_wait: 0s }\n"
                f"receivers: [{{ name: hook, webhook_configs: [{{ url: 'http://127.0.0.1:{hooks}/hook' }}] }}]\n")
            (directory / "paging.yaml").write_text(
                f"channels: {{ hook: {{ webhook: {{ url: 'http://127.0.0.1:{hooks}/page' }} }} }}\n"
                "people: { engineer: { contacts: [hook] } }\n"
                "escalation: { levels: [{ people: [engineer] }] }\n")
            here, there = multiprocessing.Pipe()
            process = multiprocessing.Process(target=sink, args=([hooks], there), daemon=True)
            process.start()
            here.recv()
            rows.append(measure(name, command, directory, port, here, options))
            process.join(5)

        port = free_port()
        (directory / "signalbox.yaml").write_text(
            f'server: {{ listen: "127.0.0.1:{port}", external_url: "http://127.0.0.1:{port}" }}\n'
            "storage: { path: ./data }\nauth: { mode: none }\n"
            "alerting: { config: alertmanager.yaml }\npaging: { file: paging.yaml }\n")
        run("signalbox", [str(Path(options.binary).resolve()), "serve", "--config", "signalbox.yaml"], port)
        port = free_port()
        run("alertmanager", [
            peer, "--config.file=alertmanager.yaml", "--storage.path=alertmanager", "--cluster.listen-address=",
            f"--web.listen-address=127.0.0.1:{port}", "--log.level=error"], port)
    for row in rows:
        print("  ".join(f"{key}={value}" for key, value in row.items()))
    ours, theirs = rows
    late = ours["hook_p99_ms"] / theirs["hook_p99_ms"]
    print(f"P0 pages: p99 {ours['p0_p99_ms']} ms (bar 2000); webhooks' p99: {late:.2f} × Alertmanager's (bar 2.0)")
    Path("bench-results").mkdir(exist_ok=True)
    Path("bench-results/alerts.json").write_text(json.dumps({"results": rows, "hook_p99_ratio": late}, indent=1))
    missing = ours["missing"] + ours["p0_missing"]
    if not options.no_bar and (ours["p0_p99_ms"] > 2000 or late > 2 or missing):
        sys.exit("below the bar")


if __name__ == "__main__":
    main()
