"""Receivers of an Alertmanager file: each way out, as its far end sees it."""
import email
import email.policy
import hashlib
import json

import pytest

from channel_peers import Peer
from conftest import Mailbox, wait_until
from http_peers import Authority, Proxy, TokenEndpoint, server_context

CONFIGURATION = """
global: {{ smtp_smarthost: "127.0.0.1:{mail}", smtp_from: box@example.org, smtp_require_tls: false }}
templates: [ 'more/*.tmpl' ]
route: {{ receiver: all, group_by: [alertname], group_wait: 0s, group_interval: 1s }}
receivers:
  - name: all
    slack_configs:
      - api_url: "{url}/services/T/B/slack-secret"
        channel: '#alerts'
        title: '{{{{ template "ours" . }}}}'
        fields: [ {{ title: Severity, value: '{{{{ .CommonLabels.severity | toUpper }}}}', short: true }} ]
        send_resolved: true
    email_configs:
      - to: 'ops@example.org, {{{{ .CommonLabels.team }}}}@example.org'
        headers: {{ X-Team: '{{{{ .CommonLabels.team }}}}' }}
    pagerduty_configs:
      - routing_key: 0123456789abcdef0123456789abcdef
        url: "{url}/v2/enqueue"
        severity: '{{{{ if eq .CommonLabels.severity "P1" }}}}critical{{{{ else }}}}info{{{{ end }}}}'
        details: {{ runbook: '{{{{ .CommonAnnotations.runbook }}}}' }}
    msteamsv2_configs:
      - webhook_url: "{url}/workflows/teams-secret"
    wechat_configs:
      - to_user: ops
        api_secret: wechat-secret
"""

LABELS = {"alertname": "Slow", "severity": "P1", "team": "shop", "pod": "<b>a</b>"}


def answers(call):
    return (202, b'{"status":"success"}') if "enqueue" in call.path else (200, b"ok")


@pytest.fixture
def told(start, receivers):
    peer, mail = receivers(Peer, answer=answers), receivers(Mailbox)
    box = start("auth: { mode: none }\nalerting: { config: alertmanager.yaml }\n", files={
        "alertmanager.yaml": CONFIGURATION.format(url=peer.url, mail=mail.port),
        "more/ours.tmpl": '{{ define "ours" }}{{ .Status }} {{ .GroupLabels.alertname }} by {{ .Receiver }}{{ end }}'})
    wait_until(lambda: box.get("/api/v2/receivers").json(), 10, "the routes")
    box.post("/api/v2/alerts", json=[{
        "labels": LABELS, "annotations": {"summary": "1 < 2", "runbook": "slow.md"}, "generatorURL": "http://g/"}])
    wait_until(lambda: len(peer.calls) >= 3 and mail.messages, 15, "every receiver to be told")
    return box, peer, mail


def body(peer, part):
    return [json.loads(call.body) for call in peer.calls if part in call.path]


def test_slack_pagerduty_teams_and_mail_say_what_the_templates_say(told):
    box, peer, mail = told
    slack = body(peer, "slack-secret")[0]
    attachment = slack["attachments"][0]
    assert (slack["channel"], attachment["title"], attachment["color"]) == ("#alerts", "firing Slow by all", "danger")
    assert attachment["fields"] == [{"title": "Severity", "value": "P1", "short": True}]
    assert attachment["fallback"].startswith("firing Slow by all") or "[FIRING:1] Slow" in attachment["fallback"]
    event = body(peer, "enqueue")[0]
    assert (event["event_action"], event["payload"]["severity"]) == ("trigger", "critical")
    assert event["dedup_key"] == hashlib.sha256(b'{}:{alertname="Slow"}').hexdigest()
    assert event["payload"]["summary"].startswith("[FIRING:1] Slow (")
    assert event["payload"]["custom_details"]["runbook"] == "slow.md"
    assert event["payload"]["custom_details"]["num_firing"] == "1"
    card = body(peer, "teams-secret")[0]["attachments"][0]["content"]
    assert card["body"][0]["text"].startswith("[FIRING:1] Slow (") and "# Alerts Firing:" in card["body"][1]["text"]
    message = email.message_from_string(mail.messages[0]["text"], policy=email.policy.default)
    assert mail.messages[0]["to"] == ["ops@example.org", "shop@example.org"]
    assert message["Subject"].startswith("[FIRING:1] Slow (") and message["X-Team"] == "shop"
    html = message.get_body(("html",)).get_content()
    assert "1 &lt; 2" in html and "&lt;b&gt;a&lt;/b&gt;" in html and "<b>a</b>" not in html
    assert "summary = 1 < 2" in message.get_body(("plain",)).get_content()
    box.post("/api/v2/alerts", json=[{"labels": LABELS, "endsAt": "2026-01-01T00:00:00Z", "startsAt": "2026-01-01T00:00:00Z"}])
    wait_until(lambda: len(body(peer, "enqueue")) == 2, 10, "the end")
    assert body(peer, "enqueue")[1]["event_action"] == "resolve"
    assert body(peer, "enqueue")[1]["dedup_key"] == event["dedup_key"]
    wait_until(lambda: len(body(peer, "slack-secret")) == 2, 10, "the end at Slack")
    assert body(peer, "slack-secret")[1]["attachments"][0]["color"] == "good"
    assert len(mail.messages) == 1, "mail says no end unless it is asked to"


