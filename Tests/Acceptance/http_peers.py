"""Servers that want certificates, passwords or tokens, a token endpoint and a proxy, with authorities of their own."""
import base64
import datetime
import ipaddress
import json
import select
import socket
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


class Authority:
    """Signs certificates; everything it makes is a PEM file in `folder`."""

    def __init__(self, folder, name):
        self.folder, self.name = folder, name
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self.path = folder / f"{name}.pem"
        self.path.write_bytes(self.sign(self.subject, self.key.public_key(), [], True).public_bytes(
            serialization.Encoding.PEM))

    def sign(self, subject, key, names, is_authority=False):
        now = datetime.datetime.now(datetime.timezone.utc)
        builder = (
            x509.CertificateBuilder().subject_name(subject).issuer_name(self.subject).public_key(key)
            .serial_number(x509.random_serial_number()).not_valid_before(now - datetime.timedelta(hours=1))
            .not_valid_after(now + datetime.timedelta(hours=1))
            .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True))
        if names:
            builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        return builder.sign(self.key, hashes.SHA256())

    def issue(self, name, hosts=(), addresses=()):
        """The paths of a certificate and its key."""
        key = ec.generate_private_key(ec.SECP256R1())
        names = [x509.DNSName(host) for host in hosts] + [
            x509.IPAddress(ipaddress.ip_address(address)) for address in addresses]
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        certificate, secret = self.folder / f"{name}.crt", self.folder / f"{name}.key"
        certificate.write_bytes(self.sign(subject, key.public_key(), names).public_bytes(serialization.Encoding.PEM))
        secret.write_bytes(key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
        return certificate, secret


class Exposer:
    """Exposes one metric to whoever `allows` lets in, and remembers the headers of each request."""

    def __init__(self, context=None, allows=lambda headers: True, redirect=None, client=None):
        exposer = self
        self.allows = allows
        self.redirect = redirect
        self.requests = []

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                exposer.requests.append({name.lower(): value for name, value in self.headers.items()})
                body = b"m 1\n"
                if exposer.redirect:
                    self.send_response(302)
                    self.send_header("Location", exposer.redirect)
                    body = b""
                else:
                    self.send_response(200 if exposer.allows(exposer.requests[-1]) else 401)
                self.send_header("Content-Type", "text/plain; version=0.0.4")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        class Server(ThreadingHTTPServer):
            def get_request(self):
                connection, address = super().get_request()
                connection.settimeout(10)
                return (context.wrap_socket(connection, server_side=True, do_handshake_on_connect=False)
                        if context else connection), address

            def handle_error(self, *_):
                """A client that turns away is what some tests want."""

        self.server = Server(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        self.address = f"127.0.0.1:{self.port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


def server_context(certificate, key, client_authority=None, maximum=None):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    if client_authority:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(client_authority)
    if maximum:
        context.maximum_version = maximum
    return context


class TokenEndpoint:
    """Gives tokens that live for `lifetime` seconds to the client of the given name and secret."""

    def __init__(self, client, secret, lifetime, in_form=False):
        endpoint = self
        self.secret = secret
        self.forms = []
        self.tokens = []

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
                endpoint.forms.append(form)
                expected = "Basic " + base64.b64encode(f"{client}:{endpoint.secret}".encode()).decode()
                known = (form.get("client_secret") == [endpoint.secret] if in_form
                         else self.headers.get("Authorization") == expected)
                if known:
                    endpoint.tokens.append(f"token-{len(endpoint.tokens)}")
                    answer = {"access_token": endpoint.tokens[-1], "token_type": "bearer", "expires_in": lifetime}
                else:
                    answer = {"error": "invalid_client"}
                self.send_response(200 if known else 401)
                self.end_headers()
                self.wfile.write(json.dumps(answer).encode())

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/token"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class Proxy:
    """Connects to where CONNECT says, or to what is there `instead`, for those with the given `name:password`."""

    def __init__(self, credentials, instead=None):
        proxy = self
        self.places = []
        self.headers = []
        expected = "Basic " + base64.b64encode(credentials.encode()).decode() if credentials else None

        class Handler(BaseHTTPRequestHandler):
            def do_CONNECT(self):
                proxy.headers.append(dict(self.headers))
                if self.headers.get("Proxy-Authorization") != expected:
                    self.send_error(407)
                    return
                proxy.places.append(self.path)
                host, port = (instead or {}).get(self.path, self.path).rsplit(":", 1)
                with socket.create_connection((host, int(port)), 5) as other:
                    self.send_response(200)
                    self.end_headers()
                    while True:
                        ready, _, _ = select.select([self.connection, other], [], [], 30)
                        if not ready:
                            return
                        for source in ready:
                            data = source.recv(65536)
                            if not data:
                                return
                            (other if source is self.connection else self.connection).sendall(data)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.address = f"127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()
