"""Targets found in files and DNS, and relabelling: against Debian's Prometheus with the same configuration."""
import json
import threading
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import requests

from conftest import free_port, needed, wait_until
from dns_zone import Zone

PAGE = """# HELP shop_requests_total Requests.
# TYPE shop_requests_total counter
shop_requests_total{code="200",path="/a",instance="exposed"} 7
shop_requests_total{code="500",path="/b",job="exposed"} 3
# TYPE shop_queue gauge
shop_queue{Tier="Gold",tmp_shard="x"} 2.5
# TYPE go_threads gauge
go_threads 9
shop_old 1 1000
"""

JOBS = """
  - job_name: rules
    scrape_interval: 2s
    scrape_timeout: 1500ms
    params: { module: [ a, b c ], "x[]": [ "1&2" ] }
    relabel_configs:
      - { source_labels: [ zone ], regex: "z(.*)", target_label: "zone_${1}", replacement: "is-$1-${1}x-$$" }
      - { source_labels: [ zone, rack ], separator: "/", target_label: place }
      - { source_labels: [ __address__ ], modulus: 1000, target_label: shard, action: hashmod }
      - { regex: "__meta_(.+)|z(one)", replacement: "mapped_$1$2", action: labelmap }
      - { source_labels: [ Name ], target_label: upper, action: uppercase }
      - { source_labels: [ Name ], target_label: lower, action: lowercase }
      - { source_labels: [ role ], regex: "web|db", action: keep }
      - { source_labels: [ role ], regex: "d.", action: drop }
      - { source_labels: [ want ], target_label: have, action: keepequal }
      - { source_labels: [ rack ], target_label: zone, action: dropequal }
      - { regex: "want|have|tmp_.*", action: labeldrop }
      - { source_labels: [ slow ], regex: "(.+)", target_label: __scrape_interval__, replacement: "$1" }
      - { source_labels: [ empty ], target_label: rack, replacement: "" }
      - { target_label: fixed, replacement: text }
    static_configs:
      - targets: [ "ADDRESS" ]
        labels: { zone: z1, rack: r1, role: web, Name: "Mixed Straße", want: a, have: a, __meta_k: v, tmp_x: y }
      - targets: [ "ADDRESS" ]
        labels: { zone: z2, rack: r2, role: web, slow: 1m, __param_more: other, __metrics_path__: "/m x?y" }
      - targets: [ "ADDRESS", "h:1" ]
        labels: { zone: z3, role: db }
      - targets: [ "ADDRESS" ]
        labels: { zone: z4, role: web, want: a, have: b }
      - targets: [ "ADDRESS" ]
        labels: { zone: z5, role: other }
  - job_name: series
    scrape_interval: 1s
    metric_relabel_configs:
      - { source_labels: [ __name__ ], regex: "go_.*", action: drop }
      - { source_labels: [ __name__, code ], regex: "shop_requests_total;(.)..", target_label: class, replacement: "${1}xx" }
      - { source_labels: [ Tier ], target_label: tier, action: lowercase }
      - { regex: "Tier|tmp_.*", action: labeldrop }
      - { source_labels: [ exported_job ], regex: "(.+)", target_label: job, replacement: "job-$1" }
      - { source_labels: [ path ], modulus: 8, target_label: shard, action: hashmod }
      - { source_labels: [ __name__ ], regex: "shop_(.*)", target_label: __name__, replacement: "store_$1" }
    static_configs: [ { targets: [ "ADDRESS" ] } ]
  - job_name: honoured
    scrape_interval: 1s
    honor_labels: true
    honor_timestamps: false
    static_configs: [ { targets: [ "ADDRESS" ], labels: { path: ours, extra: e } } ]
  - job_name: prober
    scrape_interval: 1s
    metrics_path: /probe
    relabel_configs:
      - { source_labels: [ __address__ ], target_label: __param_target }
      - { source_labels: [ __param_target ], target_label: instance }
      - { target_label: __address__, replacement: "ADDRESS" }
    static_configs: [ { targets: [ "https://shop.test/a?b=c d", "tcp://x" ] } ]
  - { job_name: samples, scrape_interval: 1s, sample_limit: 2, static_configs: [ { targets: [ "ADDRESS" ] } ] }
  - { job_name: labels, scrape_interval: 1s, label_limit: 4, static_configs: [ { targets: [ "ADDRESS" ] } ] }
  - { job_name: names, scrape_interval: 1s, label_name_length_limit: 7, static_configs: [ { targets: [ "ADDRESS" ] } ] }
  - { job_name: values, scrape_interval: 1s, label_value_length_limit: 12, static_configs: [ { targets: [ "ADDRESS" ] } ] }
  - { job_name: body, scrape_interval: 1s, body_size_limit: 64B, static_configs: [ { targets: [ "ADDRESS" ] } ] }
  - { job_name: many, scrape_interval: 1s, target_limit: 1, static_configs: [ { targets: [ "ADDRESS", "127.0.0.2:1" ] } ] }
  - job_name: files
    scrape_interval: 1s
    file_sd_configs: [ { files: [ "DIRECTORY/sd/*.json", "DIRECTORY/sd/more.yml" ] } ]
    relabel_configs:
      - { source_labels: [ __meta_filepath ], regex: ".*/(.*)", target_label: file }
  - job_name: names-a
    scrape_interval: 1s
    dns_sd_configs:
      - { names: [ web.shop.test, nowhere.test ], type: A, port: PORT, refresh_interval: 1s }
      - { names: [ web.shop.test ], type: AAAA, port: PORT }
    relabel_configs: [ { source_labels: [ __meta_dns_name ], target_label: name } ]
  - job_name: names-srv
    scrape_interval: 1s
    dns_sd_configs: [ { names: [ _http._tcp.shop ], refresh_interval: 1s } ]
    relabel_configs: [ { regex: "__meta_dns_(.*)", action: labelmap } ]
"""


