"""The thread through the house: a real agent, a rule, a P0 page, a person, an acknowledgement."""
import json
import time

import requests

from conftest import Mailbox, Receiver, free_port, needed, wait_until

INTERVAL_SECONDS = 1

RULES = """
groups:
  - name: exporter
    interval: 1s
    rules:
      - alert: ExporterDown
        expr: up{job="node"} == 0
        labels: { severity: P0, kind: work, service: host }
        annotations:
          summary: "{{ $labels.instance }} does not answer"
"""


def paging(slack, webhook, mail):
    return f"""
channels:
  alerts: {{ slack: {{ webhook_url: "http://127.0.0.1:{slack.port}/services/T/B/secret-part" }} }}
  hook: {{ webhook: {{ url: "http://127.0.0.1:{webhook.port}/hook" }} }}
  mail: {{ email: {{ host: 127.0.0.1, port: {mail.port}, from: signalbox@example.org, security: none }} }}
people:
  ada: {{ name: Ada Lovelace, email: ada@example.org, contacts: [ mail ] }}
escalation:
  levels: [ {{ people: [ ada ] }} ]
announce: [ alerts, hook ]
self_alarm: [ hook ]
"""


def exporter(processes, port):
    return processes(
        [needed("prometheus-node-exporter", "prometheus-node-exporter"), f"--web.listen-address=127.0.0.1:{port}",
         "--log.level=error"], f"exporter-{time.time_ns()}")


def configuration(exporter_port):
    return f"""
auth: {{ mode: local }}
metrics:
  scrape_interval: {INTERVAL_SECONDS}s
  evaluation_interval: {INTERVAL_SECONDS}s
  scrape_configs:
    - job_name: node
      scrape_timeout: 1s
      static_configs: [ {{ targets: [ "127.0.0.1:{exporter_port}" ], labels: {{ cluster: test, environment: test }} }} ]
rules: [ rules/*.yaml ]
paging: {{ file: paging.yaml }}
"""


def test_a_stopped_exporter_pages_everywhere_is_acknowledged_and_resolves(start, processes, receivers):
    slack, webhook, mail = receivers(), receivers(), receivers(Mailbox)
    port = free_port()
    node = exporter(processes, port)
    box = start(configuration(port), files={
        "rules/exporter.yaml": RULES, "paging.yaml": paging(slack, webhook, mail)})
    box.token = box.create_token("api", "--role", "responder", "--name", "acceptance")
    wait_until(lambda: box.value('up{job="node"}') == 1, what="the first scrape")

    node.stop()
    down = wait_until(lambda: box.value('up{job="node"}') == 0 and time.time(), what="the failed scrape")
    for sink, what in ((slack.requests, "Slack"), (webhook.requests, "the webhook"), (mail.messages, "the mailbox")):
        wait_until(lambda: sink, INTERVAL_SECONDS + 5, what)
        # One evaluation interval plus two seconds, and one poll of this test.
        assert sink[0]["time"] - down < INTERVAL_SECONDS + 2 + 0.2, what
    hook = webhook.bodies()[0]
    assert hook["version"] == "4" and hook["status"] == "firing"
    assert hook["alerts"][0]["labels"]["alertname"] == "ExporterDown"
    assert hook["alerts"][0]["endsAt"] == "0001-01-01T00:00:00Z"
    assert "127.0.0.1" in json.dumps(slack.bodies()[0])
    assert mail.messages[0]["to"] == ["ada@example.org"]
    assert "does not answer" in mail.messages[0]["text"]

    pages = box.get("/ops/v1/pages", status="open").json()["pages"]
    assert [page["severity"] for page in pages] == ["P0"]
    acknowledged = box.post(f"/ops/v1/pages/{pages[0]['id']}/acknowledge", json={"note": "looking"})
    assert acknowledged.status_code == 200, acknowledged.text
    wait_until(lambda: box.get(f"/ops/v1/pages/{pages[0]['id']}").json()["status"] == "acknowledged")

    exporter(processes, port)
    wait_until(lambda: not box.get("/ops/v1/pages", status="open").json()["pages"], what="the page to close")
    wait_until(lambda: any(body["status"] == "resolved" for body in webhook.bodies()), what="resolved at the webhook")
    wait_until(lambda: any("resolved" in json.dumps(body).lower() for body in slack.bodies()), what="resolved at Slack")
    wait_until(lambda: any("resolved" in mail_["text"].lower() for mail_ in mail.messages), what="resolved in the mailbox")


