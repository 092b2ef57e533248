import Basics
import SignalModel
import TestKit
import Testing

@testable import TSDB

@Suite("Statistics")
struct StatisticsTests {
    @Test("counts of series, chunks, samples and refusals, and the longest lists")
    func counts() async throws {
        let clock = VirtualClock()
        let store = try TestStore(MemoryFileSystem(randomness: SeededRandomness(seed: 1)), clock)
        defer { store.database.close() }
        let start = clock.now().milliseconds - 250_000
        let samples = (0..<250).map { (start + Int64($0) * 1000, 1.0) }
        _ = try await store.database.append(
            SampleBatch(of: [
                ("a{x=\"1\"}", samples), ("a{x=\"2\"}", [(start, 1)]), ("b{x=\"2\"}", [(start, 1), (start - 1, 1)]),
            ]), policy: .keepValid)
        _ = try await store.database.append(SampleBatch(of: [("b{x=\"2\"}", [(start, 1)])]), policy: .keepValid)
        let statistics = store.database.statistics()
        #expect(statistics.series == 3 && statistics.createdSeries == 3)
        #expect(statistics.chunks >= 5)
        #expect(statistics.appendedSamples == 252 && statistics.duplicateSamples == 1)
        #expect(statistics.refusedSamples[.outOfOrder] == 1 && statistics.refusedSamples[.outOfBounds] == 0)
        #expect(statistics.minTime?.milliseconds == start)
        #expect(statistics.maxTime?.milliseconds == start + 249_000)
        #expect(statistics.labelPairs == 4)
        #expect(statistics.log.syncs == 1 && statistics.logBytes > 0)
        let report = store.database.cardinality(limit: 2)
        #expect(report.seriesByMetricName.map(\.name) == ["a", "b"])
        #expect(report.seriesByMetricName.map(\.count) == [2, 1])
        #expect(report.valuesByLabelName.map(\.count) == [2, 2])
        #expect(report.seriesByLabelPair.first?.count == 2)
        #expect(report.seriesByLabelPair.count == 2)
    }
}