class Exposer:
    """Answers every path with one page and remembers what was asked for."""

    def __init__(self, page=PAGE):
        exposer = self
        self.page = page
        self.paths = set()

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                exposer.paths.add(self.path)
                body = exposer.page.encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/plain; version=0.0.4")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def exposer(receivers):
    return receivers(Exposer)


@pytest.fixture
def zone(tmp_path, receivers):
    """The zone, and the words that start a program which asks it instead of this machine's servers."""
    address = ("127.0.53.53", 53)
    try:
        zone = receivers(Zone, address=address, records={})
    except PermissionError:
        pytest.fail("run this as root: a resolver asks port 53")
    (tmp_path / "resolv.conf").write_text(f"nameserver {address[0]}\nsearch none.test test\n")
    script = f'mount --bind {tmp_path / "resolv.conf"} /etc/resolv.conf && exec "$@"'
    return zone, [needed("unshare", "util-linux"), "-m", "sh", "-c", script, "sh"]


class Peer:
    """Debian's Prometheus, told not to add ports, which Prometheus 3 does not do either."""

    def __init__(self, processes, tmp_path, jobs, wrapper):
        self.url = f"http://127.0.0.1:{free_port()}"
        (tmp_path / "peer.yaml").write_text("scrape_configs:" + jobs)
        processes([
            *wrapper, needed("prometheus", "prometheus"), "--config.file=peer.yaml", "--storage.tsdb.path=peer",
            f"--web.listen-address={self.url[7:]}", "--log.level=warn",
            "--enable-feature=no-default-scrape-port"], "peer")

    def get(self, path, **parameters):
        return requests.get(self.url + path, params=parameters, timeout=5)


def targets(server):
    try:
        data = server.get("/api/v1/targets").json()["data"]
    except (requests.RequestException, ValueError):
        return None
    return data


def discovered(target):
    """What rules do not change here: Prometheus 2 lets them spoil what it shows as discovered."""
    labels = target["discoveredLabels"]
    return {name: value for name, value in labels.items()
            if name.startswith("__meta_") or name in ("__address__", "__metrics_path__", "__scheme__")
            } if target.get("scrapePool") != "prober" else {}


def comparable(data):
    """Everything about targets that time does not change."""
    active = Counter(json.dumps({
        "discovered": discovered(target), **{key: target[key] for key in (
            "scrapePool", "scrapeUrl", "labels", "scrapeInterval", "scrapeTimeout", "health", "lastError")}
    }, sort_keys=True) for target in data["activeTargets"])
    dropped = Counter(json.dumps(discovered(target), sort_keys=True) for target in data["droppedTargets"])
    return active, dropped


def series(server):
    """The newest value of all that was scraped, but for what measures time."""
    answer = server.get("/api/v1/query", query='{__name__!~"scrape_duration_seconds|scrape_series_added|signalbox_.*",'
                        'job=~".+",job!="signalbox",slow=""}').json()["data"]["result"]
    return {json.dumps(entry["metric"], sort_keys=True): entry["value"][1] for entry in answer}


