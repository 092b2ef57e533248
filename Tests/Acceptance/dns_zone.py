"""A small DNS server over UDP for a few names, on an address of loopback."""
import socket
import struct
import threading

KINDS = {"A": 1, "NS": 2, "CNAME": 5, "MX": 15, "AAAA": 28, "SRV": 33}


def encoded(name):
    return b"".join(bytes([len(part)]) + part.encode() for part in name.rstrip(".").split(".")) + b"\0"


def record(kind, value):
    """The bytes of one record's data; its name is the question's."""
    if kind == "A":
        data = socket.inet_aton(value)
    elif kind == "AAAA":
        data = socket.inet_pton(socket.AF_INET6, value)
    elif kind == "SRV":
        target, port = value
        data = struct.pack(">HHH", 1, 1, port) + encoded(target)
    elif kind == "MX":
        data = struct.pack(">H", 10) + encoded(value)
    else:
        data = encoded(value)
    return b"\xc0\x0c" + struct.pack(">HHIH", KINDS[kind], 1, 60, len(data)) + data


class Zone:
    """`records` maps (name, kind) to a list of (kind, value), and may be changed while it runs. Other names do not
    exist; while `refuses` is set, nothing is answered but a refusal."""

    def __init__(self, address, records):
        self.records = records
        self.refuses = False
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(address)
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                query, sender = self.socket.recvfrom(4096)
                self.socket.sendto(self.answer(query), sender)
            except OSError:
                return

    def answer(self, query):
        end, parts = 12, []
        while query[end]:
            parts.append(query[end + 1:end + 1 + query[end]].decode())
            end += query[end] + 1
        name, kind = ".".join(parts), struct.unpack(">H", query[end + 1:end + 3])[0]
        found = next((value for (known, wanted), value in self.records.items()
                      if known == name and KINDS[wanted] == kind), None)
        exists = any(known == name for known, _ in self.records)
        code = 5 if self.refuses else 0 if exists else 3
        answers = [record(*entry) for entry in found or []] if code == 0 else []
        head = query[:2] + struct.pack(">HHHHH", 0x8180 | code, 1, len(answers), 0, 0)
        return head + query[12:end + 5] + b"".join(answers)

    def close(self):
        self.socket.close()
