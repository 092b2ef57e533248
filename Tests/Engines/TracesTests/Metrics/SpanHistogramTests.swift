import Basics
import SignalModel
import TestKit
import Testing

@testable import Traces

@Suite("Durations of spans as native histograms")
struct SpanHistogramTests {
    private static func time(_ seconds: Int64) -> Timestamp { Timestamp(milliseconds: seconds * 1000) }

    private static func settings(_ histograms: SpanHistograms) -> SpanMetricsSettings {
        var settings = SpanMetricsSettings()
        settings.histograms = histograms
        return settings
    }

    private static func names(_ samples: SampleBatch) -> Set<String> {
        Set(samples.entries.map { samples.labels(of: $0).name ?? "" }.filter { $0.hasPrefix("traces_spanmetrics") })
    }

    /// The latest histogram of a metric that has one series.
    private static func histogram(_ samples: SampleBatch, _ name: String) throws -> NativeHistogram {
        let entry = try #require(samples.entries.first { samples.labels(of: $0).name == name })
        let value = try #require(samples.samples(of: entry).last?.value)
        try #require(HistogramBox.isBox(value))
        return samples.histograms[HistogramBox.place(value)]
    }

    /// Spans over eight orders of magnitude, and what each of them stands for.
    private static func batches(_ randomness: SeededRandomness) -> (batches: [SpanBatch], spans: [Span]) {
        var spans: [Span] = []
        let batches = (0..<20).map { _ in
            var fixture = SpanFixture()
            for _ in 0..<100 {
                let magnitude = randomness.next() % 27
                let duration = Int64(randomness.next() % (1 << magnitude))
                spans.append(
                    fixture.add(
                        UInt64(spans.count + 1), kind: .server, duration: duration,
                        weight: [1, 2.5, 10][Int(randomness.next() % 3)]))
            }
            return fixture.batch
        }
        return (batches, spans)
    }

