import Alerting
import Basics
import TestKit
import Testing

@Suite("Time intervals")
struct TimeIntervalTests {
    private func holds(_ text: String, _ change: (inout TimeInterval) -> Void) throws -> Bool {
        var interval = TimeInterval()
        change(&interval)
        return interval.contains(try #require(RFC3339.parse(text)))
    }

    @Test(
        "times: the start counts, the end does not, 24:00 ends the day",
        arguments: [
            ("2026-11-26T08:59:59Z", false), ("2026-11-26T09:00:00Z", true), ("2026-11-26T16:59:59.999Z", true),
            ("2026-11-26T17:00:00Z", false), ("2026-11-26T23:59:59Z", true), ("2026-11-27T00:00:00Z", false),
        ])
    func times(text: String, expected: Bool) throws {
        #expect(try holds(text) { $0.times = [.init(540, 1020), .init(1380, 1440)] } == expected)
    }

    @Test(
        "weekdays, from Sunday at 0",
        arguments: [
            ("2026-11-26T12:00:00Z", true), ("2026-11-28T12:00:00Z", false), ("2026-11-29T12:00:00Z", false),
            ("2026-11-30T12:00:00Z", true), ("1969-12-28T12:00:00Z", false),
        ])
    func weekdays(text: String, expected: Bool) throws {
        #expect(try holds(text) { $0.weekdays = [.init(1, 5)] } == expected)
    }

    @Test(
        "days of the month: negative ones count from its end, all are cut to it",
        arguments: [
            ("2026-02-28T00:00:00Z", -1, -1, true), ("2024-02-28T00:00:00Z", -1, -1, false),
            ("2026-02-28T00:00:00Z", 28, 31, true), ("2026-02-28T00:00:00Z", 29, 31, false),
            ("2026-02-01T00:00:00Z", -31, -28, true), ("2026-04-30T00:00:00Z", 30, 31, true),
            ("2026-11-05T00:00:00Z", 1, 5, true), ("2026-11-06T00:00:00Z", 1, 5, false),
            ("2026-11-25T00:00:00Z", 1, -6, true), ("2026-11-26T00:00:00Z", 1, -6, false),
        ])
    func days(text: String, first: Int, last: Int, expected: Bool) throws {
        #expect(try holds(text) { $0.daysOfMonth = [.init(first, last)] } == expected)
    }

    @Test("months and years, and everything together")
    func together() throws {
        let change = { (interval: inout TimeInterval) in
            interval.months = [.init(11, 12)]
            interval.years = [.init(2026, 2026)]
            interval.weekdays = [.init(4, 4)]
        }
        #expect(try holds("2026-11-26T12:00:00Z", change))
        #expect(try !holds("2026-10-29T12:00:00Z", change))
        #expect(try !holds("2025-11-27T12:00:00Z", change))
        #expect(try !holds("2026-11-27T12:00:00Z", change))
    }

    @Test(
        "a zone's own clock decides, over its changes",
        arguments: [
            // Berlin: UTC+1, from 2026-03-29T01:00Z UTC+2.
            ("2026-03-28T08:00:00Z", true), ("2026-03-28T07:59:00Z", false), ("2026-03-29T07:00:00Z", true),
            ("2026-03-29T06:59:00Z", false), ("2026-10-25T07:30:00Z", false), ("2026-10-25T08:00:00Z", true),
        ])
    func zones(text: String, expected: Bool) throws {
        let inHolds = try holds(text) {
            $0.times = [.init(540, 1020)]
            $0.zone = .berlin
        }
        #expect(inHolds == expected)
    }
}
