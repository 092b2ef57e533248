"""Log records as a shop's services write them: half access logs, the rest lines of applications, plain ones and stack
traces; a token in three of them, a phrase in every thousandth, an address in a hundred. The same seed, the same
records."""
import datetime
import json
import random

NEEDLE = "zq7x9needle4417"
PHRASE = "circuit breaker opened for upstream ledger"
ADDRESS = "203.0.113.77"
BODY = 1000
ACTION = '{"create":{"_index":"logs-app-prod"}}\n'
TEAMS = ["checkout", "payments", "orders", "catalog", "search", "identity"]
KINDS = ["api", "worker", "gateway", "scheduler", "consumer"]
VERBS = ["created", "reserved", "cancelled", "shipped", "refunded", "archived", "retried", "expired"]
PATHS = ["carts", "orders", "products", "customers", "payments", "sessions"]
AGENTS = ["curl/8.5.0", "okhttp/4.12.0", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36",
          "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Version/18.1 Safari/604.1",
          "kube-probe/1.31", "Go-http-client/2.0"]
FRAMES = ["handle", "invoke", "execute", "commit", "fetch", "resolve", "decode", "dispatch", "await", "doFilter"]


class Lines:
    """`count` records over two hours that end now; what was planted is counted as it is written."""

    def __init__(self, count, start):
        self.count, self.start = count, start
        self.random = random.Random(1)
        self.levels = {}
        self.needles = self.phrases = self.addresses = self.accesses = 0
        self.services = [f"{team}-{kind}" for team in TEAMS for kind in KINDS] + [f"batch-{n:02}" for n in range(30)]
        self.hosts = [f"ip-10-3-{n // 30}-{n % 30}.eu-west-1.internal" for n in range(400)]
        self.weights = [1 / (place + 3) for place in range(len(self.services))]
        self.trace = f"{self.random.getrandbits(128):032x}"
        self.sample = None

    def bodies(self):
        for first in range(0, self.count, BODY):
            yield "".join(self.record(number) for number in range(first, min(first + BODY, self.count))).encode()

    def record(self, number):
        roll = self.random
        if roll.random() < 1 / 6:
            self.trace = f"{roll.getrandbits(128):032x}"
        if number == self.count // 2:
            self.sample = self.trace
        service = roll.choices(self.services, self.weights)[0]
        host = self.hosts[(hash_of(service) + roll.randrange(15)) % len(self.hosts)]
        level = roll.choices(["info", "error", "warn", "debug"], [74, 10, 9, 7])[0]
        self.levels[level] = self.levels.get(level, 0) + 1
        milliseconds = self.start + int(number * 7_200_000 / self.count) - roll.randrange(400)
        fields = {"service": {"name": service}, "host": {"name": host},
                  "kubernetes": {"namespace": service.split("-")[0],
                                 "pod": {"name": f"{service}-{hash_of(host) % 0xffffffff:08x}-{host[8:12]}"}},
                  "log": {"level": level}}
        kind = roll.random()
        if kind < 0.5:
            self.access(number, fields)
        elif kind < 0.85:
            self.application(fields)
        elif kind < 0.95:
            fields["message"] = (f"I1126 {roll.randrange(24):02}:{roll.randrange(60):02}:{roll.randrange(60):02} "
                                 f"reconciler.go:{roll.randrange(900)}] \"Reconciled\" object=\"shop/{service}\" "
                                 f"duration=\"{roll.randrange(900)}.{roll.randrange(999)}ms\" attempt={roll.randrange(9)}")
            fields["event"] = {"dataset": "kubernetes.container"}
        else:
            self.failure(fields)
        if number % 1000 == 500:
            fields["message"] += f" {PHRASE} after {roll.randrange(900)} ms"
            self.phrases += 1
        if number in (self.count // 5, self.count // 2, self.count - 7):
            fields["message"] += f" token {NEEDLE}"
            self.needles += 1
        moment = datetime.datetime.fromtimestamp(milliseconds / 1000, datetime.timezone.utc)
        fields["@timestamp"] = f"{moment:%Y-%m-%dT%H:%M:%S}.{milliseconds % 1000:03}Z"
        return ACTION + json.dumps(fields, separators=(",", ":")) + "\n"

    def access(self, number, fields):
        self.accesses += 1
        roll = self.random
        status = roll.choices([200, 201, 301, 304, 401, 403, 404, 429, 500, 503], [76, 2, 2, 2, 2, 2, 4, 2, 4, 4])[0]
        path = f"/api/v1/{roll.choice(PATHS)}/{roll.randrange(30_000)}"
        method, size = roll.choice(["GET", "GET", "GET", "POST", "DELETE"]), roll.randrange(60_000)
        address = ".".join(str(roll.randrange(1, 255)) for _ in range(4))
        if number % (self.count // 100) < 20 and self.addresses < (number // (self.count // 100)) + 1:
            address = ADDRESS
            self.addresses += 1
        fields |= {"message": f"{method} {path} HTTP/1.1 {status} {size}", "url": {"path": path},
                   "event": {"dataset": "nginx.access", "duration": roll.randrange(400_000) * 1000},
                   "http": {"request": {"method": method}, "response": {"status_code": status, "body": {"bytes": size}}},
                   "source": {"ip": address}, "user_agent": {"original": roll.choice(AGENTS)},
                   "trace": {"id": self.trace}}

    def application(self, fields):
        roll = self.random
        fields |= {"message": f"order {roll.randrange(1_000_000)} {roll.choice(VERBS)} for customer "
                              f"{roll.randrange(600_000)} with {roll.randrange(90)} items, total "
                              f"{roll.randrange(900)}.{roll.randrange(99):02} EUR",
                   "event": {"dataset": "app", "duration": roll.randrange(90_000_000)}, "trace": {"id": self.trace},
                   "span": {"id": f"{roll.getrandbits(64):016x}"}, "user": {"id": f"u-{roll.randrange(600_000)}"},
                   "process": {"thread": {"name": f"http-nio-8080-exec-{roll.randrange(60)}"}},
                   "labels": {"version": f"2.{roll.randrange(9)}.{roll.randrange(4)}", "team": roll.choice(TEAMS)}}
        fields["log"]["logger"] = f"com.example.{fields['kubernetes']['namespace']}.{roll.choice(FRAMES).title()}Client"

    def failure(self, fields):
        roll = self.random
        package = f"com.example.{fields['kubernetes']['namespace']}"
        frames = "".join(
            f"\n\tat {package}.{roll.choice(FRAMES).title()}Service.{roll.choice(FRAMES)}"
            f"({roll.choice(FRAMES).title()}Service.java:{roll.randrange(600)})" for _ in range(roll.randrange(15, 28)))
        fields |= {"message": f"request failed after {roll.randrange(9000)} ms", "event": {"dataset": "app"},
                   "error": {"type": "java.net.SocketTimeoutException", "message": "Read timed out",
                             "stack_trace": "java.net.SocketTimeoutException: Read timed out" + frames},
                   "trace": {"id": self.trace}}


def hash_of(text):
    """The same in every run, unlike `hash`."""
    value = 2166136261
    for byte in text.encode():
        value = (value ^ byte) * 16777619 & 0xffffffff
    return value
