"""Just enough of io.prometheus.client to expose what a Go client exposes, and what none would."""
import struct

from remote_write import field, label, varint

COUNTER, GAUGE, SUMMARY, UNTYPED, HISTOGRAM, GAUGE_HISTOGRAM = range(6)


def number(place, value):
    return varint(place << 3) + varint(value & (1 << 64) - 1)


def double(place, value):
    return varint(place << 3 | 1) + struct.pack("<d", value)


def zigzag(value):
    return value << 1 if value >= 0 else (-value << 1) - 1


def family(name, kind, *metrics, help="", unit=""):
    """One message behind its length."""
    body = field(1, name.encode()) + (field(2, help.encode()) if help else b"") + number(3, kind)
    body += b"".join(field(4, metric) for metric in metrics) + (field(5, unit.encode()) if unit else b"")
    return varint(len(body)) + body


def metric(place, value, labels=None, milliseconds=None):
    body = b"".join(label(*pair) for pair in (labels or {}).items()) + field(place, value)
    return body + (number(6, milliseconds) if milliseconds is not None else b"")


def exemplar(labels, value, seconds=None):
    body = b"".join(label(*pair) for pair in labels.items()) + double(2, value)
    if seconds is not None:
        whole = int(seconds)
        body += field(3, number(1, whole) + number(2, round((seconds - whole) * 1e9)))
    return body


def counter(value, labels=None, example=None, **options):
    return metric(3, double(1, value) + (field(2, example) if example else b""), labels, **options)


def gauge(value, labels=None, **options):
    return metric(2, double(1, value), labels, **options)


def untyped(value, labels=None, **options):
    return metric(5, double(1, value), labels, **options)


def summary(count, total, quantiles, labels=None):
    body = number(1, count) + double(2, total)
    return metric(4, body + b"".join(field(3, double(1, at) + double(2, value)) for at, value in quantiles), labels)


def bucket(count, bound, example=None):
    return field(3, number(1, count) + double(2, bound) + (field(3, example) if example else b""))


def native(count, total, schema, zero_threshold, zero_count, spans, deltas, negative=((), ()), examples=()):
    """Whole counts; spans are (offset, length) pairs."""
    body = number(1, count) + double(2, total) + number(5, zigzag(schema)) + double(6, zero_threshold)
    body += number(7, zero_count)
    for place, (side, distances) in ((9, negative), (12, (spans, deltas))):
        body += b"".join(field(place, number(1, zigzag(offset)) + number(2, length)) for offset, length in side)
        body += field(place + 1, b"".join(varint(zigzag(distance)) for distance in distances))
    return body + b"".join(field(16, example) for example in examples)


def native_float(count, total, schema, zero_threshold, zero_count, spans, counts):
    body = double(4, count) + double(2, total) + number(5, zigzag(schema)) + double(6, zero_threshold)
    body += double(8, zero_count)
    body += b"".join(field(12, number(1, zigzag(offset)) + number(2, length)) for offset, length in spans)
    return body + field(14, b"".join(struct.pack("<d", value) for value in counts))


def histogram(body, labels=None, **options):
    return metric(7, body, labels, **options)
