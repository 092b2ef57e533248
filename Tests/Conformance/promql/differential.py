#!/usr/bin/env python3
"""Asks Signalbox and Debian's prometheus the same PromQL over the same data and compares every answer.

Both servers start on empty directories and free loopback ports, get the series of `dataset.py` by remote
write, and answer `queries.txt` at several instants and over several ranges. Values must agree to 1e-9 of
their size (NaN equals NaN), label sets, timestamps, result types, the order of sorted results, and whether
and with which error type a query is refused exactly. What Prometheus 2 and 3 are known to answer differently
stands in `known-differences.txt`.

`--self-check` puts prometheus on both sides: everything must agree, and once more with one side's answers
falsified, where every query with something to falsify must be found out.

Exit code 0: all passed; 1: some failed; 2: a server is missing or does not start.
"""
import argparse
import json
import math
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import requests

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parents[1] / "Acceptance")]

import dataset  # noqa: E402
import remote_write  # noqa: E402

RELATIVE_TOLERANCE = 1e-9
# Sums that cancel out leave rounding noise around zero, on which two servers need not agree.
ABSOLUTE_TOLERANCE = 1e-12
# Off the grid of samples and of subquery steps; see dataset.py. Milliseconds from the start of the data.
INSTANTS_MS = [-3_599_433, 302_567, 1_803_789, 2_500_567, 3_661_901, 5_400_567 + 180_000]
RANGES_MS = [  # start, length, step
    (600_567, 2_400_000, 37_000),
    (-120_433, 5_700_000, 240_000),
    (3_100_901, 600_000, 7_000),
]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """A server under test: its process, its data folder, its HTTP API."""

    def __init__(self, name, command, directory, port):
        self.name = name
        self.url = f"http://127.0.0.1:{port}"
        self.session = requests.Session()
        self.log_path = directory / "output.log"
        self.log = open(self.log_path, "wb")
        self.child = subprocess.Popen(command, cwd=directory, stdout=self.log, stderr=subprocess.STDOUT)
        self._await_ready()

    @classmethod
    def prometheus(cls, directory, program):
        directory.mkdir()
        port = free_port()
        (directory / "prometheus.yml").write_text("global: {scrape_interval: 1h, evaluation_interval: 1m}\n")
        command = [
            program, "--config.file=prometheus.yml", "--storage.tsdb.path=data",
            f"--web.listen-address=127.0.0.1:{port}", "--web.enable-remote-write-receiver",
        ]
        return cls("prometheus", command, directory, port)

    @classmethod
    def signalbox(cls, directory, binary):
        directory.mkdir()
        port = free_port()
        (directory / "signalbox.yaml").write_text(
            f'server: {{ listen: "127.0.0.1:{port}" }}\nstorage: {{ path: ./data }}\nauth: {{ mode: none }}\nmetrics: {{ sample_age_max: 1d }}\n')
        command = [str(Path(binary).resolve()), "serve", "--config", "signalbox.yaml"]
        return cls("signalbox", command, directory, port)

    def _await_ready(self, seconds=30):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.child.poll() is not None:
                break
            try:
                if self.session.get(self.url + "/-/ready", timeout=2).status_code == 200:
                    return
            except requests.ConnectionError:
                pass
            time.sleep(0.05)
        self.stop()
        sys.stderr.write(f"{self.name} does not start:\n{self.log_path.read_text(errors='replace')[-3000:]}\n")
        raise SystemExit(2)

    def write(self, batch):
        body = remote_write.snappy(b"".join(
            remote_write.series(labels, [(value, at) for at, value in samples]) for labels, samples in batch))
        answer = self.session.post(self.url + "/api/v1/write", data=body, headers=remote_write.HEADERS, timeout=60)
        if answer.status_code // 100 != 2:
            raise SystemExit(f"{self.name} refuses the data: {answer.status_code} {answer.text[:500]}")

    def ask(self, path, parameters):
        """('success', data), or ('error', type, text)."""
        try:
            if path.startswith("/api/v1/label/"):
                answer = self.session.get(self.url + path, params=parameters, timeout=60)
            else:
                answer = self.session.post(self.url + path, data=parameters, timeout=60)
        except requests.RequestException as failure:
            return ("error", f"no answer from {self.name}", str(failure)[:200])
        try:
            body = answer.json()
        except ValueError:
            return ("error", f"HTTP {answer.status_code}, not JSON", answer.text[:200])
        if body.get("status") == "success":
            return ("success", body["data"])
        return ("error", f"{answer.status_code} {body.get('errorType')}", body.get("error", ""))

    def stop(self):
        if self.child.poll() is None:
            self.child.terminate()
            try:
                self.child.wait(20)
            except subprocess.TimeoutExpired:
                self.child.kill()
                self.child.wait()
        self.log.close()


# Comparing


def numbers_agree(left, right):
    a, b = float(left), float(right)
    if math.isnan(a) or math.isnan(b):
        return math.isnan(a) and math.isnan(b)
    if math.isinf(a) or math.isinf(b):
        return a == b
    return abs(a - b) <= max(RELATIVE_TOLERANCE * max(abs(a), abs(b)), ABSOLUTE_TOLERANCE)


