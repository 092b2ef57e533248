import Basics
import SignalModel
import Testing

@testable import Rules

@Suite("Counting events")
struct EventCounterTests {
    /// Of one series' samples, by second: the events of minutes 10 to 14.
    static let cases: [(name: String, samples: [(Double, Double)], totals: [Int64?])] = [
        (
            "growth belongs to the later sample's minute", [(590, 5), (605, 8), (650, 9), (665, 20)],
            [4, 11, nil, nil, nil]
        ),
        ("a counter that fell began at zero", [(590, 500), (605, 3), (650, 7)], [7, nil, nil, nil, nil]),
        (
            "the first sample of a target is where it grows from", [(605, 1000), (650, 1001)],
            [1, nil, nil, nil, nil]
        ),
        ("no traffic is data", [(590, 5), (650, 5), (710, 5), (770, 5)], [0, 0, 0, nil, nil]),
        ("a gap up to five minutes has data, and its growth is not spread", [(605, 5), (845, 9)], [0, 0, 0, 0, 4]),
        ("a longer gap has none, and nothing is lost", [(100, 5), (845, 9)], [nil, nil, nil, nil, 4]),
        ("a series that ended leaves a gap at once", [(605, 5), (620, .nan), (845, 9)], [0, nil, nil, nil, 4]),
    ]

    @Test("minutes are counted to the event", arguments: cases.indices)
    func counters(_ index: Int) throws {
        let one = Self.cases[index]
        let store = TrafficStore()
        for (second, value) in one.samples {
            store.add(ObjectiveFixtures.series("200"), seconds: second, value.isNaN ? StaleMarker.value : value)
        }
        var counter = EventCounter(try ObjectiveFixtures.objective())
        let found = try counter.count(from: 10, to: 15, next: 12, in: store)
        #expect(found.minutes?.map { $0?.total } == one.totals, "\(one.name)")
        #expect(found.problem == nil)
        // Counted again with what is remembered, the later minutes are the same.
        let again = try counter.count(from: 12, to: 15, next: 13, in: store)
        #expect(again.minutes?.map { $0?.total } == Array(one.totals[2...]), "\(one.name)")
    }

    @Test("the first error of a target that is known counts, one that comes with its target does not")
    func firstErrors() throws {
        let store = TrafficStore()
        for second in stride(from: 500.0, to: 900, by: 15) {
            store.add(ObjectiveFixtures.series("200"), seconds: second, second)
        }
        store.add(ObjectiveFixtures.series("500"), seconds: 620, 3)
        store.add(ObjectiveFixtures.series("500"), seconds: 665, 4)
        store.add(ObjectiveFixtures.series("200", instance: "b"), seconds: 700, 70)
        store.add(ObjectiveFixtures.series("500", instance: "b"), seconds: 700, 7)
        store.add(ObjectiveFixtures.series("500", instance: "b"), seconds: 730, 9)
        var counter = EventCounter(try ObjectiveFixtures.objective())
        let minutes = try counter.count(from: 10, to: 15, next: 10, in: store).minutes
        #expect(minutes?.map { $0?.bad } == [3, 1, 2, 0, 0])
        // 60 a minute, the errors, and what the second target grew.
        #expect(minutes?.map { $0?.total } == [63, 61, 62, 60, 60])
    }

    @Test("samples that come late change their minutes to what they would have been")
    func late() throws {
        let (punctual, delayed) = (TrafficStore(), TrafficStore())
        let samples = stride(from: 500.0, to: 900, by: 15).map {
            Sample(timestamp: Timestamp(seconds: $0), value: ($0 / 7).rounded())
        }
        punctual.add(ObjectiveFixtures.series("200"), samples)
        delayed.add(ObjectiveFixtures.series("200"), samples.filter { $0.timestamp.seconds < 650 })
        var counter = EventCounter(try ObjectiveFixtures.objective())
        _ = try counter.count(from: 10, to: 15, next: 10, in: delayed)
        delayed.add(ObjectiveFixtures.series("200"), samples.filter { $0.timestamp.seconds >= 650 })
        let after = try counter.count(from: 10, to: 15, next: 10, in: delayed).minutes
        var other = EventCounter(try ObjectiveFixtures.objective())
        #expect(try other.count(from: 10, to: 15, next: 10, in: punctual).minutes == after)
    }

    @Test("what is no count is named and left out")
    func noCounts() throws {
        let store = TrafficStore()
        for (second, value) in [(590.0, 5.0), (605, .nan), (620, 7.5), (650, 9), (665, .infinity)] {
            store.add(ObjectiveFixtures.series("200"), seconds: second, value)
        }
        var counter = EventCounter(try ObjectiveFixtures.objective())
        let found = try counter.count(from: 10, to: 12, next: 10, in: store)
        #expect(found.minutes?.map { $0?.total } == [4, nil])
        #expect(found.problem?.contains("has NaN at 1970-01-01T00:10:05") == true)
    }

    @Test("a total that finds nothing, good events that never were, several series without a sum: said, not counted")
    func refusals() throws {
        let store = TrafficStore()
        var nothing = EventCounter(try ObjectiveFixtures.objective())
        let empty = try nothing.count(from: 10, to: 12, next: 10, in: store)
        #expect(empty.problem == "no series match all events: sum(requests_total)")
        #expect(empty.minutes == [nil, nil])
        for code in ["200", "500"] {
            for second in [590.0, 605, 620] { store.add(ObjectiveFixtures.series(code), seconds: second, second) }
        }
        let good = Indicator.ratio(
            .good, try ObjectiveFixtures.sum(#"sum(requests_total{code="204"})"#),
            total: try ObjectiveFixtures.sum("sum(requests_total)"), reading: .counter)
        var unknown = EventCounter(try ObjectiveFixtures.objective(indicator: good))
        let refused = try unknown.count(from: 10, to: 12, next: 10, in: store)
        #expect(refused.minutes == nil)
        #expect(refused.problem == #"no series match the good events: sum(requests_total{code="204"})"#)
        var several = EventCounter(
            try ObjectiveFixtures.objective(indicator: ObjectiveFixtures.ratio(total: "requests_total")))
        #expect(
            try several.count(from: 10, to: 12, next: 10, in: store).problem
                == "requests_total finds 2 series: write sum(requests_total)")
    }

