"""Looking at traces: by Signalbox's own API, as Grafana's datasources of Jaeger and Tempo ask, and from the command line."""
import base64
import json
import time

import pytest
import requests
from opentelemetry.proto.trace.v1.trace_pb2 import TracesData

TRACE = "5b8efff798038103d269b633813fc60c"
#: Nanoseconds; whole seconds.
START = int(time.time() - 600) * 10**9

ACCESS = """
logs:
  access:
    - { tokens: [narrow], query: 'service.name: cart', mask: [attributes.user] }
"""


def span(number, parent, name, kind, offset, duration, failed=False, **attributes):
    own = {
        "traceId": TRACE, "spanId": f"{number:016x}", "name": name, "kind": kind,
        "startTimeUnixNano": str(START + offset * 10**6), "endTimeUnixNano": str(START + (offset + duration) * 10**6),
        "attributes": [{"key": key, "value": {"stringValue": value}} for key, value in attributes.items()],
    }
    if parent:
        own["parentSpanId"] = f"{parent:016x}"
    if failed:
        own["status"] = {"code": 2, "message": "no stock"}
        own["events"] = [{"timeUnixNano": own["endTimeUnixNano"], "name": "exception", "attributes": [
            {"key": "exception.type", "value": {"stringValue": "OutOfStock"}},
            {"key": "exception.message", "value": {"stringValue": f"item {number} is gone"}}]}]
    return own


def body():
    services = {
        "shop": [span(1, 0, "GET /buy", 2, 0, 200, user="ada"), span(2, 1, "GET", 3, 20, 150)],
        # Its clock is ten seconds late.
        "cart": [span(3, 2, "GET /cart", 2, 10_040, 100, failed=True, user="ada"), span(4, 3, "work", 1, 10_050, 20)],
        "mail": [span(5, 99, "send", 5, 180, 5)],
    }
    return {"resourceSpans": [
        {"resource": {"attributes": [{"key": "service.name", "value": {"stringValue": name}}]},
         "scopeSpans": [{"spans": spans}]} for name, spans in services.items()]}


@pytest.fixture
def box(start):
    from conftest import wait_until

    server = start(ACCESS)
    server.token = server.create_token("ingest", "--name", "sender")
    answer = server.post("/v1/traces", json=body())
    assert answer.status_code == 200, answer.text
    server.token = server.create_token("api", "--role", "admin", "--name", "reader")
    wait_until(lambda: server.get(f"/ops/v1/traces/{TRACE}").status_code == 200, what="the trace")
    return server


