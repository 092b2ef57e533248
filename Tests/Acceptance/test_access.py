"""Nothing answers without a credential except health checks."""
import re

import pytest
import requests

PATHS = [
    ("GET", "/"), ("GET", "/alerts"), ("GET", "/explore"), ("GET", "/metrics"),
    ("GET", "/api/v1/query?query=up"), ("GET", "/api/v1/labels"), ("GET", "/api/v1/rules"), ("GET", "/api/v1/alerts"),
    ("GET", "/api/v1/targets"), ("GET", "/api/v1/metadata"), ("GET", "/api/v1/status/buildinfo"),
    ("POST", "/api/v1/write"), ("POST", "/-/reload"), ("GET", "/ops/v1/pages"),
    ("POST", "/ops/v1/pages/1/acknowledge"), ("GET", "/ops/v1/events"), ("GET", "/nowhere"),
]


@pytest.fixture
def box(start):
    return start("auth: { mode: local }\n")


@pytest.mark.parametrize("method, path", PATHS)
def test_without_a_credential_nothing_answers(box, method, path):
    answer = requests.request(method, box.url + path, allow_redirects=False, timeout=5)
    assert answer.status_code in (401, 303, 302)
    if answer.status_code != 401:
        assert answer.headers["Location"].startswith("/sign-in")
    assert "up" not in answer.text or answer.status_code == 401


@pytest.mark.parametrize("path", ["/-/healthy", "/-/ready"])
def test_health_checks_need_none(box, path):
    assert requests.get(box.url + path, timeout=5).status_code == 200
    assert requests.head(box.url + path, timeout=5).status_code == 200


def sign_in(box, password, session=None, name="admin"):
    session = session or requests.Session()
    page = session.get(box.url + "/sign-in", timeout=10)
    token = re.search(r'name="csrf" value="([^"]+)"', page.text)
    return session, session.post(
        box.url + "/sign-in", timeout=30, allow_redirects=False,
        data={"name": name, "password": password, "csrf": token.group(1) if token else ""})


def test_the_first_start_prints_a_password_once_and_it_signs_in(box):
    session, answer = sign_in(box, box.password)
    assert answer.status_code == 303
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite" in cookie
    # An address that is none: people get a page that leads on, programs the status.
    unknown = session.get(box.url + "/alert", headers={"Accept": "text/html"}, timeout=10)
    assert unknown.status_code == 404 and "There is no page /alert." in unknown.text and 'href="/alerts"' in unknown.text
    assert session.get(box.url + "/alert", timeout=10).text == "Not Found\n"
    page = session.get(box.url + "/", timeout=10)
    assert page.status_code == 200
    policy = page.headers["Content-Security-Policy"]
    assert "unsafe" not in policy
    password = box.password
    box.stop()
    box.start()
    assert box.process.text().count(password) == 1


def test_a_wrong_password_is_refused_and_soon_slowed_down(box):
    statuses = [sign_in(box, "wrong")[1].status_code for _ in range(12)]
    assert set(statuses) <= {401, 429}
    assert 429 in statuses


def test_a_session_changes_nothing_without_its_csrf_token(box):
    session, _ = sign_in(box, box.password)
    answer = session.post(box.url + "/ops/v1/pages/1/acknowledge", json={}, timeout=5)
    assert answer.status_code == 403


def test_a_revoked_token_stops_working_at_once(box):
    token = box.create_token("api", "--role", "viewer", "--name", "short")
    box.token = token
    assert box.get("/api/v1/query", query="1").status_code == 200
    listing = box.command("token", "list", "--config", str(box.configuration_path), "--format", "json")
    assert token not in listing.stdout
    identity = re.search(r'"id"\s*:\s*"?([\w-]+)"?[^{}]*"short"|"short"[^{}]*"id"\s*:\s*"?([\w-]+)"?', listing.stdout)
    revoked = box.command(
        "token", "revoke", identity.group(1) or identity.group(2), "--config", str(box.configuration_path))
    assert revoked.returncode == 0, revoked.stderr
    from conftest import wait_until
    wait_until(lambda: box.get("/api/v1/query", query="1").status_code == 401, 5, "the token to be refused")


# What carries a credential of its own, and what that is.
OWN_CREDENTIAL = {
    "/link/{token}": "the link's signature; test_channels.py",
    "/ops/v1/channels/slack/interactions/{name}": "Slack's signature; test_slack_app.py",
    "/ops/v1/channels/twilio/voice/{name}": "Twilio's signature; test_twilio.py",
    "/ops/v1/channels/twilio/status/{name}": "Twilio's signature; test_twilio.py",
    "/ops/v1/channels/twilio/sms/{name}": "Twilio's signature; test_twilio.py",
    "/ops/v1/gate/admission/{key}": "the key of an events token; test_gate_objectives.py",
    "/ops/v1/gate/github": "GitHub's signature; test_gate.py",
    "/ops/v1/oncall/calendar/{token}": "a secret address that reads one feed; test_oncall.py",
}

