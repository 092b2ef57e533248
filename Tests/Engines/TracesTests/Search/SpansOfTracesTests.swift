import Basics
import Logs
import SignalModel
import TestKit
import Testing

@testable import Traces

@Suite("Spans of several traces in one answer")
struct SpansOfTracesTests {
    @Test("those that are there, and an error beyond a sum")
    func sum() throws {
        let store = TraceStore(
            try LogStore(
                directory: "traces", fileSystem: MemoryFileSystem(randomness: SeededRandomness(seed: 1)),
                settings: TraceStore.settings(retention: nil)))
        var fixture = SpanFixture()
        for trace: UInt64 in 1...3 { for id: UInt64 in 1...4 { fixture.add(trace: trace, id) } }
        try store.append(fixture.batch, through: 1)
        let reader = TraceReader(store)
        let ids = [1, 9, 3].map { TraceID(high: 0xabcd, low: $0) }
        let found = try reader.spans(ofEach: ids, spansMax: 8)
        #expect(found.map(\.trace) == [ids[0], ids[2]] && found.map(\.spans.count) == [4, 4])
        #expect(throws: LogQueryError.self) { try reader.spans(ofEach: ids, spansMax: 7) }
    }
}
