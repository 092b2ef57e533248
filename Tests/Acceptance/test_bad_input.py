"""What a stranger may send: each gets the right status and a text that names the place; the server stays up."""
import gzip
import signal
import subprocess
import time

import pytest
import requests

from conftest import wait_until
from remote_write import HEADERS, field, series, snappy, varint, write


@pytest.fixture
def box(start):
    return start()


def now():
    return int(time.time() * 1000)


@pytest.mark.parametrize("body, status, words", [
    (b"", 400, "snappy"),
    (snappy(b"x" * 100)[:50], 400, "snappy"),
    (varint(1 << 40) + b"\x00", 400, "snappy"),
    (varint(900 << 20) + b"\x00a", 400, "snappy"),
    (snappy(b"\x0b\x0c\x0d"), 400, "byte"),
    (snappy(b"\x08\x01"), 400, "byte"),
    (snappy(field(1, b"\x0a\xff\x01")), 400, "byte"),
])
def test_a_body_that_is_no_write_request_is_400_and_says_where(box, body, status, words):
    answer = write(box, raw=body)
    assert answer.status_code == status
    assert words in answer.text.lower()
    assert box.get("/-/healthy").status_code == 200


@pytest.mark.parametrize("headers, status", [
    ({"Content-Type": "application/json"}, 415),
    ({"Content-Encoding": "gzip"}, 415),
    ({"Content-Type": "application/x-protobuf;proto=io.prometheus.write.v3.Request"}, 415),
    ({"Content-Type": "application/x-protobuf;proto=io.prometheus.write.v2.Request"}, 400),
    ({"Content-Type": "application/x-protobuf;proto=prometheus.WriteRequest"}, 204),
])
def test_the_media_type_decides_before_the_body_is_read(box, headers, status):
    assert write(box, series({"__name__": "typed"}, [(1, now())]), headers=headers).status_code == status


@pytest.mark.parametrize("labels", [
    [("__name__", "bad"), ("", "empty name")],
    [("__name__", "bad"), ("a", "1"), ("a", "2")],
    [("__name__", b"bad\xff")],
    [("a", "no name")],
    [("__name__", "bad")] + [(f"l{n:05}", "v") for n in range(10_000)],
], ids=["empty name", "duplicate", "invalid UTF-8", "nameless", "ten thousand"])
def test_a_series_with_bad_labels_is_skipped_and_its_neighbour_kept(box, labels):
    answer = write(box, series(labels, [(1, now())]), series({"__name__": "good"}, [(2, now())]))
    assert answer.status_code == 204
    assert box.value("good") == 2
    assert box.query("bad") == []


def test_unsorted_labels_are_sorted_and_empty_values_dropped(box):
    stamp = now()
    assert write(box, series([("z", "1"), ("__name__", "mixed"), ("empty", "")], [(1, stamp)])).status_code == 204
    assert write(box, series({"__name__": "mixed", "z": "1"}, [(2, stamp + 1)])).status_code == 204
    assert len(box.query("mixed", time=(stamp + 1) / 1000)) == 1


@pytest.mark.parametrize("samples, words", [
    (lambda at: [(1, at + 3_600_000)], "future"),
    (lambda at: [(1, at), (2, at)], "duplicate"),
])
def test_samples_out_of_time_refuse_the_whole_request_and_name_the_series(box, samples, words):
    answer = write(box, series({"__name__": "neighbour"}, [(1, now())]), series({"__name__": "odd"}, samples(now())))
    assert answer.status_code == 400
    assert words in answer.text and "odd" in answer.text
    assert box.query("neighbour") == []


def test_a_sample_older_than_its_series_newest_is_refused_and_named_without_a_window(start):
    box = start("auth: { mode: none }\nmetrics: { out_of_order_window: 0s }\n")
    stamp = now()
    assert write(box, series({"__name__": "odd"}, [(1, stamp)])).status_code == 204
    answer = write(box, series({"__name__": "odd"}, [(2, stamp - 1000)]))
    assert answer.status_code == 400
    assert "out of order" in answer.text and "odd" in answer.text


