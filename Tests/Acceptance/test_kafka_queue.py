"""A topic of Kafka as the queue between senders and Signalboxes (`queue.kafka`): what is answered is there, whatever
becomes of brokers and of the server."""
import json
import os
import signal
import subprocess
import threading
import time
from datetime import datetime

import requests
from confluent_kafka import Consumer

from conftest import wait_until
from kafka_brokers import broker_program, brokers  # noqa: F401
from log_senders import bulk_body, own_metric, post_bulk, stored


def configuration(brokers, more="", first="auth: { mode: none }\n"):
    return first + f"queue: {{ kafka: {{ brokers: [{brokers.addresses}], topic: logs{more} }} }}\n"


def is_reading(box, partitions=4):
    wait_until(lambda: own_metric(box, "logs_kafka_partitions") == partitions, 40, f"{partitions} partitions")


def hits(box, query):
    answer = box.get("/es/_search", size=50, q=query)
    assert answer.status_code == 200, answer.text
    found = answer.json()["hits"]["hits"]
    return [(hit["_index"], hit["_id"], {name: value for name, value in hit["_source"].items() if name != "@timestamp"})
            for hit in found]


def messages(brokers, count):
    consumer = Consumer({"bootstrap.servers": brokers.addresses, "group.id": "other", "auto.offset.reset": "earliest"})
    consumer.subscribe(["logs"])
    found = []
    end = time.monotonic() + 30
    while len(found) < count and time.monotonic() < end:
        message = consumer.poll(1)
        # One without a value is false by itself.
        if message is not None and not message.error():
            found.append(message)
    consumer.close()
    return found


def test_what_was_sent_comes_back_as_it_was_by_the_topic(start, brokers):
    box = start(configuration(brokers, first="auth: { mode: local }\n"))
    box.token = box.create_token("api", "--name", "admin", "--role", "admin")
    sender = {"Authorization": "Bearer " + box.create_token(
        "ingest", "--name", "a", "--label", "cluster=aks-1")}
    is_reading(box)
    pipeline = {"processors": [{"set": {"field": "processed", "value": True}}]}
    assert requests.put(box.url + "/es/_ingest/pipeline/p", json=pipeline, headers=box.headers()).status_code == 200
    body = b"".join(json.dumps(line).encode() + b"\n" for line in [
        {"create": {"_index": "logs-a-default"}}, {"message": "without a time"},
        {"create": {"_index": "logs-a-default", "pipeline": "p"}}, {"message": "through a pipeline"},
        {"index": {"_index": "logs-b-default", "_id": "one"}}, {"message": "first", "cluster": "mine"},
        {"index": {"_index": "logs-b-default", "_id": "one"}}, {"message": "second"},
        {"index": {"_index": "logs-b-default", "_id": "two"}}, {"message": "to be deleted"},
        {"delete": {"_index": "logs-b-default", "_id": "two"}},
        {"update": {"_index": "logs-b-default", "_id": "one"}}, {"doc": {"message": "third"}},
    ])
    before = time.time()
    answer = post_bulk(box, body, "/es/_bulk?refresh=wait_for", sender)
    assert answer.status_code == 200, answer.text
    answer = answer.json()["items"]
    assert [next(iter(item.values()))["status"] for item in answer] == [201, 201, 201, 201, 201, 404, 400]
    assert "queue.kafka" in answer[6]["update"]["error"]["reason"]
    [(index, identity, source)] = hits(box, "message:without")
    assert index == "logs-a-default" and identity == answer[0]["create"]["_id"]
    [row] = box.get("/ops/v1/logs/rows", query="message: without").json()["rows"]
    assert abs(datetime.fromisoformat(row["time"][:19] + "+00:00").timestamp() - before) < 5
    assert source == {"message": "without a time", "cluster": "aks-1"}
    assert hits(box, "message:pipeline")[0][2]["processed"] is True
    assert [source for _, _, source in hits(box, "_index:logs-b-default")] == [
        {"message": "second", "cluster": "aks-1"}]
    # What has no _id of its sender is deleted by the one it was given, behind the document itself.
    gone = requests.delete(f"{box.url}/es/logs-a-default/_doc/{identity}?refresh=true", headers=box.headers())
    assert gone.status_code == 200 and hits(box, "message:without") == []
    found = messages(brokers, 7)
    sources = [json.loads(message.value()) for message in found if message.value()]
    assert sorted(source["message"] for source in sources) == [
        "first", "second", "through a pipeline", "to be deleted", "without a time"]
    assert all(source["cluster"] == "aks-1" for source in sources) and len(found) == 7
    assert all([name for name, _ in message.headers()] == ["signalbox"] for message in found)


