import Basics
import SignalModel
import TestKit
import Testing

@testable import TSDB

@Suite("Matching series")
struct MatchingTests {
    private static let patterns = [
        "a", "b", "a|b", "(a|b)", "(?:a|c)", "a.*", "a.+", ".*", ".+", "", "a|", "^a$", "b?", "[ab]", ".*b", "a\\.b",
        "x", "(?i)A", "a|b.*", "a.b", "^(a|b)$",
    ]

    @Test("every operation selects what a look at each series selects", arguments: 0..<40)
    func model(seed: UInt64) async throws {
        let chance = SeededRandomness(seed: seed)
        let clock = VirtualClock()
        let store = try TestStore(MemoryFileSystem(randomness: chance), clock)
        defer { store.database.close() }
        let values = ["", "a", "b", "ab", "a.b", "c", "a\nb"]
        func pick(_ list: [String]) -> String { list[Int(chance.next() % UInt64(list.count))] }
        var all: Set<Labels> = []
        for _ in 0..<60 {
            all.insert(
                Labels([
                    (Labels.metricName, pick(["m", "n", "o"])), ("x", pick(values)), ("y", pick(values)),
                    ("z", "\(chance.next() % 50)"),
                ]))
        }
        var batch = SampleBatch()
        for labels in all {
            batch.beginSeries(labels)
            batch.append(Sample(timestamp: clock.now(), value: 1))
        }
        _ = try await store.database.append(batch, policy: .wholeOrNothing)
        for _ in 0..<60 {
            let matchers = try (0..<1 + chance.next() % 3).map { _ in
                let operations: [Matcher.Operation] = [.equal, .notEqual, .matches, .notMatches]
                let operation = operations[Int(chance.next() % 4)]
                let isPattern = operation == .matches || operation == .notMatches
                return try Matcher(
                    pick(["x", "y", "z", "absent", Labels.metricName]), operation,
                    pick(isPattern ? Self.patterns : values + ["m", "7"]))
            }
            let expected = all.filter { labels in matchers.allSatisfy { $0.matches(labels) } }
            let found = try store.database.select(
                matchers, from: .distantPast, through: .distantFuture, sorted: true
            ).map(\.labels)
            #expect(found == expected.sorted(), "seed \(seed): \(matchers)")
            let names = Set(expected.flatMap { $0.pairs.map(\.name) })
            #expect(
                try store.database.labelNames(matchers, from: .distantPast, through: .distantFuture) == names.sorted()
            )
            let known = Set(expected.compactMap { $0.value(of: "x") })
            #expect(
                try store.database.labelValues("x", matchers, from: .distantPast, through: .distantFuture)
                    == known.sorted())
        }
    }

    @Test("only series with samples in the range are found, ends included")
    func range() async throws {
        let clock = VirtualClock()
        let store = try TestStore(MemoryFileSystem(randomness: SeededRandomness(seed: 1)), clock)
        defer { store.database.close() }
        let now = clock.now().milliseconds
        _ = try await store.database.append(
            SampleBatch(of: [("old{l=\"1\"}", [(now - 1000, 1)]), ("new{l=\"2\",m=\"3\"}", [(now, 1)])]),
            policy: .wholeOrNothing)
        func names(_ from: Int64, _ through: Int64) throws -> [String] {
            try store.database.labelValues(
                "__name__", [], from: Timestamp(milliseconds: from), through: Timestamp(milliseconds: through))
        }
        #expect(try names(now - 1000, now) == ["new", "old"])
        #expect(try names(now - 999, now) == ["new"])
        #expect(try names(now - 5000, now - 1) == ["old"])
        #expect(try names(now + 1, now + 5) == [])
        #expect(try names(now, now - 1) == [])
        #expect(
            try store.database.labelNames(
                [], from: Timestamp(milliseconds: now - 1000), through: clock.now() - .milliseconds(1))
                == ["__name__", "l"])
    }

    @Test("a name is found by the last of its many series, and one without any in the range is not")
    func manySeries() async throws {
        let clock = VirtualClock()
        let store = try TestStore(MemoryFileSystem(randomness: SeededRandomness(seed: 1)), clock)
        defer { store.database.close() }
        let now = clock.now().milliseconds
        // Two values in turn, each of twenty series; the last one alone is new.
        let series = (0..<40).map { number in
            ("m{parity=\"\(number % 2)\",n=\"\(number)\"}", [(now - (number == 39 ? 0 : 5000), 1.0)])
        }
        _ = try await store.database.append(SampleBatch(of: series), policy: .wholeOrNothing)
        let (from, through) = (Timestamp(milliseconds: now - 1), Timestamp(milliseconds: now))
        func values(_ matchers: [Matcher]) throws -> [String] {
            try store.database.labelValues("parity", matchers, from: from, through: through)
        }
        #expect(try values([]) == ["1"])
        #expect(try values([try Matcher("n", .matches, "[0-9]*")]) == ["1"])
        #expect(try values([try Matcher("n", .notEqual, "39")]) == [])
        #expect(try store.database.labelValues("n", [], from: from, through: through) == ["39"])
        #expect(try store.database.labelNames([], from: from, through: through) == ["__name__", "n", "parity"])
    }

    struct Shape: Sendable {
        var pattern: String
        var shape: PatternShape
    }

    @Test(
        "patterns that need no automaton are recognised, others left alone",
        arguments: [
            Shape(pattern: "a|b|c", shape: .texts(["a", "b", "c"])),
            Shape(pattern: "(?:a|b)", shape: .texts(["a", "b"])),
            Shape(pattern: "^10\\.0\\.0\\.1:9100$", shape: .texts(["10.0.0.1:9100"])),
            Shape(pattern: "", shape: .texts([""])), Shape(pattern: "a|", shape: .texts(["a", ""])),
            Shape(pattern: ".*", shape: .anything), Shape(pattern: ".+", shape: .nonEmpty),
            Shape(pattern: "api-.*", shape: .prefix("api-", needsMore: false)),
            Shape(pattern: "api-.+", shape: .prefix("api-", needsMore: true)),
            Shape(pattern: "a\\d", shape: .general), Shape(pattern: "a.c", shape: .general),
            Shape(pattern: "a|b.*", shape: .general), Shape(pattern: "(a)(b)", shape: .general),
            Shape(pattern: "(?i)a", shape: .general), Shape(pattern: "a{2}", shape: .general),
            Shape(pattern: "a\\$", shape: .texts(["a$"])),
            Shape(pattern: "x\\\\.*", shape: .prefix("x\\", needsMore: false)),
        ])
    func shapes(_ example: Shape) { #expect(PatternShape(example.pattern) == example.shape) }

    @Test("label sets sort as `Labels` compares", arguments: 0..<20)
    func order(seed: UInt64) {
        let chance = SeededRandomness(seed: seed)
        let words = ["a", "aa", "ab", "b", String(repeating: "x", count: 130), String(repeating: "x", count: 131)]
        let sets = (0..<40).map { _ in
            Labels(
                (0..<chance.next() % 4).map { _ in
                    (words[Int(chance.next() % 6)], words[Int(chance.next() % 6)])
                })
        }
        var order = LabelOrder()
        for labels in sets { order.append(labels.packed) }
        #expect(order.sorted().map { sets[$0] } == sets.sorted(), "seed \(seed)")
    }
}