def test_a_slack_that_fails_for_a_while_gets_the_page_when_it_is_back(start, processes, receivers):
    slack, webhook, mail = receivers(), receivers(), receivers(Mailbox)
    slack.status = 500
    box = start(configuration(free_port()), files={
        "rules/exporter.yaml": RULES, "paging.yaml": paging(slack, webhook, mail)})
    wait_until(lambda: len(slack.requests) >= 2, 30, "a second attempt")
    slack.status = 200
    wait_until(lambda: any(request["status"] == 200 for request in slack.requests), 60, "delivery to Slack")
    # The others were not held up by it.
    assert webhook.requests[0]["time"] - slack.requests[0]["time"] < 2
    assert "secret-part" not in box.process.text()


def test_a_page_survives_kill_9_with_its_timers(start, processes, receivers):
    slack, webhook, mail = receivers(), receivers(), receivers(Mailbox)
    box = start(configuration(free_port()), files={
        "rules/exporter.yaml": RULES, "paging.yaml": paging(slack, webhook, mail)})
    box.token = box.create_token("api", "--role", "responder", "--name", "acceptance")
    wait_until(lambda: webhook.requests, what="the page")
    before = box.get("/ops/v1/pages", status="open").json()["pages"]
    box.stop(9)
    box.start()
    after = box.get("/ops/v1/pages", status="open").json()["pages"]
    assert [page["id"] for page in after] == [page["id"] for page in before]
    assert len({body["signalbox"]["key"] for body in webhook.bodies() if body["status"] == "firing"}) == 1


def test_a_prometheus_agent_attaches_with_a_token_that_forces_its_labels(start, processes, receivers, tmp_path):
    exporter_port, agent_port = free_port(), free_port()
    exporter(processes, exporter_port)
    box = start("auth: { mode: local }\n")
    token = box.create_token("ingest", "--label", "cluster=aks-1", "--label", "environment=production",
                             "--name", "aks-1")
    box.token = box.create_token("api", "--role", "viewer", "--name", "reader")
    agent = tmp_path / "agent.yaml"
    agent.write_text(f"""
global: {{ scrape_interval: 1s }}
scrape_configs:
  - job_name: node
    static_configs: [ {{ targets: [ "127.0.0.1:{exporter_port}" ], labels: {{ cluster: mine, team: infra }} }} ]
remote_write:
  - url: {box.url}/api/v1/write
    authorization: {{ credentials: {token} }}
    queue_config: {{ batch_send_deadline: 1s }}
""")
    processes(
        [needed("prometheus", "prometheus"), "--enable-feature=agent", f"--config.file={agent}",
         f"--storage.agent.path={tmp_path / 'agent'}", f"--web.listen-address=127.0.0.1:{agent_port}",
         "--storage.remote.flush-deadline=1s"], "agent")
    labels = wait_until(lambda: box.query('up{job="node"}'), 30, "the agent's first samples")[0]["metric"]
    assert (labels["cluster"], labels["environment"], labels["team"]) == ("aks-1", "production", "infra")
    assert box.value('count({__name__=~".+", cluster!="aks-1", job!="signalbox"}) or vector(0)') == 0
    # An ingest token writes and nothing else; a reader reads and nothing else.
    reading = requests.get(box.url + "/api/v1/query", params={"query": "up"},
                           headers={"Authorization": f"Bearer {token}"}, timeout=5)
    assert reading.status_code == 403
    assert box.post("/api/v1/write", data=b"").status_code == 403
