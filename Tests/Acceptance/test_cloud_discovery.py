"""Targets that a server lists over HTTP, and targets in a Kubernetes cluster."""
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import requests

from conftest import needed, wait_until
from http_peers import Authority, server_context
from kubernetes_api import KubernetesAPI

PODS, SERVICES, NODES = "/api/v1/pods", "/api/v1/services", "/api/v1/nodes"
SLICES, INGRESSES = "/apis/discovery.k8s.io/v1/endpointslices", "/apis/networking.k8s.io/v1/ingresses"


class TargetList:
    """Answers with target groups to whoever knows the password."""

    def __init__(self, groups):
        served = self
        self.text = json.dumps(groups)
        self.status = 200
        self.type = "application/json; charset=utf-8"
        self.headers = []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                served.headers.append({name.lower(): value for name, value in self.headers.items()})
                known = self.headers.get("Authorization") == "Bearer word-1"
                self.send_response(served.status if known else 401)
                self.send_header("Content-Type", served.type)
                self.end_headers()
                self.wfile.write(served.text.encode())

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/targets"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def discovered(box, job):
    """Labels of the targets of `job` by address."""
    try:
        active = box.get("/api/v1/targets", scrapePool=job).json()["data"]["activeTargets"]
    except (requests.RequestException, ValueError):
        return {}
    return {target["discoveredLabels"]["__address__"]: target["discoveredLabels"] for target in active}


def addresses(box, job, expected, seconds=20):
    wait_until(lambda: set(discovered(box, job)) == set(expected), seconds,
               f"{expected} of {job}; there are {set(discovered(box, job))}", 0.2)


def failing(box):
    metrics = box.get("/metrics").text.splitlines()
    return [line for line in metrics if line.startswith("signalbox_discovery_failing{") and line.endswith(" 1")]


def settings(*jobs):
    return "auth: { mode: none }\nmetrics:\n  scrape_configs:" + "".join(f"\n    - {job}" for job in jobs)


def test_a_list_over_http_is_kept_while_it_cannot_be_had(start, tmp_path, receivers):
    targets = receivers(TargetList, groups=[
        {"targets": ["127.0.0.1:1", "127.0.0.1:2"], "labels": {"zone": "a", "__meta_own": "x"}}, {"targets": []}])
    (tmp_path / "word").write_text("word-1\n")
    box = start(settings(
        f'{{ job_name: list, http_sd_configs: [ {{ url: "{targets.url}", refresh_interval: 1s, '
        'authorization: { credentials_file: ../word } } ] }'))
    addresses(box, "list", ["127.0.0.1:1", "127.0.0.1:2"])
    labels = discovered(box, "list")["127.0.0.1:1"]
    assert labels["__meta_url"] == targets.url and labels["zone"] == "a" and labels["__meta_own"] == "x"
    assert targets.headers[0]["x-prometheus-refresh-interval-seconds"] == "1"
    assert targets.headers[0]["accept"] == "application/json"

    for change, reason in (
            ({"status": 500}, "server returned HTTP status 500"),
            ({"status": 200, "type": "text/html"}, 'unsupported content type \\"text/html\\"'),
            ({"type": "application/json", "text": '[{"targets": 1}]'}, "targets"), ({"text": "[null]"}, "")):
        for name, value in change.items():
            setattr(targets, name, value)
        assert f'place="{targets.url}"' in wait_until(lambda: failing(box), 10, "the failure in the metrics")[0]
        wait_until(lambda: reason in box.process.text(), 10, f"{reason} in the log")
        assert len(discovered(box, "list")) == 2
    assert targets.url in box.get("/targets").text
    targets.text = '[{"targets": ["127.0.0.1:3"]}]'
    addresses(box, "list", ["127.0.0.1:3"])
    wait_until(lambda: not failing(box), 10, "the failure's end")
    assert "word-1" not in box.process.text()


