"""Syslog: Debian's rsyslog by TCP, by UDP and through its Elasticsearch output; both framings."""
import socket
import time
from pathlib import Path

import pytest

from conftest import REPOSITORY, free_port, needed, wait_until
from log_senders import own_metric, stored

RSYSLOG = """
global(workDirectory="{work}")
module(load="imudp")
input(type="imudp" port="{port}" address="127.0.0.1")
module(load="imtcp")
input(type="imtcp" port="{port}" address="127.0.0.1")
{modules}
{action}
"""


@pytest.fixture
def syslog_port():
    return free_port()


@pytest.fixture
def box(start, syslog_port):
    box = start(f'auth: {{ mode: none }}\nlisteners: {{ syslog: "127.0.0.1:{syslog_port}" }}\n')
    wait_until(lambda: "listening for syslog" in box.process.text(), 10, "the port of syslog")
    return box


@pytest.fixture
def rsyslog(processes, tmp_path):
    """rsyslog(action) starts Debian's and returns the port it takes syslog at."""
    def begin(action, modules=""):
        port = free_port()
        work = tmp_path / "rsyslog"
        work.mkdir()
        file = work / "rsyslog.conf"
        file.write_text(RSYSLOG.format(work=work, port=port, action=action, modules=modules))
        processes([needed("rsyslogd", "rsyslog"), "-n", "-f", file, "-i", work / "pid"], "rsyslog")
        time.sleep(0.5)
        return port

    return begin


def say(port, count, kind=socket.SOCK_DGRAM):
    """Datagrams may be lost on a busy machine: who counts exactly sends a stream."""
    with socket.socket(socket.AF_INET, kind) as out:
        out.connect(("127.0.0.1", port))
        for number in range(count):
            out.sendall(f"<14>1 2026-11-20T10:00:00Z host app {number} - - message {number}\n".encode())
            time.sleep(0.001)


@pytest.mark.parametrize("framing", ["traditional", "octet-counted"])
def test_rsyslog_forwards_by_tcp(box, syslog_port, rsyslog, framing):
    port = rsyslog(f'action(type="omfwd" target="127.0.0.1" port="{syslog_port}" protocol="tcp" '
                   f'TCP_Framing="{framing}" template="RSYSLOG_SyslogProtocol23Format")')
    say(port, 200)
    wait_until(lambda: own_metric(box, "logs_syslog_messages_total") == 200, 20, "200 messages")
    assert stored(box) == 200


def test_rsyslog_sends_by_its_elasticsearch_output_as_the_page_says(start, rsyslog):
    if not Path("/usr/lib/x86_64-linux-gnu/rsyslog/omelasticsearch.so").exists():
        pytest.fail("omelasticsearch is missing: apt-get install rsyslog-elasticsearch")
    elasticsearch = free_port()
    box = start(f'auth: {{ mode: local }}\nlisteners: {{ elasticsearch: "127.0.0.1:{elasticsearch}" }}\n')
    box.token = box.create_token("api", "--name", "reader", "--role", "admin")
    page = (REPOSITORY / "docs/logs-ingest.md").read_text()
    snippet = page.split("rsyslog (package", 1)[1].split("```")[1].strip()
    for written, here in (("signalbox.example", "127.0.0.1"), ("9200", str(elasticsearch)), ('usehttps="on" ', ""),
                          ("sbx_ingest_…", box.create_token("ingest", "--name", "rsyslog"))):
        assert written in snippet
        snippet = snippet.replace(written, here)
    say(rsyslog(snippet), 200)
    wait_until(lambda: own_metric(box, "logs_documents_total", '{dialect="elasticsearch"}') == 200, 20,
               "200 documents")
    assert stored(box) == 200
    answer = box.get("/es/logs-syslog-default/_search", q="message:199").json()
    [hit] = answer["hits"]["hits"]
    assert hit["_source"] == {
        "@timestamp": "2026-11-20T10:00:00.000Z", "message": "message 199", "log": {"level": "info"},
        "host": {"hostname": "host"}, "process": {"name": "app"}}


def test_datagrams_and_connections_are_taken_in_both_forms(box, syslog_port):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
        out.sendto(b"<34>Oct 11 22:14:15 mymachine su[12]: failed\n", ("127.0.0.1", syslog_port))
        out.sendto(b"no syslog at all \xff", ("127.0.0.1", syslog_port))
        out.sendto(b"", ("127.0.0.1", syslog_port))
    with socket.create_connection(("127.0.0.1", syslog_port)) as connection:
        connection.sendall(b"<34>1 - - - - - - first\n11 <34>1 - - -")
        time.sleep(0.1)
        connection.sendall(b"<34>Oct 11 22:14:15 m a: last, without an end")
    wait_until(lambda: own_metric(box, "logs_syslog_messages_total") == 5, 10, "5 messages")
    assert stored(box) == 5
    with socket.create_connection(("127.0.0.1", syslog_port)) as connection:
        connection.sendall(b"99999999999 <34>")
        assert connection.recv(10) == b""
    assert own_metric(box, "logs_syslog_broken_connections_total") == 1
