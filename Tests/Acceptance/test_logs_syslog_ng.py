"""Logs by Debian's syslog-ng: by its destinations for Elasticsearch, HTTP and syslog, over a Signalbox that is killed."""
import socket
import threading

import pytest

from conftest import REPOSITORY, free_port, wait_until
from log_senders import kill_and_start, own_metric, stored
from test_logs_syslog import say

PEERS = REPOSITORY / ".build-peers"

CONFIGURATION = """@version: 3.38
@define scl-root "{peers}/usr/share/syslog-ng/include/scl"
@define java-module-dir "none"
@define include-path "{peers}/usr/share/syslog-ng/include:{peers}/etc/syslog-ng"
@include "scl/elasticsearch/elastic-http.conf"
options {{ use-uniqid(yes); time-reopen(1); stats-level(0); }};
source input {{
  network(ip("127.0.0.1") port({port}) transport("udp") flags(syslog-protocol));
  network(ip("127.0.0.1") port({port}) transport("tcp") flags(syslog-protocol));
}};
destination signalbox {{ {destination} }};
log {{ source(input); destination(signalbox); flags(flow-control); }};
"""


@pytest.fixture
def box(start):
    elasticsearch, syslog = free_port(), free_port()
    box = start(f'auth: {{ mode: none }}\nlisteners: {{ elasticsearch: "127.0.0.1:{elasticsearch}", '
                f'syslog: "127.0.0.1:{syslog}" }}\n')
    box.elasticsearch, box.syslog = elasticsearch, syslog
    return box


@pytest.fixture
def syslog_ng(processes, tmp_path):
    """syslog_ng(destination) starts Debian's and returns the port it takes syslog at."""
    def begin(destination):
        program = PEERS / "usr/sbin/syslog-ng"
        if not program.exists():
            pytest.fail(f"{program} is missing: scripts/install-packages test")
        port = free_port()
        work = tmp_path / "syslog-ng"
        work.mkdir()
        file = work / "syslog-ng.conf"
        file.write_text(CONFIGURATION.format(peers=PEERS, port=port, destination=destination))
        libraries = PEERS / "usr/lib/syslog-ng"
        process = processes(
            ["env", f"LD_LIBRARY_PATH={libraries}", program, "--foreground", "--stderr", "--no-caps",
             f"--module-path={libraries}/3.38", f"--cfgfile={file}", f"--persist-file={work}/persist",
             f"--control={work}/control", f"--pidfile={work}/pid"], "syslog-ng")
        wait_until(lambda: "syslog-ng starting up" in process.text(), 10, "syslog-ng")
        return port

    return begin


def elasticsearch(box, more=""):
    return (f'elasticsearch-http(url("http://127.0.0.1:{box.elasticsearch}/_bulk") index("logs-syslog-default") type("") '
            f'custom-id("$UNIQID") {more});')


DESTINATIONS = {
    "elasticsearch-http": elasticsearch,
    "http": lambda box: (
        f'http(url("{box.url}/ops/v1/logs/ingest?index=logs-syslog-default") headers("Content-Type: application/x-ndjson") '
        'batch-lines(50) batch-timeout(200) delimiter("\\n") '
        'body("$(format-json @timestamp=${ISODATE} message=${MSG} host.hostname=${HOST})"));'),
    "syslog": lambda box: f'syslog("127.0.0.1" port({box.syslog}) transport("tcp"));',
    "network": lambda box: f'network("127.0.0.1" port({box.syslog}) transport("tcp"));',
    "network by UDP": lambda box: f'network("127.0.0.1" port({box.syslog}) transport("udp"));',
}


@pytest.mark.parametrize("name", DESTINATIONS)
def test_each_of_its_destinations_brings_every_message(box, syslog_ng, name):
    say(syslog_ng(DESTINATIONS[name](box)), 100)
    wait_until(lambda: stored(box) == 100, 20, "100 messages")
    field = "MESSAGE" if name == "elasticsearch-http" else "message"
    [hit] = box.get(f'/es/logs-syslog-default/_search?q={field}:"message 99"').json()["hits"]["hits"]
    assert hit["_source"][field] == "message 99" and hit["_source"]["@timestamp"] == "2026-11-20T10:00:00.000Z"


def test_killed_while_it_sends_each_message_is_there_once(box, syslog_ng):
    # By its identity: what was taken, and not answered before the end, comes a second time.
    port = syslog_ng(elasticsearch(box, more='disk-buffer(reliable(yes) disk-buf-size(16777216) mem-buf-size(1048576))'))
    sender = threading.Thread(target=say, args=(port, 2000, socket.SOCK_STREAM))
    sender.start()
    wait_until(lambda: own_metric(box, "logs_documents_total", '{dialect="elasticsearch"}') > 500, 20, "some hundred")
    kill_and_start(box)
    sender.join()
    wait_until(lambda: stored(box) >= 2000, 20, "2000 messages")
    distinct = box.post("/es/_search?size=0", json={"aggs": {"n": {"cardinality": {"field": "PID"}}}}).json()
    assert (stored(box), distinct["aggregations"]["n"]["value"]) == (2000, 2000)
