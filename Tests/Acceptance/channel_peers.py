"""Far ends of channels on loopback: they keep what they are sent, byte for byte."""
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl

ALWAYS = """
groups:
  - name: always
    interval: 1s
    rules:
      - alert: Broken
        expr: vector(1)
        labels: {{ severity: {severity}, service: shop }}
        annotations: {{ summary: "the shop is down" }}
"""


def configuration(more=""):
    return f"auth: {{ mode: local }}\nrules: [ rules/*.yaml ]\npaging: {{ file: paging.yaml }}\n{more}"


def start_paging(start, paging, severity="P0", rules=None, **options):
    """A Signalbox whose one alert fires from the first evaluation on."""
    box = start(configuration(), files={
        "rules/always.yaml": rules or ALWAYS.format(severity=severity), "paging.yaml": paging}, **options)
    box.token = box.create_token("api", "--role", "responder", "--name", "acceptance")
    return box


class Call:
    def __init__(self, method, path, headers, body):
        self.time = time.time()
        self.method = method
        self.path = path
        self.headers = headers
        self.body = body

    @property
    def form(self):
        return dict(parse_qsl(self.body.decode(), keep_blank_values=True))


class Peer:
    """Answers what `answer(call)` says: (status, body) or (status, body, headers)."""

    def __init__(self, answer=lambda call: (200, b"ok"), context=None):
        peer = self
        self.calls = []
        self.answer = answer

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def take(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                call = Call(self.command, self.path, dict(self.headers), body)
                peer.calls.append(call)
                status, answer, *headers = peer.answer(call)
                self.send_response(status)
                for name, value in (headers[0] if headers else {}).items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            do_GET = do_POST = do_PUT = do_DELETE = take

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        if context:
            self.server.socket = context.wrap_socket(
                self.server.socket, server_side=True, do_handshake_on_connect=False)
        self.port = self.server.server_address[1]
        self.url = f"http{'s' if context else ''}://127.0.0.1:{self.port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()