def test_brokers_that_do_not_answer_refuse_the_whole_request_and_lose_nothing(start, brokers):
    box = start(configuration(brokers, ", timeout: 1s"))
    is_reading(box)
    body = bulk_body([{"_id": f"{number}", "message": f"line {number}"} for number in range(100)])
    brokers.tell_all("down N")
    began = time.monotonic()
    answer = post_bulk(box, body)
    assert answer.status_code == 503 and int(answer.headers["Retry-After"]) > 0 and time.monotonic() - began < 8
    assert "Kafka did not acknowledge" in answer.text
    # What waits is bounded: beyond it a request is refused before anything of it is taken.
    large = bulk_body([{"message": f"{number} " + "x" * 900_000} for number in range(25)])
    answers = []
    senders = [threading.Thread(target=lambda: answers.append(post_bulk(box, large))) for _ in range(6)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    assert {answer.status_code for answer in answers} == {429, 503}
    assert all("Retry-After" in answer.headers for answer in answers)
    brokers.tell_all("up N")
    wait_until(lambda: post_bulk(box, body).status_code == 200, 30, "the brokers to be back")
    # A broker that is only slow is no better.
    wait_until(lambda: len(hits(box, "_id:99")) == 1, 30, "what was sent")
    brokers.tell_all("slow N 5000")
    assert post_bulk(box, bulk_body([{"message": "late"}])).status_code == 503
    brokers.tell_all("slow N 0")
    wait_until(lambda: post_bulk(box, bulk_body([{"message": "in time"}])).status_code == 200, 30, "fast brokers")
    wait_until(lambda: hits(box, "message:time"), 30, "what was sent")
    assert len({identity for _, identity, _ in hits(box, "message:line")}) == 50
    found = box.get("/es/_count?q=message:line").json()["count"]
    assert found == 100


def test_a_topic_that_is_not_there_or_takes_less_is_told(start, brokers):
    brokers.tell("topic 3")
    box = start(configuration(brokers, ", timeout: 1s"))
    answer = post_bulk(box, bulk_body([{"message": "a"}]))
    assert answer.status_code == 503 and "Retry-After" in answer.headers
    wait_until(lambda: "nknown topic" in box.process.text(), 20, "the log to say so")
    brokers.tell("topic 0")
    wait_until(lambda: post_bulk(box, bulk_body([{"_id": "b", "message": "b"}])).status_code == 200, 30, "the topic")
    is_reading(box)
    wait_until(lambda: hits(box, "message:b"), 30, "what was sent")
    brokers.tell("refuse 10 1")
    answer = post_bulk(box, bulk_body([{"message": "c"}]))
    assert answer.status_code == 413 and "max_message_size" in answer.text
    # After what librdkafka calls fatal (a sequence out of order) another client takes over.
    brokers.tell("refuse 45 1")
    assert post_bulk(box, bulk_body([{"message": "c"}])).status_code == 503
    assert post_bulk(box, bulk_body([{"message": "c"}])).status_code == 200
    # A document that cannot be one message is refused by itself.
    answer = post_bulk(box, bulk_body([{"_id": "d", "message": "x" * 1_000_000}, {"_id": "e", "message": "small"}]))
    assert [item["create"]["status"] for item in answer.json()["items"]] == [400, 201]


def test_killed_between_answer_and_store_every_document_is_there_once(start, brokers):
    box = start(configuration(brokers))
    is_reading(box)
    acknowledged = []

    def send(first):
        session = requests.Session()
        for start in range(first, first + 10_000, 500):
            try:
                answer = post_bulk(box, bulk_body(
                    [{"message": f"line {number}", "n": number} for number in range(start, start + 500)]),
                    session=session)
            except requests.RequestException:
                return
            if answer.status_code == 200 and not answer.json()["errors"]:
                acknowledged.append(start)

    senders = [threading.Thread(target=send, args=(first,)) for first in (0, 10_000)]
    for sender in senders:
        sender.start()
    wait_until(lambda: len(acknowledged) > 12, 30, "some answers", every=0.001)
    os.kill(box.process.child.pid, signal.SIGKILL)
    box.process.child.wait()
    for sender in senders:
        sender.join()
    box.start()
    is_reading(box)
    assert post_bulk(box, bulk_body([{"message": "last", "n": 1_000_000}]), "/es/_bulk?refresh=wait_for").status_code == 200
    total = stored(box)

    def count(first):
        return box.get(f"/es/_count?q=n:[{first} TO {first + 499}]").json()["count"]

    # What was under way may be there, too: as a whole topic's worth of it, each once.
    assert all(count(first) == 500 for first in acknowledged)
    assert total == sum(count(first) for first in range(0, 20_000, 500)) + 1
    distinct = box.post("/es/_search?size=0", json={"aggs": {"n": {"cardinality": {"field": "n"}}}}).json()
    assert distinct["aggregations"]["n"]["value"] == total


def test_two_servers_share_a_topic(start, brokers):
    boxes = [start(configuration(brokers)) for _ in range(2)]
    wait_until(lambda: [own_metric(box, "logs_kafka_partitions") for box in boxes] == [2, 2], 60, "two partitions each")
    for number in range(20):
        box = boxes[number % 2]
        assert post_bulk(box, bulk_body(
            [{"_id": f"{number}-{line}", "message": "shared"} for line in range(50)])).status_code == 200
    wait_until(lambda: sum(stored(box) for box in boxes) >= 1000, 30, "every document")
    counts = [stored(box) for box in boxes]
    assert sum(counts) == 1000 and min(counts) > 0
    boxes[0].stop()
    is_reading(boxes[1])
    assert post_bulk(boxes[1], bulk_body([{"message": f"alone {line}"} for line in range(100)]),
                     "/es/_bulk?refresh=wait_for").status_code == 200
    assert stored(boxes[1]) == counts[1] + 100


def test_settings_that_cannot_work_end_the_start_with_their_name(binary, tmp_path):
    file = tmp_path / "signalbox.yaml"
    file.write_text("auth: { mode: none }\nqueue: { kafka: { brokers: ['127.0.0.1:1'], topic: a, tls: { ca: no.pem } } }\n")
    result = subprocess.run([binary, "serve", "--config", file], capture_output=True, text=True, timeout=20)
    assert result.returncode != 0 and "queue.kafka: ssl.ca.location" in result.stdout + result.stderr
