import Basics
import Ingest
import SignalModel
import TestKit
import Testing
import WireFormats

@Suite("Increments of OTLP")
struct DeltaStreamsTests {
    private let clock = VirtualClock()

    /// A request of one counter's points: its increments, each over the second before its time.
    private func batch(_ points: [(seconds: Int, value: Double)], route: String = "/") throws -> OTLPBatch {
        let start = clock.now().milliseconds
        let texts = points.map { point in
            let nanoseconds = { (seconds: Int) in (start + Int64(seconds) * 1000) * 1_000_000 }
            return """
                {"asDouble": \(point.value), "startTimeUnixNano": "\(nanoseconds(point.seconds - 1))",
                 "timeUnixNano": "\(nanoseconds(point.seconds))",
                 "attributes": [{"key": "route", "value": {"stringValue": "\(route)"}}]}
                """
        }
        let document = """
            {"resourceMetrics": [{"scopeMetrics": [{"metrics": [{"name": "n", "sum": {
            "aggregationTemporality": 1, "isMonotonic": true, "dataPoints": [\(texts.joined(separator: ","))]}}]}]}]}
            """
        var batch = OTLPBatch()
        var decoder = OTLPMetricsDecoder()
        try decoder.decode(
            try OTLPMetricsJSON.protobuf(Array(document.utf8)), into: &batch)
        return batch
    }

    private func values(_ batch: SampleBatch) -> [Double] { batch.samples.map(\.value) }

    @Test("are added up behind a zero at the start of the first")
    func sums() throws {
        let streams = DeltaStreams(clock: clock)
        let (first, report) = streams.summed(try batch([(1, 5), (2, 3)]))
        #expect(values(first) == [0, 5, 8])
        #expect(first.samples.map { $0.timestamp - clock.now() } == [.milliseconds(1), .seconds(1), .seconds(2)])
        #expect(report.refused == 0)
        #expect(values(streams.summed(try batch([(3, 1)])).0) == [9])
        #expect(values(streams.summed(try batch([(3, 1)], route: "/b")).0) == [0, 1])
        #expect(streams.count == 2)
    }

    @Test("the newest sent again makes the same sample, an older one is refused")
    func repeated() throws {
        let streams = DeltaStreams(clock: clock)
        _ = streams.summed(try batch([(1, 5)]))
        #expect(values(streams.summed(try batch([(2, 3)])).0) == [8])
        #expect(values(streams.summed(try batch([(2, 3)])).0) == [8])
        let (kept, report) = streams.summed(try batch([(1, 5)]))
        #expect(kept.isEmpty)
        #expect(report.refused == 1)
        #expect(report.problems.first?.contains("older than the newest") == true)
    }

    @Test("from far ahead are refused, and those of their series behind them taken")
    func ahead() throws {
        let streams = DeltaStreams(clock: clock)
        #expect(streams.summed(try batch([(601, 1)])).1.refused == 1)
        #expect(values(streams.summed(try batch([(1, 5)])).0) == [0, 5])
    }

    @Test("of a series silent for an hour begin anew")
    func silence() throws {
        let streams = DeltaStreams(clock: clock)
        _ = streams.summed(try batch([(1, 5)]))
        clock.advance(by: .seconds(3600))
        #expect(values(streams.summed(try batch([(1, 2)])).0) == [7])
        clock.advance(by: .seconds(3661))
        #expect(values(streams.summed(try batch([(1, 2)])).0) == [0, 2])
    }

    @Test("of more series than memory is for are refused, the others go on")
    func memory() throws {
        let streams = DeltaStreams(clock: clock, bytesMax: 200)
        #expect(values(streams.summed(try batch([(1, 5)])).0) == [0, 5])
        let (kept, report) = streams.summed(try batch([(1, 5)], route: "/b"))
        #expect(kept.isEmpty)
        #expect(report.problems.first?.contains("no memory") == true)
        #expect(values(streams.summed(try batch([(2, 5)])).0) == [10])
    }
}
