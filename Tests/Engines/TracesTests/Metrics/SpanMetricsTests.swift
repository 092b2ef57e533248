import Basics
import SignalModel
import TestKit
import Testing
import Traces

@Suite("Spans are counted once, by what they stand for")
struct SpanMetricsTests {
    private static func time(_ seconds: Int64) -> Timestamp { Timestamp(milliseconds: seconds * 1000) }

    /// The latest value of each series, by its labels as text.
    private static func values(_ samples: SampleBatch) -> [String: Double] {
        var values: [String: Double] = [:]
        for entry in samples.entries {
            values[samples.labels(of: entry).description] = samples.samples(of: entry).last?.value
        }
        return values
    }

    private static func value(_ samples: SampleBatch, _ name: String, _ labels: [String: String]) -> Double? {
        for entry in samples.entries {
            let own = samples.labels(of: entry)
            if own.name == name, labels.allSatisfy({ own[$0.key] == $0.value }) {
                return samples.samples(of: entry).last?.value
            }
        }
        return nil
    }

    @Test("requests, errors and durations are weighted, with an exemplar")
    func requests() throws {
        let metrics = SpanMetrics()
        var fixture = SpanFixture()
        fixture.add(1, "GET /", environment: "prod", kind: .server, duration: 3, weight: 100)
        fixture.add(2, "GET /", environment: "prod", kind: .server, duration: 300, weight: 100)
        fixture.add(3, "GET /", environment: "prod", kind: .server, status: .error, duration: 100_000)
        metrics.observe(fixture.batch, through: 1, now: Self.time(10))
        let samples = metrics.cut(at: Self.time(20)).samples
        let labels = [
            "service": "shop", "span_name": "GET /", "span_kind": "SPAN_KIND_SERVER", "environment": "prod",
        ]
        func with(_ more: [String: String]) -> [String: String] { labels.merging(more) { $1 } }
        let unset = with(["status_code": "STATUS_CODE_UNSET"])
        #expect(Self.value(samples, "traces_spanmetrics_calls_total", unset) == 200)
        #expect(
            Self.value(samples, "traces_spanmetrics_calls_total", with(["status_code": "STATUS_CODE_ERROR"])) == 1)
        #expect(Self.value(samples, "traces_spanmetrics_latency_count", unset) == 200)
        let sum = try #require(Self.value(samples, "traces_spanmetrics_latency_sum", unset))
        #expect(abs(sum - 30.3) < 1e-9)
        for (bound, count) in [("0.002", 0.0), ("0.004", 100), ("0.256", 100), ("0.512", 200), ("+Inf", 200)] {
            let found = Self.value(samples, "traces_spanmetrics_latency_bucket", unset.merging(["le": bound]) { $1 })
            #expect(found == count, "\(bound)")
        }
        #expect(samples.exemplars.count == 3)
        #expect(samples.exemplar(0).labels["trace_id"] == TraceID(high: 0xabcd, low: 1).hexadecimal)
        // A series begins with zero, so that what it counted first is an increase.
        let first = try #require(samples.entries.first)
        #expect(
            samples.samples(of: first).map(\.value) == [0, 200] || samples.samples(of: first).map(\.value) == [0, 1])
        #expect(metrics.cut(at: Self.time(30)).samples.exemplars.isEmpty)
    }

    @Test("labels are sorted and none is empty")
    func labels() {
        let metrics = SpanMetrics()
        var fixture = SpanFixture()
        fixture.add(1, "", service: "shop", kind: .client)
        fixture.add(2, parent: 1, service: "cart", kind: .server)
        metrics.observe(fixture.batch, through: 1, now: Self.time(10))
        let samples = metrics.cut(at: Self.time(20)).samples
        for entry in samples.entries {
            let pairs = samples.labels(of: entry).pairs
            #expect(pairs.map(\.name) == pairs.map(\.name).sorted() && pairs.allSatisfy { !$0.value.isEmpty })
        }
    }

    @Test("two sides of a call make an edge, whichever comes first, in one batch or two", arguments: [false, true])
    func edges(isServerFirst: Bool) {
        let metrics = SpanMetrics()
        var client = SpanFixture()
        client.add(1, service: "shop", kind: .client, duration: 50, weight: 4)
        client.add(trace: 2, 5, service: "shop", kind: .producer)
        client.add(
            trace: 3, 7, service: "shop", kind: .client, [("db.system", "redis"), ("server.address", "cache-1")])
        client.add(trace: 4, 9, service: "mesh", kind: .client)
        client.add(trace: 5, 11, service: "shop", kind: .client)
        var server = SpanFixture()
        server.add(2, parent: 1, service: "cart", kind: .server, status: .error, duration: 40, weight: 4)
        server.add(trace: 2, 6, parent: 5, service: "mail", kind: .consumer)
        server.add(trace: 4, 9, parent: 0, service: "cart", kind: .server, flags: .shared)
        let batches = isServerFirst ? [server.batch, client.batch] : [client.batch, server.batch]
        for (ordinal, batch) in batches.enumerated() {
            metrics.observe(batch, through: UInt64(ordinal + 1), now: Self.time(10 + Int64(ordinal)))
        }
        let samples = metrics.cut(at: Self.time(100)).samples
        func calls(_ client: String, _ server: String, _ kind: String = "") -> Double? {
            Self.value(
                samples, "traces_service_graph_request_total",
                ["client": client, "server": server, "connection_type": kind])
        }
        #expect(calls("shop", "cart") == 4)
        #expect(calls("shop", "mail", "messaging_system") == 1)
        #expect(calls("shop", "cache-1", "database") == 1)
        #expect(calls("mesh", "cart") == 1)
        #expect(
            Self.value(samples, "traces_service_graph_request_failed_total", ["server": "cart", "client": "shop"])
                == 4)
        #expect(Self.value(samples, "traces_service_graph_unpaired_spans_total", [:]) == 1)
    }

    /// Batches with some of everything, whose sides of calls lie in different ones.
    private static func batches(_ count: Int, seed: UInt64) -> [SpanBatch] {
        let randomness = SeededRandomness(seed: seed)
        func pick(_ count: Int) -> Int { Int(randomness.next() % UInt64(count)) }
        var late: [(UInt64, UInt64)] = []
        return (0..<count).map { number in
            var fixture = SpanFixture()
            for (trace, parent) in late {
                fixture.add(
                    trace: trace, parent + 1, parent: parent, service: "cart", kind: .server,
                    duration: Int64(pick(900)))
            }
            late = []
            for place in 0..<5 {
                let id = UInt64(number * 100 + place * 2 + 1)
                fixture.add(
                    trace: UInt64(number + 1), id, "op \(pick(4))", kind: .client, duration: Int64(pick(900)),
                    weight: 3)
                if pick(2) == 0 { late.append((UInt64(number + 1), id)) }
            }
            return fixture.batch
        }
    }

    @Test("after a crash at any document counters go on and nothing counts twice", arguments: 0...12)
    func crash(at place: Int) throws {
        let batches = Self.batches(12, seed: 5)
        func observe(_ metrics: SpanMetrics, _ range: Range<Int>) {
            for number in range {
                metrics.observe(batches[number], through: UInt64(number + 1), now: Self.time(Int64(number)))
            }
        }
        let whole = SpanMetrics()
        observe(whole, 0..<batches.count)
        let before = SpanMetrics()
        observe(before, 0..<place)
        let cut = before.cut(at: Self.time(Int64(place)))
        #expect(cut.ordinal == UInt64(place))
        // More was counted, and lost.
        observe(before, place..<batches.count)
        let after = try SpanMetrics(checkpoint: cut.checkpoint)
        // The queue is read again from further back.
        observe(after, max(0, place - 3)..<batches.count)
        #expect(after.ordinal == UInt64(batches.count))
        let expected = Self.values(whole.cut(at: Self.time(100)).samples)
        let found = Self.values(after.cut(at: Self.time(100)).samples)
        #expect(expected.keys.sorted() == found.keys.sorted())
        for (series, value) in expected { #expect(abs((found[series] ?? -1) - value) < 1e-9, "\(series)") }
        // The zeros of a cut whose samples were lost are said again, at the same time.
        let lost = Dictionary(grouping: cut.samples.entries, by: { cut.samples.samples(of: $0).count })
        #expect(place == 0 || lost[2]?.isEmpty == false)
    }

    @Test("a checkpoint that is cut off, changed or of other buckets is refused")
    func damage() {
        let metrics = SpanMetrics()
        for (number, batch) in Self.batches(3, seed: 1).enumerated() {
            metrics.observe(batch, through: UInt64(number + 1), now: Self.time(1))
        }
        let bytes = metrics.cut(at: Self.time(2)).checkpoint
        for count in stride(from: 0, to: bytes.count - 1, by: 97) {
            #expect(throws: CheckpointError.self) {
                try SpanMetrics(checkpoint: Array(bytes.prefix(count)))
            }
        }
        var changed = bytes
        changed[bytes.count / 2] ^= 1
        #expect(throws: CheckpointError.self) { try SpanMetrics(checkpoint: changed) }
        var settings = SpanMetricsSettings()
        settings.bucketSeconds = [1]
        #expect(throws: CheckpointError.self) { try SpanMetrics(settings, checkpoint: bytes) }
    }

    @Test("operations, services, edges and waiting sides without end become one, counted")
    func bounds() throws {
        var settings = SpanMetricsSettings()
        settings.operationsOfServiceMax = 3
        settings.servicesMax = 2
        settings.edgesMax = 2
        settings.waitingMax = 4
        let metrics = SpanMetrics(settings)
        var fixture = SpanFixture()
        for number in 0..<10 { fixture.add(UInt64(number + 1), "op \(number)") }
        for number in 0..<5 { fixture.add(UInt64(number + 20), service: "service \(number)", kind: .client) }
        metrics.observe(fixture.batch, through: 1, now: Self.time(1))
        let samples = metrics.cut(at: Self.time(2)).samples
        #expect(
            Self.value(samples, "traces_spanmetrics_calls_total", ["service": "shop", "span_name": "other"]) == 7)
        #expect(
            Self.value(samples, "traces_spanmetrics_calls_total", ["service": "other", "span_name": "other"]) == 4)
        #expect(metrics.overflowCount == 11)
        #expect(Self.value(samples, "traces_service_graph_dropped_spans_total", [:]) == 1)
    }

    @Test("a series that nothing is added to ends")
    func idle() {
        let metrics = SpanMetrics()
        var fixture = SpanFixture()
        fixture.add(1)
        metrics.observe(fixture.batch, through: 1, now: Self.time(1))
        _ = metrics.cut(at: Self.time(2))
        #expect(metrics.seriesCount == 1)
        _ = metrics.cut(at: Self.time(200_000))
        #expect(metrics.seriesCount == 0)
    }
}
