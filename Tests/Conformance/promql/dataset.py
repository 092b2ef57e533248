"""The series both servers are fed: the same for the same seed and start.

Samples stand 123 ms and more behind whole seconds, and queries are evaluated at other fractions, so that no
sample lies exactly on the edge of a window: there Prometheus 2 (closed windows) and 3 (left-open) differ.
"""
import math
import random
import struct

INTERVAL_MS = 15_000
SAMPLES = 360  # 90 minutes
STALE = struct.unpack("<d", struct.pack("<Q", 0x7FF0000000000002))[0]
MINUTE = 4  # samples

INSTANCES = ["10.0.0.1:9100", "10.0.0.2:9100", "10.0.0.3:9100", "10.0.0.4:9100"]
BOUNDS = ["0.005", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "+Inf"]


class Dataset:
    def __init__(self, start_ms, seed=20):
        self.start_ms = start_ms
        self.chance = random.Random(seed)
        self.series = []
        self._counters()
        self._histograms()
        self._gauges()
        self._oddities()

    def _add(self, name, labels, values):
        """values: one a scrape, None where the scrape is missing."""
        offset = 123 + 211 * (len(self.series) % 4)
        samples = [(self.start_ms + offset + i * INTERVAL_MS, v) for i, v in enumerate(values) if v is not None]
        self.series.append(({"__name__": name, **labels}, samples))

    def _counter(self, per_sample, resets=(), start=0.0):
        value, values = start, []
        for i in range(SAMPLES):
            value = 0.0 if i in resets else value + self.chance.expovariate(1 / per_sample)
            values.append(round(value, 3))
        return values

    @staticmethod
    def _gap(values, first, last, stale=False):
        values = list(values)
        for i in range(first, min(last, len(values))):
            values[i] = None
        if stale and first < len(values):
            values[first] = STALE
        return values

    def _counters(self):
        for job, instances in (("api", INSTANCES[:3]), ("web", INSTANCES[1:])):
            for index, instance in enumerate(instances):
                for code, rate in (("200", 40), ("404", 3), ("500", 0.7)):
                    for method in ("GET", "POST"):
                        resets = (27 * MINUTE + index, 58 * MINUTE) if instance.endswith("2:9100") else ()
                        per_sample = rate if method == "GET" else rate / 4
                        values = self._counter(per_sample, resets, start=1000 * (index + 1))
                        if instance.endswith("3:9100"):
                            values = self._gap(values, 20 * MINUTE, 29 * MINUTE)
                        if instance.endswith("4:9100"):
                            values = self._gap(values, 40 * MINUTE, 52 * MINUTE, stale=True)
                        labels = {"job": job, "instance": instance, "code": code, "method": method}
                        self._add("http_requests_total", labels, values)
        for instance in INSTANCES:
            for mode in ("idle", "user", "system", "iowait"):
                values = self._counter({"idle": 12, "user": 2}.get(mode, 0.5), start=500)
                self._add("node_cpu_seconds_total", {"job": "node", "instance": instance, "mode": mode}, values)

    def _histograms(self):
        for job in ("api", "web"):
            for instance in INSTANCES[:2]:
                counts, total = [100.0] * len(BOUNDS), 1000.0
                columns, sums = [[] for _ in BOUNDS], []
                for _ in range(SAMPLES):
                    for _ in range(self.chance.randrange(3, 9)):
                        seconds = self.chance.lognormvariate(-1.5, 1.0)
                        total += seconds
                        for index, bound in enumerate(BOUNDS):
                            if seconds <= float(bound.replace("+Inf", "inf")):
                                counts[index] += 1
                    for index, column in enumerate(columns):
                        column.append(counts[index])
                    sums.append(round(total, 6))
                labels = {"job": job, "instance": instance}
                for bound, column in zip(BOUNDS, columns):
                    self._add("http_request_duration_seconds_bucket", {**labels, "le": bound}, column)
                self._add("http_request_duration_seconds_sum", labels, sums)
                self._add("http_request_duration_seconds_count", labels, columns[-1])

    def _gauges(self):
        for index, instance in enumerate(INSTANCES):
            node = {"job": "node", "instance": instance}
            wave = [round(20 * math.sin(i / 25 + index) + index, 4) for i in range(SAMPLES)]
            self._add("temperature_celsius", {**node, "sensor": f"s{index % 2}"}, wave)
            for device, size in (("sda", 4e11), ("sdb", 1e12)):
                free = [size * (0.9 - i / SAMPLES * (index + 1) / 6) for i in range(SAMPLES)]
                self._add("disk_free_bytes", {**node, "device": device}, free)
                self._add("disk_size_bytes", {**node, "device": device}, [size] * SAMPLES)
            up = [0 if 30 * MINUTE + index * 7 < i < 35 * MINUTE + index * 9 else 1 for i in range(SAMPLES)]
            self._add("up", node, up)
            self._add("build_info", {**node, "version": f"1.{index // 2}.0", "commit": "c0ffee"}, [1] * SAMPLES)
            self._add("replicas", node, [1 + (i // 60 + index) % 3 for i in range(SAMPLES)])
        for queue in ("mail", "billing", "search"):
            length = 50.0
            values = []
            for _ in range(SAMPLES):
                length = max(0, length + self.chance.randrange(-9, 10))
                values.append(length)
            self._add("queue_length", {"queue": queue, "team": "ops" if queue == "mail" else "product"}, values)

    def _oddities(self):
        odd = [float("nan"), float("inf"), float("-inf"), -0.0, 1e-300, 1.5e300]
        mixed = [odd[i // 20 % len(odd)] if i % 3 == 0 else i for i in range(SAMPLES)]
        self._add("odd_values", {"kind": "mixed"}, mixed)
        self._add("odd_values", {"kind": "nan"}, [float("nan")] * SAMPLES)
        self._add("odd_values", {"kind": "inf"}, [float("inf")] * SAMPLES)
        self._add("odd_values", {"kind": "plain"}, [7.25] * SAMPLES)
        self._add("sparse", {"every": "2m"}, [i if i % 8 == 0 else None for i in range(SAMPLES)])
        self._add("sparse", {"every": "7m"}, [i if i % 28 == 0 else None for i in range(SAMPLES)])
        self._add("short_lived", {"end": "silent"}, [3.5 if i < 10 * MINUTE else None for i in range(SAMPLES)])
        self._add("short_lived", {"end": "stale"}, self._gap([4.5] * SAMPLES, 10 * MINUTE, SAMPLES, stale=True))
        self._add("short_lived", {"end": "late"}, [5.5 if i > 70 * MINUTE else None for i in range(SAMPLES)])
        for path in ("/a b", "/q?x=\"1\"", "/back\\slash", "/ünï/☺", "/new\nline"):
            self._add("path_hits", {"path": path, "site": "de"}, [float(len(path))] * SAMPLES)
        for version, count in (("1", 3), ("1.5", 2), ("1e+06", 1)):
            for index in range(count):
                self._add("schema_version", {"shard": f"{version}-{index}"}, [float(version)] * SAMPLES)
        self._add("resetting", {"kind": "saw"}, [float(i % 17) for i in range(SAMPLES)])
        self._add("resetting", {"kind": "flat"}, [5.0] * SAMPLES)
        born = 30 * MINUTE
        self._add("young_counter", {}, [None if i < born else (i - born) * 2.0 for i in range(SAMPLES)])

    def batches(self, samples_each=20):
        """Lists of (labels, samples), in the order of time across all series."""
        span = samples_each * INTERVAL_MS
        for first in range(self.start_ms, self.start_ms + SAMPLES * INTERVAL_MS + span, span):
            batch = []
            for labels, samples in self.series:
                within = [sample for sample in samples if first <= sample[0] < first + span]
                if within:
                    batch.append((labels, within))
            if batch:
                yield batch
