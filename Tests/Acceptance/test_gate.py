"""The deploy gate and what was agreed on, asked as pipelines, clusters and GitHub ask."""
import base64
import hashlib
import hmac
import json
import threading
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import requests
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

SECRET = "only GitHub knows"


class GitHub:
    """As much of GitHub's API as an App needs that reviews deployments."""

    def __init__(self):
        github = self
        self.calls = []
        self.status = 204

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                github.calls.append((self.path, self.headers["Authorization"], body))
                if self.path.endswith("/access_tokens"):
                    self.answer(201, json.dumps({"token": "ghs_installation"}).encode())
                else:
                    self.answer(github.status, b"")

            def answer(self, status, body):
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def github():
    github = GitHub()
    yield github
    github.close()


def event(github, secret=SECRET, repository="shop/cart"):
    body = json.dumps({
        "action": "requested", "environment": "production",
        "deployment_callback_url":
            f"{github.url}/repos/{repository}/actions/runs/42/deployment_protection_rule",
        "deployment": {"sha": "0123456789abcdef", "ref": "main", "payload": {}},
        "repository": {"full_name": repository}, "installation": {"id": 7}, "sender": {"login": "ann"}}).encode()
    signature = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return {"data": body, "headers": {
        "X-GitHub-Event": "deployment_protection_rule", "X-Hub-Signature-256": signature,
        "Content-Type": "application/json"}, "timeout": 20}


def proven(authorization, key):
    """The claims of an App's token, once its signature has been checked."""
    head, claims, signature = authorization.removeprefix("Bearer ").split(".")
    decode = lambda text: base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    key.public_key().verify(decode(signature), f"{head}.{claims}".encode(), padding.PKCS1v15(), hashes.SHA256())
    assert json.loads(decode(head)) == {"alg": "RS256", "typ": "JWT"}
    return json.loads(decode(claims))


def test_github_is_answered_by_an_app_that_proves_itself_and_forged_events_do_nothing(start, github):
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption())
    box = start(
        "auth: { mode: local }\n"
        "gate:\n"
        f'  github: {{ webhook_secret: "{SECRET}", app_id: "123", private_key: "file:app.pem", api_url: "{github.url}",'
        " services: { shop/cart: cart } }\n", files={"app.pem": pem.decode()})
    url = box.url + "/ops/v1/gate/github"

    assert requests.post(url, **event(github, secret="guessed")).status_code == 403
    assert requests.post(url, data=b"{}", timeout=5).status_code == 403
    assert github.calls == []
    nameless = requests.post(url, **event(github, repository="shop/other"))
    assert nameless.status_code == 400 and "gate.github.services" in nameless.json()["error"]

    assert requests.post(url, **event(github)).status_code == 200
    (token_path, proof, _), (path, bearer, body) = github.calls
    assert token_path == "/app/installations/7/access_tokens"
    claims = proven(proof, key)
    assert claims["iss"] == "123" and 0 < claims["exp"] - claims["iat"] <= 600
    assert path == "/repos/shop/cart/actions/runs/42/deployment_protection_rule" and bearer == "Bearer ghs_installation"
    answer = json.loads(body)
    # Nothing has been counted: the gate cannot tell, lets it pass and says so.
    assert answer["environment_name"] == "production" and answer["state"] == "approved"
    assert "cannot tell" in answer["comment"]
    box.token = box.create_token("api", "--role", "viewer", "--name", "look")
    record = box.get("/ops/v1/gate/records").json()["records"][0]
    assert record["service"] == "cart" and record["source"] == "github" and record["decision"] == "unknown"

    # What GitHub did not take was not answered: it can be sent again from there.
    github.status = 500
    assert requests.post(url, **event(github)).status_code == 503


def test_a_settled_month_is_reported_the_same_to_the_byte_again(start):
    box = start("auth: { mode: none }\nagreements: { support_answer: 2h }\n")
    now = datetime.now(timezone.utc)
    # Two months back is settled on every day of this one.
    month = (now.replace(day=1) - timedelta(days=40)).strftime("%Y-%m")

    def enter(reference, hours):
        asked = datetime.strptime(month + "-10", "%Y-%m-%d").replace(tzinfo=timezone.utc)
        return box.post("/ops/v1/agreements/support", json={
            "reference": reference, "asked": asked.isoformat().replace("+00:00", "Z"),
            "answered": (asked + timedelta(hours=hours)).isoformat().replace("+00:00", "Z")})

    assert enter("T-1", 3).status_code == 201
    assert enter("T-1", -1).status_code == 400
    texts = {}
    for form in ("markdown", "csv"):
        answer = box.get(f"/ops/v1/agreements/reports/{month}", format=form)
        assert answer.status_code == 200, answer.text
        texts[form] = answer.content
    assert b"0 of 1 within it; longest 3h" in texts["markdown"] and b"T-1" in texts["markdown"]
    assert b"within 2h" in texts["csv"] and b"missed" in texts["csv"]
    # Of the month before nothing is known, so nothing is kept.
    assert box.get("/ops/v1/agreements/reports").json()["reports"] == [month]

    # What is entered afterwards changes a month that was reported as little as a restart does.
    assert enter("T-2", 1).status_code == 201
    box.stop()
    box.start()
    for form, before in texts.items():
        assert box.get(f"/ops/v1/agreements/reports/{month}", format=form).content == before
    current = box.get(f"/ops/v1/agreements/reports/{now:%Y-%m}").json()
    assert current["preliminary"] is True
    assert box.get("/ops/v1/agreements/reports/2999-01").status_code == 400
    assert month in box.get(f"/objectives/agreements?month={month}").text


def test_without_a_budget_the_gate_cannot_tell_and_says_so_everywhere(start):
    box = start("auth: { mode: local }\n")
    token = box.create_token("events", "--name", "ci", "--label", "environment=production")

    def gate(*words):
        return box.command("gate", "--url", box.url, "--token", token, *words)

    asked = gate("--service", "cart", "--format", "json")
    assert asked.returncode == 2, asked.stderr
    answer = json.loads(asked.stdout)
    assert answer["decision"] == "unknown" and answer["environment"] == "production"
    assert gate("--service", "cart", "--change", "rollback").returncode == 0
    assert gate("--service", "cart", "--change", "critical-fix").returncode == 2
    assert "needs a reason" in gate("--service", "cart", "--change", "critical-fix").stderr
    assert box.command("gate", "--url", "http://127.0.0.1:1", "--service", "cart").returncode == 2
    # A key of the gate opens nothing else, and none opens nothing.
    headers = {"Authorization": f"Bearer {token}"}
    for path in ("/ops/v1/gate?service=cart", "/ops/v1/gate/records", "/ops/v1/pages"):
        assert requests.get(box.url + path, headers=headers, timeout=5).status_code == 403
    for path in ("/ops/v1/gate", "/ops/v1/gate/admission/none", "/ops/v1/gate/break-glass"):
        assert requests.post(box.url + path, json={}, timeout=5).status_code == 401
    assert box.post("/ops/v1/gate/break-glass", headers=headers, json={
        "service": "cart", "reason": "the fix is the deployment", "minutes": 5, "person": "ann"}).status_code == 403
