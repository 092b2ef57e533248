"""Starts the built binary the way a user does, and the peers it talks to.

Every server listens on a free loopback port; every process started here is ended here, by its own pid.
"""
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import requests

REPOSITORY = Path(__file__).resolve().parents[2]


def pytest_addoption(parser):
    parser.addoption("--binary", default=str(REPOSITORY / ".build/debug/signalbox"))


def ports():
    """Ports below those the system gives to connections; each of the runs side by side has a range of its own."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:])
    first = 12000 + worker % 8 * 2500
    start = os.getpid() % 2500
    while True:
        for offset in range(2500):
            yield first + (start + offset) % 2500


PORTS = ports()


def free_port():
    """One that nothing listens on, and that no other test is given soon."""
    for port in PORTS:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


def wait_until(condition, seconds=20, what="the condition", every=0.05):
    """Polls a fact of another process; fails with what was waited for."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        value = condition()
        if value:
            return value
        time.sleep(every)
    raise AssertionError(f"waited {seconds} s for {what}")


def needed(program, package):
    path = shutil.which(program)
    if not path:
        pytest.fail(f"{program} is missing: apt-get install {package}")
    return path


class Process:
    """A child with its output kept, ended by pid."""

    def __init__(self, command, directory, name, environment=None):
        self.output_path = Path(directory) / f"{name}.log"
        self.output = open(self.output_path, "ab")
        self.child = subprocess.Popen(
            [str(word) for word in command], cwd=directory, stdout=self.output, stderr=subprocess.STDOUT,
            env={**os.environ, **(environment or {})})

    @property
    def pid(self):
        return self.child.pid

    def text(self):
        return self.output_path.read_text(errors="replace")

    def stop(self, with_signal=signal.SIGTERM, seconds=20):
        if self.child.poll() is None:
            self.child.send_signal(with_signal)
            try:
                self.child.wait(seconds)
            except subprocess.TimeoutExpired:
                self.child.kill()
                self.child.wait()
        self.output.close()
        return self.child.returncode


class Receiver:
    """An HTTP endpoint that keeps what it is sent. `status` may be changed while it runs."""

    def __init__(self, body=b"ok"):
        receiver = self
        self.requests = []
        self.status = 200

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                text = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                receiver.requests.append(
                    {"time": time.time(), "path": self.path, "headers": dict(self.headers),
                     "body": json.loads(text), "status": receiver.status})
                self.send_response(receiver.status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def bodies(self):
        return [request["body"] for request in self.requests]

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class Mailbox:
    """An SMTP server (aiosmtpd) that keeps every message."""

    def __init__(self):
        from aiosmtpd.controller import Controller

        mailbox = self
        self.messages = []

        class Handler:
            async def handle_DATA(self, server, session, envelope):
                mailbox.messages.append(
                    {"time": time.time(), "to": envelope.rcpt_tos, "text": envelope.content.decode("utf-8", "replace")})
                return "250 stored"

        self.port = free_port()
        self.controller = Controller(Handler(), hostname="127.0.0.1", port=self.port)
        self.controller.start()

    def close(self):
        self.controller.stop()


class Signalbox:
    """One running server and the ways to talk to it."""

    def __init__(self, binary, directory, configuration=None, port=None, files=None, environment=None,
                 storage="./data", wrapper=()):
        self.binary = binary
        self.directory = Path(directory)
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.configuration_path = self.directory / "signalbox.yaml"
        self.environment = environment
        # Words before the program's own: what it is started by.
        self.wrapper = list(wrapper)
        for name, text in (files or {}).items():
            path = self.directory / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        if configuration is not None or not self.configuration_path.exists():
            self.configuration_path.write_text(
                f'server: {{ listen: "127.0.0.1:{self.port}", external_url: "{self.url}" }}\n'
                f'storage: {{ path: "{storage}" }}\n' + (configuration or "auth: { mode: none }\n"))
        self.process = None
        self.session = requests.Session()
        self.token = None

    def start(self, ready=True):
        self.process = Process(
            [*self.wrapper, self.binary, "serve", "--config", self.configuration_path], self.directory, "signalbox",
            self.environment)
        if ready:
            self.wait_ready()
        return self

    def wait_ready(self, seconds=30):
        def is_ready():
            if self.process.child.poll() is not None:
                raise AssertionError("signalbox ended:\n" + self.process.text()[-4000:])
            try:
                return requests.get(self.url + "/-/ready", timeout=2).status_code == 200
            except requests.RequestException:
                return False

        wait_until(is_ready, seconds, "signalbox to be ready")

    @property
    def password(self):
        found = re.search(r"password:\s*(\S+)", self.process.text())
        assert found, "no password was printed:\n" + self.process.text()
        return found.group(1)

    def headers(self):
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}

    def get(self, path, **parameters):
        return self.session.get(self.url + path, params=parameters, headers=self.headers(), timeout=30)

    def post(self, path, **arguments):
        headers = {**self.headers(), **arguments.pop("headers", {})}
        return self.session.post(self.url + path, headers=headers, timeout=60, **arguments)

    def query(self, expression, **parameters):
        answer = self.get("/api/v1/query", query=expression, **parameters)
        assert answer.status_code == 200, answer.text
        return answer.json()["data"]["result"]

    def value(self, expression, **parameters):
        """The value of a one-element vector, None for an empty one."""
        result = self.query(expression, **parameters)
        return float(result[0]["value"][1]) if result else None

    def command(self, *words, **options):
        return subprocess.run(
            [self.binary, *words], capture_output=True, text=True, timeout=60, cwd=self.directory, **options)

    def create_token(self, kind, *words):
        """Made as a newcomer would, by the command line, while the server runs or not."""
        made = self.command("token", "create", kind, "--config", str(self.configuration_path), *words)
        assert made.returncode == 0, made.stderr
        return re.search(r"sbx[_e]\w+", made.stdout).group(0)

    def stop(self, with_signal=signal.SIGTERM):
        if self.process:
            code = self.process.stop(with_signal)
            self.process = None
            return code


@pytest.fixture
def binary(request):
    path = Path(request.config.getoption("--binary")).resolve()
    if not path.exists():
        pytest.fail(f"{path} is missing: make build, or swift build")
    return str(path)


@pytest.fixture
def start(binary, tmp_path):
    """start(configuration, files=…) runs a Signalbox in a directory of its own and ends it after the test."""
    running = []

    def begin(configuration=None, **options):
        directory = tmp_path / f"signalbox-{len(running)}"
        directory.mkdir()
        box = Signalbox(binary, directory, configuration, **options)
        running.append(box)
        return box.start()

    yield begin
    for box in running:
        box.stop()
    for box in running:
        said = (box.directory / "signalbox.log").read_text(errors="replace")
        assert "Program crashed" not in said, said[-4000:]


@pytest.fixture
def processes(tmp_path):
    """run(command, name) starts a peer and ends it after the test."""
    running = []

    def run(command, name):
        process = Process(command, tmp_path, name)
        running.append(process)
        return process

    yield run
    for process in reversed(running):
        process.stop(seconds=5)


@pytest.fixture
def receivers():
    made = []

    def make(kind=Receiver, **options):
        receiver = kind(**options)
        made.append(receiver)
        return receiver

    yield make
    for receiver in made:
        receiver.close()
