import Basics
import Synchronization
import TestKit
import Testing

@testable import Console

@Suite("Rates of ingest")
struct IngestMeterTests {
    private let clock = VirtualClock()

    @Test("rates come from readings that lie apart, however many people look")
    func rates() async {
        let backend = FakeConsoleBackend(clock: clock)
        let meter = IngestMeter(clock: clock) { await backend.ingestCounts() }
        #expect(await meter.figures().samplesPerSecond == nil)
        for _ in 0..<10 { _ = await meter.figures() }
        #expect(backend.content.withLock { $0.countReads } == 1)
        clock.advance(by: .seconds(10))
        backend.content.withLock {
            $0.counts.appendedSamples = 5000
            $0.counts.refusedSamples = 20
            $0.counts.logSyncs = 4
            $0.counts.logSyncTime = .milliseconds(10)
        }
        let figures = await meter.figures()
        #expect(figures.samplesPerSecond == 500)
        #expect(figures.refusedPerSecond == 2)
        #expect(figures.syncTime == .microseconds(2500))
        #expect(figures.span == .seconds(10))
    }

    @Test("a rate tells of the last minute, not of the whole past")
    func window() async {
        let backend = FakeConsoleBackend(clock: clock)
        let meter = IngestMeter(clock: clock) { await backend.ingestCounts() }
        for second in 0..<40 {
            backend.content.withLock { $0.counts.appendedSamples += second < 20 ? 100_000 : 50 }
            _ = await meter.figures()
            clock.advance(by: .seconds(5))
        }
        backend.content.withLock { $0.counts.appendedSamples += 50 }
        let figures = await meter.figures()
        #expect(figures.samplesPerSecond == 10)
        #expect(figures.span >= .seconds(60) && figures.span < .seconds(70))
    }
}
