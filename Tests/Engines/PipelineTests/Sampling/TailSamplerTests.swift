import Basics
import SignalModel
import Synchronization
import TestKit
import Testing

@testable import Pipeline

@Suite("Tail sampling")
struct TailSamplerTests {
    private final class Sink: SpanSink {
        let kept = Mutex<[(ordinal: UInt64, traces: [UInt64])]>([])
        let weights = Mutex<Set<Double>>([])
        let isFull = Mutex(false)

        func append(_ batch: SpanBatch, through ordinal: UInt64) throws {
            if isFull.withLock({ $0 }) { throw DocumentQueueError(.full, "no room") }
            weights.withLock { $0.formUnion(batch.spans.map(\.weight)) }
            kept.withLock { $0.append((ordinal, batch.spans.map(\.trace.low))) }
        }

        var durableOrdinal: UInt64 { 0 }
        var ordinals: [UInt64] { kept.withLock { $0.map(\.ordinal) } }
        var traces: Set<UInt64> { kept.withLock { Set($0.flatMap(\.traces)) } }
    }

    private let clock = VirtualClock()
    private let sink = Sink()

    private func settings(_ change: (inout TailSamplingSettings) -> Void = { _ in }) -> TailSamplingSettings {
        var settings = TailSamplingSettings()
        settings.rarePerMinute = 0
        settings.rate = 0
        change(&settings)
        return settings
    }

    /// One span of each of `traces`.
    private func batch(
        _ traces: [UInt64], service: String = "cart", name: String = "GET /", milliseconds: Int64 = 5,
        status: Span.Status = .unset
    ) -> SpanBatch {
        var batch = SpanBatch()
        let resource = batch.append(
            SpanResource(service: batch.number(of: service), environment: 0, version: 0, fields: 0..<0))
        for trace in traces {
            var span = Span(
                trace: TraceID(high: 9, low: trace), id: trace, startNanoseconds: 0, name: batch.number(of: name),
                resource: resource)
            span.kind = .server
            span.status = status
            span.durationNanoseconds = milliseconds * 1_000_000
            batch.append(span)
        }
        return batch
    }

    @Test("errors, slow ones and the first of each operation are kept, also their spans that came before and after")
    func reasons() throws {
        let sampler = TailSampler(before: sink, settings { $0.rarePerMinute = 1 }, clock: clock)
        try sampler.append(batch([1, 2, 3, 4]), through: 1)
        try sampler.append(batch([2], status: .error), through: 2)
        try sampler.append(batch([3], milliseconds: 1000), through: 3)
        try sampler.append(batch([5], name: "GET /rare"), through: 4)
        #expect(sink.ordinals.isEmpty)
        clock.advance(by: .seconds(10))
        try sampler.append(batch([2, 4]), through: 5)
        clock.advance(by: .seconds(10))
        try sampler.releaseDue()
        #expect(sink.ordinals == [1, 2, 3, 4, 5])
        // 1 is the first of its operation.
        #expect(sink.traces == [1, 2, 3, 5])
        #expect(sink.kept.withLock { $0.last?.traces } == [2])
        #expect(sampler.statistics.keptTraces == ["error": 1, "slow": 1, "rare": 2])
        #expect(sampler.statistics.droppedTraces == 1)
    }

    @Test("of the others a part is kept that is near the rate, and the same wherever they are asked of")
    func rate() throws {
        func kept() throws -> Set<UInt64> {
            let sink = Sink()
            let sampler = TailSampler(
                before: sink,
                settings {
                    $0.rate = 0.25
                    $0.spansPerSecond = 1e6
                }, clock: clock)
            for number in 0..<40 {
                try sampler.append(batch((1...100).map { UInt64(number * 100 + $0) }), through: 1)
            }
            clock.advance(by: .seconds(10))
            try sampler.releaseDue()
            return sink.traces
        }
        let first = try kept()
        #expect((890...1110).contains(first.count))
        #expect(try kept() == first)
    }