def test_a_trace_is_found_shown_and_hidden(box):
    found = box.get("/ops/v1/traces/search", service="cart", min_duration="90ms", status="error").json()["traces"]
    assert [trace["trace_id"] for trace in found] == [TRACE]
    assert found[0]["root"] == {"service": "shop", "name": "GET /buy", "missing": False}
    assert found[0]["span_count"] == 5 and found[0]["error_count"] == 1 and found[0]["match_count"] == 1
    assert box.get("/ops/v1/traces/search", service="cart", min_duration="101ms").json()["traces"] == []
    trace = box.get(f"/ops/v1/traces/{TRACE}").json()
    shown = [(node["name"], node["depth"], node["offset_ns"] // 10**6, node["marks"]) for node in trace["spans"]]
    assert shown == [
        ("GET /buy", 0, 0, []), ("GET", 1, 20, []), ("GET /cart", 2, 45, ["clock_skew"]),
        ("work", 3, 55, ["clock_skew"]), ("send", 0, 180, ["orphan"])]
    assert [trace["spans"][piece["span"]]["name"] for piece in trace["critical_path"]] == [
        "GET /buy", "GET", "GET /cart", "work", "GET /cart", "GET", "GET /buy"]
    # A list shows what the trace's page shows: the cart's clock is late, and is no part of how long it took.
    assert (found[0]["start"], found[0]["duration_ns"]) == (trace["start"], trace["duration_ns"])
    assert box.get(f"/ops/v1/traces/{TRACE}", summary="true").json()["span_count"] == trace["span_count"] == 5
    assert trace["errors"][0]["type"] == "OutOfStock" and trace["errors"][0]["span_id"] == f"{3:016x}"
    assert box.get("/ops/v1/traces/" + "0" * 31 + "1").status_code == 404
    assert box.get("/ops/v1/traces/xyz").status_code == 400
    groups = box.get("/ops/v1/traces/errors").json()["groups"]
    assert [(group["type"], group["count"]) for group in groups] == [("OutOfStock", 1)]
    calls = box.get("/ops/v1/traces/dependencies").json()
    edges = calls["dependencies"]
    assert not calls["truncated"]
    assert [(edge["client"], edge["server"], edge["count"]) for edge in edges] == [("shop", "cart", 1)]
    services = box.get("/ops/v1/traces/services").json()["services"]
    assert {service["service"]: service["error_count"] for service in services} == {"shop": 0, "cart": 1, "mail": 0}
    # Who may see the cart only, and no users, sees that.
    token = box.create_token("api", "--role", "viewer", "--name", "narrow")
    narrow = {"Authorization": f"Bearer {token}"}
    seen = requests.get(f"{box.url}/ops/v1/traces/{TRACE}", headers=narrow, timeout=10).json()
    assert [node["name"] for node in seen["spans"]] == ["GET /cart", "work"]
    assert all("user" not in node["attributes"] for node in seen["spans"])
    assert requests.get(f"{box.url}/ops/v1/traces/{TRACE}", timeout=10).status_code == 401
    listed = box.command("query", "traces", "service.name: cart", "--format", "json").stdout
    assert json.loads(listed)["traces"][0]["trace_id"] == TRACE
    tree = box.command("query", "traces", "--trace", TRACE).stdout
    assert "    cart: GET /cart  +45ms  100ms failed [clock_skew]" in tree


def test_grafanas_jaeger_datasource_gets_its_answers(box):
    assert box.get("/jaeger/api/services").json()["data"] == ["cart", "mail", "shop"]
    assert box.get("/jaeger/api/services/shop/operations").json()["data"] == ["GET", "GET /buy"]
    micro = START // 1000
    asked = dict(service="cart", start=micro - 10**6, end=micro + 20 * 10**6, limit=20)
    traces = box.get("/jaeger/api/traces", tags='{"error":"true"}', minDuration="90ms", **asked).json()["data"]
    assert [trace["traceID"] for trace in traces] == [TRACE] and len(traces[0]["spans"]) == 5
    assert box.get("/jaeger/api/traces", tags='{"user":"bob"}', **asked).json()["data"] == []
    one = box.get(f"/jaeger/api/traces/{TRACE}").json()["data"][0]
    cart = next(own for own in one["spans"] if own["operationName"] == "GET /cart")
    assert cart["references"] == [{"refType": "CHILD_OF", "traceID": TRACE, "spanID": f"{2:016x}"}]
    assert cart["startTime"] == (START + 10_040 * 10**6) // 1000 and cart["duration"] == 100_000
    assert one["processes"][cart["processID"]]["serviceName"] == "cart"
    assert {"key": "error", "type": "bool", "value": True} in cart["tags"]
    assert box.get("/jaeger/api/traces/" + "0" * 31 + "1").status_code == 404
    edges = box.get("/jaeger/api/dependencies", endTs=int(time.time() * 1000), lookback=3_600_000).json()["data"]
    assert edges == [{"parent": "shop", "child": "cart", "callCount": 1}]
    v3 = box.get(f"/jaeger/api/v3/traces/{TRACE}").json()["result"]["resourceSpans"]
    assert sum(len(scope["spans"]) for group in v3 for scope in group["scopeSpans"]) == 5
    times = {"query.start_time_min": "2020-01-01T00:00:00Z", "query.start_time_max": "2100-01-01T00:00:00Z"}
    found = box.get("/jaeger/api/v3/traces", **{"query.service_name": "mail", **times}).json()["result"]
    assert found["resourceSpans"]
    assert box.get("/jaeger/api/v3/services").json() == {"services": ["cart", "mail", "shop"]}


def test_grafanas_tempo_datasource_gets_its_answers(box):
    assert box.get("/tempo/api/echo").text == "echo"
    query = '{ resource.service.name="cart" && duration > 90ms && status = error }'
    seconds = dict(start=START // 10**9 - 60, end=START // 10**9 + 60)
    traces = box.get("/tempo/api/search", q=query, limit=20, spss=3, **seconds).json()["traces"]
    assert [(trace["traceID"], trace["rootServiceName"]) for trace in traces] == [(TRACE, "shop")]
    assert traces[0]["spanSets"][0]["matched"] == 1
    assert traces[0]["spanSets"][0]["spans"][0]["spanID"] == f"{3:016x}"
    refused = box.get("/tempo/api/search", q="{ duration > 5parsec }")
    assert refused.status_code == 400 and "column 14" in refused.json()["error"]
    answer = box.get(f"/tempo/api/traces/{TRACE}").json()
    ids = {own["spanId"] for batch in answer["batches"] for scope in batch["scopeSpans"] for own in scope["spans"]}
    assert base64.b64encode((3).to_bytes(8, "big")).decode() in ids
    binary = requests.get(
        f"{box.url}/tempo/api/traces/{TRACE}", headers={**box.headers(), "Accept": "application/protobuf"}, timeout=10)
    read = TracesData.FromString(binary.content)
    spans = [own for group in read.resource_spans for scope in group.scope_spans for own in scope.spans]
    assert len(spans) == 5 and {own.trace_id.hex() for own in spans} == {TRACE}
    failed = next(own for own in spans if own.status.code == 2)
    assert failed.status.message == "no stock" and failed.events[0].name == "exception"
    assert box.get("/tempo/api/v2/traces/" + "0" * 31 + "1").status_code == 404
    scopes = {scope["name"]: scope["tags"] for scope in box.get("/tempo/api/v2/search/tags").json()["scopes"]}
    assert scopes["resource"] == ["service.name"] and scopes["span"] == ["user"]
    values = box.get("/tempo/api/v2/search/tag/resource.service.name/values").json()["tagValues"]
    assert {value["value"] for value in values} == {"cart", "mail", "shop"}
