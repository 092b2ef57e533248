import Basics
import SignalModel
import Testing

@Suite("Sample batches")
struct SampleBatchTests {
    private struct Refused: Error {}

    @Test("a series that fails half-way leaves no trace")
    func rollback() throws {
        var batch = SampleBatch()
        batch.beginSeries(Labels([("__name__", "one")]))
        batch.append(Sample(timestamp: Timestamp(milliseconds: 1), value: 1))
        #expect(throws: Refused.self) {
            try batch.beginSeries { (bytes: inout [UInt8]) throws(Refused) in
                bytes.append(contentsOf: [1, 2, 3])
                throw Refused()
            }
        }
        batch.beginSeries(Labels([("__name__", "two")]))
        batch.append(Sample(timestamp: Timestamp(milliseconds: 2), value: 2))
        #expect(batch.entries.map { batch.labels(of: $0).name } == ["one", "two"])
        #expect(batch.entries.map(\.samplesCount) == [1, 1])
        #expect(batch.entries.map(\.hash) == batch.entries.map { batch.labels(of: $0).hash })
    }
}
