"""What the queue of logs has kept is processed again: from any point, once each, over kills."""
import json
import time

import requests
from elasticsearch import Elasticsearch

from conftest import wait_until
from log_senders import bulk_body, kill_and_start, own_metric, post_bulk, stored

QUEUE = "/ops/v1/logs/queue"


def records(box):
    """Every record: its message with what a pipeline made of it."""
    lines = box.get("/ops/v1/logs/export", order="asc", limit=1_000_000, **{"from": 0}).text.splitlines()
    return [json.loads(line) for line in lines]


def replay(box, **parameters):
    answer = box.post(QUEUE + "/replay", params=parameters)
    assert answer.status_code == 200, answer.text
    assert answer.json()["replay"]["state"] in ("running", "done")
    return finished(box)


def finished(box):
    def done():
        state = box.get(QUEUE).json()["replay"]
        return state if state["state"] != "running" else None

    return wait_until(done, 60, "the replay")


def pipeline(box, *processors, name="access"):
    Elasticsearch(box.url + "/es", request_timeout=30).ingest.put_pipeline(id=name, processors=list(processors))


def send(box, documents, index="logs-web-shop", operation="create", name="access"):
    body = bulk_body(documents, index, operation)
    assert post_bulk(box, body, f"/es/_bulk?pipeline={name}").json()["errors"] is False


def test_a_mended_pipeline_is_applied_to_what_came_before(start):
    box = start()
    pipeline(box, {"dissect": {"field": "message", "pattern": "%{client} %{status}"}})
    send(box, [{"message": "10.0.0.1 200"}, {"message": "10.0.0.2 500"}])
    assert stored(box) == 2
    middle = time.time()
    time.sleep(1.1)
    send(box, [{"message": "10.0.0.3 404"}, {"message": "nonsense"}, {"message": "10.0.0.4 204", "_id": "x"}])
    send(box, [{"message": "10.0.0.5 200"}], index="logs-app-shop")
    assert stored(box) == 5
    assert len(box.get("/ops/v1/logs/dead-letters").json()["letters"]) == 1
    pipeline(
        box, {"grok": {"field": "message", "patterns": ["%{IP:client.ip} %{NUMBER:code:int}", "%{WORD:word}"]}},
        {"drop": {"if": "ctx.code == 204"}})
    since = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(middle + 1))
    done = replay(box, **{"from": since, "indices": "logs-web-*"})
    assert (done["state"], done["documents"], done["replaced"], done["added"], done["removed"]) == ("done", 3, 1, 1, 1)
    wait_until(
        lambda: box.get("/ops/v1/logs/dead-letters").json()["letters"] == [], what="the letter to be done with")
    found = records(box)
    assert sorted((record["message"], record.get("code"), record.get("status")) for record in found) == [
        ("10.0.0.1 200", None, "200"), ("10.0.0.2 500", None, "500"), ("10.0.0.3 404", 404, None),
        ("10.0.0.5 200", None, "200"), ("nonsense", None, None)]
    done = replay(box)
    assert (done["documents"], done["replaced"], done["removed"], done["dead_letters"]) == (6, 5, 0, 0)
    assert sorted(record.get("code", 0) for record in records(box)) == [0, 200, 200, 404, 500]
    assert stored(box) == 5
    box.stop()
    box.start()
    assert sorted(record.get("code", 0) for record in records(box)) == [0, 200, 200, 404, 500]


def test_what_was_replaced_or_deleted_does_not_come_back(start):
    box = start()
    pipeline(box, {"set": {"field": "by", "value": 1}})
    send(box, [{"_id": str(number), "message": f"first {number}"} for number in range(10)], operation="index")
    send(box, [{"_id": str(number), "message": f"second {number}"} for number in range(5)], operation="index")
    send(box, [{"message": "mail of somebody"}, {"message": "mail of another"}])
    delete = b'{"delete":{"_index":"logs-web-shop","_id":"7"}}\n'
    assert post_bulk(box, delete).json()["items"][0]["delete"]["result"] == "deleted"
    query = {"query": {"match_phrase": {"message": "of somebody"}}}
    assert box.post("/es/logs-web-shop/_delete_by_query", json=query).json()["deleted"] == 1
    before = sorted(record["message"] for record in records(box))
    assert len(before) == 10
    pipeline(box, {"set": {"field": "by", "value": 2}})
    done = replay(box)
    assert (done["replaced"], done["added"], done["superseded"]) == (10, 0, 7)
    found = records(box)
    assert sorted(record["message"] for record in found) == before
    assert {record["by"] for record in found} == {2}


def test_killed_in_the_middle_it_goes_on_and_each_is_there_once(start):
    box = start()
    count, size = 24_000, 4_000
    pipeline(box, {"set": {"field": "by", "value": 1}})
    for first in range(0, count, size):
        send(box, [{"message": f"line {number} " + "x" * 300} for number in range(first, first + size)])
    assert stored(box) == count
    pipeline(box, {"set": {"field": "by", "value": 2}})
    assert box.post(QUEUE + "/replay").status_code == 200
    again = box.post(QUEUE + "/replay")
    assert again.status_code == 409 and "already" in again.text
    kills = 0
    while kills < 2:
        state = box.get(QUEUE).json()["replay"]
        if state["state"] != "running":
            break
        if state["next"] > (kills + 1) * count // 4:
            kills += 1
            kill_and_start(box)
            box.wait_ready()
    assert kills > 0, "it was done before it could be killed"
    done = finished(box)
    assert done["state"] == "done" and done["replaced"] + done["added"] == count
    found = records(box)
    assert len(found) == count and {record["by"] for record in found} == {2}
    assert len({record["message"] for record in found}) == count


def test_what_cannot_be_processed_again_is_said(start):
    box = start("auth: { mode: none }\nlogs: { queue: { keep_size: 0, size: 64MiB } }\n")
    pipeline(box, {"set": {"field": "by", "value": 1}})
    send(box, [{"message": "a"}])
    assert stored(box) == 1
    for wrong, part in (("yesterday", "how long ago as 2h"), ("2262-12-01T00:00:00Z", "between 1970 and 2262"),
                        ("ordinal:99", "can be processed again, not 99"), ("2200-01-01T00:00:00Z", "nothing came")):
        answer = box.post(QUEUE + "/replay", params={"from": wrong})
        assert answer.status_code == 400 and part in answer.text, answer.text
    assert box.post(QUEUE + "/replay/stop").status_code == 409
    state = box.get(QUEUE).json()
    assert state["kept"]["bytes_max"] == 0 and "replay" not in state
    assert own_metric(box, "logs_queue_kept_bytes") == 0


def test_it_takes_the_role_that_edits_pipelines_and_is_written_down(start):
    box = start("auth: { mode: local }\n")
    viewer = box.create_token("api", "--role", "viewer", "--name", "reader")
    headers = {"Authorization": f"Bearer {viewer}"}
    assert requests.get(box.url + QUEUE, headers=headers).status_code == 200
    assert requests.post(box.url + QUEUE + "/replay", headers=headers).status_code == 403
    assert requests.get(box.url + QUEUE).status_code == 401
    editor = {"Authorization": f"Bearer {box.create_token('api', '--role', 'editor', '--name', 'mender')}"}
    refused = requests.post(box.url + QUEUE + "/replay", headers=editor)
    assert refused.status_code == 400 and "nothing is kept" in refused.text
