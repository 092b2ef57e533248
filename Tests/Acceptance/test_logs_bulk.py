"""Logs by Elasticsearch's API: what clients ask before they send, bulk requests good and bad, and what a 2xx means."""
import base64
import gzip
import json
import os
import secrets
import signal
import subprocess
import threading

import pytest
import requests
from elasticsearch import BadRequestError, Elasticsearch, NotFoundError
from elasticsearch.helpers import bulk, streaming_bulk

from conftest import free_port, wait_until
from log_senders import bulk_body, own_metric, post_bulk, stored


@pytest.fixture
def box(start):
    return start()


def documents(count, prefix="line"):
    return [{"@timestamp": "2026-11-20T10:00:00.000Z", "message": f"{prefix} {number}", "number": number}
            for number in range(count)]


def test_one_bad_line_of_a_thousand_is_refused_with_its_place_and_the_others_stored(box):
    lines = bulk_body(documents(1000)).split(b"\n")
    lines[2 * 499 + 1] = b'{"message": "line 499", }'
    answer = post_bulk(box, b"\n".join(lines))
    assert answer.status_code == 200 and answer.headers["X-Elastic-Product"] == "Elasticsearch"
    items = answer.json()["items"]
    assert answer.json()["errors"] is True and len(items) == 1000
    refused = [number for number, item in enumerate(items) if item["create"]["status"] != 201]
    assert refused == [499]
    error = items[499]["create"]
    assert error["status"] == 400 and error["error"]["type"] == "document_parsing_exception"
    assert error["error"]["reason"].startswith("[1000:25] failed to parse: expected a name")
    assert stored(box) == 999


def test_an_identity_that_is_none_is_refused_by_itself(box):
    items = post_bulk(box, bulk_body([{"_id": "x" * 513, "a": 1}, {"_id": "fine", "a": 1}])
                      + b'{"create":{"_index":"logs-x","_id":""}}\n{"a":1}\n').json()["items"]
    assert [item["create"]["status"] for item in items] == [400, 201, 400]
    assert "must not be empty" in items[2]["create"]["error"]["reason"]


def test_the_answer_has_the_bytes_that_clients_search_for(box):
    answer = post_bulk(box, b'{"create":{"_index":"logs-x","_id":"a\\"b"}}\n{"a":1}\n')
    text = answer.text
    assert text.startswith('{"took":') and text.endswith(
        ',"errors":false,"items":[{"create":{"_index":"logs-x","_id":"a\\"b","_version":1,"result":"created",'
        '"_shards":{"total":1,"successful":1,"failed":0},"_seq_no":1,"_primary_term":1,"status":201}}]}')
    filtered = post_bulk(
        box, b'{"index":{}}\n{"a":1}\n{"create":{}}\n{\n',
        "/es/logs-y/_bulk/?filter_path=errors,items.*.error,items.*.status")
    assert filtered.text == (
        '{"errors":true,"items":[{"index":{"status":201}},{"create":{"status":400,"error":{"type":'
        '"document_parsing_exception","reason":"[4:2] failed to parse: expected more: the document is cut off"}}}]}')
    assert post_bulk(box, b'{"index":{}}\n{"a":1}\n', "/es/l/_bulk?filter_path=items.*.error,errors").text == (
        '{"errors":false}')


@pytest.mark.parametrize("body, status, kind", [
    (b'{"create":{"_index":"a"}}\nno json\nnor this\n{}\n', 400, "illegal_argument_exception"),
    (b'{"create":{}}\n{"a":1}\n', 400, "action_request_validation_exception"),
    (b"", 400, "parse_exception"),
])
def test_a_request_that_cannot_be_read_is_refused_whole(box, body, status, kind):
    answer = post_bulk(box, body)
    assert answer.status_code == status
    assert answer.json()["error"]["type"] == kind and answer.json()["status"] == status
    assert answer.json()["error"]["root_cause"][0]["reason"]
    assert stored(box) == 0


@pytest.mark.parametrize("body, status, reason", [
    (gzip.compress(bulk_body(documents(100)))[:-20], 400, "cut off"),
    (b"no gzip at all", 400, "no gzip"),
    (gzip.compress(b" " * (3 << 20)), 413, "more than"),
], ids=["cut off", "wrong", "a bomb"])
def test_gzip_that_is_cut_off_wrong_or_a_bomb_is_refused_with_the_reason(start, body, status, reason):
    box = start("auth: { mode: none }\nlogs: { max_request_size: 2MB, max_document_size: 1MB }\n")
    good = gzip.compress(bulk_body(documents(10)))
    assert post_bulk(box, good, headers={"Content-Encoding": "gzip"}).status_code == 200
    answer = post_bulk(box, body, headers={"Content-Encoding": "gzip"})
    assert answer.status_code == status, answer.text
    assert reason in answer.json()["error"]["reason"]
    assert stored(box) == 10


