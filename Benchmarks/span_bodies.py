"""Requests of spans as OTLP has them (ExportTraceServiceRequest), made anew the same for the same numbers.

Traces of 5 to 40 spans over thirty services: a server's span at the root, calls to other services, queries of a
database, work of its own; two of a hundred spans fail. Spans of one trace are in one body.
"""
import random
import struct

SERVICES = 30
INTERNAL, SERVER, CLIENT = 1, 2, 3


def varint(number):
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def data(field, content):
    if isinstance(content, str):
        content = content.encode()
    return varint(field << 3 | 2) + varint(len(content)) + content


def number(field, value):
    return varint(field << 3) + varint(value)


def fixed(field, value):
    return varint(field << 3 | 1) + struct.pack("<Q", value)


def attribute(field, key, value):
    content = data(1, value) if isinstance(value, str) else number(3, value)
    return data(field, data(1, key) + data(2, content))


class Spans:
    """`count` spans at least from `start` (nanoseconds since 1970) over `seconds`."""

    def __init__(self, count, start, seconds=7200, body=1000, seed=1):
        self.wanted, self.start, self.seconds, self.body = count, start, seconds, body
        self.random = random.Random(seed)
        self.count = 0
        self.failed = 0
        #: Ids of some traces and how many spans each has.
        self.samples = {}
        #: Calls from one service to another, databases aside.
        self.calls = 0
        self.resources = [data(1, b"".join(attribute(1, key, value) for key, value in (
            ("service.name", f"service-{n}"), ("service.version", f"2.{n % 9}.1"),
            ("service.instance.id", f"{n * 7919:032x}"), ("deployment.environment.name", "production"),
            ("telemetry.sdk.language", "java"), ("k8s.pod.name", f"service-{n}-{n * 31:08x}-x2kqp"),
            ("host.name", f"ip-10-3-{n // 3}-{n}.internal")))) for n in range(SERVICES)]

    def trace(self, spans):
        choose = self.random
        trace = choose.randbytes(16)
        start = self.start + int(self.count / self.wanted * self.seconds * 1e9)
        nodes = [(choose.randrange(6), SERVER, choose.getrandbits(63) | 1, 0, start, int(3e6 * 600 ** choose.random()))]
        for _ in range(choose.randint(4, 39)):
            service, kind, parent, _, begin, length = nodes[max(0, len(nodes) - 1 - int(choose.expovariate(0.5)))]
            child, own = service, INTERNAL
            if kind == CLIENT and choose.random() < 0.6:
                child, own = (service * 3 + 1 + choose.randrange(3)) % SERVICES, SERVER
                self.calls += child != service
            elif choose.random() < 0.6:
                own = CLIENT
            nodes.append((child, own, choose.getrandbits(63) | 1, parent, begin + int(choose.random() * length * 0.5),
                          int(length * (0.05 + 0.45 * choose.random()))))
        for service, kind, own, parent, begin, length in nodes:
            failed = choose.random() < 0.02
            self.failed += failed
            spans[service].append(self.span(trace, service, kind, own, parent, begin, length, failed))
        self.count += len(nodes)
        if len(self.samples) < 200 and choose.random() < 0.1:
            self.samples[trace.hex()] = len(nodes)

    def span(self, trace, service, kind, own, parent, begin, length, failed):
        choose = self.random
        thing = ("orders", "carts", "users", "prices")[(service + choose.randrange(2)) % 4]
        out = data(1, trace) + data(2, struct.pack(">Q", own))
        if parent:
            out += data(4, struct.pack(">Q", parent))
        if kind == SERVER:
            name, attributes = f"GET /api/{thing}/{{id}}", (
                ("http.request.method", "GET"), ("url.path", f"/api/{thing}/{choose.randrange(100_000)}"),
                ("http.route", f"/api/{thing}/{{id}}"), ("http.response.status_code", 503 if failed else 200),
                ("client.address", f"10.{choose.randrange(4)}.{choose.randrange(200)}.{choose.randrange(250)}"))
        elif kind == CLIENT:
            name, attributes = f"SELECT {thing}", (
                ("db.system", "postgresql"), ("db.name", thing), ("server.address", f"pg-{service}.internal"),
                ("db.statement", f"SELECT id, state FROM {thing} WHERE customer_id = $1 ORDER BY created_at LIMIT 50"))
        else:
            name = f"{thing.title()}.validate"
            attributes = (("code.function", name), ("thread.id", 20 + choose.randrange(60)))
        out += data(5, name) + number(6, kind) + fixed(7, begin) + fixed(8, begin + length)
        out += b"".join(attribute(9, key, value) for key, value in attributes)
        if failed:
            out += data(11, fixed(1, begin + length) + data(2, "exception")
                        + attribute(3, "exception.type", "java.net.SocketTimeoutException")
                        + attribute(3, "exception.message", f"Read timed out after {length // 10**6} ms"))
            out += data(15, data(2, "upstream timeout") + number(3, 2))
        return out

    def bodies(self):
        scope = data(1, data(1, "io.opentelemetry.spring-webmvc-6.0") + data(2, "2.4.0"))
        while self.count < self.wanted:
            spans = [[] for _ in range(SERVICES)]
            end = self.count + self.body
            while self.count < min(end, self.wanted):
                self.trace(spans)
            yield b"".join(
                data(1, self.resources[n] + data(2, scope + b"".join(data(2, span) for span in own)))
                for n, own in enumerate(spans) if own)