def test_a_sample_within_the_window_is_put_in_its_place(box):
    stamp = now() - 10_000
    for time_, value in [(stamp, 1), (stamp - 5000, 2), (stamp - 2000, 3), (stamp - 2000, 3)]:
        assert write(box, series({"__name__": "late"}, [(value, time_)])).status_code == 204
    found = box.query("late[1m]", time=(stamp + 1) / 1000)
    assert [value for _, value in found[0]["values"]] == ["2", "3", "1"]


def test_the_newest_sample_sent_again_is_accepted(box):
    body = series({"__name__": "again"}, [(1, now())])
    assert [write(box, body).status_code for _ in range(3)] == [204] * 3


def test_a_body_of_100_megabytes_is_refused_without_reading_it_into_memory(box):
    try:
        answer = write(box, raw=b"\0" * (100 << 20))
        assert answer.status_code == 413
    except requests.ConnectionError:
        pass  # Refused so early that the rest could not be sent.
    status = open(f"/proc/{box.process.pid}/status").read()
    peak_kib = int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1])
    assert peak_kib < 250 * 1024


@pytest.mark.parametrize("query, place", [
    ("sum(", "1:5"), ("up{", "1:4"), ("rate(up)", "1:6"), ("up[5m]", "invalid expression type"),
    ("(" * 50_000, "1:"), ("a" * 2_000_000, ""), ('up{job=~"("}', ""), ("1 +\n* 2", "2:1"),
], ids=lambda value: value[:12])
def test_a_bad_query_is_400_and_names_line_and_column(box, query, place):
    path = "/api/v1/query_range" if "[" in query else "/api/v1/query"
    answer = box.post(path, data={"query": query, "start": "0", "end": "10", "step": "5"})
    assert answer.status_code in (400, 413), answer.text
    body = answer.json()
    assert body["status"] == "error"
    assert place in body["error"]


@pytest.mark.parametrize("path, parameters, words", [
    ("/api/v1/query_range", {"query": "up", "start": "0", "end": "100", "step": "0"}, "zero or negative"),
    ("/api/v1/query_range", {"query": "up", "start": "100", "end": "0", "step": "1"}, "before start"),
    ("/api/v1/query_range", {"query": "up", "start": "0", "end": "1e6", "step": "1"}, "11,000"),
    ("/api/v1/query", {"query": "up", "time": "yesterday"}, "valid timestamp"),
    ("/api/v1/series", {}, "match[]"),
    ("/api/v1/labels", {"match[]": "{}"}, "match[]"),
    ("/api/v1/query", {"query": "up", "limit": "-1"}, "limit"),
])
def test_a_bad_parameter_is_400_and_named(box, path, parameters, words):
    answer = box.get(path, **parameters)
    assert answer.status_code == 400
    assert words in answer.json()["error"]


