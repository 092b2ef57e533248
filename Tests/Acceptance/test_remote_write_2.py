"""Remote write 2.0, as the specification has it: texts in a table, good series kept, the answer counts."""
import signal
import time

import pytest

from remote_write import Request2, field, histogram, varint, write2


@pytest.fixture
def box(start):
    return start()


def now():
    return int(time.time() * 1000)


def written(answer):
    return [int(answer.headers[f"X-Prometheus-Remote-Write-{kind}-Written"])
            for kind in ("Samples", "Histograms", "Exemplars")]


def test_samples_are_stored_and_counted_with_their_metadata(box):
    request = Request2()
    kind = field(5, b"\x08\x01" + b"\x18" + varint(request.reference("Requests seen.")))
    at = now()
    request.add({"__name__": "two_total", "job": "a"}, [(1, at - 1000), (2, at)], extra=kind)
    request.add({"__name__": "two_total", "job": "b"}, [(3, at)])
    answer = write2(box, request)
    assert (answer.status_code, written(answer)) == (204, [3, 0, 0])
    assert box.value('sum(two_total)', time=at / 1000) == 5
    described = box.get("/api/v1/metadata", metric="two_total").json()["data"]["two_total"][0]
    assert (described["type"], described["help"]) == ("counter", "Requests seen.")


@pytest.mark.parametrize("bad, says", [
    (lambda request, at: request.add({}, [(1, at)], references=[1, 2, 3]), "refers to no symbol"),
    (lambda request, at: request.add({}, [(1, at)], references=[1, 9999]), "refers to no symbol"),
    (lambda request, at: request.add({"job": "x"}, [(1, at)]), "no metric name"),
    (lambda request, at: request.add({"__name__": "empty"}, []), "neither samples nor histograms"),
    (lambda request, at: request.add({"__name__": "h"}, [], extra=histogram(at, count=7)), "but the Count field is 7"),
    (lambda request, at: request.add({"__name__": "h"}, [], extra=histogram(at, schema=-9)), "invalid schema -9"),
    (lambda request, at: request.add({"__name__": "f"}, [(1, at + 3_600_000)]), "future"),
])
def test_a_bad_series_is_named_and_its_neighbours_are_kept(box, bad, says):
    at = now()
    request = Request2().add({"__name__": "good", "job": "a"}, [(1, at)])
    bad(request, at)
    request.add({"__name__": "good", "job": "b"}, [(1, at)])
    answer = write2(box, request)
    assert (answer.status_code, written(answer)) == (400, [2, 0, 0])
    assert says in answer.text
    assert box.value("count(good)") == 2


def test_histograms_are_stored_counted_and_queried(box):
    at = now()
    request = Request2().add({"__name__": "h", "job": "a"}, [], extra=histogram(at - 1000) + histogram(at, sum=9))
    request.add({"__name__": "f"}, [(1, at)])
    answer = write2(box, request)
    assert (answer.status_code, written(answer)) == (204, [1, 2, 0])
    found = box.get("/api/v1/query", query="h", time=at / 1000).json()["data"]["result"]
    assert found == [{"metric": {"__name__": "h", "job": "a"}, "histogram": [at / 1000, {
        "count": "3", "sum": "9", "buckets": [[0, "0.5", "1", "2"], [0, "1", "2", "1"]]}]}]
    assert box.value("histogram_quantile(0.5, h)", time=at / 1000) == pytest.approx(2 ** -0.25)
    # What the log holds comes back after a crash.
    box.stop(signal.SIGKILL)
    box.start()
    assert box.value("histogram_count(h)", time=at / 1000) == 3


def test_a_table_that_does_not_begin_with_the_empty_text_is_refused(box):
    answer = write2(box, Request2(["x"]).add({"__name__": "m"}, [(1, now())]))
    assert answer.status_code == 400
    assert "empty text" in answer.text
    assert written(answer) == [0, 0, 0]


def test_forced_labels_win_in_2_too(start):
    box = start("auth: { mode: local }\n")
    box.token = box.create_token("ingest", "--name", "c", "--label", "cluster=aks-1")
    assert write2(box, Request2().add({"__name__": "m", "cluster": "other"}, [(1, now())])).status_code == 204
    box.token = box.create_token("api", "--role", "viewer", "--name", "reader")
    assert box.query("m")[0]["metric"] == {"__name__": "m", "cluster": "aks-1"}


@pytest.mark.parametrize("path", ["b%C3%BCro.nr", "büro.nr", "U__b_fc_ro_2e_nr"])
def test_values_of_a_label_of_any_name_are_found_by_its_text_and_its_escapes(box, path):
    assert write2(box, Request2().add({"__name__": "m", "büro.nr": "7"}, [(1, now())])).status_code == 204
    assert box.get(f"/api/v1/label/{path}/values").json()["data"] == ["7"]
