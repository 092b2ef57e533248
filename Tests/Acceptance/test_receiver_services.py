"""Receivers of an Alertmanager file at the services it knows: each request beside that of Debian's alertmanager."""
import hashlib
import hmac
import json
from urllib.parse import parse_qsl

import pytest
import requests

from channel_peers import Peer
from conftest import free_port, needed, wait_until
from http_peers import Authority, Proxy, server_context

# The names of the two programs and of their pages are made the same.
SAME = '{{ define "__alertmanager" }}Box{{ end }}{{ define "__alertmanagerURL" }}http://box/?a=1&b=2{{ end }}'

CONFIGURATION = """
global:
  opsgenie_api_key: genie-secret
  opsgenie_api_url: "{url}/opsgenie"
  telegram_api_url: "{url}/telegram"
  victorops_api_key: victor-secret
  victorops_api_url: "{url}/victorops/alert"
  webex_api_url: "{url}/webex/messages"
templates: [ same.tmpl ]
route: {{ receiver: all, group_by: [alertname], group_wait: 0s, group_interval: 1s }}
receivers:
  - name: all
    opsgenie_configs:
      - message: '{{{{ .CommonLabels.alertname }}}} of {{{{ .CommonLabels.team }}}}'
        details: {{ runbook: '{{{{ .CommonAnnotations.runbook }}}}' }}
        tags: 'a, b,,{{{{ .CommonLabels.team }}}}'
        priority: P2
        entity: pod
        actions: restart
        note: by hand
        update_alerts: true
        responders:
          - {{ name: 'shop,search', type: teams }}
          - {{ username: '{{{{ .CommonLabels.owner }}}}', type: user }}
          - {{ id: '{{{{ .CommonLabels.team }}}}', type: escalation }}
    telegram_configs:
      - bot_token: "7:telegram-secret"
        chat_id: -100123
        parse_mode: HTML
        disable_notifications: true
      - {{ bot_token: "7:telegram-secret", chat_id: 8, parse_mode: '', message: 'plain <b>{{{{ .Status }}}}</b>' }}
    discord_configs:
      - webhook_url: "{url}/discord/discord-secret"
      - {{ webhook_url: "{url}/discord/other-secret", title: "{{{{ .Status }}}}", message: "{{{{ len .Alerts }}}}" }}
    webex_configs:
      - room_id: room
        http_config: {{ authorization: {{ credentials: webex-secret }} }}
    victorops_configs:
      - routing_key: team
        custom_fields: {{ pod: '{{{{ .CommonLabels.pod }}}}' }}
    sns_configs:
      - api_url: "{url}/sns"
        topic_arn: 'arn:aws:sns:eu-west-1:1:{{{{ .CommonLabels.team }}}}'
        sigv4: {{ region: eu-west-1, access_key: AKIA, secret_key: sns-secret }}
        attributes: {{ severity: '{{{{ .CommonLabels.severity }}}}', team: '{{{{ .CommonLabels.team }}}}' }}
      - {{ api_url: "{url}/sns", phone_number: '+49', message: "{long}", subject: '',
          sigv4: {{ region: eu-west-1, access_key: AKIA, secret_key: sns-secret }} }}
    slack_configs:
      - api_url: "{url}/slack/slack-secret"
        channel: '#{{{{ .CommonLabels.team }}}}'
        send_resolved: true
        fields: [ {{ title: Pod, value: '{{{{ .CommonLabels.pod }}}}' }}, {{ title: Team, value: x, short: true }} ]
        actions:
          - {{ type: button, text: 'Runbook', url: 'http://wiki/{{{{ .CommonAnnotations.runbook }}}}', style: primary }}
          - type: button
            text: Restart
            name: restart
            value: '{{{{ .CommonLabels.pod }}}}'
            confirm: {{ text: Sure, title: Restart, ok_text: Go, dismiss_text: Stop }}
      - {{ api_url: "{url}/slack/slack-secret", channel: '', title: '', title_link: '', username: '', color: '',
          link_names: true, mrkdwn_in: [ text ], footer: foot, send_resolved: true }}
    pagerduty_configs:
      - routing_key: 0123456789abcdef0123456789abcdef
        url: "{url}/pagerduty"
        component: '{{{{ .CommonLabels.pod }}}}'
        images: [ {{ src: 'http://g/{{{{ .CommonLabels.team }}}}.png', alt: graph, href: 'http://g/' }}, {{ src: '', alt: none }} ]
        links: [ {{ href: 'http://wiki/{{{{ .CommonAnnotations.runbook }}}}', text: Runbook }}, {{ href: '', text: none }} ]
      - service_key: service-secret
        http_config: {{ proxy_url: "http://{proxy}", tls_config: {{ ca_file: own.pem }} }}
    pushover_configs:
      - user_key: user-secret
        token: token-secret
        http_config: {{ proxy_url: "http://{proxy}", tls_config: {{ ca_file: own.pem }} }}
      - {{ user_key: user-secret, token: token-secret, html: true, retry: 2m, expire: 10m, sound: siren, url_title: Look,
          message: '<b>{{{{ .CommonLabels.pod }}}}</b>', http_config: {{ proxy_url: "http://{proxy}", tls_config: {{ ca_file: own.pem }} }} }}
"""

