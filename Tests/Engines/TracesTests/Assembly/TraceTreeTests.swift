import SignalModel
import TestKit
import Testing
import Traces

@Suite("Spans become a tree, whatever is wrong with them")
struct TraceTreeTests {
    private static func span(
        _ id: UInt64, parent: UInt64 = 0, at start: Int64 = 0, for duration: Int64 = 10, kind: Span.Kind = .internal,
        service: String = "shop", flags: Span.Flags = []
    ) -> StoredSpan {
        var span = StoredSpan(
            trace: TraceID(high: 0, low: 1), id: id, startNanoseconds: start, durationNanoseconds: duration)
        span.parent = parent
        span.kind = kind
        span.service = service
        span.name = "\(service) \(id)"
        span.flags = flags
        return span
    }

    /// `id/depth` with a letter a mark, in the order shown.
    private static func shown(_ tree: TraceTree) -> String {
        let letters: [TraceTree.Mark: String] = [
            .orphan: "o", .cycle: "c", .duplicate: "d", .clockSkew: "s", .negativeDuration: "n",
        ]
        return tree.nodes.map { node in
            let marks = TraceTree.Mark.allCases.filter { node.marks.contains($0) }.compactMap { letters[$0] }
            return "\(node.span.id)/\(node.depth)\(marks.joined())"
        }.joined(separator: " ")
    }

    @Test("very many spans with one id take no longer than as many with their own", .timeLimit(.minutes(1)))
    func sameIDs() {
        for kind in [Span.Kind.internal, .server] {
            let spans = (0..<20_000).map { Self.span(7, parent: 7, at: Int64($0), kind: kind) }
            let start = ContinuousClock.now
            let tree = TraceTree(spans + [Self.span(8, parent: 7, at: 1)])
            #expect(ContinuousClock.now - start < .seconds(5))
            #expect(tree.nodes.count == 20_001)
        }
    }

    @Test(
        "shapes",
        arguments: [
            (name: "none", spans: [], shown: ""),
            (
                name: "children by start",
                spans: [span(1, for: 100), span(3, parent: 1, at: 5), span(2, parent: 1, at: 7)],
                shown: "1/0 3/1 2/1"
            ),
            (
                name: "an orphan is a root",
                spans: [span(1, for: 100), span(2, parent: 9, at: 5), span(3, parent: 2, at: 6, for: 1)],
                shown: "1/0 2/0o 3/1"
            ),
            (name: "its own parent", spans: [span(1, parent: 1)], shown: "1/0c"),
            (
                name: "a ring is cut at its earliest span",
                spans: [span(1, parent: 3, at: 5), span(2, parent: 1, at: 3), span(3, parent: 2, at: 4)],
                shown: "2/0c 3/1 1/2"
            ),
            (
                name: "what hangs on a ring",
                spans: [span(1, parent: 2, at: 1), span(2, parent: 1, at: 2), span(3, parent: 2, at: 3)],
                shown: "1/0c 2/1 3/2"
            ),
            (
                name: "a span that came twice", spans: [span(1, for: 100), span(2, parent: 1), span(2, parent: 1)],
                shown: "1/0 2/1"
            ),
            (
                name: "two spans of one id",
                spans: [
                    span(1, for: 100), span(2, parent: 1, at: 1), span(2, parent: 1, at: 4),
                    span(3, parent: 2, at: 6, for: 1),
                ],
                shown: "1/0 2/1 3/2 2/1d"
            ),
            (
                name: "a shared id of client and server",
                spans: [
                    span(1, for: 100, kind: .server), span(2, parent: 1, at: 10, for: 50, kind: .client),
                    span(2, parent: 1, at: 20, for: 30, kind: .server, service: "cart", flags: .shared),
                    span(3, parent: 2, at: 25, for: 1, service: "cart"), span(4, parent: 2, at: 12, for: 1),
                ], shown: "1/0 2/1 4/2 2/2 3/3"
            ),
            (
                name: "a negative duration", spans: [span(1, for: 100), span(2, parent: 1, at: 5, for: -7)],
                shown: "1/0 2/1n"
            ),
            (
                name: "thirty years",
                spans: [span(1, for: 946_080_000_000_000_000), span(2, parent: 1, at: .max - 3, for: .max)],
                shown: "1/0 2/1"
            ),
        ] as [(name: String, spans: [StoredSpan], shown: String)])
    func shapes(name: String, spans: [StoredSpan], shown: String) {
        #expect(Self.shown(TraceTree(spans)) == shown, "\(name)")
        #expect(Self.shown(TraceTree(spans.reversed())) == shown, "\(name), the other way round")
    }

