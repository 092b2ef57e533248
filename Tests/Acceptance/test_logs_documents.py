"""Documents by their identities, as Elasticsearch's Python client reads, updates and deletes them."""
import json
import threading
from pathlib import Path

import pytest
import requests
from elasticsearch import BadRequestError, ConflictError, Elasticsearch, NotFoundError
from elasticsearch.helpers import bulk

from log_senders import own_metric, post_bulk

INDEX = "logs-app-default"


@pytest.fixture(scope="module")
def box(tmp_path_factory, request):
    from conftest import Signalbox

    binary = Path(request.config.getoption("--binary")).resolve()
    configuration = "auth: { mode: none }\nlogs: { retention: 36500d }\n"
    server = Signalbox(binary, tmp_path_factory.mktemp("documents"), configuration).start()
    server.client = Elasticsearch(server.url + "/es", request_timeout=20)
    yield server
    server.client.close()
    server.process.stop()


def document(number, **more):
    return {"@timestamp": 1795168800000 + number, "message": f"order {number} stored", "order": {"number": number}, **more}


def test_a_document_is_read_as_soon_as_it_is_answered(box):
    client = box.client
    for number in range(20):
        client.index(index=INDEX, id=f"read-{number}", document=document(number))
        found = client.get(index=INDEX, id=f"read-{number}")
        assert found["found"] and found["_source"]["order"] == {"number": number}
    assert client.exists(index=INDEX, id="read-3") and not client.exists(index=INDEX, id="read-99")
    assert client.get_source(index=INDEX, id="read-3", source_includes=["order.*"]) == {"order": {"number": 3}}
    assert client.get(index=INDEX, id="read-3", source=False).body.get("_source") is None
    with pytest.raises(NotFoundError):
        client.get_source(index=INDEX, id="read-99")
    docs = client.mget(docs=[
        {"_index": INDEX, "_id": "read-1"}, {"_index": INDEX, "_id": "read-2", "_source": ["message"]},
        {"_index": INDEX, "_id": "none"}, {"_index": "nowhere", "_id": "1"}])["docs"]
    assert [doc.get("found") for doc in docs] == [True, True, False, None]
    assert docs[1]["_source"] == {"message": "order 2 stored"}
    assert docs[3]["error"]["type"] == "index_not_found_exception"
    assert [doc["found"] for doc in client.mget(index=INDEX, ids=["read-5", "none"])["docs"]] == [True, False]


def test_a_write_is_never_made_without_the_condition_it_asks_for(box):
    client = box.client
    client.index(index=INDEX, id="asked", document={"a": 1}, op_type="create")
    with pytest.raises(ConflictError):
        client.index(index=INDEX, id="asked", document={"a": 2}, op_type="create")
    for asked in ({"if_seq_no": 1, "if_primary_term": 1}, {"version": 3, "version_type": "external"}):
        with pytest.raises(BadRequestError):
            client.index(index=INDEX, id="asked", document={"a": 3}, **asked)
        with pytest.raises(BadRequestError):
            client.delete(index=INDEX, id="asked", **asked)
    answer = client.bulk(index=INDEX, operations=[
        {"index": {"_id": "asked", "if_seq_no": 1, "if_primary_term": 1}}, {"a": 4},
        {"index": {"_id": "asked", "op_type": "create"}}, {"a": 5},
        {"delete": {"_id": "asked", "version": 9}}])
    assert [next(iter(item.values()))["status"] for item in answer["items"]] == [400, 409, 400]
    assert "is not supported" in answer["items"][0]["index"]["error"]["reason"] and "create" in answer["items"][1]
    assert client.get(index=INDEX, id="asked")["_source"]["a"] == 1


def test_updates_merge_insert_and_refuse_what_they_cannot(box):
    client = box.client
    client.index(index=INDEX, id="u", document=document(1, tags=["a"], user={"name": "x", "id": 5}))
    assert client.update(index=INDEX, id="u", doc={"user": {"name": "y"}, "tags": ["b", "c"]})["result"] == "updated"
    source = client.get(index=INDEX, id="u")["_source"]
    assert source["user"] == {"name": "y", "id": 5} and source["tags"] == ["b", "c"] and source["message"] == "order 1 stored"
    assert client.update(index=INDEX, id="u", doc={"user": {"id": 5}})["result"] == "noop"
    with pytest.raises(NotFoundError) as missing:
        client.update(index=INDEX, id="none", doc={"a": 1})
    assert missing.value.body["error"]["type"] == "document_missing_exception"
    assert client.update(index=INDEX, id="new", doc={"a": 1}, upsert={"b": 2})["result"] == "created"
    assert client.update(index=INDEX, id="new", doc={"a": 1}, doc_as_upsert=True)["result"] == "updated"
    stored = client.get(index=INDEX, id="new")["_source"]
    assert stored["a"] == 1 and stored["b"] == 2
    with pytest.raises(BadRequestError) as script:
        client.update(index=INDEX, id="u", script={"source": "ctx._source.a = 1"})
    assert "script" in script.value.body["error"]["reason"]
    assert client.delete(index=INDEX, id="new")["result"] == "deleted"
    with pytest.raises(NotFoundError):
        client.delete(index=INDEX, id="new")