def test_odd_documents_are_stored_and_one_too_large_is_refused_by_itself(start):
    box = start("auth: { mode: none }\nlogs: { max_document_size: 10MB }\n")
    deep = b'{"a":' * 900 + b"1" + b"}" * 900
    too_deep = b'{"a":' * 1100 + b"1" + b"}" * 1100
    wide = json.dumps({f"field_{number}": number for number in range(5000)}).encode()
    lines = [b'{"status": 503}', b'{"status": {"code": 503}}', b'{"@timestamp":"1970-01-01T00:00:00Z"}',
             b'{"@timestamp":"2099-01-01T00:00:00Z"}', b'{"@timestamp":"yesterday"}', b'{"m":"\xff\xfe"}',
             b'{"m":"\\u0000 and \x00"}', wide, deep, b'{"m":"' + b"x" * (9 << 20) + b'"}']
    bad = [too_deep, b'{"m":"' + b"x" * (10 << 20) + b'"}', b"[1]", b'"text"', b""]
    body = b"".join(b'{"create":{"_index":"logs-odd"}}\n' + line + b"\n" for line in lines + bad)
    items = post_bulk(box, body).json()["items"]
    assert [item["create"]["status"] for item in items] == [201] * len(lines) + [400] * len(bad)
    assert stored(box) == len(lines)
    assert own_metric(box, "logs_dead_letters") == 0


def test_the_python_client_and_its_helpers_work_unchanged(box):
    client = Elasticsearch(box.url + "/es", request_timeout=30)
    assert client.info()["version"]["number"] >= "8"
    assert client.cluster.health()["status"] == "green"
    done, errors = bulk(client, ({"_index": "logs-helper", "_op_type": "create", **document}
                                 for document in documents(2500)), refresh="wait_for")
    assert (done, errors) == (2500, [])
    results = list(streaming_bulk(client, [
        {"_index": "logs-helper", "message": "kept"}, {"_index": "Wrong", "message": "refused"}],
        raise_on_error=False))
    assert [good for good, _ in results] == [True, False]
    assert client.index(index="logs-helper", document={"message": "one"}, refresh=True)["result"] == "created"
    assert stored(box) == 2502
    with pytest.raises(NotFoundError):
        client.indices.get_index_template(name="none")
    client.indices.put_index_template(name="mine", index_patterns=["logs-mine-*"], priority=500)
    assert client.indices.exists_index_template(name="mine")
    assert client.indices.get_index_template(name="mine")["index_templates"][0]["index_template"]["priority"] == 500


def test_beats_handshake_is_answered_and_survives_a_restart(start):
    port = free_port()
    box = start(f'auth: {{ mode: none }}\nlisteners: {{ elasticsearch: "127.0.0.1:{port}" }}\n')
    root = f"http://127.0.0.1:{port}"
    agent = {"User-Agent": "Elastic-Filebeat/9.4.1 (linux; amd64)"}

    def ask(method, path, **arguments):
        answer = requests.request(method, root + path, headers=agent, timeout=10, **arguments)
        if answer.ok:
            assert answer.headers["X-Elastic-Product"] == "Elasticsearch", path
        return answer

    hello = ask("GET", "/").json()
    assert hello["version"]["number"] == "9.4.1" and hello["version"]["build_flavor"] == "default"
    assert hello["tagline"] == "You Know, for Search"
    assert ask("HEAD", "/").status_code == 200
    assert ask("GET", "/_license?human=false").json()["license"]["status"] == "active"
    assert ask("GET", "/_xpack").json()["features"]["ilm"]["enabled"] is True
    assert ask("GET", "/_cat/health").status_code == 200
    assert ask("GET", "/_nodes/http").json()["_nodes"]["successful"] == 1
    for path, body in [
        ("/_ilm/policy/filebeat", {"policy": {"phases": {"delete": {"min_age": "30d", "actions": {}}}}}),
        ("/_index_template/filebeat-9.4.1", {"index_patterns": ["filebeat-*"], "data_stream": {}}),
        ("/_component_template/common", {"template": {"settings": {}}}),
        ("/_template/old", {"index_patterns": ["old-*"]}),
        ("/_data_stream/filebeat-9.4.1", None),
    ]:
        for method in ("GET", "HEAD"):
            assert ask(method, path).status_code == 404, path
        stored_answer = ask("PUT", path, **({"json": body} if body else {}))
        assert stored_answer.json() == {"acknowledged": True}
        if "ilm" in path:
            assert "logs.retention" in stored_answer.headers["Warning"]
        assert ask("HEAD", path).status_code == 200
    box.stop()
    box.start()
    found = ask("GET", "/_index_template/filebeat-9.4.1").json()["index_templates"][0]
    assert found["index_template"]["index_patterns"] == ["filebeat-*"]
    assert ask("GET", "/_ilm/policy/filebeat").json()["filebeat"]["policy"]["phases"]["delete"]["min_age"] == "30d"
    assert ask("GET", "/_data_stream/filebeat-9.4.1").json()["data_streams"][0]["name"] == "filebeat-9.4.1"
    assert ask("PUT", "/%3Clogs-%7Bnow%2Fd%7D-000001%3E",
               json={"aliases": {"logs": {"is_write_index": True}}}).status_code == 200
    assert ask("HEAD", "/logs").status_code == 200 and ask("HEAD", "/nothing").status_code == 404
    assert ask("GET", "/_unknown/thing").status_code == 404