    @Test("a server whose clock is late or early is shown within its client, and what it did moves along")
    func skew() throws {
        for offset in [-5000, 5000] as [Int64] {
            let tree = TraceTree([
                Self.span(1, for: 100, kind: .client),
                Self.span(2, parent: 1, at: offset, for: 60, kind: .server, service: "cart"),
                Self.span(3, parent: 2, at: offset + 10, for: 20, service: "cart"),
            ])
            #expect(tree.nodes.map(\.start) == [0, 20, 30])
            #expect(tree.nodes.map(\.span.startNanoseconds) == [0, offset, offset + 10])
            #expect(tree.nodes.map { $0.marks.contains(.clockSkew) } == [false, true, true])
            #expect(tree.times == 0...100)
        }
        // Within its parent, of its own process, or asynchronous: as sent.
        let asSent = TraceTree([
            Self.span(1, for: 100), Self.span(2, parent: 1, at: 10, for: 60, kind: .server, service: "cart"),
            Self.span(3, parent: 1, at: 90, for: 60),
            Self.span(4, parent: 1, at: 500, kind: .consumer, service: "mail"),
        ])
        #expect(asSent.nodes.allSatisfy { $0.shiftNanoseconds == 0 })
    }

    /// The parent of each span by its definition, looked up in all others.
    private static func oracle(_ spans: [StoredSpan]) -> Set<[UInt64]> {
        var links: Set<[UInt64]> = []
        for span in spans {
            var chain: Set<UInt64> = []
            var current = span
            // Of a ring the earliest has no parent.
            var ring: [StoredSpan] = []
            while current.parent != 0, let next = spans.first(where: { $0.id == current.parent }) {
                if !chain.insert(current.id).inserted { break }
                ring.append(current)
                current = next
            }
            let isInRing = current.id == span.id && !ring.isEmpty
            let isEarliest =
                isInRing
                && ring.allSatisfy { ($0.startNanoseconds, $0.id) >= (span.startNanoseconds, span.id) }
            let hasParent = span.parent != 0 && spans.contains { $0.id == span.parent } && !isEarliest
            links.insert([span.id, hasParent ? span.parent : 0])
        }
        return links
    }

    @Test("random spans in any order give the tree that their definition gives", arguments: 1...40)
    func oracle(seed: Int) {
        let randomness = SeededRandomness(seed: UInt64(seed))
        func pick(_ count: Int) -> Int { Int(randomness.next() % UInt64(count)) }
        var spans: [StoredSpan] = []
        let count = 1 + pick(40)
        for id in 1...count {
            // Mostly earlier spans, at times later ones, which makes rings, or none that is there.
            let parent = pick(10) == 0 ? pick(count + 5) : pick(id)
            spans.append(
                Self.span(
                    UInt64(id), parent: UInt64(parent), at: Int64(id * 1000), for: Int64(pick(5000)),
                    service: ["a", "b"][pick(2)]))
        }
        let expected = Self.oracle(spans)
        let first = TraceTree(spans)
        for _ in 0..<5 {
            var generator = randomness
            let tree = TraceTree(spans.shuffled(using: &generator))
            let links = Set(tree.nodes.map { [$0.span.id, $0.parent.map { tree.nodes[$0].span.id } ?? 0] })
            #expect(links == expected, "seed \(seed)")
            #expect(Self.shown(tree) == Self.shown(first), "seed \(seed)")
            #expect(tree.nodes.map(\.start) == first.nodes.map(\.start))
            #expect(tree.nodes.map(\.isCritical) == first.nodes.map(\.isCritical))
            for (place, node) in tree.nodes.enumerated() {
                // Parents stand before their children, one less deep.
                if let parent = node.parent {
                    #expect(parent < place && tree.nodes[parent].depth + 1 == node.depth)
                    #expect(tree.nodes[parent].children.contains(place))
                } else {
                    #expect(node.depth == 0 && tree.roots.contains(place))
                }
            }
        }
    }

    @Test("a chain and a fan of a hundred thousand spans are put together")
    func large() {
        let count: UInt64 = 100_000
        let chain = TraceTree((1...count).map { Self.span($0, parent: $0 - 1, at: Int64($0), for: 1_000_000) })
        #expect(chain.nodes.last?.depth == Int(count) - 1)
        let fan = TraceTree(
            (1...count).map { Self.span($0, parent: $0 == 1 ? 0 : 1, at: Int64($0), for: $0 == 1 ? 1_000_000 : 5) })
        #expect(fan.nodes[0].children.count == Int(count) - 1)
    }
}