def both(start, processes, tmp_path, exposer, zone):
    zone, wrapper = zone
    zone.records.update({
        ("web.shop.test", "A"): [("CNAME", "alias.test"), ("A", "127.0.0.1"), ("A", "127.0.0.2")],
        ("web.shop.test", "AAAA"): [("AAAA", "::1")],
        ("_http._tcp.shop.test", "SRV"): [("SRV", ("localhost", exposer.port)), ("SRV", ("b.test", 81))],
    })
    folder = tmp_path / "sd"
    folder.mkdir()
    address = f"127.0.0.1:{exposer.port}"
    (folder / "a.json").write_text(
        f'[\n\t{{"targets": ["{address}"], "labels": {{"zone": "x", "__meta_own": "1"}}}},\n\t{{"targets": []}}]')
    (folder / "more.yml").write_text("- targets: ['h:1', 'h']\n- targets: ['h:2']\n  labels: { job: renamed }\n")
    jobs = JOBS.replace("ADDRESS", address).replace("DIRECTORY", str(tmp_path)).replace("PORT", str(exposer.port))
    peer = Peer(processes, tmp_path, jobs, wrapper)
    indented = jobs.replace("\n", "\n  ")
    box = start("auth: { mode: none }\nmetrics:\n  scrape_configs:" + indented, wrapper=wrapper)
    return box, peer, zone, folder


def settled(server):
    data = targets(server)
    # Names that no host has fail with other words in either program, and after other times.
    return data and all(
        target["health"] == "up" or target["lastError"] for target in data["activeTargets"]
        if target["scrapeInterval"] != "1m") and data


def same(box, peer, what, seconds=30):
    """Waits until both agree; says what differs when they do not."""
    found = []

    def equal():
        found[:] = [what(peer), what(box)]
        return found[0] is not None and found[0] == found[1]

    try:
        wait_until(equal, seconds, "agreement", 0.5)
    except AssertionError:
        theirs, ours = found
        for one, other in zip(theirs, ours) if isinstance(theirs, tuple) else [(theirs, ours)]:
            one, other = set(one.items()), set(other.items())
            print("only Prometheus:", *sorted(one - other, key=str), sep="\n  ")
            print("only Signalbox:", *sorted(other - one, key=str), sep="\n  ")
        raise


def words(text):
    """Failures of the network are told in each program's own words."""
    known = ("limit exceeded", "_limit exceeded")
    return text if any(word in text for word in known) else bool(text)


def test_targets_and_series_are_those_of_prometheus(start, processes, tmp_path, exposer, zone):
    box, peer, zone, folder = both(start, processes, tmp_path, exposer, zone)

    def facts(server):
        data = settled(server)
        if not data:
            return None
        for target in data["activeTargets"]:
            target["lastError"] = words(target["lastError"])
            if target["scrapeInterval"] == "1m":
                target["health"] = target["lastError"] = "later"
        return comparable(data)

    same(box, peer, facts)

    def all_there():
        active, dropped = facts(box) or ({}, {})
        return sum(active.values()) > 20 and sum(dropped.values()) == 4

    wait_until(all_there, 20, "the targets to be settled")
    same(box, peer, series)
    assert len(series(box)) > 80
    assert "/probe?target=https%3A%2F%2Fshop.test%2Fa%3Fb%3Dc+d" in exposer.paths

    # What is found changes: by the kernel's word in files, by the next look in DNS.
    (folder / "b.json").write_text(f'[{{"targets": ["127.0.0.1:{exposer.port}"], "labels": {{"b": "1"}}}}]')
    (folder / "more.yml").unlink()
    zone.records[("web.shop.test", "A")] = [("A", "127.0.0.1")]
    wait_until(lambda: any("b.json" in line for line in (facts(box) or [[]])[0]), 15, "the new file")
    same(box, peer, facts)
    same(box, peer, lambda server: {
        line: 1 for line in series(server) if "b.json" in line or "more.yml" in line or "127.0.0.2" in line})

    # While no server answers, targets stay.
    zone.refuses = True
    wait_until(lambda: any('place="web.shop.test"' in line for line in failing(box)), 20, "the failing look")
    assert any(target["scrapePool"] == "names-a" for target in targets(box)["activeTargets"])
    assert "answers with code 5" in box.process.text()


def failing(box):
    """The own metrics' lines of discoveries whose latest look failed."""
    metrics = box.get("/metrics").text.splitlines()
    return [line for line in metrics if line.startswith("signalbox_discovery_failing{") and line.endswith(" 1")]