def test_tokens_come_as_bearer_basic_and_api_key_and_force_their_labels(start):
    box = start("auth: { mode: local }\n")
    token = box.create_token("ingest", "--name", "beats", "--label", "cluster=aks-1")
    encode = lambda text: base64.b64encode(text.encode()).decode()
    body = bulk_body([{"message": "a", "cluster": "forged"}])
    refused = post_bulk(box, body)
    assert refused.status_code == 401
    assert refused.json()["error"]["type"] == "security_exception"
    for header in (f"Bearer {token}", f"Basic {encode('beats:' + token)}", f"ApiKey {encode('any:' + token)}"):
        assert post_bulk(box, body, headers={"Authorization": header}).json()["errors"] is False
        assert requests.get(box.url + "/es", headers={"Authorization": header}, timeout=5).status_code == 200
    forbidden = requests.put(
        box.url + "/es/_index_template/all", headers={"Authorization": f"Bearer {token}"}, timeout=5,
        json={"index_patterns": ["*"], "template": {"settings": {"index.default_pipeline": "drop"}}})
    assert forbidden.status_code == 403, forbidden.text


def test_a_full_queue_refuses_the_whole_request_with_429_and_retry_after(start):
    box = start("auth: { mode: none }\nlogs: { queue: { size: 16MB }, max_request_size: 64MB, max_document_size: 10MB }\n")
    body = bulk_body([{"message": "x" * 1_000_000} for _ in range(20)])
    answer = post_bulk(box, body)
    assert answer.status_code in (413, 429), answer.text
    small = bulk_body([{"message": "x" * 100_000} for _ in range(50)])
    statuses = [post_bulk(box, small) for _ in range(6)]
    # What the store has is given free in between: then nothing is refused.
    for refused in (answer for answer in statuses if answer.status_code != 200):
        assert refused.status_code == 429 and "Retry-After" in refused.headers
        assert refused.json()["error"]["type"] == "es_rejected_execution_exception"
    taken = sum(answer.status_code == 200 for answer in statuses)
    assert stored(box) == 50 * taken


def test_the_oldest_day_goes_while_logs_take_more_than_they_may(start):
    box = start("auth: { mode: none }\nlogs: { retention: 36500d, retention_size: 1MB }\n")
    for day in ("18", "19", "20"):
        documents = [{"@timestamp": f"2026-11-{day}T10:00:00Z", "day": int(day), "message": secrets.token_hex(4000)}
                     for _ in range(150)]
        assert post_bulk(box, bulk_body(documents)).status_code == 200
    wait_until(lambda: stored(box) == 150, 20, "the oldest days to go")
    assert box.get("/es/_count?q=day:20").json()["count"] == 150