def pod(name, ip, namespace="shop", labels=None, port=9100, node="node-1"):
    return {
        "metadata": {"name": name, "namespace": namespace, "uid": "uid-" + name, "labels": labels or {"app": "web"}},
        "spec": {"nodeName": node, "containers": [
            {"name": "main", "image": "web:1", "ports": [{"name": "metrics", "containerPort": port, "protocol": "TCP"}]}]},
        "status": {"phase": "Running", "podIP": ip, "hostIP": "10.1.0.1",
                   "conditions": [{"type": "Ready", "status": "True"}]}}


def node(name, address, labels=None):
    return {"metadata": {"name": name, "labels": labels or {}},
            "status": {"addresses": [{"type": "InternalIP", "address": address}],
                       "daemonEndpoints": {"kubeletEndpoint": {"Port": 10250}}}}


@pytest.fixture
def cluster(receivers):
    return receivers(KubernetesAPI, token="word-1", objects={
        PODS: [pod(f"p{number}", f"10.0.0.{number}") for number in range(1, 6)]
        + [pod("other", "10.0.9.1", namespace="kube-system", labels={"app": "dns"})],
        NODES: [node("node-1", "10.1.0.1", {"zone": "a"})],
        SERVICES: [{"metadata": {"name": "web", "namespace": "shop", "labels": {"team": "x"}},
                    "spec": {"type": "ClusterIP", "clusterIP": "10.2.0.1", "ports": [{"name": "http", "port": 80}]}}],
        SLICES: [{"metadata": {"name": "web-1", "namespace": "shop", "labels": {"kubernetes.io/service-name": "web"}},
                  "addressType": "IPv4", "ports": [{"name": "metrics", "port": 9100, "protocol": "TCP"}],
                  "endpoints": [{"addresses": ["10.0.0.1"], "conditions": {"ready": True}, "nodeName": "node-1",
                                 "targetRef": {"kind": "Pod", "name": "p1", "namespace": "shop"}}]}],
        INGRESSES: [{"metadata": {"name": "in", "namespace": "shop"}, "spec": {"rules": [{"host": "shop.test"}]}}]})


def job(name, cluster, text):
    return (f'{{ job_name: {name}, kubernetes_sd_configs: [ {{ api_server: "{cluster.url}", '
            f'authorization: {{ credentials: word-1 }}, {text} }} ] }}')


def test_a_cluster_is_listed_in_pages_and_watched(start, cluster):
    box = start(settings(
        job("pods", cluster, "role: pod, attach_metadata: { node: true }"),
        job("some", cluster, 'role: pod, namespaces: { names: [ shop, none ] }, selectors: [ { role: pod, label: "app=db" } ]'),
        job("slices", cluster, "role: endpointslice"), job("services", cluster, "role: service"),
        job("nodes", cluster, "role: node"), job("ingresses", cluster, "role: ingress")))
    everything = [f"10.0.0.{number}:9100" for number in range(1, 6)] + ["10.0.9.1:9100"]
    addresses(box, "pods", everything)
    assert any("continue" in query for _, query in cluster.requests)
    assert all(query["allowWatchBookmarks"] == "true" for _, query in cluster.requests if "watch" in query)
    labels = discovered(box, "pods")["10.0.0.1:9100"]
    assert labels["__meta_kubernetes_pod_label_app"] == "web" and labels["__meta_kubernetes_node_label_zone"] == "a"
    addresses(box, "slices", ["10.0.0.1:9100"])
    labels = discovered(box, "slices")["10.0.0.1:9100"]
    assert (labels["__meta_kubernetes_service_label_team"], labels["__meta_kubernetes_pod_name"]) == ("x", "p1")
    addresses(box, "services", ["web.shop.svc:80"])
    addresses(box, "nodes", ["10.1.0.1:10250"])
    addresses(box, "ingresses", ["shop.test"])
    assert discovered(box, "some") == {}

    # What changes is told by the watch, that of a pod or a service to the slices too.
    cluster.put(PODS, pod("db", "10.0.0.9", labels={"app": "db"}))
    cluster.put(PODS, pod("p1", "10.0.0.1", labels={"app": "new"}))
    cluster.delete(PODS, "p2", "shop")
    everything = [address for address in everything if address != "10.0.0.2:9100"] + ["10.0.0.9:9100"]
    addresses(box, "pods", everything)
    addresses(box, "some", ["10.0.0.9:9100"])
    wait_until(lambda: discovered(box, "slices")["10.0.0.1:9100"]["__meta_kubernetes_pod_label_app"] == "new", 15,
               "the pod's new label")
    cluster.put(NODES, node("node-1", "10.1.0.1", {"zone": "b"}))
    wait_until(lambda: discovered(box, "pods")["10.0.0.1:9100"]["__meta_kubernetes_node_label_zone"] == "b", 15,
               "the node's new label")

    # A watch that ends goes on from the newest version, a bookmark's too; it lists nothing again.
    cluster.bookmark()
    lists = sum("watch" not in query for _, query in cluster.requests)
    version = str(cluster.version)
    cluster.end_watches()
    wait_until(lambda: any(query.get("resourceVersion") == version for _, query in cluster.requests), 15, "new watches")
    cluster.put(PODS, pod("p6", "10.0.0.6"))
    everything.append("10.0.0.6:9100")
    addresses(box, "pods", everything)
    assert sum("watch" not in query for _, query in cluster.requests) == lists

    # Forgotten versions cost a list, which also tells what went away meanwhile.
    cluster.delete(PODS, "p3", "shop", silently=True)
    cluster.forget()
    everything.remove("10.0.0.3:9100")
    addresses(box, "pods", everything)
    assert sum("watch" not in query for _, query in cluster.requests) > lists
    assert not failing(box)
    assert "word-1" not in box.process.text()


