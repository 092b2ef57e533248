"""Debian's collectd: its values as messages of syslog, in arrays of JSON, and scraped."""
import pytest

from conftest import free_port, needed, wait_until
from log_senders import stored
from test_logs_syslog import syslog_port  # noqa: F401

CONFIGURATION = """
BaseDir "{work}"
PluginDir "/usr/lib/collectd"
TypesDB "/usr/share/collectd/types.db"
Hostname "web-1"
Interval 1
LoadPlugin load
LoadPlugin write_syslog
<Plugin write_syslog>
  <Node "signalbox">
    Host "127.0.0.1"
    Port "{syslog}"
    MessageFormat "human"
  </Node>
</Plugin>
LoadPlugin write_http
<Plugin write_http>
  <Node "signalbox">
    URL "{url}/ops/v1/logs/ingest?index=logs-collectd-default"
    Format "JSON"
    BufferSize 1024
  </Node>
</Plugin>
LoadPlugin write_prometheus
<Plugin write_prometheus>
  Host "127.0.0.1"
  Port "{prometheus}"
</Plugin>
"""


@pytest.fixture
def collectd(processes, tmp_path):
    """collectd(syslog, url, prometheus) starts one that writes to a port and an address, and is scraped at a port."""
    def begin(**ports):
        file = tmp_path / "collectd.conf"
        file.write_text(CONFIGURATION.format(work=tmp_path, **ports))
        return processes([needed("collectd", "collectd-core"), "-f", "-C", file, "-P", tmp_path / "pid"], "collectd")

    return begin


def test_its_values_come_by_syslog_by_http_and_by_scraping(start, collectd, syslog_port):  # noqa: F811
    prometheus = free_port()
    box = start(f'auth: {{ mode: none }}\nlisteners: {{ syslog: "127.0.0.1:{syslog_port}" }}\n'
                "metrics: { scrape_interval: 1s, scrape_configs: [ { job_name: collectd, static_configs: "
                f'[ {{ targets: [ "127.0.0.1:{prometheus}" ] }} ] }} ] }}\n')
    wait_until(lambda: "listening for syslog" in box.process.text(), 10, "the port of syslog")
    collectd(syslog=syslog_port, prometheus=prometheus, url=box.url)
    wait_until(lambda: stored(box) >= 3, 20, "a message for each value")
    [hit] = box.get("/es/_search?size=1&q=log.syslog.structured_data.collectd.ds_name:midterm").json()["hits"]["hits"]
    source = hit["_source"]
    assert source["host"]["hostname"] == "web-1" and source["process"]["name"] == "collectd"
    values = source["log"]["syslog"]["structured_data"]["collectd"]
    assert values["plugin"] == "load" and float(values["value"]) >= 0
    assert wait_until(lambda: box.value('collectd_load_midterm{exported_instance="web-1"}'), 20, "the series") >= 0
    query = "/es/logs-collectd-default/_search?size=1&q=plugin:load"
    found = wait_until(lambda: box.get(query, ignore_unavailable="true").json()["hits"]["hits"], 30, "an array")
    assert len(found[0]["_source"]["values"]) == 3 and found[0]["_source"]["host"] == "web-1"
