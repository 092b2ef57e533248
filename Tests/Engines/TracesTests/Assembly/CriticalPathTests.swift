import SignalModel
import TestKit
import Testing
import Traces

@Suite("The critical path is what the whole waited for")
struct CriticalPathTests {
    private static func span(_ id: UInt64, parent: UInt64 = 0, _ start: Int64, _ end: Int64) -> StoredSpan {
        var span = StoredSpan(
            trace: TraceID(high: 0, low: 1), id: id, startNanoseconds: start, durationNanoseconds: end - start)
        span.parent = parent
        return span
    }

    private static func path(_ spans: [StoredSpan]) -> String {
        let tree = TraceTree(spans)
        return CriticalPath.pieces(tree.nodes, tree.roots).reversed().map {
            "\(tree.nodes[$0.node].span.id):\($0.start)-\($0.end)"
        }.joined(separator: " ")
    }

    @Test(
        "pieces",
        arguments: [
            ([span(1, 0, 100)], "1:0-100"),
            ([span(1, 0, 100), span(2, parent: 1, 20, 60)], "1:0-20 2:20-60 1:60-100"),
            // One after the other.
            (
                [span(1, 0, 100), span(2, parent: 1, 10, 40), span(3, parent: 1, 50, 90)],
                "1:0-10 2:10-40 1:40-50 3:50-90 1:90-100"
            ),
            // At the same time: the one that ended last.
            ([span(1, 0, 100), span(2, parent: 1, 10, 60), span(3, parent: 1, 10, 90)], "1:0-10 3:10-90 1:90-100"),
            // One that outlives its parent holds nobody up.
            ([span(1, 0, 100), span(2, parent: 1, 10, 150)], "1:0-100"),
            ([span(1, 0, 100), span(2, parent: 1, 0, 100), span(3, parent: 2, 0, 100)], "3:0-100"),
            // An orphan that took longer is not the trace.
            ([span(1, 0, 100), span(2, parent: 9, 0, 500)], "1:0-100"),
        ] as [([StoredSpan], String)])
    func pieces(spans: [StoredSpan], path: String) { #expect(Self.path(spans) == path) }

    @Test("pieces cover the root without gap or overlap, each within its span", arguments: 1...40)
    func cover(seed: Int) throws {
        let randomness = SeededRandomness(seed: UInt64(seed))
        func pick(_ count: Int64) -> Int64 { Int64(randomness.next() % UInt64(max(1, count))) }
        var spans = [Self.span(1, 0, 10_000)]
        for id in 2...(2 + UInt64(pick(60))) {
            let parent = spans[Int(pick(Int64(spans.count)))]
            let start = parent.startNanoseconds + pick(parent.durationNanoseconds)
            spans.append(Self.span(id, parent: parent.id, start, start + 1 + pick(parent.durationNanoseconds)))
        }
        let tree = TraceTree(spans)
        let pieces = Array(CriticalPath.pieces(tree.nodes, tree.roots).reversed())
        #expect(pieces.first?.start == 0 && pieces.last?.end == 10_000)
        for (piece, next) in zip(pieces, pieces.dropFirst()) { #expect(piece.end == next.start, "seed \(seed)") }
        for piece in pieces {
            #expect(piece.start >= tree.nodes[piece.node].start && piece.end <= tree.nodes[piece.node].end)
            #expect(piece.start < piece.end)
        }
    }
}