def test_updates_in_bulk_see_what_the_same_request_wrote(box):
    count, errors = bulk(box.client, [
        {"_op_type": "index", "_index": INDEX, "_id": "b1", **document(1)},
        {"_op_type": "update", "_index": INDEX, "_id": "b1", "doc": {"state": "paid"}},
        {"_op_type": "update", "_index": INDEX, "_id": "b1", "doc": {"order": {"total": 9}}},
        {"_op_type": "update", "_index": INDEX, "_id": "b2", "doc": {"state": "new"}, "doc_as_upsert": True},
        {"_op_type": "delete", "_index": INDEX, "_id": "b2"},
        {"_op_type": "update", "_index": INDEX, "_id": "b2", "doc": {"state": "old"}},
        {"_op_type": "update", "_index": INDEX, "_id": "b1", "script": {"source": "x"}},
    ], raise_on_error=False)
    assert count == 5 and [(list(error)[0], error["update"]["status"]) for error in errors] == [("update", 404), ("update", 400)]
    source = box.client.get(index=INDEX, id="b1")["_source"]
    assert source["state"] == "paid" and source["order"] == {"number": 1, "total": 9}
    assert not box.client.exists(index=INDEX, id="b2")


def test_no_update_is_lost_among_many_at_once(box):
    box.client.index(index=INDEX, id="many", document=document(0))
    done = []

    def writer(name):
        client = Elasticsearch(box.url + "/es", request_timeout=30)
        for number in range(8):
            while True:
                try:
                    client.update(index=INDEX, id="many", doc={f"{name}{number}": number})
                    break
                except ConflictError:
                    continue
            done.append(f"{name}{number}")
        client.close()

    threads = [threading.Thread(target=writer, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    source = box.client.get(index=INDEX, id="many")["_source"]
    assert len(done) == 32 and set(done) <= set(source)


def test_what_a_query_finds_is_deleted_for_good_and_written_down(box):
    client = box.client
    bulk(client, ({"_index": "logs-gone-default", "_id": str(number), **document(number, user={"email": f"u{number % 3}@example.org"})}
                  for number in range(90)))
    answer = client.delete_by_query(index="logs-gone-*", query={"term": {"user.email": "u1@example.org"}})
    assert answer["deleted"] == 30 and answer["failures"] == []
    assert client.count(index="logs-gone-default")["count"] == 60
    assert client.count(index="logs-gone-default", query={"term": {"user.email": "u1@example.org"}})["count"] == 0
    box.process.stop(with_signal=9)
    box.start()
    assert client.count(index="logs-gone-default")["count"] == 60
    entries = box.get("/ops/v1/audit").json()
    assert "logs deleted" in str(entries)
    for body in ({}, {"query": {"match_all": {}}, "max_docs": 5}):
        refused = requests.post(box.url + "/es/logs-gone-default/_delete_by_query", json=body, timeout=20)
        assert refused.status_code == 400, refused.text


def test_an_index_that_is_not_there_is_404_unless_that_does_not_matter(box):
    client = box.client
    bulk(client, [{"_index": INDEX, "_op_type": "create", **document(1)}])
    with pytest.raises(NotFoundError) as missing:
        client.search(index="nowhere")
    assert missing.value.body["error"]["type"] == "index_not_found_exception"
    assert missing.value.body["error"]["reason"] == "no such index [nowhere]"
    for ask in (client.count, client.field_caps, client.indices.get_mapping):
        with pytest.raises(NotFoundError):
            ask(index=f"{INDEX},nowhere", **({"fields": "*"} if ask == client.field_caps else {}))
    assert client.search(index="nowhere", ignore_unavailable=True)["hits"]["hits"] == []
    assert client.search(index="nowhere-*")["hits"]["total"]["value"] == 0
    with pytest.raises(NotFoundError):
        client.search(index="nowhere-*", allow_no_indices=False)
    answers = client.msearch(searches=[{"index": "nowhere"}, {}, {"index": "nowhere", "ignore_unavailable": True}, {}])
    assert [answer["status"] for answer in answers["responses"]] == [404, 200]
    with pytest.raises(BadRequestError) as unknown:
        client.esql.query(query="FROM nowhere | LIMIT 1")
    assert "Unknown index [nowhere]" in unknown.value.body["error"]["reason"]
    # What is made is there, though nothing is in it; what was just answered is there too.
    client.indices.create(index="made")
    assert client.search(index="made")["hits"]["total"]["value"] == 0
    client.index(index="logs-just-default", document=document(1))
    assert client.search(index="logs-just-default")["_shards"]["failed"] == 0


def test_names_with_dates_are_those_of_today(box):
    client = box.client
    client.index(index="<logs-dated-{now/d{yyyy}}>", id="1", document=document(1))
    bulk(client, [{"_index": "<logs-dated-{now/d{yyyy}}>", "_id": "2", **document(2)}], refresh=True)
    names = [entry["index"] for entry in client.cat.indices(format="json") if entry["index"].startswith("logs-dated-2")]
    assert len(names) == 1 and client.count(index="<logs-dated-{now/d{yyyy}}>")["count"] == 2
    assert client.get(index="<logs-dated-{now/d{yyyy}}>", id="1")["_index"] == names[0]
    with pytest.raises(BadRequestError):
        client.index(index="<logs-{now/x}>", document=document(1))


def test_dissect_and_grok_take_columns_out_of_texts(box):
    client = box.client
    bulk(client, ({"_index": "logs-cut-default", **document(number)} for number in range(30)), refresh=True)
    answer = client.esql.query(
        query='FROM logs-cut-default | GROK message "%{WORD:what} %{NUMBER:n:int} %{WORD:state}" '
              '| WHERE n >= 20 | DISSECT state "%{first}ored" | STATS c = COUNT(*), m = MAX(n) BY what, first')
    assert answer["values"] == [[10, 29, "order", "st"]]
    with pytest.raises(BadRequestError) as error:
        client.esql.query(query='FROM logs-cut-default | GROK message "%{NOPE:x}"')
    assert error.value.body["error"]["reason"].startswith("line 1:38: Invalid GROK pattern [%{NOPE:x}]")


def test_a_person_reads_by_name_and_password_from_programs_alone(start):
    box = start("auth: { mode: local }\n")
    password = box.password
    client = Elasticsearch(box.url + "/es", basic_auth=("admin", password), request_timeout=20)
    assert client.search(index="logs-*")["hits"]["total"]["value"] == 0
    client.close()
    wrong = requests.get(box.url + "/es/_search", auth=("admin", "wrong words here"), timeout=20)
    assert wrong.status_code == 401
    page = requests.get(box.url + "/es/_search", auth=("admin", password), headers={"Sec-Fetch-Site": "cross-site"}, timeout=20)
    assert page.status_code == 401
    other = requests.get(box.url + "/api/v1/query?query=1", auth=("admin", password), timeout=20)
    assert other.status_code == 401


def test_an_index_is_deleted_with_its_records_and_is_there_no_more(box):
    client = box.client
    for name in ["logs-ended-default", "logs-stays-default"]:
        bulk(client, ({"_op_type": "create", "_index": name, "message": f"line {n}"} for n in range(20)))
    client.indices.create(index="logs-made-default")
    assert all(client.indices.exists(index=f"logs-{name}-default") for name in ["ended", "stays", "made"])
    for pattern in ["logs-*", "_all", "*", "logs-ended-default,-logs-made-default"]:
        refused = requests.delete(box.url + "/es/" + pattern, timeout=20)
        assert refused.status_code == 400 and "Wildcard expressions" in refused.text, refused.text
    assert requests.delete(box.url + "/es/logs-ended-default?size=1", timeout=20).status_code == 400
    assert client.indices.delete(index="logs-ended-default,logs-made-default")["acknowledged"]
    assert not client.indices.exists(index="logs-ended-default") and not client.indices.exists(index="logs-made-default")
    with pytest.raises(NotFoundError):
        client.search(index="logs-ended-default")
    with pytest.raises(NotFoundError):
        client.indices.delete(index="logs-ended-default")
    assert client.indices.delete(index="logs-ended-default", ignore_unavailable=True)["acknowledged"]
    assert client.count(index="logs-stays-default")["count"] == 20
    # A new one of the name begins anew.
    client.index(index="logs-ended-default", document={"message": "again"}, refresh=True)
    assert client.count(index="logs-ended-default")["count"] == 1


def test_tokens_replace_and_delete_only_what_has_their_labels(start):
    box = start("auth: { mode: local }\n")
    tenants = {name: {"Authorization": "Bearer " + box.create_token(
        "ingest", "--name", name, "--label", f"team={name}")} for name in ("a", "b")}
    box.token = box.create_token("api", "--name", "admin", "--role", "admin")

    def send(tenant, operation, text):
        body = json.dumps({operation: {"_index": "logs-shared-default", "_id": "one"}}) + "\n"
        body += "" if operation == "delete" else json.dumps({"message": text}) + "\n"
        [item] = post_bulk(box, body, headers=tenants[tenant]).json()["items"]
        return item[operation]["status"]

    def source():
        answer = box.get("/es/logs-shared-default/_doc/one").json()
        return {name: value for name, value in answer.get("_source", {}).items() if name != "@timestamp"}

    assert send("a", "index", "first") == 201 and source() == {"message": "first", "team": "a"}
    assert send("b", "index", "mine") == 409 and send("b", "delete", "") == 404 and send("b", "create", "mine") == 409
    assert requests.put(box.url + "/es/logs-shared-default/_doc/one", json={"message": "mine"}, timeout=10,
                        headers=tenants["b"]).status_code == 409
    assert requests.delete(box.url + "/es/logs-shared-default/_doc/one", timeout=10,
                           headers=tenants["b"]).status_code == 404
    assert source() == {"message": "first", "team": "a"}
    assert own_metric(box, "logs_refused_records_total") == 2
    assert send("a", "index", "second") == 200 and source() == {"message": "second", "team": "a"}
    assert send("a", "delete", "") == 200 and source() == {}
    assert send("b", "index", "mine") == 201 and source() == {"message": "mine", "team": "b"}