LABELS = {
    "alertname": "Slow", "severity": "P1", "team": "shop", "pod": "<b>a</b> & é", "owner": "ada@example.org"}
ANNOTATIONS = {"summary": "1 < 2", "runbook": "slow.md", "dashboard": "d"}
SECRETS = ["genie-secret", "telegram-secret", "discord-secret", "other-secret", "victor-secret", "webex-secret",
           "sns-secret", "user-secret", "token-secret", "slack-secret", "service-secret", "0123456789abcdef"]


FIXED = ["api.pushover.net", "events.pagerduty.com"]


def answers(call):
    if "telegram" in call.path:
        return 200, b'{"ok":true,"result":{"message_id":1,"chat":{"id":7}}}', {"Content-Type": "application/json"}
    if "sns" in call.path:
        return 200, b"<PublishResponse><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>"
    return (202 if "opsgenie" in call.path else 200), b"ok"


def signature(call, secret):
    """AWS' Signature Version 4 of what came, over the headers that it says."""
    words = dict(word.split("=", 1) for word in call.headers["Authorization"].split(None, 1)[1].split(", "))
    stamp, names = call.headers["X-Amz-Date"], words["SignedHeaders"].split(";")
    headers = {name.lower(): value for name, value in call.headers.items()}
    canonical = "\n".join(
        ["POST", call.path, "", *(f"{name}:{headers[name]}" for name in names), "", ";".join(names),
         hashlib.sha256(call.body).hexdigest()])
    scope = words["Credential"].split("/", 1)[1]
    key = ("AWS4" + secret).encode()
    for part in scope.split("/"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    text = "\n".join(["AWS4-HMAC-SHA256", stamp, scope, hashlib.sha256(canonical.encode()).hexdigest()])
    assert {"host", "x-amz-date"} <= set(names)
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest() == words["Signature"]


def said(call):
    """One request as its service reads it."""
    if call.body[:1] == b"{":
        body = json.loads(call.body)
        if "service_key" in body:
            # Members of v2, empty, which v1 does not know.
            body = {name: value for name, value in body.items() if name not in ("event_action", "payload")}
    else:
        pairs = parse_qsl(call.body.decode(), keep_blank_values=True)
        # Pushover takes parameters in the query, too, as Alertmanager sends them.
        pairs += parse_qsl(call.path.partition("?")[2], keep_blank_values=True) if "messages.json" in call.path else []
        body = {name: value for name, value in pairs if value}
    credentials = "" if "sns" in call.path else call.headers.get("Authorization", "")
    path = call.path.partition("?")[0] if "messages.json" in call.path else call.path
    return json.dumps([call.method, path, credentials, body], sort_keys=True, indent=1, ensure_ascii=False)


class Far:
    """The services; those whose address cannot be set are behind a proxy that takes their names for this one."""

    def __init__(self, receivers, directory):
        authority = Authority(directory, "own")
        certificate, key = authority.issue("services", FIXED)
        self.authority = authority.path
        self.plain = receivers(Peer, answer=answers)
        self.secure = receivers(Peer, answer=answers, context=server_context(certificate, key))
        self.proxy = receivers(
            Proxy, credentials=None, instead={f"{name}:443": f"127.0.0.1:{self.secure.port}" for name in FIXED})

    @property
    def calls(self):
        return self.plain.calls + self.secure.calls

    def configuration(self):
        return CONFIGURATION.format(url=self.plain.url, proxy=self.proxy.address, long="ü" * 5000)


FIRING, RESOLVED = 17, 15


@pytest.fixture
def ours(start, receivers, tmp_path):
    (tmp_path / "ours").mkdir()
    far = Far(receivers, tmp_path / "ours")
    box = start("auth: { mode: none }\nalerting: { config: alertmanager.yaml }\n", files={
        "alertmanager.yaml": far.configuration(), "same.tmpl": SAME, "own.pem": far.authority.read_text()})
    wait_until(lambda: box.get("/api/v2/receivers").json(), 10, "the routes")
    return box, far


@pytest.fixture
def theirs(processes, receivers, tmp_path):
    directory = tmp_path / "theirs"
    directory.mkdir()
    far = Far(receivers, directory)
    (directory / "alertmanager.yaml").write_text(far.configuration())
    (directory / "same.tmpl").write_text(SAME)
    port = free_port()
    processes(
        [needed("prometheus-alertmanager", "prometheus-alertmanager"),
         f"--config.file={directory / 'alertmanager.yaml'}", f"--storage.path={directory / 'data'}",
         f"--web.listen-address=127.0.0.1:{port}", "--cluster.listen-address="], "alertmanager")
    url = f"http://127.0.0.1:{port}"

    def ready():
        try:
            return requests.get(url + "/-/ready", timeout=2).status_code == 200
        except requests.RequestException:
            return False

    wait_until(ready, 20, "alertmanager")
    return url, far


def test_services_are_told_as_debians_alertmanager_tells_them(ours, theirs):
    box, here = ours
    url, there = theirs

    def post(**more):
        for target in (box.url, url):
            answer = requests.post(target + "/api/v2/alerts", timeout=10, json=[{
                "labels": LABELS, "annotations": ANNOTATIONS, "generatorURL": "http://g/?a=1&b=2",
                "startsAt": "2026-01-01T00:00:00Z", **more}])
            assert answer.ok, answer.text

    post()
    for far in (here, there):
        wait_until(lambda: len(far.calls) >= FIRING, 15, f"{FIRING} requests")
    assert sorted(map(said, here.calls)) == sorted(map(said, there.calls))
    for far in (here, there):
        sns = [call for call in far.calls if "sns" in call.path]
        assert len(sns) == 2 and all(signature(call, "sns-secret") for call in sns)
    count = (len(here.calls), len(there.calls))
    post(endsAt="2026-01-01T00:01:00Z")
    for far in (here, there):
        wait_until(lambda: len(far.calls) >= FIRING + RESOLVED, 15, "the end")
    assert count == (FIRING, FIRING)
    assert sorted(map(said, here.calls)) == sorted(map(said, there.calls))
    shown = box.get("/api/v2/status").json()["config"]["original"]
    for secret in SECRETS:
        assert secret not in box.process.text() + shown


# What the other one cannot do (Debian has 0.25), or sends although the service refuses it.
OURS = """
global: {{ opsgenie_api_key: genie-secret, opsgenie_api_url: "{url}/opsgenie/", telegram_bot_token: "7:telegram-secret" }}
route: {{ receiver: all, group_wait: 0s, group_interval: 1s }}
receivers:
  - name: all
    msteams_configs: [ {{ webhook_url: "{url}/connector/connector-secret", title: '{{{{ .Status }}}}' }} ]
    discord_configs:
      - webhook_url: "{url}/discord"
        title: "{long}"
        message: "{long}"
        content: "{long}"
        username: box
    opsgenie_configs:
      - responders: [ {{ name: '{{{{ .CommonLabels.nobody }}}}', type: team }}, {{ name: shop, type: team }} ]
    telegram_configs:
      - {{ api_url: "{url}/telegram", chat_id: 7, message_thread_id: 9, message: "<b>{long}</b>" }}
      - {{ api_url: "{url}/refusing", chat_id: 8, message: short, bot_token_file: token }}
    victorops_configs: [ {{ api_key: victor-secret, api_url: "{url}/waiting", routing_key: 'a/{{{{ .CommonLabels.team }}}}' }} ]
    jira_configs: [ {{ project: OPS, issue_type: Bug }} ]
"""


def test_what_services_refuse_is_cut_and_their_refusals_are_told_without_secrets(start, receivers):
    def answer(call):
        if "refusing" in call.path:
            return 401, f"no bot at {call.path}".encode()
        waits = "waiting" in call.path and sum("waiting" in other.path for other in peer.calls) == 1
        return (429, b"later", {"Retry-After": "1"}) if waits else answers(call)

    peer = receivers(Peer, answer=answer)
    box = start("auth: { mode: none }\nalerting: { config: alertmanager.yaml }\n", files={
        "alertmanager.yaml": OURS.format(url=peer.url, long="ü" * 5000), "token": "8:other-secret\n"})
    wait_until(lambda: box.get("/api/v2/receivers").json(), 10, "the routes")
    box.post("/api/v2/alerts", json=[{"labels": LABELS, "annotations": ANNOTATIONS}])

    def bodies(part):
        return [json.loads(call.body) for call in peer.calls if part in call.path]

    wait_until(lambda: len(bodies("waiting")) == 2 and len(peer.calls) >= 7, 15, "every service, one of them twice")
    card, discord, alert, chat = (bodies(part)[0] for part in ("connector", "discord", "opsgenie", "telegram"))
    assert (card["@context"], card["type"]) == ("http://schema.org/extensions", "MessageCard")
    assert (card["title"], card["themeColor"]) == ("firing", "8C1A1A") and "# Alerts Firing:" in card["text"]
    embed = discord["embeds"][0]
    assert [len(embed["title"]), len(embed["description"]), len(discord["content"])] == [256, 4096, 2000]
    assert embed["title"].endswith("ü…") and discord["username"] == "box"
    assert alert["responders"] == [{"name": "shop", "type": "team"}]
    assert chat["text"].startswith("1 alerts, too long a text for Telegram: http") and chat["message_thread_id"] == "9"
    # The label's slash does not lead elsewhere.
    assert {call.path for call in peer.calls if "waiting" in call.path} == {"/waiting/victor-secret/a%2Fshop"}
    wait_until(lambda: "no bot at" in box.process.text(), 10, "the refusal in the log")
    assert "/refusing/bot<secret>/sendMessage" in box.process.text()
    checked = box.command("check", "--config", "signalbox.yaml").stdout
    assert "jira_configs is not carried over" in checked and "1 receivers with 6 ways out" in checked
    for secret in SECRETS + ["connector-secret"]:
        assert secret not in box.process.text() + checked + box.get("/api/v2/status").json()["config"]["original"]