def test_a_document_sent_again_is_answered_as_one_that_is_there(box):
    def send(operation, document, identity="a"):
        body = json.dumps({operation: {"_index": "logs-again", "_id": identity}}) + "\n"
        body += json.dumps(document) + "\n" if document else ""
        item = post_bulk(box, body.encode(), "/es/_bulk?refresh=true").json()["items"][0][operation]
        return item["status"], item.get("result") or item["error"]["type"]

    first = {"@timestamp": "2026-11-20T10:00:00Z", "a": {"b": [1, 2]}, "text": "x", "n": 1.5}
    assert send("create", first) == (201, "created")
    assert send("create", {"n": 1.5, "text": "x", "a.b": [1, 2], "@timestamp": "2026-11-20T10:00:00.000Z"}) == (
        200, "noop")
    assert send("create", {**first, "text": "y"}) == (409, "version_conflict_engine_exception")
    assert send("index", {**first, "text": "y"}) == (200, "updated")
    assert send("create", {**first, "text": "y"}) == (200, "noop")
    assert send("create", {"m": [{"k": 1}]}, "b") == (201, "created")
    assert send("create", {"m": [{"k": 1}]}, "b") == (200, "noop")
    assert requests.put(box.url + "/es/_ingest/pipeline/words", timeout=10, json={"processors": [
        {"split": {"field": "text", "separator": " "}}, {"set": {"field": "seen", "value": True}}]}).ok
    assert requests.put(box.url + "/es/_index_template/again", timeout=10, json={
        "index_patterns": ["logs-again"], "template": {"settings": {"index.default_pipeline": "words"}}}).ok
    assert send("create", {"text": "one two"}, "c") == (201, "created")
    assert send("create", {"text": "one two"}, "c") == (200, "noop")
    assert send("create", {"text": "one three"}, "c") == (409, "version_conflict_engine_exception")
    assert send("create", {"text": ["one", "two"]}, "c") == (409, "version_conflict_engine_exception")
    assert stored(box) == 3
    assert send("delete", None) == (200, "deleted")
    assert send("delete", None) == (404, "not_found")
    assert stored(box) == 2


def test_pipelines_are_checked_run_and_what_they_cannot_take_is_kept_and_replayed(start):
    box = start()
    client = Elasticsearch(box.url + "/es", request_timeout=30)
    with pytest.raises(BadRequestError) as refused:
        client.ingest.put_pipeline(id="bad", processors=[{"grok": {"field": "message"}}])
    cause = refused.value.body["error"]["root_cause"][0]
    assert cause["path"] == "processors[0]" and cause["property_name"] == "patterns"
    assert cause["processor_type"] == "grok" and cause["type"] == "parse_exception"
    with pytest.raises(NotFoundError):
        client.ingest.get_pipeline(id="bad")
    client.ingest.put_pipeline(id="access", processors=[
        {"dissect": {"field": "message", "pattern": "%{client} %{status}"}},
        {"convert": {"field": "status", "type": "integer"}},
        {"drop": {"if": "ctx.status == 204"}}])
    client.ingest.put_pipeline(id="accept", processors=[])
    assert set(client.ingest.get_pipeline(id="accept,acces*,none")) == {"accept", "access"}
    client.ingest.delete_pipeline(id="acc*t")
    assert set(client.ingest.get_pipeline(id="*")) == {"access"}
    assert client.ingest.processor_grok()["patterns"]["WORD"] == r"\b\w+\b"
    tried = client.ingest.simulate(id="access", docs=[{"_source": {"message": "10.0.0.1 200"}}])
    assert tried["docs"][0]["doc"]["_source"]["status"] == 200
    client.indices.put_index_template(
        name="web", index_patterns=["logs-web-*"], template={"settings": {"index.default_pipeline": "access"}})
    messages = [{"message": text} for text in ("10.0.0.1 200", "10.0.0.2 204", "nonsense", "10.0.0.3 x")]
    for document in messages:
        assert post_bulk(box, bulk_body([document], "logs-web-shop")).json()["errors"] is False
    unknown = post_bulk(box, bulk_body([{"a": 1}]), "/es/_bulk?pipeline=none").json()["items"][0]["create"]
    assert unknown["status"] == 400 and "does not exist" in unknown["error"]["reason"]
    assert stored(box) == 1
    letters = box.get("/ops/v1/logs/dead-letters").json()["letters"]
    assert [json.loads(letter["document"])["message"] for letter in letters] == ["nonsense", "10.0.0.3 x"]
    assert "access" in letters[0]["reason"] and "dissect" in letters[0]["reason"]
    box.stop()
    box.start()
    assert client.ingest.get_pipeline(id="access")["access"]["processors"][2]["drop"]["if"] == "ctx.status == 204"
    client.ingest.put_pipeline(id="access", processors=[{"set": {"field": "mended", "value": True}}])
    assert box.post("/ops/v1/logs/dead-letters/replay").json() == {"replayed": 2, "succeeded": 2, "failed_again": 0}
    assert stored(box) == 3
    assert own_metric(box, "logs_dropped_documents_total") == 0 and len(letters) == 2