def difference_of_points(left, right):
    if [point[0] for point in left] != [point[0] for point in right]:
        only_left = sorted({p[0] for p in left} - {p[0] for p in right})[:3]
        only_right = sorted({p[0] for p in right} - {p[0] for p in left})[:3]
        return f"times differ: {len(left)} and {len(right)} points, only left {only_left}, only right {only_right}"
    for (at, a), (_, b) in zip(left, right):
        if not numbers_agree(a, b):
            return f"at {at}: {a} and {b}"
    return None


def difference_of_series(left, right, in_order):
    def keys(result):
        return [json.dumps(series["metric"], sort_keys=True) for series in result]

    left_keys, right_keys = keys(left), keys(right)
    for side, found in (("left", left_keys), ("right", right_keys)):
        if len(set(found)) != len(found):
            return f"the {side} side has a label set twice"
    if set(left_keys) != set(right_keys):
        only_left = sorted(set(left_keys) - set(right_keys))[:2]
        only_right = sorted(set(right_keys) - set(left_keys))[:2]
        return f"series differ: only left {only_left}, only right {only_right}"
    if in_order and left_keys != right_keys:
        return f"order differs: {left_keys[:4]} and {right_keys[:4]}"
    by_key = dict(zip(right_keys, right))
    for key, series in zip(left_keys, left):
        other = by_key[key]
        points = series.get("values") or [series["value"]]
        found = difference_of_points(points, other.get("values") or [other["value"]])
        if found:
            return f"{key} {found}"
    return None


def difference_of_lists(left, right):
    """Label sets, names or values. Of label sets the order says nothing."""
    if left and isinstance(left[0], dict):
        left, right = (sorted(json.dumps(one, sort_keys=True) for one in side) for side in (left, right))
    return None if left == right else f"{str(left)[:200]} and {str(right)[:200]}"


def difference(left, right, query):
    """What keeps two answers apart, or None."""
    if left[0] != right[0] or left[0] == "error":
        return None if left[:2] == right[:2] else f"{describe(left)} and {describe(right)}"
    a, b = left[1], right[1]
    if isinstance(a, list):
        return difference_of_lists(a, b)
    if a["resultType"] != b["resultType"]:
        return f"result types {a['resultType']} and {b['resultType']}"
    if a["resultType"] == "scalar":
        return difference_of_points([a["result"]], [b["result"]])
    if a["resultType"] == "string":
        return None if a["result"] == b["result"] else f"{a['result']} and {b['result']}"
    is_sorted = query.startswith(("sort(queue", "sort_desc(disk", "topk(2", "bottomk(2"))
    in_order = a["resultType"] == "matrix" or is_sorted
    return difference_of_series(a["result"], b["result"], in_order)


def describe(answer):
    if answer[0] == "error":
        return f"refused ({answer[1]}: {answer[2]})"
    return f"answered ({answer[1]['resultType']})"


def falsified(answer):
    """The answer with one number moved by a hundred-thousandth, or the last entry of a list gone; None where
    nothing can be moved."""
    def moved(point):
        value = float(point[1])
        return [point[0], repr(value * 1.00001)] if math.isfinite(value) and abs(value) > 1e-6 else None

    if answer[0] != "success":
        return None
    if isinstance(answer[1], list):
        return ("success", answer[1][:-1]) if answer[1] else None
    if answer[1]["resultType"] == "string":
        return None
    data = json.loads(json.dumps(answer[1]))
    if data["resultType"] == "scalar":
        data["result"] = moved(data["result"])
        return ("success", data) if data["result"] else None
    for series in data["result"]:
        for point in [series["value"]] if "value" in series else series["values"]:
            other = moved(point)
            if other:
                point[1] = other[1]
                return ("success", data)
    return None


# Running


class Query:
    def __init__(self, line):
        self.must_fail = line.startswith("fail: ")
        self.only_instant = line.startswith("instant: ")
        self.is_selector = line.startswith("series: ")
        self.text = line.removeprefix("fail: ").removeprefix("instant: ").removeprefix("series: ")


def lines_of(path):
    for line in path.read_text().splitlines():
        if line.strip() and not line.startswith("#"):
            yield line.strip()


def read_known_differences(path):
    known = {}
    for line in lines_of(path):
        query, separator, reason = line.partition(" ## ")
        if not separator or not reason.strip():
            raise SystemExit(f"{path.name}: no reason behind ` ## `: {line}")
        known[query.strip()] = reason.strip()
    return known


