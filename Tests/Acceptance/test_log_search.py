"""Looking at logs: by Elasticsearch's Python client, as Grafana asks, in ES|QL, and by Signalbox's own API."""
import json
from pathlib import Path

import pytest
import requests
from elasticsearch import BadRequestError, Elasticsearch, NotFoundError
from elasticsearch.helpers import bulk, scan

LEVELS = ["info", "info", "info", "warn", "error"]
#: 2026-11-20T10:00:00Z
START = 1795168800000


def documents(count=500):
    for number in range(count):
        yield {
            "_index": "logs-app-default" if number % 10 else "logs-web-default", "_op_type": "create",
            "@timestamp": START + number * 1000, "message": f"request {number} took {number % 50} ms",
            "service": {"name": f"service-{number % 4}"}, "log.level": LEVELS[number % 5], "status": 200 + number % 3,
            "ms": number % 50 + 0.5,
        }


@pytest.fixture(scope="module")
def box(tmp_path_factory, request):
    from conftest import Signalbox, wait_until

    binary = Path(request.config.getoption("--binary")).resolve()
    # The records have fixed dates: none may become too old for them.
    configuration = "auth: { mode: none }\nlogs: { retention: 36500d }\n"
    server = Signalbox(binary, tmp_path_factory.mktemp("logs"), configuration).start()
    client = Elasticsearch(server.url + "/es", request_timeout=20)
    bulk(client, documents(), refresh=True)
    server.client = client
    wait_until(lambda: client.count(index="logs-*")["count"] == 500, what="500 records")
    yield server
    client.close()
    server.process.stop()


def ops(box, path, **parameters):
    return requests.get(box.url + "/ops/v1/logs/" + path, params=parameters, timeout=20)


def test_the_python_client_searches_counts_and_pages(box):
    answer = box.client.search(
        index="logs-*", size=3, sort=[{"@timestamp": "desc"}, {"_doc": "desc"}],
        query={"bool": {"filter": [{"term": {"log.level": "error"}}, {"match": {"message": "request"}}]}})
    assert answer["hits"]["total"] == {"value": 100, "relation": "eq"}
    first = answer["hits"]["hits"][0]
    assert first["_source"]["message"] == "request 499 took 49 ms" and first["_source"]["service"] == {"name": "service-3"}
    assert first["_index"] == "logs-app-default" and first["sort"][0] == START + 499_000
    seen = []
    after = None
    while True:
        page = box.client.search(
            index="logs-*", size=70, sort=[{"@timestamp": "asc"}, {"_doc": "asc"}], search_after=after,
            source_includes=["message"])["hits"]["hits"]
        if not page:
            break
        seen += [hit["_source"]["message"] for hit in page]
        after = page[-1]["sort"]
    assert seen == [f"request {number} took {number % 50} ms" for number in range(500)]
    assert box.client.count(index="logs-web-*", query={"range": {"status": {"gte": 201}}})["count"] == 33
    one = box.client.get(index=first["_index"], id=first["_id"])
    assert one["found"] and one["_source"] == first["_source"]
    with pytest.raises(NotFoundError):
        box.client.get(index="logs-app-default", id="not-there")


def test_a_scroll_and_a_point_in_time_read_everything_once(box):
    assert len({hit["_id"] for hit in scan(box.client, index="logs-*", size=90)}) == 500
    point = box.client.open_point_in_time(index="logs-app-*", keep_alive="1m")["id"]
    assert box.client.search(pit={"id": point}, size=0)["hits"]["total"]["value"] == 450
    box.client.close_point_in_time(id=point)