def test_a_cluster_that_fails_keeps_its_targets_and_is_named(start, cluster):
    box = start(settings(job("pods", cluster, "role: pod, namespaces: { names: [ shop ] }")))
    addresses(box, "pods", [f"10.0.0.{number}:9100" for number in range(1, 6)])
    cluster.fails = True
    cluster.end_watches()
    place = f"{cluster.url}/api/v1/namespaces/shop/pods"
    wait_until(lambda: any(f'place="{place}"' in line for line in failing(box)), 20, "the failure in the metrics")
    assert "server returned HTTP status 503" in box.process.text()
    assert place in box.get("/targets").text
    assert len(discovered(box, "pods")) == 5
    cluster.fails = False
    cluster.put(PODS, pod("p6", "10.0.0.6"))
    addresses(box, "pods", [f"10.0.0.{number}:9100" for number in range(1, 7)], 60)
    wait_until(lambda: not failing(box), 10, "the failure's end")


def test_a_pod_uses_its_service_account(start, tmp_path, receivers):
    authority = Authority(tmp_path, "cluster")
    cluster = receivers(
        KubernetesAPI, token="word-2", context=server_context(*authority.issue("api", [], ["127.0.0.1"])),
        objects={PODS: [pod("mine", "10.0.0.1", namespace="own"), pod("else", "10.0.0.2")]})
    account = tmp_path / "account"
    account.mkdir()
    (account / "ca.crt").write_bytes(authority.path.read_bytes())
    (account / "token").write_text("word-1")
    (account / "namespace").write_text("own")
    place = "/var/run/secrets/kubernetes.io/serviceaccount"
    script = f'mount -t tmpfs none /run && mkdir -p {place} && mount --bind {account} {place} && exec "$@"'
    box = start(
        settings("{ job_name: pods, kubernetes_sd_configs: [ { role: pod, namespaces: { own_namespace: true } } ] }"),
        wrapper=[needed("unshare", "util-linux"), "-m", "sh", "-c", script, "sh"],
        environment={"KUBERNETES_SERVICE_HOST": "127.0.0.1", "KUBERNETES_SERVICE_PORT": str(cluster.port)})
    wait_until(lambda: "server returned HTTP status 401" in box.process.text(), 15, "the refusal")
    # The cluster rotates it.
    (account / "token").write_text("word-2")
    addresses(box, "pods", ["10.0.0.1:9100"], 40)
    assert cluster.requests[-1][0] == "/api/v1/namespaces/own/pods"
