"""Logs by Kafka: what Beats and rsyslog put there, over brokers that go down and a Signalbox that is killed."""
import json
import os
import signal
import socket
import ssl
import subprocess
import threading
import time

import pytest
from confluent_kafka import Producer

from conftest import free_port, needed, wait_until
from http_peers import Authority, server_context
from kafka_brokers import broker_program, brokers  # noqa: F401
from log_senders import own_metric, stored
from test_logs_syslog import RSYSLOG, say


def configuration(brokers, more=""):
    return ("auth: { mode: none }\n"
            f'logs: {{ kafka: [ {{ brokers: [{brokers.addresses}], topics: [logs]{more} }} ] }}\n')


@pytest.fixture
def box(start, brokers):
    return start(configuration(brokers))


def send(brokers, values, **settings):
    producer = Producer({"bootstrap.servers": brokers.addresses, "acks": "all", "enable.idempotence": True, **settings})
    for value in values:
        producer.produce("logs", value if isinstance(value, bytes) else json.dumps(value).encode())
    assert producer.flush(30) == 0


def beat(number, **metadata):
    return {"@timestamp": "2026-11-20T10:00:00.000Z",
            "@metadata": {"beat": "filebeat", "type": "_doc", "version": "8.11.0", **metadata},
            "message": f"line {number}", "log": {"offset": number}, "agent": {"type": "filebeat"}}


def taken(box, count, seconds=30):
    wait_until(lambda: own_metric(box, "logs_kafka_messages_total") >= count, seconds, f"{count} messages")


def sources(box, query):
    found = box.get(f"/es/_search?size=50&q={query}").json()["hits"]["hits"]
    return [(hit["_index"], hit["_source"]) for hit in found]


@pytest.mark.parametrize("compression", ["gzip", "snappy", "lz4", "zstd"])
def test_events_of_beats_go_where_their_metadata_says(box, brokers, compression):
    send(brokers, [beat(number) for number in range(500)] + [
        beat(500, raw_index="logs-web-production", _id="one"), beat(500, raw_index="logs-web-production", _id="one")],
         **{"compression.type": compression})
    taken(box, 502)
    assert stored(box) == 501
    [(index, source)] = sources(box, "log.offset:500")
    assert index == "logs-web-production" and "@metadata" not in source and source["message"] == "line 500"
    [(index, source)] = sources(box, "log.offset:17")
    assert index == "filebeat-8.11.0" and source["agent"] == {"type": "filebeat"}


def test_what_is_no_document_is_kept_as_text_that_says_so(box, brokers):
    send(brokers, [b"plain words \xff", b'{"cut": "of', {"good": "neighbour"}, beat(1, raw_index="../Upper")])
    taken(box, 4)
    assert stored(box) == 4
    [(index, source)] = sources(box, "message:Upper")
    assert index == "logs-logs-default" and "Invalid index name [../Upper]" in source["error"]["message"]
    [(index, source)] = sources(box, "message:plain")
    assert index == "logs-logs-default" and source["message"].startswith("plain words")
    [(_, source)] = sources(box, "message:cut")
    assert source["message"] == '{"cut": "of' and "of Kafka: not the JSON it begins like" in source["error"]["message"]
    assert own_metric(box, "logs_kafka_unreadable_messages_total") == 2


def test_rsyslog_by_way_of_kafka(box, brokers, processes, tmp_path):
    port, work = free_port(), tmp_path / "rsyslog"
    work.mkdir()
    file = work / "rsyslog.conf"
    servers = ",".join(f'"{address}"' for address in brokers.addresses.split(","))
    file.write_text(RSYSLOG.format(
        work=work, port=port, modules='module(load="omkafka")',
        action=f'action(type="omkafka" broker=[{servers}] topic="logs" template="RSYSLOG_FileFormat")'))
    processes([needed("rsyslogd", "rsyslog"), "-n", "-f", file, "-i", work / "pid"], "rsyslog")
    time.sleep(0.5)
    say(port, 100)
    taken(box, 100)
    assert stored(box) == 100