def test_fields_sorting_and_highlights_are_as_asked(box):
    hit = box.client.search(
        index="logs-*", size=1, query={"query_string": {"query": 'message:"took 7" AND service.name:service-3'}},
        sort=[{"ms": "desc"}], fields=[{"field": "@timestamp", "format": "strict_date_optional_time"}, "service.*"],
        highlight={"fields": {"*": {}}, "pre_tags": ["@HIGHLIGHT@"], "post_tags": ["@/HIGHLIGHT@"]},
        source=False)["hits"]["hits"][0]
    assert "_source" not in hit and hit["sort"] == [7.5]
    assert hit["fields"]["service.name"] == ["service-3"] and hit["fields"]["@timestamp"][0].endswith("Z")
    assert "@HIGHLIGHT@took@/HIGHLIGHT@ @HIGHLIGHT@7@/HIGHLIGHT@ ms" in hit["highlight"]["message"][0]


def test_grafana_draws_a_panel_and_lists_logs(box):
    """As its Elasticsearch datasource asks: one `_msearch` of newline-delimited JSON."""
    times = {"range": {"@timestamp": {"gte": START, "lte": START + 500_000, "format": "epoch_millis"}}}
    header = {"ignore_unavailable": True, "index": "logs-*", "search_type": "query_then_fetch"}
    panel = {
        "size": 0,
        "query": {"bool": {"filter": [times, {"query_string": {"analyze_wildcard": True, "query": "status:>=201"}}]}},
        "aggs": {"3": {"terms": {"field": "log.level", "size": 10, "order": {"_key": "asc"}, "min_doc_count": 1}, "aggs": {
            "2": {"date_histogram": {"field": "@timestamp", "fixed_interval": "100000ms", "min_doc_count": 0,
                                     "extended_bounds": {"min": START, "max": START + 499_999},
                                     "format": "epoch_millis"},
                  "aggs": {"1": {"avg": {"field": "ms"}}, "4": {"percentiles": {"field": "ms", "percents": ["95"]}}}}}}}}
    logs = {
        "size": 5, "query": {"bool": {"filter": times}},
        "sort": {"@timestamp": {"order": "desc", "unmapped_type": "boolean"}, "_doc": {"order": "desc"}},
        "docvalue_fields": ["@timestamp"], "script_fields": {}, "fields": [
            {"field": "*", "format": "strict_date_optional_time_nanos"}],
        "highlight": {"fields": {"*": {}}, "pre_tags": ["@HIGHLIGHT@"], "post_tags": ["@/HIGHLIGHT@"],
                      "fragment_size": 2147483647}}
    broken = {"query": {"query_string": {"query": "a AND ("}}}
    body = "".join(json.dumps(part) + "\n" for query in (panel, logs, broken) for part in (header, query))
    answer = requests.post(
        box.url + "/es/_msearch?max_concurrent_shard_requests=5", data=body,
        headers={"Content-Type": "application/x-ndjson"}, timeout=20)
    assert answer.status_code == 200 and answer.headers["X-Elastic-Product"] == "Elasticsearch"
    first, second, third = answer.json()["responses"]
    buckets = first["aggregations"]["3"]["buckets"]
    assert [bucket["key"] for bucket in buckets] == ["error", "info", "warn"]
    assert sum(bucket["doc_count"] for bucket in buckets) == 333 and first["status"] == 200
    steps = buckets[1]["2"]["buckets"]
    assert [step["key"] for step in steps] == [START + 100_000 * number for number in range(5)]
    assert 20 < steps[0]["1"]["value"] < 30 and 40 < steps[0]["4"]["values"]["95.0"] < 50
    assert [hit["sort"][0] for hit in second["hits"]["hits"]] == [START + 1000 * number for number in range(499, 494, -1)]
    assert second["hits"]["hits"][0]["fields"]["message"] == ["request 499 took 49 ms"]
    assert third["status"] == 400 and "line 1, column 8" in third["error"]["reason"]


