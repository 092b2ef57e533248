"""Who uses the store: series by label and value, queries that may be ended, what the server can do."""
import threading
import time

import pytest
import requests

from conftest import wait_until
from remote_write import series, write

AUTH = "auth: { mode: local }\n"


@pytest.fixture
def box(start):
    return start("auth: { mode: none }\n")


def fill(box, instances=40):
    at = int(time.time() * 1000)
    many = [
        series({"__name__": name, "job": job, "instance": f"{job}-{number}"}, [(number, at)])
        for name in ["a_total", "b_total"] for job in ["api", "web"] for number in range(instances)]
    assert write(box, *many).status_code == 204
    return at


def test_usage_says_which_labels_and_values_bring_the_series(box):
    fill(box)
    found = box.get("/ops/v1/usage", **{"match[]": '{job=~"api|web"}', "label": "job"}).json()
    assert (found["series"], found["labels_count"]) == (160, 3)
    assert found["labels"] == [
        {"name": "instance", "values": 80, "series": 160}, {"name": "__name__", "values": 2, "series": 160},
        {"name": "job", "values": 2, "series": 160}]
    assert sorted((item["value"], item["series"]) for item in found["values"]) == [("api", 80), ("web", 80)]
    narrow = box.get("/ops/v1/usage", **{"match[]": 'a_total{job="api"}', "label": "instance", "limit": 3}).json()
    assert (narrow["series"], narrow["values_count"], len(narrow["values"])) == (40, 40, 3)
    assert box.get("/ops/v1/usage", **{"match[]": "{", "label": "job"}).status_code == 400
    assert box.get("/ops/v1/usage", limit=0).status_code == 400


def test_a_heavy_query_is_seen_and_ended_by_who_may(start):
    box = start(AUTH)
    tokens = {role: box.create_token("api", "--role", role, "--name", role) for role in ["viewer", "responder"]}
    writer = box.create_token("ingest", "--name", "w")
    box.token = writer
    at = int(time.time() * 1000)
    samples = [(number, at - 60_000 * (50 - number)) for number in range(50)]
    for first in range(0, 2000, 500):
        assert write(box, *[
            series({"__name__": "m", "i": str(number)}, samples) for number in range(first, first + 500)
        ]).status_code == 204
    box.token = tokens["viewer"]
    heavy = "sum(max_over_time(m[59m:1s]))"
    answers = []

    def ask():
        answers.append(requests.post(
            box.url + "/api/v1/query_range", headers={"Authorization": f"Bearer {tokens['viewer']}"}, timeout=60,
            data={"query": heavy, "start": at / 1000 - 3600, "end": at / 1000, "step": 1}))

    asking = threading.Thread(target=ask)
    asking.start()
    running = wait_until(lambda: box.get("/ops/v1/queries").json()["running"], what="the query to be seen")
    [report] = running
    assert (report["query"], report["kind"]) == (heavy, "range of 1h, step 1s")
    assert report["by"].startswith("token:")
    path = f"{box.url}/ops/v1/queries/{report['id']}"
    assert requests.delete(path, headers={"Authorization": f"Bearer {tokens['viewer']}"}).status_code == 403
    began = time.time()
    assert requests.delete(path, headers={"Authorization": f"Bearer {tokens['responder']}"}).status_code == 204
    asking.join(20)
    assert time.time() - began < 5
    [answer] = answers
    assert answer.status_code == 499
    assert "query was ended by token:" in answer.json()["error"]
    found = box.get("/ops/v1/queries").json()
    assert found["running"] == []
    assert [item["state"] for item in found["heaviest"] if item["query"] == heavy] == ["ended"]
    assert requests.delete(path, headers={"Authorization": f"Bearer {tokens['responder']}"}).status_code == 404


def test_the_page_shows_bars_that_lead_further_in(box):
    fill(box)
    page = box.get("/usage", match='{job="api"}', label="instance").text
    assert "/usage?match=%7Bjob%3D%22api%22%2C%20instance%3D%22api-7%22%7D&amp;label=instance" in page
    assert "not find" not in page
    wrong = box.get("/usage", match="{job=").text
    assert "unexpected" in wrong


@pytest.mark.parametrize("query, tree", [
    ("1", {"type": "numberLiteral", "val": "1"}),
    ('"a"', {"type": "stringLiteral", "val": "a"}),
    ("-(2)", {"type": "unaryExpr", "op": "-", "expr": {
        "type": "parenExpr", "expr": {"type": "numberLiteral", "val": "2"}}}),
    ("a{b!~'c'}[5m] offset 1m", {
        "type": "matrixSelector", "name": "a", "range": 300000, "offset": 60000, "timestamp": None,
        "startOrEnd": None, "anchored": False, "smoothed": False, "matchers": [
            {"name": "b", "value": "c", "type": "!~"}, {"name": "__name__", "value": "a", "type": "="}]}),
    ("vector(1)[1h:5m] @ end()", {
        "type": "subquery", "range": 3600000, "step": 300000, "offset": 0, "timestamp": None, "startOrEnd": "end",
        "expr": {"type": "call", "args": [{"type": "numberLiteral", "val": "1"}], "func": {
            "name": "vector", "argTypes": ["scalar"], "variadic": 0, "returnType": "vector"}}}),
])
def test_parse_query_gives_the_tree(box, query, tree):
    answer = box.get("/api/v1/parse_query", query=query)
    assert answer.json() == {"status": "success", "data": tree}


def test_parse_query_gives_operators_and_aggregations_with_their_modifiers(box):
    tree = box.get("/api/v1/parse_query", query="topk by (x) (3, a) == bool on (y) group_left (z) b @ 12").json()["data"]
    assert (tree["type"], tree["op"], tree["bool"]) == ("binaryExpr", "==", True)
    assert tree["matching"] == {
        "card": "many-to-one", "labels": ["y"], "on": True, "include": ["z"], "fillValues": {"lhs": None, "rhs": None}}
    assert tree["rhs"]["timestamp"] == 12000
    assert (tree["lhs"]["op"], tree["lhs"]["grouping"], tree["lhs"]["without"]) == ("topk", ["x"], False)
    assert tree["lhs"]["param"] == {"type": "numberLiteral", "val": "3"}
    assert box.get("/api/v1/parse_query", query="sum(").status_code == 400


def test_stats_are_told_on_request(box):
    at = fill(box) / 1000
    plain = box.get("/api/v1/query", query="sum(a_total)", time=at).json()["data"]
    assert "stats" not in plain
    stats = box.get("/api/v1/query", query="sum(a_total)", time=at, stats="all").json()["data"]["stats"]
    assert stats["samples"]["totalQueryableSamples"] == 80
    assert stats["timings"]["execTotalTime"] >= stats["timings"]["evalTotalTime"] > 0


def test_features_and_blocks_are_listed(box):
    features = box.get("/api/v1/features").json()["data"]
    assert features["promql_functions"]["rate"] is True
    assert features["promql_functions"]["info"] is False
    assert features["promql_operators"]["limitk"] is False
    assert box.get("/api/v1/status/tsdb/blocks").json()["data"] == {"blocks": []}
