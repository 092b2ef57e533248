"""Logs processed again from the queue, next to the same documents as they came: what each costs, and how long a
document that is sent meanwhile takes until it is found.
"""
import argparse
import json
import tempfile
import time
from pathlib import Path

import logs
from conftest import free_port
from log_lines import Lines
from servers import cpu_seconds, running

QUEUE = "/ops/v1/logs/queue"


def pipeline(client, value):
    client.call("PUT", "/es/_ingest/pipeline/mark", json.dumps(
        {"processors": [{"set": {"field": "marked", "value": value}}]}))


def found_after(client, number):
    """Seconds until a document that is sent now is found."""
    began = time.monotonic()
    client.call("POST", "/es/probe/_bulk", f'{{"create":{{}}}}\n{{"message":"probe {number}"}}\n')
    query = json.dumps({"query": {"match_phrase": {"message": f"probe {number}"}}})
    while client.call("POST", "/es/probe/_count", query)["count"] < 1:
        time.sleep(0.005)
    return time.monotonic() - began


def measured(directory, port, pid, documents):
    client = logs.Client(port)
    pipeline(client, 1)
    client.call("PUT", "/es/_index_template/marked", json.dumps(
        {"index_patterns": ["logs-*"], "template": {"settings": {"index.default_pipeline": "mark"}}}))
    idle, began = cpu_seconds(pid), time.monotonic()
    logs.sent(port, Lines(documents, int(time.time() * 1000) - 7_200_000))
    while client.call("GET", "/es/logs-*/_count")["count"] < documents:
        time.sleep(0.1)
    came = {"docs_per_s": documents / (time.monotonic() - began)}
    logs.settled(pid)
    came["docs_per_cpu_s"] = documents / (cpu_seconds(pid) - idle)
    came["probe_ms"] = sorted(found_after(client, f"a{number}") for number in range(30))[15] * 1000
    kept = client.call("GET", QUEUE)["kept"]["documents"]
    pipeline(client, 2)
    idle, began = cpu_seconds(pid), time.monotonic()
    client.call("POST", QUEUE + "/replay?indices=logs-*", "")
    probes = []
    while (state := client.call("GET", QUEUE)["replay"])["state"] == "running":
        probes.append(found_after(client, f"b{len(probes)}"))
    again = {"docs_per_s": state["documents"] / (time.monotonic() - began)}
    logs.settled(pid)
    again["docs_per_cpu_s"] = state["documents"] / (cpu_seconds(pid) - idle)
    again["probe_ms"] = sorted(probes)[len(probes) // 2] * 1000
    marked = client.call("POST", "/es/logs-*/_count", json.dumps({"query": {"term": {"marked": 2}}}))["count"]
    count = client.call("GET", "/es/logs-*/_count")["count"]
    if marked != state["documents"] or count != documents:
        raise SystemExit(f"{marked} of {state['documents']} documents are marked anew, {count} of {documents} are there")
    return {"documents": documents, "kept": kept, "processed_again": state["documents"], "came": came, "again": again}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", required=True)
    parser.add_argument("--documents", type=int, default=500_000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        directory, port = Path(temporary), free_port()
        (directory / "signalbox.yaml").write_text(
            f'server: {{ listen: "127.0.0.1:{port}", external_url: "http://127.0.0.1:{port}" }}\n'
            "storage: { path: ./data }\nauth: { mode: none }\n")
        command = [str(Path(options.binary).resolve()), "serve", "--config", "signalbox.yaml"]
        with running(command, directory, "signalbox", port) as server:
            result = measured(directory, port, server.pid, options.documents)
    print(f"{'':20}{'came':>12}{'again':>12}{'ratio':>8}")
    for figure, value in result["came"].items():
        print(f"{figure:20}{value:12.1f}{result['again'][figure]:12.1f}{result['again'][figure] / value:8.2f}")
    Path("bench-results").mkdir(exist_ok=True)
    Path("bench-results/log_replay.json").write_text(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