def test_mappings_and_capabilities_name_the_fields(box):
    properties = box.client.indices.get_mapping(index="logs-app-default")["logs-app-default"]["mappings"]["properties"]
    assert properties["@timestamp"] == {"type": "date"} and properties["message"]["type"] == "text"
    assert properties["service"]["properties"]["name"] == {"type": "keyword"}
    fields = box.client.field_caps(index="logs-*", fields=["ms", "status", "log.*"])["fields"]
    assert set(fields) == {"ms", "status", "log.level"} and "double" in fields["ms"] and "long" in fields["status"]
    assert {entry["index"] for entry in box.client.cat.indices(format="json")} == {"logs-app-default", "logs-web-default"}


def test_es_ql_answers_in_columns_and_says_where_it_is_wrong(box):
    answer = box.client.esql.query(
        query="FROM logs-* | WHERE status > 200 | STATS n = COUNT(*), p = PERCENTILE(ms, 90) BY service.name "
              "| SORT n DESC, service.name | LIMIT 2")
    assert [column["name"] for column in answer["columns"]] == ["n", "p", "service.name"]
    assert [row[2] for row in answer["values"]] == ["service-1", "service-0"] and answer["values"][0][0] == 84
    with pytest.raises(BadRequestError) as error:
        box.client.esql.query(query="FROM logs-* | WHERE")
    assert error.value.body["error"]["reason"].startswith("line 1:20: ")
    found = box.client.esql.query(
        query="FROM logs-* | WHERE message : ?words AND ms > ?least | SORT @timestamp DESC | LIMIT 2 | KEEP message",
        params=[{"words": "request"}, {"least": 49}])
    assert [row[0] for row in found["values"]] == ["request 499 took 49 ms", "request 449 took 49 ms"]
    asked = {"query": "FROM logs-* | LIMIT 1 | EVAL none = TO_LONG(\"x\") | KEEP ms, none"}
    answer = requests.post(box.url + "/es/_query?drop_null_columns=true", json=asked, timeout=20).json()
    assert [column["name"] for column in answer["columns"]] == ["ms"] and len(answer["all_columns"]) == 2
    assert len(answer["values"][0]) == 1
    for path, body in [("?format=csv", asked), ("", {**asked, "tables": {}}), ("", {**asked, "params": {"a": 1}})]:
        assert requests.post(box.url + "/es/_query" + path, json=body, timeout=20).status_code == 400
    # What is as deep as it has operators must not end the server.
    for query in ["ROW a = 1" + " + 1" * 200_000, "FROM logs-* | WHERE " + " OR ".join(["ms == 1"] * 50_000)]:
        with pytest.raises(BadRequestError):
            box.client.esql.query(query=query)


@pytest.mark.parametrize("body, words", [
    ({"_source": [f"m*{n}*" for n in range(1001)]}, "[_source] has 1001 names"),
    ({"fields": ["ms"] * 1001}, "[fields] has 1001 names"),
    ({"highlight": {"fields": {f"m*{n}*": {} for n in range(1001)}}}, "[highlight] has 1001 names"),
    ({"sort": ["ms"] * 101}, "more than 100 fields to sort by"),
    ({"script_fields": {"double": {"script": "doc['ms'].value * 2"}}}, "[script_fields] is not there"),
    ({"runtime_mappings": {"day": {"type": "keyword"}}}, "[runtime_mappings] is not there"),
    ({"query": {"simple_query_string": {"query": "a+b|" * 9000, "fields": ["message"]}}}, "take turns more than 500 times"),
    ({"size": 0, "aggs": {"h": {"date_histogram": {"field": "@timestamp", "fixed_interval": "1m"}, "aggs": {"b": {
        "bucket_script": {"buckets_path": {"n": "_count"}, "script": "params.n" + "+1" * 200_000}}}}}},
     "the script has more than 500 operators"),
])
def test_what_would_cost_too_much_or_is_not_there_is_refused_in_words(box, body, words):
    refused = requests.post(box.url + "/es/logs-*/_search", json=body, timeout=20)
    assert refused.status_code == 400 and words in refused.json()["error"]["reason"], refused.text[:300]