def evaluations(query, start_ms):
    """(what it is called, path, parameters)"""
    if query.is_selector:
        data_end_ms = start_ms + dataset.SAMPLES * dataset.INTERVAL_MS
        bounds = {"match[]": query.text, "start": str(start_ms / 1000), "end": str(data_end_ms / 1000)}
        yield "series", "/api/v1/series", bounds
        yield "label names", "/api/v1/labels", bounds
        yield "label values", "/api/v1/label/instance/values", bounds
        return
    for offset in INSTANTS_MS:
        at = f"{(start_ms + offset) / 1000:.3f}"
        yield f"at {at}", "/api/v1/query", {"query": query.text, "time": at}
    if query.only_instant:
        return
    for offset, length, step in RANGES_MS:
        first, last = (f"{(start_ms + offset + more) / 1000:.3f}" for more in (0, length))
        yield (f"from {first} to {last} step {step // 1000}s", "/api/v1/query_range",
               {"query": query.text, "start": first, "end": last, "step": str(step / 1000)})


def run_query(query, reference, candidate, start_ms, falsify):
    """What is wrong: one text an evaluation; and how many evaluations there were."""
    wrong, count, refused, could_falsify = [], 0, 0, 0
    for name, path, parameters in evaluations(query, start_ms):
        expected, got = reference.ask(path, parameters), candidate.ask(path, parameters)
        count += 1
        if falsify:
            got = falsified(got)
            if got is None:
                continue
            could_falsify += 1
            if difference(expected, got, query.text) is None:
                wrong.append(f"{name}: a falsified answer passed")
            continue
        found = difference(expected, got, query.text)
        if found:
            wrong.append(f"{name}: {found}")
        if expected[0] == "error":
            refused += 1
            if not query.must_fail and not found:
                wrong.append(f"{name}: both refuse: {expected[2]}")
    if query.must_fail and not falsify and refused == 0:
        wrong.append("no evaluation was refused")
    return wrong, could_falsify if falsify else count


def run(queries, known, reference, candidate, start_ms, verbose, falsify=False):
    passed, failed, listed, evaluated = 0, 0, 0, 0
    for query in queries:
        wrong, count = run_query(query, reference, candidate, start_ms, falsify)
        evaluated += count
        if not wrong:
            passed += 1
            if query.text in known and not falsify and reference.name != candidate.name:
                print(f"agrees although listed as a known difference: {query.text}")
        elif query.text in known:
            listed += 1
            print(f"known difference: {query.text}: {known[query.text]}")
        else:
            failed += 1
            print(f"FAILED {query.text}")
            for text in wrong if verbose else wrong[:2]:
                print(f"    {text}")
            if len(wrong) > 2 and not verbose:
                print(f"    and {len(wrong) - 2} more evaluations")
    print(f"{len(queries)} queries in {evaluated} evaluations"
          + (", answers falsified" if falsify else "") + f"; {listed} known differences")
    print(f"{passed} passed, {failed} failed", flush=True)
    return failed


def feed(servers, data):
    count = 0
    for batch in data.batches():
        for server in servers:
            server.write(batch)
        count += sum(len(samples) for _, samples in batch)
    print(f"{len(data.series)} series, {count} samples from {data.start_ms} on both sides", flush=True)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--binary", help="the signalbox to test")
    parser.add_argument("--prometheus", default=shutil.which("prometheus"), help="the reference")
    parser.add_argument("--self-check", action="store_true", help="prometheus on both sides")
    parser.add_argument("--queries", type=Path, default=HERE / "queries.txt")
    parser.add_argument("--known", type=Path, default=HERE / "known-differences.txt")
    parser.add_argument("--only", default="", help="only queries that contain this text")
    parser.add_argument("--start", type=int, help="first millisecond of the data, to repeat a run")
    parser.add_argument("--seed", type=int, default=20)
    parser.add_argument("--keep", action="store_true", help="keep the servers' folders")
    parser.add_argument("--verbose", action="store_true", help="every difference, not the first two of a query")
    options = parser.parse_args()
    if not options.prometheus:
        sys.stderr.write("prometheus is missing: apt-get install prometheus\n")
        raise SystemExit(2)
    if bool(options.binary) == options.self_check:
        parser.error("either --binary or --self-check")
    return options


def main():
    options = arguments()
    # Recent, since servers refuse what is older than they keep; on the hour, so that runs within one agree.
    start_ms = options.start or (int(time.time()) // 3600 - 3) * 3_600_000
    queries = [Query(line) for line in lines_of(options.queries) if options.only in line]
    known = read_known_differences(options.known)
    directory = Path(tempfile.mkdtemp(prefix="differential-"))
    servers = []
    try:
        servers.append(Server.prometheus(directory / "reference", options.prometheus))
        if options.self_check:
            servers.append(Server.prometheus(directory / "candidate", options.prometheus))
        else:
            servers.append(Server.signalbox(directory / "candidate", options.binary))
        feed(servers, dataset.Dataset(start_ms, options.seed))
        failed = run(queries, known, *servers, start_ms, options.verbose)
        if options.self_check:
            failed += run(queries, known, *servers, start_ms, options.verbose, falsify=True)
    finally:
        for server in servers:
            server.stop()
        if options.keep:
            print(f"kept {directory}")
        else:
            shutil.rmtree(directory, ignore_errors=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