# What a token that only writes may call; PagerDuty's paths look at the key in the body alone.
WRITES = {
    ("post", path) for path in (
        "/api/v1/write", "/api/v1/otlp/v1/metrics", "/v1/metrics", "/api/v2/alerts", "/v2/enqueue",
        "/v2/change/enqueue", "/generic/2010-04-15/create_event.json", "/v1/logs", "/loki/api/v1/push", "/ops/v1/logs/ingest", "/es/_otlp/v1/logs",
        "/es/_refresh", "/es/{index}/_refresh", "/es/{index}/_doc")}
# What clients of Elasticsearch ask and set up before they send, and sending.
WRITES |= {
    ("get", f"/es{path}") for path in (
        "", "/_cat/health", "/_cluster/health", "/_cluster/health/{index}", "/_component_template",
        "/_component_template/{name}", "/_data_stream", "/_data_stream/{name}", "/_ilm/policy", "/_ilm/policy/{name}",
        "/_index_template", "/_index_template/{name}", "/_ingest/pipeline", "/_ingest/pipeline/{name}",
        "/_ingest/processor/grok", "/_license", "/_nodes", "/_nodes/http", "/_template", "/_template/{name}", "/_xpack")}
WRITES |= {("put", "/es/_data_stream/{name}"), ("put", "/es/{index}")}
# As `update` and `delete` of `_bulk`, one at a time.
WRITES |= {("post", "/es/{index}/_update/{id}"), ("delete", "/es/{index}/_doc/{id}")}
# Traces, and what agents ask before they send and while they do.
WRITES |= {
    ("post", path) for path in (
        "/v1/traces", "/es/_otlp/v1/traces", "/api/v2/spans", "/apm/intake/v2/events", "/apm/config/v1/agents")}
WRITES |= {("get", path) for path in ("/apm", "/apm/config/v1/agents", "/sampling")}
WRITES |= {
    (method, f"/es{path}") for method in ("put", "post") for path in (
        "/_bulk", "/_component_template/{name}", "/_ilm/policy/{name}", "/_index_template/{name}", "/_template/{name}",
        "/{index}/_bulk", "/{index}/_create/{id}", "/{index}/_doc/{id}")}


def test_every_described_endpoint_refuses_strangers_and_tokens_that_only_write(box):
    box.token = box.create_token("api", "--role", "admin", "--name", "walker")
    described = box.get("/ops/v1/openapi.json").json()["paths"]
    box.token = box.create_token("ingest", "--name", "writer")
    assert len(described) > 25
    for path, methods in described.items():
        concrete = path.replace("{id}", "1").replace("{name}", "x")
        for method in set(methods) - {"parameters"}:
            if path in ("/-/healthy", "/-/ready"):
                continue
            if path in OWN_CREDENTIAL:
                answer = requests.request(method, box.url + concrete.replace("{token}", "x"), timeout=5)
                assert answer.status_code in (401, 403, 404), f"{method} {path}"
                continue
            place = f"{method} {path}"
            assert requests.request(method, box.url + concrete, timeout=5).status_code == 401, place
            status = requests.request(method, box.url + concrete, headers=box.headers(), timeout=5).status_code
            assert (status == 403) == ((method, path) not in WRITES), place


def test_people_are_added_limited_by_their_role_and_removed(box):
    def user(*words, **options):
        return box.command("user", *words, "--config", str(box.configuration_path), **options)

    made = user("create", "ann", "--role", "viewer")
    assert made.returncode == 0, made.stderr
    session, answer = sign_in(box, made.stdout.strip(), name="Ann")
    assert answer.status_code == 303
    assert session.get(box.url + "/api/v1/query?query=1", timeout=5).status_code == 200
    assert session.get(box.url + "/ops/v1/users", timeout=5).status_code == 403
    assert user("role", "ann", "admin").returncode == 0
    assert [one["name"] for one in session.get(box.url + "/ops/v1/users", timeout=5).json()["users"]] == [
        "admin", "ann"]
    given = user("password", "ann", "--password-stdin", input="correct horse battery\n")
    assert (given.returncode, given.stdout) == (0, ""), given.stderr
    assert session.get(box.url + "/api/v1/query?query=1", timeout=5).status_code == 401
    session, answer = sign_in(box, "correct horse battery", name="ann")
    assert answer.status_code == 303
    log = session.get(box.url + "/ops/v1/audit?limit=3", timeout=5).json()["entries"]
    assert [entry["action"] for entry in log] == ["sign-in", "password changed", "role changed"]
    assert user("remove", "ann").returncode == 0
    assert session.get(box.url + "/api/v1/query?query=1", timeout=5).status_code == 401


@pytest.mark.parametrize("words, says", [
    (["create", "a b", "--role", "viewer"], "is no user name"),
    (["create", "ann", "--role", "king"], "role must be one of viewer, editor, responder, admin"),
    (["create", "admin", "--role", "viewer"], "there is a user admin already"),
    (["role", "admin", "viewer"], "admin is the last admin"),
    (["remove", "admin"], "admin is the last admin"),
    (["remove", "nobody"], "there is no user nobody"),
    (["password", "../tokens"], "is no user name"),
])
def test_a_wrong_change_of_people_says_why(box, words, says):
    answer = box.command("user", *words, "--config", str(box.configuration_path))
    assert answer.returncode == 1
    assert says in answer.stderr
