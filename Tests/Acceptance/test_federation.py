"""A Prometheus above this server: it federates from it and reads remotely, with nothing but a URL and a token."""
import struct
import time

import pytest
import requests

from conftest import free_port, needed, wait_until
from remote_write import field, series, snappy, varint, write

CONFIGURATION = "auth: { mode: none }\nmetrics: { external_labels: { region: weu } }\n"


def above(processes, tmp_path, configuration, *flags):
    """Debian's Prometheus with this configuration; returns a way to ask it."""
    port = free_port()
    (tmp_path / "above.yaml").write_text(configuration)
    processes([
        needed("prometheus", "prometheus"), "--config.file=above.yaml", "--storage.tsdb.path=above",
        f"--web.listen-address=127.0.0.1:{port}", "--log.level=warn", *flags], "above")

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


PROTOBUF = "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited"


def fill_histograms(box):
    at = int(time.time() * 1000)

    def histogram(float_counts=False, hint=0):
        # Schema 0, two buckets beside each other from 1 on, and a zero bucket.
        parts = [(2, 5.0) if float_counts else (1, 5), (3, 10.5), (4, 0), (5, 0.001), (7, 1.0) if float_counts else (6, 1)]
        body = b"".join(field_of(*part) for part in parts)
        body += field(11, field_of(1, 2) + field_of(2, 2))
        body += (b"".join(field_of(13, value) for value in (3.0, 1.0)) if float_counts
                 else b"".join(field_of(12, value) for value in (6, 3)))
        return field(4, body + field_of(14, hint) + field_of(15, at))

    def named(name, *histograms):
        return series({"__name__": name, "job": "a"}, [], *histograms)

    assert write(
        box, named("whole", histogram()), named("floats", histogram(float_counts=True)),
        named("gauge", histogram(hint=3)), series({"__name__": "plain", "job": "a"}, [(1, at)]),
        series({"__name__": "dotted.name", "a.b": "c"}, [(2, at)])).status_code == 204
    return at


def field_of(number, value):
    if isinstance(value, float):
        return varint(number << 3 | 1) + struct.pack("<d", value)
    return varint(number << 3) + varint(value)


def test_native_histograms_are_federated_to_who_takes_protobuf(box, start):
    at = fill_histograms(box)
    text = box.get("/federate", **{"match[]": '{__name__=~".+"}'}).text
    assert "whole" not in text and f'plain{{job="a",region="weu",instance=""}} 1 {at}\n' in text
    assert f'dotted_name{{a_b="c",region="weu",instance=""}} 2 {at}\n' in text
    quoted = box.session.get(
        box.url + "/federate", params={"match[]": '{"dotted.name"}'},
        headers={"Accept": "text/plain;version=1.0.0;escaping=allow-utf-8"})
    assert quoted.headers["Content-Type"].startswith("text/plain; version=1.0.0")
    assert quoted.text == (
        '# TYPE "dotted.name" untyped\n' f'{{"dotted.name","a.b"="c",region="weu",instance=""}} 2 {at}\n')
    # Another of our own scrapes it, and has the same.
    above = start(f"""
auth: {{ mode: none }}
metrics:
  scrape_configs:
    - job_name: federate
      honor_labels: true
      scrape_interval: 1s
      scrape_timeout: 1s
      scrape_native_histograms: true
      metrics_path: /federate
      params: {{ "match[]": ['{{job="a"}}'] }}
      static_configs: [ {{ targets: ["127.0.0.1:{box.port}"] }} ]
""")
    for name in ("whole", "floats", "gauge", "plain"):
        found = wait_until(lambda: above.query(name), 20, name)[0]
        mine = box.query(name)[0]
        assert found["metric"] == {**mine["metric"], "region": "weu"}
        assert found.get("histogram", found.get("value"))[1] == mine.get("histogram", mine.get("value"))[1]


def test_a_prometheus_above_federates_native_histograms(box, processes, tmp_path):
    fill_histograms(box)
    ask = above(processes, tmp_path, f"""
scrape_configs:
  - job_name: federate
    honor_labels: true
    scrape_interval: 1s
    metrics_path: /federate
    params: {{ "match[]": ['{{job="a"}}'] }}
    static_configs: [ {{ targets: ["127.0.0.1:{box.port}"] }} ]
""", "--enable-feature=native-histograms")
    for name in ("whole", "floats"):
        wait_until(lambda: ask(f"histogram_count({name})"), 20, name)
        assert ask(f"histogram_count({name})")[0]["value"][1] == "5"
        assert ask(f"histogram_sum({name})")[0]["value"][1] == "10.5"
        assert ask(f"histogram_fraction(0, 4, {name})")[0]["value"][1] == "1"


@pytest.mark.parametrize("accept, kind", [
    (PROTOBUF, "application/vnd.google.protobuf"), (PROTOBUF + ";q=0.5,text/plain;q=0.6", "text/plain"),
    (PROTOBUF + ";q=0.6,*/*;q=0.5", "application/vnd.google.protobuf"),
    ("application/openmetrics-text", "text/plain; version=0.0.4"), ("nonsense;;q=x,", "text/plain"),
])
def test_a_scraper_is_given_the_form_it_prefers(box, accept, kind):
    answer = box.session.get(box.url + "/federate", params={"match[]": "up"}, headers={"Accept": accept})
    assert answer.status_code == 200 and answer.headers["Content-Type"].startswith(kind)


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
