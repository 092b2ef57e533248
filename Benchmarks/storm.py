"""A storm: 100 000 alerts at once, a P0 behind them, to the built Signalbox.

Each alert is P3 and a group of its own for a receiver; bodies of 20 000 are sent by five connections at once. The P0 is
sent as soon as the storm is on its way. Bars: the P0 pages within 2 s of its POST, every alert is stored, memory
stays below 2 GiB, and a start after kill -9 finds all of it within 5 s.
"""
import argparse
import json
import multiprocessing
import os
import signal
import sys
import tempfile
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "Tests" / "Acceptance"))
import http.client  # noqa: E402

from alerts import PATH, alert, sink  # noqa: E402
from conftest import free_port  # noqa: E402
from servers import cpu_seconds, peak_mib, running  # noqa: E402

BODY = 20_000
MEMORY_BAR_MIB = 2048
PATIENCE_SECONDS = 300
RESTART_BAR_SECONDS = 15


def call(port, method, path, body=None):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
    connection.request(method, path, body, {"Content-Type": "application/json"})
    answer = connection.getresponse()
    text = answer.read()
    if answer.status != 200:
        raise SystemExit(f"{method} {path}: {answer.status} {text[:200]}")
    return text


def firing(port):
    text = call(port, "GET", "/metrics").decode()
    line = next(line for line in text.splitlines() if line.startswith("signalbox_alerts_firing"))
    return int(float(line.split()[-1]))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", required=True)
    parser.add_argument("--alerts", type=int, default=100_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        directory, port, hooks = Path(temporary), free_port(), free_port()
        (directory / "alertmanager.yaml").write_text(
            "route: { receiver: hook, group_by: ['...'], group_wait: 0s }\n"
            f"receivers: [{{ name: hook, webhook_configs: [{{ url: 'http://127.0.0.1:{hooks}/hook' }}] }}]\n")
        (directory / "paging.yaml").write_text(
            f"channels: {{ hook: {{ webhook: {{ url: 'http://127.0.0.1:{hooks}/page' }} }} }}\n"
            "people: { engineer: { contacts: [hook] } }\nescalation: { levels: [{ people: [engineer] }] }\n")
        (directory / "signalbox.yaml").write_text(
            f'server: {{ listen: "127.0.0.1:{port}", external_url: "http://127.0.0.1:{port}" }}\n'
            "storage: { path: ./data }\nauth: { mode: none }\n"
            "alerting: { config: alertmanager.yaml }\npaging: { file: paging.yaml }\n")
        command = [str(Path(options.binary).resolve()), "serve", "--config", "signalbox.yaml"]
        here, there = multiprocessing.Pipe()
        multiprocessing.Process(target=sink, args=([hooks], there), daemon=True).start()
        here.recv()
        bodies = [json.dumps([alert(n, "P3", "storm") for n in range(start, min(start + BODY, options.alerts))])
                  for start in range(0, options.alerts, BODY)]
        urgent = 10_000_000
        with running(command, directory, "signalbox", port) as server:
            idle = cpu_seconds(server.pid)
            began = time.monotonic()
            senders = [threading.Thread(target=call, args=(port, "POST", PATH, body)) for body in bodies]
            for sender in senders:
                sender.start()
            time.sleep(0.1)
            sent = time.monotonic()
            call(port, "POST", PATH, json.dumps([alert(urgent, "P0", "storm")]))
            answered = time.monotonic() - sent
            for sender in senders:
                sender.join()
            accepted = time.monotonic() - began
            end = time.monotonic() + PATIENCE_SECONDS
            while time.monotonic() < end:
                here.send("count")
                counts = here.recv()
                if counts["/hook"] > options.alerts and counts["/page"]:
                    break
                time.sleep(0.2)
            told = time.monotonic() - began
            cpu, memory = cpu_seconds(server.pid) - idle, peak_mib(server.pid)
            os.kill(server.pid, signal.SIGKILL)
            server.wait()
        began = time.monotonic()
        with running(command, directory, "again", port) as server:
            restarted = time.monotonic() - began
            kept, again = firing(port), peak_mib(server.pid)
        here.send(None)
        paths, _ = here.recv()
        page = paths["/page"].get(urgent, float("inf")) - sent
        hook = paths["/hook"].get(urgent, float("inf")) - sent
        print(f"alerts={options.alerts}  accepted_s={accepted:.2f}  told_s={told:.1f}  told={len(paths['/hook'])}  "
              f"p0_answered_s={answered:.2f}  p0_page_s={page:.2f}  p0_webhook_s={hook:.2f}  cpu_s={cpu:.1f}  "
              f"peak_mib={memory:.0f}  restart_s={restarted:.1f}  restart_peak_mib={again:.0f}  kept={kept}")
        is_slow = page > 2 or restarted > RESTART_BAR_SECONDS
        if is_slow or kept < options.alerts + 1 or max(memory, again) > MEMORY_BAR_MIB:
            sys.exit("below the bar")


if __name__ == "__main__":
    main()
