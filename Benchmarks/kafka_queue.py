"""Logs by a topic of Kafka as the queue, next to those by the queue of the server itself: the same documents, as fast as
each takes them, until the last can be found.

The topic is of librdkafka's test cluster on this machine: three brokers in memory, in a process of their own whose CPU
does not count. So this says what the way by a topic costs Signalbox, not what Kafka costs.
"""
import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import logs
from conftest import free_port
from kafka_brokers import SOURCE
from log_lines import Lines
from servers import cpu_seconds, running

#: A partition of the test cluster keeps 5 MiB: so many that none is given up before it is read.
PARTITIONS = 64


def measured(command, directory, name, port, documents):
    with running(command, directory, name, port) as server:
        client = logs.Client(port)
        # Ready is before the partitions are its own.
        client.call("POST", "/es/warm/_bulk?refresh=wait_for", '{"create":{}}\n{"message":"first"}\n')
        idle, began = cpu_seconds(server.pid), time.monotonic()
        logs.sent(port, Lines(documents, int(time.time() * 1000) - 7_200_000))
        answered = time.monotonic() - began
        while (count := client.call("GET", "/es/logs-*/_count")["count"]) < documents:
            if time.monotonic() - began > 600:
                raise SystemExit(f"{name}: {count} of {documents} documents after ten minutes")
            time.sleep(0.1)
        found = time.monotonic() - began
        logs.settled(server.pid)
        return {"answered_per_s": documents / answered, "found_per_s": documents / found,
                "docs_per_cpu_s": documents / (cpu_seconds(server.pid) - idle)}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", required=True)
    parser.add_argument("--documents", type=int, default=300_000)
    options = parser.parse_args()
    result = {}
    with tempfile.TemporaryDirectory() as temporary:
        directory = Path(temporary)
        program = directory / "kafka_broker"
        subprocess.run(["gcc", "-O1", "-o", program, SOURCE, "-lrdkafka"], check=True)
        brokers = subprocess.Popen([program, "3", "logs", str(PARTITIONS)], stdin=subprocess.PIPE, text=True,
                                   stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        addresses = brokers.stdout.readline().strip()
        for name, more in (("embedded", ""), ("kafka", f"queue: {{ kafka: {{ brokers: [{addresses}], topic: logs }} }}\n")):
            port = free_port()
            (directory / f"{name}.yaml").write_text(
                f'server: {{ listen: "127.0.0.1:{port}", external_url: "http://127.0.0.1:{port}" }}\n'
                f"storage: {{ path: ./{name} }}\nauth: {{ mode: none }}\n{more}")
            command = [str(Path(options.binary).resolve()), "serve", "--config", f"{name}.yaml"]
            result[name] = measured(command, directory, name, port, options.documents)
        brokers.stdin.close()
        brokers.wait(10)
    print(f"{'':20}{'embedded':>12}{'kafka':>12}{'ratio':>8}")
    for figure, value in result["embedded"].items():
        print(f"{figure:20}{value:12.0f}{result['kafka'][figure]:12.0f}{result['kafka'][figure] / value:8.2f}")
    Path("bench-results").mkdir(exist_ok=True)
    Path("bench-results/kafka_queue.json").write_text(json.dumps(
        {"documents": options.documents, "results": result}, indent=1))


if __name__ == "__main__":
    main()
