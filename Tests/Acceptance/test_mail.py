"""Mail against a real SMTP server (aiosmtpd): STARTTLS, AUTH, threads, both parts, what is refused."""
import email
import email.policy
import re
import ssl
import threading

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from channel_peers import Peer, start_paging
from conftest import free_port, wait_until
from http_peers import Authority

USER, PASSWORD = "signalbox", "mail-password-value"


class Server:
    """Wants STARTTLS and AUTH before it takes mail, as mail servers do on port 587."""

    def __init__(self, paths, tls=True):
        server = self
        self.messages, self.logins = [], []
        self.lock = threading.Lock()

        class Handler:
            async def handle_DATA(self, _, session, envelope):
                with server.lock:
                    server.messages.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
                return "250 stored"

        def authenticate(_, session, envelope, mechanism, login):
            name, password = login.login.decode(), login.password.decode()
            server.logins.append((mechanism, name, session.ssl is not None))
            # Not handled: the server says 235 or 535 by itself.
            return AuthResult(success=(name, password) == (USER, PASSWORD), handled=False)

        options = {}
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*paths)
            options = {"tls_context": context, "require_starttls": True}
        self.port = free_port()
        self.controller = Controller(
            Handler(), hostname="127.0.0.1", port=self.port, authenticator=authenticate, auth_required=tls,
            auth_require_tls=tls, **options)
        self.controller.start()

    def close(self):
        self.controller.stop()


@pytest.fixture
def mail(start, receivers, tmp_path):
    authority = Authority(tmp_path, "mail-authority")
    paths = authority.issue("mail", addresses=["127.0.0.1"])

    def begin(password=PASSWORD, tls=True, trust=True):
        server, owner = receivers(Server, paths=paths, tls=tls), receivers(Peer)
        trusted = f'ca_file: "{authority.path}", ' if trust else ""
        box = start_paging(start, f"""
channels:
  mail:
    email: {{ host: 127.0.0.1, port: {server.port}, from: "Signalbox <signalbox@example.org>", {trusted}
             username: {USER}, password: {password} }}
  hook: {{ webhook: {{ url: "{owner.url}/hook" }} }}
people: {{ ada: {{ email: ada@example.org, contacts: [ mail ] }} }}
escalation: {{ levels: [ {{ people: [ ada ] }} ] }}
self_alarm: [ hook ]
""")
        box.server, box.owner = server, owner
        return box

    return begin


def test_mail_goes_by_starttls_and_auth_in_one_thread_with_both_parts_and_a_link(mail):
    box = mail()
    wait_until(lambda: box.server.messages, 15, "the page")
    page = box.get("/ops/v1/pages").json()["pages"][0]["id"]
    box.post(f"/ops/v1/pages/{page}/resolve", json={})
    wait_until(lambda: len(box.server.messages) == 2, 10, "the end")
    assert {(name, is_sealed) for _, name, is_sealed in box.server.logins} == {(USER, True)}
    fired, ended = box.server.messages
    assert fired["Subject"] == "[P0] FIRING: Broken: the shop is down"
    assert ended["Subject"].startswith("[P0] RESOLVED")
    assert fired["References"] == ended["References"] == fired["In-Reply-To"]
    assert fired["References"].startswith(f"<page.{page}.")
    assert fired["Message-ID"] != ended["Message-ID"] and fired["Auto-Submitted"] == "auto-generated"
    parts = {part.get_content_type(): part.get_content() for part in fired.iter_parts()}
    assert set(parts) == {"text/plain", "text/html"}
    link = re.search(rf"Acknowledge: ({re.escape(box.url)}/link/\S+)", parts["text/plain"]).group(1)
    assert f'<a href="{link}">Acknowledge</a>' in parts["text/html"]
    assert "/link/" not in ended.as_string(), "what is over cannot be acknowledged"


@pytest.mark.parametrize("options, says", [
    ({"password": "wrong-password-value"}, "answered AUTH with 535"),
    ({"tls": False}, "TLS"),
    ({"trust": False}, "certificate"),
])
def test_a_server_that_cannot_be_trusted_or_does_not_trust_us_alarms_the_owner(mail, options, says):
    box = mail(**options)
    alarm = lambda: any(says.encode() in call.body and b"failed for good" in call.body for call in box.owner.calls)
    wait_until(alarm, 20, f"the owner to hear of {says}")
    assert not box.server.messages
    for secret in (PASSWORD, "wrong-password-value"):
        assert not any(secret.encode() in call.body for call in box.owner.calls)
        assert secret not in box.process.text()
