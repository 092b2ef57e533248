import PromQL
import Testing

@testable import Rules

@Suite("Queries that can be counted to the event")
struct CountedSumTests {
    @Test(
        "sums of counters, added and subtracted",
        arguments: [
            ("sum(a)", 1), ("a{x=\"1\"}", 1), ("sum(a) + sum(b) - sum(c)", 3), ("(sum(a))", 1),
            ("sum(a) or vector(0)", 1), ("sum by () (a)", 1),
        ])
    func accepted(_ query: String, terms: Int) throws {
        #expect(try ObjectiveFixtures.sum(query).terms.count == terms)
    }

    @Test("what is subtracted keeps its sign over parentheses")
    func signs() throws {
        let sum = try ObjectiveFixtures.sum("sum(a) - (sum(b) - sum(c))")
        #expect(sum.terms.map(\.isSubtracted) == [false, true, false])
    }

    @Test(
        "anything else is refused with what would be right",
        arguments: [
            ("sum(rate(a[5m]))", "rate() guesses between samples: give the counter itself, sum(…)"),
            ("sum(increase(a[30d]))", "increase() guesses between samples: give the counter itself, sum(…)"),
            ("sum by (code) (a)", "an objective is one number: leave by (…) away"),
            ("sum without (code) (a)", "an objective is one number: leave without (…) away"),
            ("sum(a) / sum(b)", "give counters as sum(name{…}), joined by + or -"),
            ("avg(a)", "give counters as sum(name{…}), joined by + or -"),
            ("sum(a offset 5m)", "offset and @ have no meaning where minutes are counted as they come"),
            ("sum(a) * 2", "give counters as sum(name{…}), joined by + or -"),
            ("count(a)", "count() of counters counts series, not events"),
        ])
    func refused(_ query: String, _ reason: String) throws {
        let error = #expect(throws: QueryError.self) { try ObjectiveFixtures.sum(query) }
        #expect(
            error?.message.hasSuffix("cannot be counted to the event: " + reason) == true,
            "\(String(describing: error))")
    }
}
