import Basics
import SignalModel
import Testing

@testable import Rules

@Suite("Late arrivals")
struct LateArrivalsTests {
    private static func batch(_ rows: [(Labels, [Int64])]) -> SampleBatch {
        var batch = SampleBatch()
        for (labels, times) in rows {
            batch.beginSeries(labels)
            for time in times { batch.append(Sample(timestamp: Timestamp(milliseconds: time), value: 1)) }
        }
        return batch
    }

    private static func sums(_ texts: String...) throws -> [CountedSum] {
        try texts.map { try ObjectiveFixtures.sum($0) }
    }

    @Test("nothing is noted while nobody counts, nor what comes in time")
    func inTime() throws {
        let arrivals = LateArrivals()
        arrivals.note(Self.batch([(ObjectiveFixtures.series("200"), [5])]))
        #expect(arrivals.take(countedBefore: 100).isEmpty)
        arrivals.note(Self.batch([(ObjectiveFixtures.series("200"), [100, 2000])]))
        #expect(arrivals.take(countedBefore: 200).isEmpty)
        arrivals.rest()
        arrivals.note(Self.batch([(ObjectiveFixtures.series("200"), [5])]))
        #expect(arrivals.take(countedBefore: 200).isEmpty)
    }

    @Test("what is late concerns those whose sums may have it, from its earliest time on, once")
    func matching() throws {
        let arrivals = LateArrivals()
        _ = arrivals.take(countedBefore: 100)
        let bucket = Labels([("__name__", "latency_bucket"), ("le", "1.0"), ("job", "shop")])
        arrivals.note(
            Self.batch([
                (ObjectiveFixtures.series("200"), [90, 50, 300]), (ObjectiveFixtures.series("500"), [70]),
                (ObjectiveFixtures.series("404"), [100]), (bucket, [20]),
            ]))
        arrivals.note(Self.batch([(ObjectiveFixtures.series("500"), [60, 95])]))
        let marks = arrivals.take(countedBefore: 200)
        for (text, earliest) in [
            ("sum(requests_total)", 50), (#"sum(requests_total{code=~"5.."})"#, 60),
            (#"sum(requests_total{code="404"})"#, nil), ("sum(replies_total)", nil),
            (#"sum({__name__=~"requests.*",code="500"})"#, 60), (#"sum(latency_bucket{le="1"})"#, 20),
            ("sum(replies_total) + sum(requests_total)", 50),
        ] as [(String, Int64?)] {
            #expect(marks.earliest(of: try Self.sums(text)) == earliest, "\(text)")
        }
        #expect(marks.earliest == 20)
        #expect(arrivals.take(countedBefore: 200).isEmpty)
    }

    @Test("of very many series it is known how early they begin, and nothing is lost")
    func bounds() throws {
        let arrivals = LateArrivals()
        _ = arrivals.take(countedBefore: 1_000_000)
        let most = LateArrivals.Marks.seriesMax
        for start in stride(from: 0, to: most, by: 1000) {
            arrivals.note(
                Self.batch(
                    (start..<start + 1000).map {
                        (ObjectiveFixtures.series("200", instance: "\($0)"), [500 + Int64($0)])
                    }))
        }
        var marks = arrivals.take(countedBefore: 1_000_000)
        // More than are looked at one by one: any of the name may be meant.
        #expect(marks.earliest(of: try Self.sums(#"sum(requests_total{code="500"})"#)) == 500)
        #expect(marks.earliest(of: try Self.sums("sum(replies_total)")) == nil)
        for number in 0...most {
            arrivals.note(
                Self.batch([(ObjectiveFixtures.series("200", instance: "\(number)"), [900 - Int64(number % 500)])]))
        }
        marks = arrivals.take(countedBefore: 1_000_000)
        #expect(marks.earliest(of: try Self.sums("sum(replies_total)")) != nil)
    }
}
