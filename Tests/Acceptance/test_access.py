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


def sign_in(box, password, session=None):
    session = session or requests.Session()
    page = session.get(box.url + "/sign-in", timeout=10)
    token = re.search(r'name="csrf" value="([^"]+)"', page.text)
    return session, session.post(
        box.url + "/sign-in", timeout=30, allow_redirects=False,
        data={"name": "admin", "password": password, "csrf": token.group(1) if token else ""})


def test_the_first_start_prints_a_password_once_and_it_signs_in(box):
    session, answer = sign_in(box, box.password)
    assert answer.status_code == 303
    cookie = answer.headers["Set-Cookie"]
    assert "HttpOnly" in cookie and "SameSite" in cookie
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