def test_answers_are_gzipped_for_who_asks(box):
    many = [series({"__name__": "many", "n": str(n)}, [(n, now())]) for n in range(500)]
    assert write(box, *many).status_code == 204
    answer = requests.get(box.url + "/api/v1/query", params={"query": "many"}, stream=True, timeout=10,
                          headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Content-Encoding"] == "gzip"
    assert len(gzip.decompress(answer.raw.read(decode_content=False))) > 20_000


@pytest.mark.parametrize("configuration, line, words", [
    ("metrics: { retention: 15x }\n", 3, "retention"),
    ("metrics:\n  retenti0n: 15d\n", 4, "retention"),
    ("server: { listen: 1 }\n", 1, "server"),
    ("rules: [ rules/*.yaml ]\n", 0, "rules/bad.yaml:6"),
    ("a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: [*b,*b,*b,*b,*b,*b,*b,*b]\n", 5, "alias"),
])
def test_a_bad_configuration_is_refused_with_its_place(binary, tmp_path, configuration, line, words):
    from conftest import Signalbox

    box = Signalbox(binary, tmp_path, configuration, files={
        "rules/bad.yaml": "groups:\n  - name: g\n    rules:\n      - alert: A\n        labels: {severity: P0}\n"
                          "        expr: sum(up\n"})
    for command in ("check", "serve"):
        result = box.command(command, "--config", str(box.configuration_path))
        assert result.returncode == 1, result.stdout
        text = result.stdout + result.stderr
        assert words in text
        if line:
            assert f"signalbox.yaml:{line}:" in text


@pytest.mark.parametrize("url, words", [
    ("http://127.0.0.1:1", "Connection refused; is the server running?"), ("localhost", "is no address such as"),
    ("http://nowhere.invalid:7070", "there is no host nowhere.invalid"),
])
def test_a_server_that_is_not_there_is_told_at_once(binary, url, words):
    asked = subprocess.run([binary, "oncall", "--url", url], capture_output=True, text=True, timeout=15)
    assert asked.returncode == 1 and words in asked.stderr, asked.stderr


def test_a_bad_reload_keeps_the_running_configuration_and_says_why(start):
    box = start("auth: { mode: none }\nrules: [ rules/*.yaml ]\n", files={
        "rules/a.yaml": "groups: [ { name: g, interval: 1s, rules: [ { record: one, expr: vector(1) } ] } ]\n"})
    rules = box.directory / "rules/a.yaml"
    good = rules.read_text()
    wait_until(lambda: box.get("/api/v1/rules").json()["data"]["groups"], 10, "the rules of the start")
    rules.write_text(good.replace("vector(1)", "vector("))
    answer = box.post("/-/reload")
    assert answer.status_code == 500 and "a.yaml:1:" in answer.text
    assert [group["name"] for group in box.get("/api/v1/rules").json()["data"]["groups"]] == ["g"]
    rules.write_text(good.replace("one", "two"))
    assert box.post("/-/reload").status_code == 200
    def rule():
        return box.get("/api/v1/rules").json()["data"]["groups"][0]["rules"][0]["name"]

    assert rule() == "two"
    rules.write_text(good.replace("one", "three"))
    box.process.child.send_signal(signal.SIGHUP)
    wait_until(lambda: rule() == "three", 5, "the reload by SIGHUP")


EXTREMES = ["9e15", "-9e15", "8999999999999999", "-292273086-05-16T16:47:06Z", "292277025-08-18T07:12:54.999999999Z", "0"]


@pytest.mark.parametrize("time", EXTREMES)
def test_the_ends_of_time_are_answered(box, time):
    for query in ["vector(1)", "up offset 290y", "up offset -290y", "up @ 9e15", "rate(up[290y])", "time()", "hour()",
                  "max_over_time(up[290y:1y])", "up @ end()", "year(vector(9e15))", "timestamp(up)"]:
        assert box.get("/api/v1/query", query=query, time=time).status_code in (200, 400, 422), query
    for other in EXTREMES:
        answer = box.get("/api/v1/query_range", query="up offset 290y", start=time, end=other, step="1e9")
        assert answer.status_code in (200, 400), other
        assert box.get("/api/v1/series", **{"match[]": "up", "start": time, "end": other}).status_code in (200, 400)
        assert box.get("/api/v1/labels", start=time, end=other).status_code in (200, 400)
    assert box.query("1")


def test_steps_at_the_ends_of_what_a_number_holds_are_answered(box):
    for step in ["9.1e9", "290y", "0.001", "1e-9", "-1", "0", "NaN", "1e300"]:
        for start, end in [("0", "1"), ("-9e15", "9e15"), ("9e15", "9e15")]:
            answer = box.get("/api/v1/query_range", query="up", start=start, end=end, step=step)
            assert answer.status_code in (200, 400), (step, start, end)
    assert box.query("1")