def test_a_broker_goes_down_and_nothing_is_lost(box, brokers):
    # The test's brokers do not hand their partitions over: what belongs to one that is down waits for it.
    producer = Producer({"bootstrap.servers": brokers.addresses, "acks": "all"})
    for broker in (1, 2):
        for number in range(300):
            if number == 100:
                brokers.tell(f"down {broker}")
            producer.produce("logs", json.dumps(beat(broker * 1000 + number)).encode())
            producer.poll(0.001)
        brokers.tell(f"up {broker}")
        assert producer.flush(30) == 0
    taken(box, 600, 60)
    assert stored(box) == 600


def test_killed_while_reading_it_stores_each_message_once(box, brokers):
    send(brokers, [beat(number) for number in range(20_000)])
    wait_until(lambda: own_metric(box, "logs_kafka_messages_total") > 0, 30, "the first messages")
    os.kill(box.process.child.pid, signal.SIGKILL)
    box.process.child.wait()
    box.start()
    wait_until(lambda: stored(box) == 20_000, 60, "every message")
    time.sleep(1)
    assert stored(box) == 20_000


def test_a_full_queue_pauses_reading_and_goes_on_without_loss(start, brokers):
    box = start(configuration(brokers).replace("logs: {", "logs: { queue: { size: 16MB },"))
    padding = "x" * 8000
    send(brokers, [{"message": f"{number} {padding}", "n": number} for number in range(4000)],
         **{"compression.type": "zstd"})
    taken(box, 4000, 60)
    assert stored(box) == 4000


@pytest.mark.parametrize("text, message", [
    ("brokers: [kafka], topics: [a]", "addresses such as kafka-1:9092"),
    ("brokers: ['k:9092']", "topics"),
    ("brokers: ['k:9092'], topics: [a], login: { mechanism: SCRAM, user: u, password: p }", "SCRAM-SHA-256"),
    ("brokers: ['k:9092'], topics: [a], tls: { certificate: c.pem }", "certificate and key belong together"),
])
def test_check_names_what_is_wrong(binary, tmp_path, text, message):
    file = tmp_path / "signalbox.yaml"
    file.write_text(f"logs:\n  kafka:\n    - {{ {text} }}\n")
    result = subprocess.run([binary, "check", "--config", file], capture_output=True, text=True, timeout=20)
    assert result.returncode == 1 and message in result.stdout + result.stderr
    assert f"{file}:3:" in result.stdout + result.stderr


def test_brokers_that_are_not_there_are_named_in_the_log(start):
    box = start(f"auth: {{ mode: none }}\nlogs: {{ kafka: [ {{ brokers: ['127.0.0.1:{free_port()}'], topics: [a] }} ] }}\n")
    wait_until(lambda: "brokers are down" in box.process.text(), 20, "the log to say so")
    assert box.get("/-/ready").status_code == 200


class Stranger:
    """A TLS listener that speaks another protocol."""

    def __init__(self, context):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.context, self.connections = context, 0
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            try:
                connection.settimeout(5)
                with self.context.wrap_socket(connection, server_side=True) as wrapped:
                    wrapped.recv(1000)
                    wrapped.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            except (OSError, ssl.SSLError):
                connection.close()


@pytest.mark.parametrize("authority, words", [
    ("own", "may be no Kafka"), ("other", "certificate verify failed"), (None, "connecting to a SSL listener?")])
def test_a_listener_that_is_no_kafka_or_not_trusted_is_named_and_asked_again(start, tmp_path, authority, words):
    own = Authority(tmp_path, "own")
    Authority(tmp_path, "other")
    stranger = Stranger(server_context(*own.issue("stranger", [], ["127.0.0.1"])))
    tls = f", tls: {{ ca: '{tmp_path}/{authority}.pem' }}" if authority else ""
    box = start("auth: { mode: none }\n"
                f"logs: {{ kafka: [ {{ brokers: ['127.0.0.1:{stranger.port}'], topics: [a]{tls} }} ] }}\n")
    wait_until(lambda: words in box.process.text(), 20, "the log to say so")
    asked = stranger.connections
    wait_until(lambda: stranger.connections > asked, 20, "another try")
    assert box.get("/-/ready").status_code == 200
    stranger.listener.close()