def test_pipelines_in_files_stand_before_stored_ones_and_change_with_a_reload(start):
    def pipeline(value):
        return json.dumps({"processors": [{"set": {"field": "by", "value": value}}]})

    box = start()
    client = Elasticsearch(box.url + "/es", request_timeout=30)
    client.ingest.put_pipeline(id="mark", processors=[{"set": {"field": "by", "value": "api"}}])
    client.ingest.put_pipeline(id="other", processors=[{"drop": {}}])
    box.stop()
    box.configuration_path.write_text(box.configuration_path.read_text() + "logs: { pipelines: pipelines/*.json }\n")
    file = box.directory / "pipelines/mark.json"
    file.parent.mkdir()
    file.write_text(pipeline("file"))
    box.start()

    def marked(message):
        body = bulk_body([{"message": message}], "logs-marked")
        assert post_bulk(box, body, "/es/_bulk?pipeline=mark").json()["errors"] is False
        query = {"query": {"match": {"message": message}}}
        hits = wait_until(
            lambda: box.post("/es/logs-marked/_search", json=query).json()["hits"]["hits"], what="the document")
        return hits[0]["_source"]["by"]

    assert marked("one") == "file" and sorted(client.ingest.get_pipeline()) == ["mark", "other"]
    with pytest.raises(BadRequestError, match="pipelines/mark.json"):
        client.ingest.put_pipeline(id="mark", processors=[{"drop": {}}])
    with pytest.raises(BadRequestError, match="pipelines/mark.json"):
        client.ingest.delete_pipeline(id="mark")
    file.write_text("{")
    refused = box.post("/-/reload")
    assert refused.status_code != 200 and "mark.json:1:2" in refused.text and marked("two") == "file"
    file.write_text(pipeline("changed"))
    assert box.post("/-/reload").status_code == 200 and marked("three") == "changed"
    file.rename(file.with_name("another.json"))
    assert box.post("/-/reload").status_code == 200 and marked("four") == "api"
    client.ingest.delete_pipeline(id="mark")
    assert sorted(client.ingest.get_pipeline()) == ["another", "other"]


def test_kill_9_during_bulk_loses_nothing_answered_and_doubles_no_identity(start):
    box = start()
    answered, sent, lock, stop = set(), set(), threading.Lock(), threading.Event()

    def send(writer):
        session, number = requests.Session(), 0
        while not stop.is_set():
            names = [f"{writer}-{number}-{place}" for place in range(100)]
            number += 1
            with lock:
                sent.update(names)
            try:
                answer = post_bulk(box, bulk_body([{"_id": name, "message": name} for name in names]), session=session)
            except requests.RequestException:
                return
            if answer.status_code == 200 and not answer.json()["errors"]:
                with lock:
                    answered.update(names)

    threads = [threading.Thread(target=send, args=(writer,)) for writer in range(4)]
    for thread in threads:
        thread.start()
    wait_until(lambda: len(answered) > 3000, 30, "some thousand documents to be answered")
    box.process.child.send_signal(signal.SIGKILL)
    stop.set()
    for thread in threads:
        thread.join()
    box.stop()
    box.start()
    count = stored(box)
    assert len(answered) <= count <= len(sent)
    # Sent again, all of them: each is there once.
    for start_at in range(0, len(sent), 1000):
        names = sorted(sent)[start_at:start_at + 1000]
        assert post_bulk(box, bulk_body([{"_id": name, "message": name} for name in names])).status_code == 200
    assert stored(box) == len(sent)


@pytest.mark.skipif(os.geteuid() != 0, reason="mounts a small file system: run as root")
def test_a_full_disk_refuses_and_recovers_and_keeps_what_was_answered(start, tmp_path):
    small = tmp_path / "small"
    small.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(small)]).returncode:
        pytest.skip("this sandbox may not mount")
    try:
        box = start("auth: { mode: none }\n", storage=small / "data")
        assert post_bulk(box, bulk_body(documents(10))).status_code == 200
        filler = small / "filler"
        with open(filler, "wb", buffering=0) as file:
            try:
                while True:
                    file.write(b"\0" * 65536)
            except OSError:
                pass
        refused = post_bulk(box, bulk_body(documents(5000)))
        assert refused.status_code == 503 and "Retry-After" in refused.headers, refused.text
        template = requests.put(box.url + "/es/_index_template/t", json={"index_patterns": ["t-*"]}, timeout=20)
        assert template.status_code == 503 and "Retry-After" in template.headers, template.text
        filler.unlink()
        wait_until(lambda: post_bulk(box, bulk_body(documents(5))).status_code == 200, 20, "intake to recover")
        assert stored(box) == 15
        box.stop(signal.SIGKILL)
        box.start()
        assert stored(box) == 15
        box.stop()
    finally:
        subprocess.run(["umount", "-l", str(small)], check=True)