def test_what_is_not_carried_over_is_named_and_no_secret_is(told):
    box, _, _ = told
    checked = box.command("check", "--config", "signalbox.yaml")
    assert checked.returncode == 0
    assert "alertmanager.yaml:24:7: receivers[0].wechat_configs is not carried over" in checked.stdout
    assert "1 routes, 1 receivers with 4 ways out" in checked.stdout
    shown = box.get("/api/v2/status").json()["config"]["original"]
    for text in (checked.stdout, box.process.text(), shown):
        for secret in ("slack-secret", "teams-secret", "wechat-secret", "0123456789abcdef"):
            assert secret not in text
    assert "wechat_configs is not carried over" in box.process.text()


def test_explain_tells_who_hears_of_it_and_when(told):
    box, _, _ = told
    answer = box.command("explain", "alertname=Slow", "severity=P0", "--url", box.url)
    assert answer.returncode == 0, answer.stderr
    assert "receiver all (slack[0], email[0], pagerduty[0], msteamsv2[0])" in answer.stdout
    assert "a P0 waits for no group" in answer.stdout and 'group {}:{alertname="Slow"}, 1 firing' in answer.stdout
    data = json.loads(box.command("explain", "alertname=New", "--url", box.url, "--format", "json").stdout)
    assert data["routes"][0]["why"] == "a new group, after group_wait" and data["severityAssumed"] is True
    assert box.command("explain", "nonsense", "--url", box.url).returncode == 64


HTTP_CONFIGURATION = """
global: {{ http_config: {{ http_headers: {{ X-From: {{ values: [ box ] }} }} }} }}
route: {{ receiver: all, group_by: [alertname], group_wait: 0s, group_interval: 1s }}
receivers:
  - name: all
    webhook_configs:
      - url: "{secure}/mutual"
        http_config: {{ tls_config: {{ ca_file: own.pem, cert_file: client.crt, key_file: client.key }} }}
      - url: "{secure}/stranger"
        http_config: {{ tls_config: {{ ca_file: own.pem }} }}
      - url: "{plain}/token"
        http_config:
          oauth2: {{ client_id: box, client_secret_file: secret, token_url: "{token}" }}
      - url: "{plain}/through"
        http_config: {{ proxy_url: "http://proxy:proxy-word@{proxy}" }}
      - url: "{plain}/global"
    slack_configs:
      - api_url: "{plain}/api/chat.postMessage"
        http_config: {{ authorization: {{ credentials_file: secret }} }}
    msteamsv2_configs:
      - webhook_url: "{plain}/echo"
        http_config: {{ basic_auth: {{ username: box, password: basic-word }} }}
"""


def test_receivers_are_reached_as_http_config_says(start, receivers, tmp_path):
    authority = Authority(tmp_path, "own")
    certificate, key = authority.issue("server", [], ["127.0.0.1"])
    client = authority.issue("client")
    secure = receivers(Peer, context=server_context(certificate, key, authority.path))
    plain = receivers(Peer, answer=lambda call: (
        (400, f"you said {call.headers.get('Authorization')}".encode()) if "echo" in call.path else (200, b"ok")))
    token, proxy = receivers(TokenEndpoint, client="box", secret="first-secret", lifetime=3600), receivers(
        Proxy, credentials="proxy:proxy-word")
    box = start("auth: { mode: none }\nalerting: { config: alertmanager.yaml }\n", files={
        "alertmanager.yaml": HTTP_CONFIGURATION.format(
            secure=secure.url, plain=plain.url, token=token.url, proxy=proxy.address),
        "own.pem": authority.path.read_text(), "client.crt": client[0].read_text(),
        "client.key": client[1].read_text(), "secret": "first-secret\n"})
    wait_until(lambda: box.get("/api/v2/receivers").json(), 10, "the routes")

    def calls(part):
        return [call for peer in (secure, plain) for call in peer.calls if part in call.path]

    box.post("/api/v2/alerts", json=[{"labels": LABELS}])
    for part in ("/mutual", "/token", "/through", "/global", "/api", "/echo"):
        wait_until(lambda: calls(part), 15, part)
    assert calls("/token")[0].headers["Authorization"] == "Bearer token-0"
    assert proxy.places == [plain.url.removeprefix("http://")]
    assert calls("/global")[0].headers["X-From"] == "box" and "X-From" not in calls("/through")[0].headers
    assert calls("/api")[0].headers["Authorization"] == "Bearer first-secret"
    assert json.loads(calls("/mutual")[0].body)["commonLabels"]["alertname"] == "Slow"
    wait_until(lambda: "you said" in box.process.text(), 10, "the answer that repeats the password")
    assert "you said Basic <secret>" in box.process.text()
    assert not calls("/stranger"), "who shows no certificate is not let in"
    assert "receiver/all/webhook[1]" in box.process.text()
    (box.directory / "secret").write_text("second-secret")
    box.post("/api/v2/alerts", json=[{"labels": {**LABELS, "alertname": "Slower"}}])
    wait_until(lambda: len(calls("/api")) == 2, 10, "the message with the rotated secret")
    assert calls("/api")[1].headers["Authorization"] == "Bearer second-secret"
    for secret in ("first-secret", "second-secret", "basic-word", "proxy-word"):
        assert secret not in box.process.text()
        assert secret not in box.get("/api/v2/status").json()["config"]["original"]
