import Basics
import Response
import TestKit
import Testing

@Suite("The on-call report")
struct OnCallReportTests {
    private static func shift(_ person: String, _ from: String, _ through: String) -> Shift {
        Shift(
            person: person, fromMilliseconds: RFC3339.parse(from)!.milliseconds,
            throughMilliseconds: RFC3339.parse(through)!.milliseconds, layer: "l")
    }

    @Test("hours, nights, weekends and stretches are counted on the schedule's clocks")
    func counts() {
        var report = OnCallReport()
        report.add(
            [
                // A week with its weekend and seven nights, in two pieces without a break.
                Self.shift("ada", "2026-01-05T08:00:00Z", "2026-01-10T08:00:00Z"),
                Self.shift("ada", "2026-01-10T08:00:00Z", "2026-01-12T08:00:00Z"),
                // An office day; in Berlin it ends an hour before the night.
                Self.shift("grace", "2026-01-13T08:00:00Z", "2026-01-13T20:00:00Z"),
                // Ends with the minute in which Berlin's night begins, begins as another ends.
                Self.shift("grace", "2026-01-14T05:00:00Z", "2026-01-14T21:00:00Z"),
                Self.shift("linus", "2026-01-17T22:00:00Z", "2026-01-17T23:30:00Z"),
            ], .berlin)
        #expect(report.rows.map(\.person) == ["ada", "grace", "linus"])
        #expect(report.rows.map { $0.milliseconds / 60_000 } == [7 * 1440, 28 * 60, 90])
        #expect(report.rows.map(\.nights) == [7, 0, 1])
        #expect(report.rows.map(\.weekends) == [1, 0, 1])
        #expect(report.rows.map(\.shifts) == [1, 2, 1])
        #expect(abs(report.rows.map { report.share(of: $0) }.reduce(0, +) - 1) < 1e-9)
    }

    @Test("a night in which the clocks are set has the hours it has")
    func change() {
        var report = OnCallReport()
        report.add([Self.shift("ada", "2026-03-28T21:00:00Z", "2026-03-29T04:00:00Z")], .berlin)
        #expect(report.rows[0].milliseconds == 7 * 3_600_000 && report.rows[0].nights == 1)
    }
}
