"""Resolved pages: listed in pieces, found by their words, long after newer ones took their place."""
import signal

from conftest import wait_until

COUNT = 640
SERVICES = 7


def alerts(ends=None):
    return [{"labels": {"alertname": f"Alert{number}", "severity": "P2", "service": f"service-{number % SERVICES}"},
             "annotations": {"summary": f"number {number} of many"}, **({"endsAt": ends} if ends else {})}
            for number in range(COUNT)]


def closed(box, **parameters):
    return box.get("/ops/v1/pages", status="closed", **parameters).json()


def test_resolved_pages_are_found_long_after(start):
    box = start("auth: { mode: none }\n")
    assert box.post("/api/v2/alerts", json=alerts()).status_code == 200
    ends = "2026-01-01T00:00:00Z"
    assert box.post("/api/v2/alerts", json=[{**alert, "startsAt": ends} for alert in alerts(ends)]).status_code == 200
    wait_until(lambda: len(closed(box, limit=1000)["pages"]) == COUNT, 20, "all of them to be closed")
    box.stop(signal.SIGKILL)
    box.start()
    pages, after = [], {}
    while True:
        piece = closed(box, limit=300, **after)
        pages += piece["pages"]
        if "next" not in piece:
            break
        after = {"after": piece["next"]}
    assert len({page["id"] for page in pages}) == len(pages) == COUNT
    assert {page["title"] for page in pages} == {f"Alert{n}: number {n} of many" for n in range(COUNT)}
    times = [page["closed"] for page in pages]
    assert times == sorted(times, reverse=True)
    found = closed(box, search="SERVICE=service-3 many", limit=1000)["pages"]
    assert len(found) == len([n for n in range(COUNT) if n % SERVICES == 3])
    last = pages[-1]
    shown = box.get(f"/ops/v1/pages/{last['id']}").json()
    assert [entry["kind"] for entry in shown["timeline"]][0] == "opened" and shown["status"] == "resolved"
    assert last["title"] in box.get(f"/alerts/{last['id']}").text
    first = box.get("/alerts?status=closed").text
    assert "Older pages" in first and last["title"] not in first
    assert last["title"] in box.get(f"/alerts?status=closed&q={last['labels']['alertname']}").text
    for query in ("limit=0", "limit=x", "limit=1001", "after=yesterday"):
        assert box.get(f"/ops/v1/pages?status=closed&{query}").status_code == 400, query
