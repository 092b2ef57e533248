import Basics
import SignalModel
import TestKit
import Testing

@testable import TSDB

@Suite("Exemplar ring")
struct ExemplarRingTests {
    private static let series = Labels(text: "requests_total{code=\"200\"}")

    private static func exemplar(
        _ value: Double, at time: Int64, _ trace: String = "a", isTimed: Bool = true
    ) -> Exemplar {
        Exemplar(
            labels: Labels([("trace", trace)]), value: value, timestamp: Timestamp(milliseconds: time),
            isTimed: isTimed)
    }

    private static let verdicts: [(first: Exemplar, second: Exemplar, expected: ExemplarRing.Verdict)] = [
        (exemplar(1, at: 10), exemplar(1, at: 11), .fresh),
        (exemplar(1, at: 10), exemplar(1, at: 10), .duplicate),
        (exemplar(1, at: 10), exemplar(2, at: 9), .outOfOrder),
        (exemplar(1, at: 10), exemplar(1, at: 9), .outOfOrder),
        // Of one time: by value, then by labels.
        (exemplar(1, at: 10), exemplar(2, at: 10), .fresh),
        (exemplar(2, at: 10), exemplar(1, at: 10), .outOfOrder),
        (exemplar(1, at: 10, "a"), exemplar(1, at: 10, "b"), .fresh),
        (exemplar(1, at: 10, "b"), exemplar(1, at: 10, "a"), .outOfOrder),
        // A time that is only its sample's makes no new one.
        (exemplar(1, at: 10, isTimed: false), exemplar(1, at: 20, isTimed: false), .duplicate),
        (exemplar(1, at: 10, isTimed: false), exemplar(2, at: 20, isTimed: false), .fresh),
        (exemplar(1, at: 10, isTimed: false), exemplar(1, at: 20), .fresh),
    ]

    @Test("the second of a series is judged by the first", arguments: verdicts)
    func order(first: Exemplar, second: Exemplar, expected: ExemplarRing.Verdict) {
        var ring = ExemplarRing(capacity: 4)
        #expect(ring.add(first, of: Self.series) == .fresh)
        #expect(ring.add(second, of: Self.series) == expected)
        #expect(ring.count == (expected == .fresh ? 2 : 1))
        #expect(ring.outOfOrderCount == (expected == .outOfOrder ? 1 : 0))
        // Another series is not concerned.
        #expect(ring.add(second, of: Labels(text: "other")) == .fresh)
    }

    private static let lengths: [(labels: Labels, expected: ExemplarRing.Verdict)] = [
        (.empty, .fresh),
        (Labels([("trace", String(repeating: "x", count: 123))]), .fresh),
        (Labels([("trace", String(repeating: "x", count: 124))]), .tooLong),
        (Labels([("trace", String(repeating: "€", count: 123))]), .fresh),
        (Labels([("trace", String(repeating: "€", count: 124))]), .tooLong),
        (Labels([("a", String(repeating: "x", count: 63)), ("b", String(repeating: "x", count: 63))]), .fresh),
        (Labels([("a", String(repeating: "x", count: 63)), ("b", String(repeating: "x", count: 64))]), .tooLong),
    ]

    @Test("labels have 128 characters at most, names and values together, whatever their bytes", arguments: lengths)
    func length(labels: Labels, expected: ExemplarRing.Verdict) {
        var ring = ExemplarRing(capacity: 4)
        let exemplar = Exemplar(labels: labels, value: 1, timestamp: Timestamp(milliseconds: 1))
        #expect(ring.add(exemplar, of: Self.series) == expected)
    }

    @Test("a ring without room takes nothing")
    func disabled() {
        var ring = ExemplarRing(capacity: 0)
        #expect(ring.add(Self.exemplar(1, at: 1), of: Self.series) == .disabled)
        #expect(ring.count == 0 && ring.lastTimestamp == nil)
    }

    @Test("a selection is by selectors and inclusive times, and sorted by series")
    func select() throws {
        var ring = ExemplarRing(capacity: 10)
        for name in ["b", "a", "c"] {
            for time in [10, 20, 30] as [Int64] { _ = ring.add(Self.exemplar(1, at: time), of: Labels(text: name)) }
        }
        let matchers = [[try Matcher("__name__", .equal, "b")], [try Matcher("__name__", .matches, "a|x")]]
        let found = ring.select(
            matchers, from: Timestamp(milliseconds: 20), through: Timestamp(milliseconds: 30))
        #expect(found.map(\.labels.description) == ["a", "b"])
        #expect(found.allSatisfy { $0.exemplars.map(\.timestamp.milliseconds) == [20, 30] })
        let none = ring.select(matchers, from: Timestamp(milliseconds: 31), through: .distantFuture)
        #expect(none.isEmpty)
    }

    /// Every exemplar ever taken, of which the last `capacity` count.
    private struct Model {
        var capacity: Int
        var taken: [(series: Labels, exemplar: Exemplar)] = []

        var kept: ArraySlice<(series: Labels, exemplar: Exemplar)> { taken.suffix(capacity) }

        func answer() -> [ExemplarSeries] {
            Dictionary(grouping: kept, by: \.series).map { series, all in
                ExemplarSeries(labels: series, exemplars: all.map(\.exemplar))
            }.sorted { $0.labels < $1.labels }
        }
    }

    @Test(
        "it holds what a list cut to its length holds, also when its size changes",
        arguments: 1...8 as ClosedRange<UInt64>)
    func model(seed: UInt64) {
        let chance = SeededRandomness(seed: seed)
        var model = Model(capacity: Int(chance.next() % 20) + 1)
        var ring = ExemplarRing(capacity: model.capacity)
        for step in 0..<600 as Range<Int64> {
            let series = Labels(text: "s\(chance.next() % 12)")
            let exemplar = Self.exemplar(Double(step), at: step - Int64(chance.next() % 3))
            let newest = model.kept.last { $0.series == series }?.exemplar
            let isFresh = newest.map { $0.timestamp <= exemplar.timestamp } ?? true
            #expect((ring.add(exemplar, of: series) == .fresh) == isFresh, "seed \(seed), step \(step)")
            if isFresh { model.taken.append((series, exemplar)) }
            if chance.next() % 60 == 0 {
                let capacity = Int(chance.next() % 24) + 1
                // What a smaller ring forgot does not come back.
                model.taken = Array(model.kept.suffix(capacity))
                model.capacity = capacity
                ring.resize(to: capacity)
            }
            #expect(ring.select([[]], from: .distantPast, through: .distantFuture) == model.answer())
            #expect(ring.count == model.kept.count)
            #expect(ring.lastTimestamp == model.taken.last?.exemplar.timestamp)
            var order: [Double] = []
            ring.forEach { exemplar, _ in order.append(exemplar.value) }
            #expect(order == model.kept.map(\.exemplar.value))
        }
    }
}