def test_a_parameter_that_is_not_there_is_named_rather_than_read_over(box):
    for path in ["rows", "hits", "fields", "facets", "around", "patterns", "export", "tail"]:
        refused = ops(box, path, start="now-1h")
        assert refused.status_code == 400 and 'there is no parameter "start"' in refused.json()["error"], refused.text


@pytest.mark.parametrize("query, kind, words", [
    ({"matches": {}}, "parsing_exception", "unknown query [matches]"),
    ({"query_string": {"query": "a:("}}, "query_shard_exception", "line 1, column 4"),
    ({"range": {"@timestamp": {"gte": "soon"}}}, "illegal_argument_exception", "failed to parse date field [soon]"),
])
def test_what_is_wrong_with_a_search_is_said_in_elasticsearchs_words(box, query, kind, words):
    with pytest.raises(BadRequestError) as error:
        box.client.search(index="logs-*", query=query)
    assert error.value.body["error"]["type"] == kind and words in error.value.body["error"]["reason"]


def test_signalboxs_own_api_lists_counts_and_exports(box):
    page = ops(box, "rows", query="log.level: error and service.name: service-0", limit=2).json()
    assert [row["fields"]["message"] for row in page["rows"]] == ["request 484 took 34 ms", "request 464 took 14 ms"]
    following = ops(box, "rows", query="log.level: error and service.name: service-0", limit=2, after=page["next"]).json()
    assert following["rows"][0]["fields"]["message"] == "request 444 took 44 ms"
    hits = ops(box, "hits", query="status >= 201", **{"from": START, "to": START + 500_000, "step": "100s"},
               by="log.level").json()
    assert hits["total"] == 333 and len(hits["series"]) == 3 and sum(hits["series"][0]["counts"]) == 200
    names = {field["name"]: field for field in ops(box, "fields").json()["fields"]}
    assert names["ms"]["count"] == 500 and names["ms"]["kinds"] == ["number"]
    facet = ops(box, "facets", fields="log.level", limit=2).json()["facets"][0]
    assert facet["values"] == [{"value": "info", "count": 300}, {"value": "error", "count": 100}]
    around = ops(box, "around", cursor=page["rows"][0]["cursor"], before=2, after=1).json()
    assert [row["fields"]["message"][:11] for row in around["before"] + around["after"]] == [
        "request 482", "request 483", "request 485"]
    lines = ops(box, "export", query="log.level: warn", order="asc").text.splitlines()
    assert len(lines) == 100 and json.loads(lines[0])["message"] == "request 3 took 3 ms"
    table = ops(box, "export", query="log.level: warn", format="csv", fields="message,status", limit=1).text
    assert table == "@timestamp,message,status\r\n2026-11-20T10:08:18.000Z,request 498 took 48 ms,200\r\n"
    wrong = ops(box, "rows", query="a: (b")
    assert wrong.status_code == 400 and "line 1, column 6: expected \")\"" in wrong.json()["error"]


def test_the_command_line_finds_records(box):
    def asked(*words):
        return box.command("query", "logs", *words, "--url", box.url, "--start", "2026-11-20")

    found = asked("log.level: error and message: request", "--limit", "2")
    assert found.returncode == 0, found.stderr
    assert found.stdout == ("2026-11-20T10:08:14.000Z  request 494 took 44 ms\n"
                            "2026-11-20T10:08:19.000Z  request 499 took 49 ms\n")
    cells = asked("status: 202", "--format", "csv", "--fields", "status,message", "--limit", "1").stdout
    assert cells.splitlines() == ["@timestamp,status,message", "2026-11-20T10:08:17.000Z,202,request 497 took 47 ms"]
    documents_ = asked("", "--format", "json", "--limit", "3").stdout.splitlines()
    assert [json.loads(line)["message"] for line in documents_] == [
        f"request {number} took {number % 50} ms" for number in (499, 498, 497)]
    wrong = asked("status: (")
    assert wrong.returncode != 0 and "line 1, column" in wrong.stderr