    // MARK: Latency

    private static func bucket(_ edge: String) -> Labels {
        Labels([("__name__", "latency_bucket"), ("le", edge), ("instance", "a"), ("job", "shop")])
    }

    private static func latency(_ edge: Double) throws -> Objective {
        let sum = try ObjectiveFixtures.sum("sum(latency_bucket)")
        return try ObjectiveFixtures.objective(
            indicator: .ratio(
                .good, sum.bucket(endingAt: edge), total: sum.bucket(endingAt: .infinity), reading: .counter))
    }

    @Test("observations are counted at a bucket's edge, however it is spelled; elsewhere the nearest edges are named")
    func buckets() throws {
        let store = TrafficStore()
        for (edge, share) in [("0.25", 0.5), ("0.5", 0.8), ("1.0", 0.9), ("+Inf", 1)] {
            for second in [590.0, 605, 620] {
                store.add(Self.bucket(edge), seconds: second, (second - 590) * 10 * share)
            }
        }
        for (edge, bad) in [(0.5, 60), (1, 30)] as [(Double, Int64)] {
            var counter = EventCounter(try Self.latency(edge))
            #expect(
                try counter.count(from: 10, to: 11, next: 10, in: store).minutes
                    == [MinuteCount(bad: bad, total: 300)])
        }
        var counter = EventCounter(try Self.latency(0.4))
        #expect(
            try counter.count(from: 10, to: 11, next: 10, in: store).problem
                == "no bucket ends at 0.4, so observations up to there cannot be counted; "
                + "the nearest edges are 0.25 and 0.5")
    }

    @Test("native histograms are counted at their edges, over resets; elsewhere the bucket around is named")
    func nativeHistograms() throws {
        func histogram(_ counts: [(Int32, Double)]) -> NativeHistogram {
            NativeHistogram(
                schema: 0, count: counts.reduce(0) { $0 + $1.1 }, sum: 1,
                positive: HistogramBuckets(indexes: counts.map(\.0), counts: counts.map(\.1)), isFloat: false)
        }
        // With schema 0 bucket -1 ends at 0.5, bucket 0 at 1, bucket 1 at 2.
        let histograms = [
            histogram([(-1, 5), (1, 1)]), histogram([(-1, 8), (0, 2), (1, 2)]), histogram([(-1, 1), (1, 1)]),
        ]
        let store = TrafficStore()
        let samples = [590.0, 605, 665].enumerated().map {
            Sample(timestamp: Timestamp(seconds: $0.element), value: HistogramBox.value($0.offset))
        }
        store.add(Labels([("__name__", "latency"), ("instance", "a")]), samples, histograms)
        func count(_ threshold: Double) throws -> EventCounter.Findings {
            var counter = EventCounter(
                try ObjectiveFixtures.objective(
                    indicator: .threshold(ObjectiveFixtures.sum("sum(latency)"), threshold: threshold)))
            return try counter.count(from: 10, to: 12, next: 10, in: store)
        }
        #expect(try count(0.5).minutes == [MinuteCount(bad: 3, total: 6), MinuteCount(bad: 1, total: 2)])
        #expect(try count(1).minutes == [MinuteCount(bad: 1, total: 6), MinuteCount(bad: 1, total: 2)])
        #expect(try count(0.4).problem?.contains("the nearest edges are 0.25 and 0.5") == true)
    }

    // MARK: Minutes

    @Test("a minute is good when enough of its events are, or when it has none")
    func slices() throws {
        let store = TrafficStore()
        for (second, total, bad) in [(590.0, 0.0, 0.0), (650, 100, 5), (710, 200, 11), (770, 200, 11)] {
            store.add(ObjectiveFixtures.series("200"), seconds: second, total - bad)
            store.add(ObjectiveFixtures.series("500"), seconds: second, bad)
        }
        var counter = EventCounter(try ObjectiveFixtures.objective(method: .timeSlices(target: 0.95)))
        #expect(
            try counter.count(from: 10, to: 14, next: 10, in: store).minutes
                == [
                    MinuteCount(bad: 0, total: 1), MinuteCount(bad: 1, total: 1), MinuteCount(bad: 0, total: 1), nil,
                ])
    }

    @Test("a probe's samples are events")
    func probes() throws {
        let store = TrafficStore()
        let labels = Labels([("__name__", "probe_success"), ("instance", "a")])
        for (second, value) in [(605.0, 1.0), (635, 0), (665, 1), (695, 1)] {
            store.add(labels, seconds: second, value)
        }
        let indicator = Indicator.ratio(
            .good, try ObjectiveFixtures.sum("sum(probe_success)", isCounter: false),
            total: try ObjectiveFixtures.sum("count(probe_success)", isCounter: false), reading: .gauge)
        var counter = EventCounter(try ObjectiveFixtures.objective(indicator: indicator))
        #expect(
            try counter.count(from: 10, to: 13, next: 10, in: store).minutes
                == [MinuteCount(bad: 1, total: 2), MinuteCount(bad: 0, total: 2), nil])
    }
}