    @Test("what is kept by chance stands for what is not; what is kept for a reason stands for itself")
    func weights() throws {
        let sampler = TailSampler(
            before: sink,
            settings {
                $0.rate = 0.25
                $0.spansPerSecond = 1e6
            }, clock: clock)
        try sampler.append(batch(Array(1...100)), through: 1)
        clock.advance(by: .seconds(10))
        try sampler.releaseDue()
        #expect(sink.weights.withLock { $0 } == [4])
        try sampler.append(batch([200], status: .error), through: 2)
        clock.advance(by: .seconds(10))
        try sampler.releaseDue()
        #expect(sink.weights.withLock { $0 } == [1, 4])
    }

    @Test("a trace whose error came before its spans is kept for it")
    func earlyError() throws {
        let sampler = TailSampler(before: sink, settings(), clock: clock)
        var early = SpanBatch()
        let resource = early.append(
            SpanResource(service: early.number(of: "cart"), environment: 0, version: 0, fields: 0..<0))
        early.append(
            ErrorOccurrence(trace: TraceID(high: 9, low: 1), span: 1, timeNanoseconds: 0, resource: resource))
        try sampler.append(early, through: 1)
        try sampler.append(batch([1, 2]), through: 2)
        clock.advance(by: .seconds(10))
        try sampler.releaseDue()
        #expect(sink.ordinals == [1, 2] && sink.traces == [1])
    }

    @Test("early errors are remembered once, and up to a number")
    func earlyErrors() {
        var errors = EarlyErrors(tracesMax: 3)
        for low: UInt64 in 1...5 {
            for _ in 0..<2 { errors.insert(TraceID(high: 0, low: low)) }
        }
        let taken = (1...5).map { errors.take(TraceID(high: 0, low: UInt64($0))) }
        #expect(taken == [false, false, true, true, true])
        let isTakenAgain = errors.take(TraceID(high: 0, low: 5))
        #expect(!isTakenAgain)
        for low: UInt64 in 1...100 { errors.insert(TraceID(high: 1, low: low)) }
        let left = (1...100).filter { errors.take(TraceID(high: 1, low: UInt64($0))) }
        #expect(left == [98, 99, 100])
    }

    @Test("names count as what a batch holds in memory")
    func names() {
        let long = batch([1], name: String(repeating: "n", count: 10_000))
        #expect(long.bytesCount - batch([1], name: "n").bytesCount >= 19_000)
    }

    @Test("a service keeps to its budget, and ordinary traces leave half of it to those that matter")
    func budget() throws {
        let sampler = TailSampler(
            before: sink,
            settings {
                $0.rate = 1
                $0.spansPerSecond = 10
            }, clock: clock)
        try sampler.append(batch(Array(1...500)), through: 1)
        try sampler.append(batch(Array(501...1000), status: .error), through: 2)
        try sampler.append(batch(Array(2001...2010), service: "mail"), through: 3)
        clock.advance(by: .seconds(10))
        try sampler.releaseDue()
        let kept = sampler.statistics.keptTraces
        #expect(kept["rate"] == 50 + 10 && kept["error"] == 50)
    }

    @Test("while the store is full everything waits and nothing is decided otherwise; then it goes on in order")
    func full() throws {
        let sampler = TailSampler(
            before: sink, settings { $0.windowBytesMax = 3 * batch([1]).bytesCount }, clock: clock)
        sink.isFull.withLock { $0 = true }
        for number in 1...3 { try sampler.append(batch([UInt64(number)], status: .error), through: UInt64(number)) }
        #expect(throws: DocumentQueueError.self) { try sampler.append(batch([4]), through: 4) }
        #expect(throws: DocumentQueueError.self) { try sampler.append(batch([4]), through: 4) }
        #expect(sampler.statistics.windowBytes == 3 * batch([1]).bytesCount)
        sink.isFull.withLock { $0 = false }
        try sampler.append(batch([4]), through: 4)
        clock.advance(by: .seconds(10))
        try sampler.releaseDue()
        #expect(sink.ordinals == [1, 2, 3, 4] && sink.traces == [1, 2, 3])
    }
}
