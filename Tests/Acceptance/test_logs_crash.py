"""kill -9 while real senders send logs: exactly what is there afterwards, protocol by protocol."""
import json
import logging
import socket
import threading
import time

import elasticsearch
from elasticsearch import Elasticsearch
from elasticsearch.helpers import streaming_bulk
from opentelemetry.exporter.otlp.proto.grpc._log_exporter import OTLPLogExporter
from opentelemetry.sdk._logs import LoggerProvider, LoggingHandler
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor, LogRecordExportResult

from conftest import free_port, wait_until
from log_senders import kill_and_start, own_metric, stored
from test_logs_syslog import box, rsyslog, say, syslog_port  # noqa: F401


def numbers(box):
    """The number at the end of each message, in the order in which they came in."""
    lines = box.get("/ops/v1/logs/export", order="asc", fields="message", limit=1_000_000, **{"from": 0}).text.splitlines()
    return [int(json.loads(line)["message"].split()[-1]) for line in lines]


def test_opentelemetry_by_grpc_loses_nothing_acknowledged(start):
    port, count, batch = free_port(), 8000, 200
    box = start(f'auth: {{ mode: none }}\nlisteners: {{ otlp_grpc: "127.0.0.1:{port}" }}\n')
    acknowledged = set()

    class Exporter(OTLPLogExporter):
        def export(self, records):
            result = super().export(records)
            if result is LogRecordExportResult.SUCCESS:
                acknowledged.update(record.log_record.body for record in records)
            return result

    provider = LoggerProvider()
    provider.add_log_record_processor(BatchLogRecordProcessor(
        Exporter(endpoint=f"127.0.0.1:{port}", insecure=True, timeout=30), schedule_delay_millis=20,
        max_queue_size=count, max_export_batch_size=batch))
    logger = logging.getLogger("over a crash")
    logger.addHandler(LoggingHandler(logger_provider=provider))
    logger.propagate = False
    for number in range(count):
        logger.warning("order %d", number)
    wait_until(lambda: len(acknowledged) > 1000, 20, "the first records to be acknowledged", every=0.001)
    assert len(acknowledged) < count
    kill_and_start(box)
    assert provider.force_flush(30_000)
    provider.shutdown()
    total = stored(box)
    found = numbers(box)
    assert len(acknowledged) == count and sorted(set(found)) == list(range(count))
    # What was under way is sent again, and OTLP gives records no identity.
    assert total == len(found) and total in (count, count + batch)


# What rsyslog keeps on its disk while the far end is away.
QUEUE = ('action.resumeRetryCount="-1" action.resumeInterval="1" queue.type="LinkedList" queue.filename="waiting" '
         'queue.size="500" queue.highWatermark="200" queue.lowWatermark="50" queue.maxDiskSpace="16m" queue.saveOnShutdown="on"')


def say_over_a_crash(box, port, count, metric):
    sender = threading.Thread(target=say, args=(port, count, socket.SOCK_STREAM))
    sender.start()
    wait_until(lambda: own_metric(box, *metric) > count / 4, 20, "some of the messages")
    seen = own_metric(box, *metric)
    kill_and_start(box)
    sender.join()
    return int(seen)


def test_rsyslog_by_its_elasticsearch_output_stores_each_message_once(start, rsyslog):  # noqa: F811
    elasticsearch = free_port()
    box = start(f'auth: {{ mode: none }}\nlisteners: {{ elasticsearch: "127.0.0.1:{elasticsearch}" }}\n')
    port = rsyslog(
        'template(name="json" type="list" option.jsonf="on") { property(outname="message" name="msg" format="jsonf") }\n'
        'template(name="id" type="string" string="%uuid%")\n'
        f'action(type="omelasticsearch" server="127.0.0.1" serverport="{elasticsearch}" '
        'searchIndex="logs-syslog-default" searchType="" bulkmode="on" writeoperation="create" bulkid="id" dynbulkid="on" '
        f'template="json" {QUEUE})', modules='module(load="omelasticsearch")')
    say_over_a_crash(box, port, 2000, ("logs_documents_total", '{dialect="elasticsearch"}'))
    wait_until(lambda: stored(box) >= 2000, 20, "2000 messages")
    assert sorted(numbers(box)) == list(range(2000))


def test_rsyslog_by_syslog_loses_no_more_than_was_under_way(box, syslog_port, rsyslog):  # noqa: F811
    port = rsyslog(f'action(type="omfwd" target="127.0.0.1" port="{syslog_port}" protocol="tcp" '
                   f'TCP_Framing="octet-counted" template="RSYSLOG_SyslogProtocol23Format" {QUEUE})')
    seen = say_over_a_crash(box, port, 2000, ("logs_syslog_messages_total",))
    wait_until(lambda: stored(box) and 1999 in numbers(box), 20, "the last message")
    found = set(numbers(box))
    lost = [number for number in range(2000) if number not in found]
    # Syslog has no answers: of what rsyslog has written to the connection that broke it knows nothing. All that was
    # counted is there, and all that came by the next connection.
    assert not lost or (lost[0] >= seen and lost == list(range(lost[0], lost[-1] + 1)) and len(lost) < 500), lost


def test_of_a_stream_of_syslog_there_is_what_was_counted_without_a_hole_and_each_once(box, syslog_port):  # noqa: F811
    def stream():
        with socket.create_connection(("127.0.0.1", syslog_port)) as out:
            for number in range(1_000_000):
                try:
                    out.sendall(f"<14>1 2026-11-20T10:00:00Z host app - - - message {number}\n".encode())
                except OSError:
                    return

    sender = threading.Thread(target=stream)
    sender.start()
    wait_until(lambda: own_metric(box, "logs_syslog_messages_total") > 2000, 20, "some thousand messages")
    seen = own_metric(box, "logs_syslog_messages_total")
    kill_and_start(box)
    sender.join()
    assert stored(box) >= seen
    found = numbers(box)
    assert found == list(range(stored(box)))


def test_the_python_clients_helper_stores_each_document_once(start):
    box = start()
    client = Elasticsearch(box.url + "/es", request_timeout=20, max_retries=0)
    confirmed = set()

    def send():
        while len(confirmed) < 6000:
            waiting = ({"_op_type": "create", "_index": "logs-helper", "_id": str(number), "message": f"order {number}"}
                       for number in range(6000) if str(number) not in confirmed)
            try:
                for is_stored, item in streaming_bulk(client, waiting, chunk_size=100, raise_on_error=False):
                    # 409 and `noop`: it was taken before, and the answer did not arrive.
                    assert is_stored or item["create"]["status"] == 409, item
                    confirmed.add(item["create"]["_id"])
            except (elasticsearch.ConnectionError, elasticsearch.ApiError) as error:
                # 503: it is starting.
                assert getattr(error, "status_code", 503) == 503, error
                time.sleep(0.1)

    sender = threading.Thread(target=send)
    sender.start()
    wait_until(lambda: len(confirmed) > 1000, 20, "the first thousand", every=0.001)
    kill_and_start(box)
    sender.join()
    assert stored(box) == 6000 and sorted(numbers(box)) == list(range(6000))