    @Test(
        "quantiles lie in the bucket that the durations have them in, over a crash",
        arguments: 1...5 as ClosedRange<UInt64>)
    func quantiles(seed: UInt64) throws {
        let (batches, spans) = Self.batches(SeededRandomness(seed: seed))
        var metrics = SpanMetrics(Self.settings(.both))
        for (number, batch) in batches.enumerated() {
            metrics.observe(batch, through: UInt64(number + 1), now: Self.time(Int64(number)))
            guard number % 7 == 3 else { continue }
            let cut = metrics.cut(at: Self.time(Int64(number)))
            metrics = try SpanMetrics(Self.settings(.both), checkpoint: cut.checkpoint)
        }
        let samples = metrics.cut(at: Self.time(100)).samples
        let histogram = try Self.histogram(samples, "traces_spanmetrics_latency")
        let total = spans.reduce(0) { $0 + $1.weight }
        #expect(histogram.count == total && histogram.isFloat && histogram.schema == 3)
        #expect(histogram.zeroCount == spans.filter { $0.durationNanoseconds == 0 }.reduce(0) { $0 + $1.weight })
        let sum = spans.reduce(0) { $0 + Double($1.durationNanoseconds) / 1e9 * $1.weight }
        #expect(abs(histogram.sum - sum) < 1e-9 * sum)
        let sorted = spans.sorted { $0.durationNanoseconds < $1.durationNanoseconds }
        for quantile in [0.1, 0.25, 0.5, 0.9, 0.95, 0.99, 1] {
            var passed = 0.0
            let span = try #require(
                sorted.first { span in
                    passed += span.weight
                    return passed >= quantile * total
                })
            let seconds = Double(span.durationNanoseconds) / 1e9
            var reached = histogram.zeroCount
            let place = try #require(
                histogram.positive.counts.indices.first { place in
                    reached += histogram.positive.counts[place]
                    return reached >= quantile * total
                })
            let bucket = histogram.positiveBucket(place)
            #expect(bucket.lower < seconds && seconds <= bucket.upper, "seed \(seed), \(quantile)")
            #expect(bucket.upper / bucket.lower < 1.091)
        }
    }

    @Test(
        "classic, native or both, with the slowest exemplar",
        arguments: [
            (SpanHistograms.classic, ["_calls_total", "_latency_bucket", "_latency_count", "_latency_sum"]),
            (.native, ["_calls_total", "_latency"]),
            (.both, ["_calls_total", "_latency", "_latency_bucket", "_latency_count", "_latency_sum"]),
        ])
    func layouts(histograms: SpanHistograms, names: [String]) throws {
        let metrics = SpanMetrics(Self.settings(histograms))
        var fixture = SpanFixture()
        fixture.add(trace: 1, 1, kind: .server, duration: 3)
        fixture.add(trace: 2, 2, kind: .server, duration: 3000)
        metrics.observe(fixture.batch, through: 1, now: Self.time(10))
        let samples = metrics.cut(at: Self.time(20)).samples
        #expect(Self.names(samples) == Set(names.map { "traces_spanmetrics" + $0 }))
        let native = samples.exemplars.indices.filter { place in
            samples.labels(of: samples.entries[samples.exemplars[place].entry]).name == "traces_spanmetrics_latency"
        }
        #expect(native.map { samples.exemplar($0).value } == (histograms == .classic ? [] : [3]))
        #expect(metrics.cut(at: Self.time(30)).samples.exemplars.isEmpty)
    }

    @Test("counters go on when native histograms are asked for, and when they are not any more")
    func switching() throws {
        var fixture = SpanFixture()
        fixture.add(1, kind: .server, duration: 3)
        var metrics = SpanMetrics(Self.settings(.classic))
        var counted: [Double] = []
        for (number, histograms) in [SpanHistograms.classic, .both, .native, .classic].enumerated() {
            let now = Self.time(Int64(number + 1) * 10)
            metrics = try SpanMetrics(Self.settings(histograms), checkpoint: metrics.cut(at: now).checkpoint)
            metrics.observe(fixture.batch, through: UInt64(number + 1), now: now)
            let samples = metrics.cut(at: now + .seconds(1)).samples
            let entry = try #require(
                samples.entries.first { samples.labels(of: $0).name == "traces_spanmetrics_calls_total" })
            #expect(samples.samples(of: entry).last?.value == Double(number + 1))
            if histograms != .classic {
                counted.append(try Self.histogram(samples, "traces_spanmetrics_latency").count)
            }
        }
        #expect(counted == [1, 2])
    }

    @Test("a checkpoint of the first version is read")
    func firstVersion() throws {
        let settings = Self.settings(.both)
        var writer = CheckpointWriter(magic: Array("SBSM".utf8) + [1])
        writer.append(settings.bucketSeconds)
        // Ordinal, time of the cut, spans that count as other, series.
        for number: UInt64 in [7, 10_000, 0, 1] { writer.append(number) }
        for text in ["shop", "GET /", "production"] { writer.append(text) }
        // Kind, status, last seen, start.
        for number: UInt64 in [2, 0, 9_000, 1] { writer.append(number) }
        writer.append([0, 0, 5] + [Double](repeating: 0, count: settings.bucketSeconds.count - 2))
        writer.append(0.03)
        // Sides of calls: unpaired, dropped, edges, clients, servers.
        for _ in 0..<5 { writer.append(UInt64(0)) }
        let metrics = try SpanMetrics(settings, checkpoint: writer.finish())
        #expect(metrics.ordinal == 7)
        let samples = metrics.cut(at: Self.time(20)).samples
        let entry = try #require(
            samples.entries.first { samples.labels(of: $0).name == "traces_spanmetrics_latency_count" })
        #expect(samples.samples(of: entry).last?.value == 5)
    }

    @Test(
        "one of a hundred traces tells of all: requests, errors and quantiles within what chance allows",
        arguments: 1...5 as ClosedRange<UInt64>)
    func sampled(seed: UInt64) throws {
        let randomness = SeededRandomness(seed: seed)
        func pick(_ count: Int) -> Int { Int(randomness.next() % UInt64(count)) }
        let (requests, rate) = (200_000, 0.01)
        var errors = 0
        var durations: [Int64] = []
        var fixture = SpanFixture()
        for number in 0..<requests {
            let isError = pick(100) < 3
            // From 1 to 1024 ms, as many in each doubling.
            let duration = (Int64(1) << Int64(pick(10))) + Int64(pick(512)) % (Int64(1) << Int64(pick(10)))
            if isError { errors += 1 }
            durations.append(duration)
            guard pick(100) == 0 else { continue }
            fixture.add(
                trace: UInt64(number + 1), 1, kind: .server, status: isError ? .error : .unset, duration: duration,
                weight: 1 / rate)
        }
        let metrics = SpanMetrics(Self.settings(.both))
        metrics.observe(fixture.batch, through: 1, now: Self.time(10))
        let samples = metrics.cut(at: Self.time(20)).samples
        func calls(_ statuses: [String]) -> Double {
            samples.entries.reduce(0) { sum, entry in
                let labels = samples.labels(of: entry)
                guard labels.name == "traces_spanmetrics_calls_total", statuses.contains(labels["status_code"])
                else { return sum }
                return sum + (samples.samples(of: entry).last?.value ?? 0)
            }
        }
        /// Four standard deviations of a count by one in a hundred.
        func bound(_ count: Int) -> Double { 4 * (Double(count) * (1 - rate) / rate).squareRoot() }
        let all = calls(["STATUS_CODE_UNSET", "STATUS_CODE_ERROR"])
        #expect(abs(all - Double(requests)) < bound(requests))
        #expect(abs(calls(["STATUS_CODE_ERROR"]) - Double(errors)) < bound(errors))
        let histogram = try Self.histogram(samples, "traces_spanmetrics_latency")
        durations.sort()
        for quantile in [0.5, 0.9, 0.99] {
            var reached = histogram.zeroCount
            let place = try #require(
                histogram.positive.counts.indices.first { place in
                    reached += histogram.positive.counts[place]
                    return reached >= quantile * histogram.count
                })
            let bucket = histogram.positiveBucket(place)
            // The shares of all requests that the quantile of those sampled may be the quantile of.
            let spread = 4 * (quantile * (1 - quantile) / (histogram.count * rate)).squareRoot()
            func duration(_ share: Double) -> Double {
                Double(durations[min(durations.count - 1, max(0, Int(share * Double(durations.count))))]) / 1000
            }
            #expect(bucket.upper >= duration(quantile - spread) && bucket.lower <= duration(quantile + spread))
        }
    }
}
