"""Just enough protobuf and snappy to send what a Prometheus agent sends, and what it never would."""
import struct


def varint(value):
    out = bytearray()
    while value >= 0x80:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def field(number, payload):
    return varint(number << 3 | 2) + varint(len(payload)) + payload


def label(name, value):
    as_bytes = [part if isinstance(part, bytes) else part.encode() for part in (name, value)]
    return field(1, field(1, as_bytes[0]) + field(2, as_bytes[1]))


def sample(value, milliseconds):
    return field(2, b"\x09" + struct.pack("<d", value) + b"\x10" + varint(milliseconds & (1 << 64) - 1))


def series(labels, samples, extra=b""):
    """labels: a dict (sent sorted, as agents do) or a list of pairs (sent as given)."""
    pairs = sorted(labels.items()) if isinstance(labels, dict) else labels
    body = b"".join(label(*pair) for pair in pairs) + b"".join(sample(value, at) for value, at in samples)
    return field(1, body + extra)


def histogram(at, schema=0, count=3, sum=4.5):
    """Two observations up to 1, one up to 2."""
    body = b"\x08" + varint(count) + b"\x19" + struct.pack("<d", sum) + b"\x20" + varint(schema << 1 ^ schema >> 31)
    body += field(11, b"\x08\x00\x10\x02") + field(12, b"\x04\x01") + b"\x78" + varint(at)
    return field(3, body)


def snappy(raw):
    """Valid snappy block framing, literals only."""
    out = bytearray(varint(len(raw)))
    for start in range(0, len(raw), 65536):
        piece = raw[start:start + 65536]
        out += bytes([61 << 2]) + struct.pack("<H", len(piece) - 1) + piece
    return bytes(out)


HEADERS = {
    "Content-Encoding": "snappy",
    "Content-Type": "application/x-protobuf",
    "X-Prometheus-Remote-Write-Version": "0.1.0",
    "User-Agent": "acceptance",
}


def write(box, *many, raw=None, headers=None):
    body = raw if raw is not None else snappy(b"".join(many))
    return box.post("/api/v1/write", data=body, headers={**HEADERS, **(headers or {})})


class Request2:
    """A remote-write 2.0 message: texts once, in a table."""

    def __init__(self, symbols=("",)):
        self.symbols = list(symbols)
        self.series = b""

    def reference(self, text):
        if text not in self.symbols:
            self.symbols.append(text)
        return self.symbols.index(text)

    def add(self, labels, samples, references=None, extra=b""):
        if references is None:
            references = [self.reference(part) for pair in sorted(labels.items()) for part in pair]
        packed = field(1, b"".join(varint(number) for number in references))
        self.series += field(5, packed + b"".join(sample(value, at) for value, at in samples) + extra)
        return self

    def message(self):
        return b"".join(field(4, text.encode()) for text in self.symbols) + self.series


def write2(box, request):
    return box.post("/api/v1/write", data=snappy(request.message()), headers={
        **HEADERS, "Content-Type": "application/x-protobuf;proto=io.prometheus.write.v2.Request",
        "X-Prometheus-Remote-Write-Version": "2.0.0"})


def exemplar(labels, value, milliseconds, number=3):
    """Of 1.0; of 2.0 with number=4 and places in the table of texts for labels."""
    if number == 4:
        body = field(1, b"".join(varint(place) for place in labels))
    else:
        body = b"".join(label(*pair) for pair in labels.items())
    return field(number, body + b"\x11" + struct.pack("<d", value) + b"\x18" + varint(milliseconds))