def test_a_bad_file_keeps_what_it_said_and_is_named_until_it_is_good(start, tmp_path, exposer):
    folder = tmp_path / "sd"
    folder.mkdir()
    address = f"127.0.0.1:{exposer.port}"
    (folder / "a.yml").write_text(f"- targets: ['{address}']\n")
    box = start(f"""
auth: {{ mode: none }}
metrics:
  scrape_configs:
    - {{ job_name: files, scrape_interval: 1s, file_sd_configs: [ {{ files: [ "{folder}/*.yml" ] }} ] }}
""")
    wait_until(lambda: box.value('up{job="files"}') == 1, 20, "the first scrape")

    (folder / "a.yml").write_text("- targets: [\n")
    assert f'place="{folder}/a.yml"' in wait_until(lambda: failing(box), 10, "the bad file in the metrics")[0]
    assert f"{folder}/a.yml: 2:1: no valid YAML" in box.process.text()
    assert [target["health"] for target in targets(box)["activeTargets"]] == ["up"]

    (folder / "a.yml").write_text(f"- targets: ['{address}']\n  labels: {{ again: good }}\n")
    wait_until(lambda: box.value('up{job="files",again="good"}') == 1, 20, "the mended file's target")
    assert not failing(box)
    # The target without the label has ended, and its series with it.
    assert box.query('up{job="files",again=""}') == []


def test_targets_endpoints_answer_in_prometheus_form(start, exposer):
    address = f"127.0.0.1:{exposer.port}"
    box = start(f"""
auth: {{ mode: none }}
metrics:
  scrape_configs:
    - job_name: shop
      scrape_interval: 1s
      keep_dropped_targets: 1
      relabel_configs:
        - {{ source_labels: [ role ], regex: "no.*", action: drop }}
        - {{ source_labels: [ role ], target_label: kind, modulus: 0 }}
      static_configs:
        - {{ targets: [ "{address}" ], labels: {{ role: web }} }}
        - {{ targets: [ "a:1", "b:1" ], labels: {{ role: none }} }}
    - {{ job_name: other, static_configs: [] }}
""")
    wait_until(lambda: box.value('up{job="shop"}') == 1, 20, "the first scrape")
    everything = targets(box)
    assert [target["globalUrl"] for target in everything["activeTargets"]] == [f"http://{address}/metrics"]
    assert [target["scrapePool"] for target in everything["droppedTargets"]] == ["shop"]
    assert everything["droppedTargets"][0]["discoveredLabels"]["__address__"] == "a:1"
    assert everything["droppedTargetCounts"] == {"shop": 2, "other": 0}
    active = box.get("/api/v1/targets", state="active").json()["data"]
    assert (len(active["activeTargets"]), active["droppedTargets"], active["droppedTargetCounts"]) == (1, [], None)
    dropped = box.get("/api/v1/targets", state="Dropped", scrapePool="other").json()["data"]
    assert dropped == {"activeTargets": [], "droppedTargets": [], "droppedTargetCounts": {"other": 0}}
    assert box.get("/api/v1/scrape_pools").json()["data"] == {"scrapePools": ["other", "shop"]}

    steps = box.get("/api/v1/targets/relabel_steps", scrapePool="shop", labels='{"role": "web"}').json()["data"]
    assert steps == {"steps": [
        {"rule": {"sourceLabels": ["role"], "separator": ";", "regex": "no.*", "replacement": "$1",
                  "action": "drop"}, "output": {"role": "web"}, "keep": True},
        {"rule": {"sourceLabels": ["role"], "separator": ";", "regex": "(.*)", "targetLabel": "kind",
                  "replacement": "$1", "action": "replace"}, "output": {"kind": "web", "role": "web"}, "keep": True}]}
    steps = box.get("/api/v1/targets/relabel_steps", scrapePool="shop", labels='{"role": "none"}').json()["data"]
    assert [(step["output"], step["keep"]) for step in steps["steps"]] == [({}, False), ({}, False)]
    for parameters in ({}, {"scrapePool": "shop"}, {"scrapePool": "shop", "labels": "[]"},
                       {"scrapePool": "none", "labels": "{}"}):
        assert box.get("/api/v1/targets/relabel_steps", **parameters).status_code == 400

    found = box.get("/api/v1/targets/metadata", match_target='{kind="web"}', limit=2).json()["data"]
    assert [(entry["metric"], entry["type"], entry["help"]) for entry in found] == [
        ("shop_requests_total", "counter", "Requests."), ("shop_queue", "gauge", "")]
    assert found[0]["target"] == {"instance": address, "job": "shop", "kind": "web", "role": "web"}
    found = box.get("/api/v1/targets/metadata", metric="go_threads").json()["data"]
    assert found == [{"target": found[0]["target"], "type": "gauge", "help": "", "unit": ""}]
    assert box.get("/api/v1/targets/metadata", match_target="{job=").status_code == 400
