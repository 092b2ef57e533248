import Basics
import SignalModel
import TSDB
import TestKit
import Testing

@Suite("Time series database")
struct TimeSeriesDatabaseTests {
    @Test("what was appended is found again, in this process and in the next")
    func roundTrip() async throws {
        let disk = MemoryFileSystem(randomness: SeededRandomness(seed: 1))
        let clock = VirtualClock()
        let store = try TestStore(disk, clock)
        let start = clock.now().milliseconds
        for step in 0..<300 {
            let time = start - 300_000 + Int64(step) * 1000
            let batch = SampleBatch(of: [
                ("up{job=\"a\"}", [(time, Double(step))]), ("up{job=\"b\"}", [(time, 1)]),
            ])
            let outcome = try await store.database.append(batch, policy: .wholeOrNothing)
            #expect(outcome.appendedSamples == 2)
        }
        #expect(try store.samples("up{job=\"a\"}").map(\.value) == (0..<300).map(Double.init))
        store.database.close()
        let next = try TestStore(disk, clock)
        #expect(try next.samples("up{job=\"a\"}").map(\.value) == (0..<300).map(Double.init))
        #expect(try next.samples("up{job=\"b\"}").count == 300)
        #expect(next.database.replayReport.warnings.isEmpty)
        next.database.close()
    }
}
