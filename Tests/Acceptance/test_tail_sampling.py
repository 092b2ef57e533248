"""Tail sampling in a running server: what is worth keeping is kept, and everything was counted before."""
import time

from conftest import wait_until
from log_senders import own_metric
from span_senders import otlp_span, send_otlp

CONFIGURATION = """auth: { mode: none }
traces: { tail_sampling: { wait: 2s, slow: 500ms, rare_per_minute: 1, rate: 0 } }
"""


def kept(box):
    found = box.get("/ops/v1/traces/search", limit=1000).json()["traces"]
    return {int(trace["trace_id"], 16): trace for trace in found}


def test_errors_slow_and_rare_traces_are_kept_whole_and_all_are_counted(start):
    box = start(CONFIGURATION)
    now = time.time() - 5
    ordinary, failed, slow = range(1, 101), range(201, 206), range(301, 306)
    spans = [otlp_span(trace, 1, 0, "GET /cart", 2, now, 10) for trace in ordinary]
    spans += [otlp_span(trace, 1, 0, "GET /cart", 2, now, 10, failed=True) for trace in failed]
    spans += [otlp_span(trace, 1, 0, "GET /cart", 2, now, 900) for trace in slow]
    send_otlp(box, shop=spans, cron=[otlp_span(401, 1, 0, "nightly", 2, now, 10)])
    # What comes before the decision is decided with its trace, what comes after it follows it.
    send_otlp(box, stock=[otlp_span(trace, 2, 1, "reserve", 1, now, 5) for trace in (50, 201, 301)])
    wait_until(lambda: {*failed, *slow, 401} <= kept(box).keys(), 15, "the traces worth keeping")
    found = kept(box)
    others = found.keys() - {*failed, *slow, 401}
    # The first of their operation in a minute; a minute may have ended between.
    assert others <= set(ordinary) and 1 <= len(others) <= 2
    assert found[201]["span_count"] == 2 and found[301]["span_count"] == 2 and found[202]["span_count"] == 1
    send_otlp(box, mail=[otlp_span(trace, 3, 1, "late", 1, now, 5) for trace in (60, 202)])
    wait_until(lambda: kept(box)[202]["span_count"] == 2, 15, "the late span of a trace that was kept")
    assert kept(box).keys() == found.keys()
    assert own_metric(box, "traces_tail_kept_total", '{reason="error"}') == 5
    assert own_metric(box, "traces_tail_kept_total", '{reason="slow"}') == 5
    assert own_metric(box, "traces_tail_dropped_total") == 100 - len(others)
    # Metrics are of all that came, dropped or not.
    wait_until(lambda: box.value('sum(traces_spanmetrics_calls_total{service="shop"})') == 110, 30, "every request counted")
    assert box.value('sum(traces_spanmetrics_calls_total{service="shop", status_code="STATUS_CODE_ERROR"})') == 5
