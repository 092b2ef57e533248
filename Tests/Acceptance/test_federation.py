"""A Prometheus above this server: it federates from it and reads remotely, with nothing but a URL and a token."""
import time

import pytest
import requests

from conftest import free_port, needed, wait_until
from remote_write import field, series, snappy, varint, write

CONFIGURATION = "auth: { mode: none }\nmetrics: { external_labels: { region: weu } }\n"


def above(processes, tmp_path, configuration):
    """Debian's Prometheus with this configuration; returns a way to ask it."""
    port = free_port()
    (tmp_path / "above.yaml").write_text(configuration)
    processes([
        needed("prometheus", "prometheus"), "--config.file=above.yaml", "--storage.tsdb.path=above",
        f"--web.listen-address=127.0.0.1:{port}", "--log.level=warn"], "above")

    def ask(query, **parameters):
        try:
            answer = requests.get(
                f"http://127.0.0.1:{port}/api/v1/query", params={"query": query, **parameters}, timeout=5)
        except requests.ConnectionError:
            return []
        return answer.json()["data"]["result"] if answer.status_code == 200 else []

    return ask


@pytest.fixture
def box(start):
    return start(CONFIGURATION)


def fill(box):
    at = int(time.time() * 1000)
    samples = [(number, at - 1000 * (59 - number)) for number in range(60)]
    assert write(
        box, series({"__name__": "fed_total", "job": "a", "tag": "\"ü\\\n"}, samples),
        series({"__name__": "fed_total", "job": "b", "instance": "i"}, samples),
        series({"__name__": "other", "job": "a"}, samples)).status_code == 204
    return at


def test_federate_tells_the_newest_samples_with_their_times_and_external_labels(box):
    at = fill(box)
    answer = box.get("/federate", **{"match[]": ['fed_total{job="a"}', 'fed_total']})
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    assert answer.text == (
        "# TYPE fed_total untyped\n"
        f'fed_total{{instance="i",job="b",region="weu"}} 59 {at}\n'
        f'fed_total{{job="a",region="weu",tag="\\"ü\\\\\\n",instance=""}} 59 {at}\n')
    assert box.get("/federate").status_code == 400
    assert box.get("/federate", **{"match[]": "{"}).status_code == 400


def test_a_prometheus_above_federates(box, processes, tmp_path):
    fill(box)
    ask = above(processes, tmp_path, f"""
scrape_configs:
  - job_name: federate
    honor_labels: true
    scrape_interval: 1s
    metrics_path: /federate
    params: {{ "match[]": ['{{__name__="fed_total"}}'] }}
    static_configs: [ {{ targets: ["127.0.0.1:{box.port}"] }} ]
""")
    found = wait_until(lambda: ask("fed_total"), 20, "federated series")
    assert sorted(entry["metric"]["job"] for entry in found) == ["a", "b"]
    assert {entry["metric"]["region"] for entry in found} == {"weu"}


def test_a_prometheus_above_reads_remotely(box, processes, tmp_path):
    at = fill(box)
    ask = above(processes, tmp_path, f"""
remote_read: [ {{ url: "{box.url}/api/v1/read", read_recent: true }} ]
""")
    time_ = at / 1000
    wait_until(lambda: ask("fed_total", time=time_), 20, "series read remotely")
    assert ask("count_over_time(fed_total{job=\"a\"}[2m])", time=time_)[0]["value"][1] == "60"
    assert ask("sum(fed_total{region=\"weu\",tag!=\"\"})", time=time_)[0]["value"][1] == "59"
    assert ask("fed_total{region=\"other\"}", time=time_) == []
    assert len(ask("{job=~\"a|b\"}", time=time_)) == 3


@pytest.mark.parametrize("body", [b"", b"\xff" * 50, b"\x04\x0cabcd"])
def test_a_bad_remote_read_is_refused(box, body):
    answer = box.post("/api/v1/read", data=body)
    assert answer.status_code == 400
    assert "remote read" in answer.json()["error"]


def test_the_status_endpoints_answer_in_prometheus_form(box):
    fill(box)
    tsdb = box.get("/api/v1/status/tsdb", limit="2").json()["data"]
    assert tsdb["headStats"]["numSeries"] >= 3
    assert len(tsdb["seriesCountByMetricName"]) == 2
    assert {"name", "value"} == set(tsdb["labelValueCountByLabelName"][0])
    runtime = box.get("/api/v1/status/runtimeinfo").json()["data"]
    assert runtime["reloadConfigSuccess"] is True and runtime["goroutineCount"] > 1 and runtime["CWD"]
    assert box.get("/api/v1/status/flags").json()["data"]["storage.tsdb.retention.time"] == "1296000s"
    assert 'region": "weu' in box.get("/api/v1/status/config").json()["data"]["yaml"]
    assert box.get("/api/v1/status/walreplay").json()["data"]["state"] == "done"
    assert box.get("/api/v1/alertmanagers").json()["data"]["activeAlertmanagers"] == []
    assert box.get("/api/v1/status/tsdb", limit="0").status_code == 400


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def fields(message):
    """Numbers and values of a protobuf message."""
    found, at = [], 0

    def number():
        nonlocal at
        value = shift = 0
        while True:
            byte = message[at]
            at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    while at < len(message):
        tag = number()
        if tag & 7 == 2:
            size = number()
            found.append((tag >> 3, message[at:at + size]))
            at += size
        else:
            assert tag & 7 == 0
            found.append((tag >> 3, number()))
    return found


def frames(body):
    """Messages of a streamed answer, their checksums verified."""
    found = []
    while body:
        size = shift = 0
        while True:
            size |= (body[0] & 0x7F) << shift
            shift += 7
            last, body = body[0] < 0x80, body[1:]
            if last:
                break
        checksum, message, body = body[:4], body[4:4 + size], body[4 + size:]
        assert (len(message), int.from_bytes(checksum, "big")) == (size, crc32c(message))
        found.append(fields(message))
    return found


@pytest.mark.parametrize("accepted", [b"\x10\x01\x10\x00", b"\x12\x02\x01\x00"], ids=["one by one", "packed"])
def test_who_prefers_a_stream_of_chunks_gets_it(box, accepted):
    at = fill(box)
    matcher = b"\x1a" + varint(len(inner := b"\x08\x02" + field(2, b"__name__") + field(3, b"fed_total|other"))) + inner
    region = field(3, field(2, b"region") + field(3, b"weu"))
    query = b"\x08" + varint(at - 3_600_000) + b"\x10" + varint(at) + matcher + region
    answer = box.post("/api/v1/read", data=snappy(field(1, query) + field(1, query) + accepted))
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "application/x-streamed-protobuf; proto=prometheus.ChunkedReadResponse"
    found = frames(answer.content)
    assert [dict(message).get(2, 0) for message in found] == [0, 0, 0, 1, 1, 1]
    for message in found:
        parts = fields(dict(message)[1])
        labels = {}
        for number, label in parts:
            if number == 1:
                labels[dict(fields(label))[1]] = dict(fields(label))[2]
        assert labels[b"region"] == b"weu"
        [chunk] = [dict(fields(part)) for number, part in parts if number == 2]
        assert (chunk[1], chunk[2], chunk[3]) == (at - 59_000, at, 1)
        assert int.from_bytes(chunk[4][:2], "big") == 60
