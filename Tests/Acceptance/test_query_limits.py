"""A query costs no more than who asks for it is still there for."""
import threading
import time

import pytest
import requests

from conftest import wait_until
from remote_write import series, write

HEAVY = "sum(" * 20 + "max_over_time(m[59m:1s])" + ")" * 20


@pytest.fixture
def box(start):
    box = start()
    at = int(time.time() * 1000) - 1000
    samples = [(number, at - 60_000 * (50 - number)) for number in range(50)]
    for first in range(0, 2000, 500):
        assert write(box, *[
            series({"__name__": "m", "i": str(number)}, samples) for number in range(first, first + 500)
        ]).status_code == 204
    return box


def load(box):
    line = next(line for line in box.get("/metrics").text.splitlines() if line.startswith("signalbox_query_threads_load "))
    return float(line.split()[1])


def heavy(box, seconds):
    try:
        return requests.post(box.url + "/api/v1/query_range", timeout=seconds, data={
            "query": HEAVY, "start": time.time() - 3600, "end": time.time(), "step": "1"})
    except requests.exceptions.ReadTimeout:
        return None


def test_a_query_whose_client_has_gone_ends_soon(box):
    assert heavy(box, 1) is None, "the query must take long for this test to mean anything"
    wait_until(lambda: load(box) == 0, 3, "the query to be given up")


def test_a_query_ends_by_its_own_timeout_and_says_so(box):
    answer = box.post("/api/v1/query_range", data={
        "query": HEAVY, "start": time.time() - 3600, "end": time.time(), "step": "1", "timeout": "1s"})
    assert answer.status_code == 503
    assert "query timed out in expression evaluation" in answer.json()["error"]


def test_beside_heavy_queries_light_ones_and_ingest_are_answered(box):
    threads = [threading.Thread(target=heavy, args=(box, 4)) for _ in range(2)]
    for thread in threads:
        thread.start()
    time.sleep(0.5)
    began = time.monotonic()
    assert write(box, series({"__name__": "other"}, [(1, int(time.time() * 1000))])).status_code == 204
    assert time.monotonic() - began < 2
    for thread in threads:
        thread.join()
    wait_until(lambda: load(box) == 0, 5, "the queries to be given up")
    assert box.value("other") == 1
