import Basics
import Rules
import Testing

@testable import Console

@Suite("What an outage would do to a budget")
struct OutageForecastTests {
    private static let at = Timestamp(milliseconds: 1_800_000_000_000)
    private static let month: Int64 = 43_200

    /// 10 requests a minute in the latest minutes of a window of thirty days at 99.9 %.
    private static func burn(
        minutes: Int64, bad: UInt64 = 0, isCalendar: Bool = false, minutesLeft: Int64 = 0, perMinute: Int64 = 10,
        state: BudgetPolicyState = .normal
    ) -> BurnDown {
        let end = at + .seconds(minutesLeft * 60)
        let start = end - .seconds(month * 60)
        let total = UInt64(minutes * perMinute)
        let period = CalendarPeriod(unit: .month, anchorSeconds: 0)
        let standing = ObjectiveStanding(
            objective: "o", service: "s", kind: .requestAvailability, target: 0.999, version: 1, versionSince: at,
            at: at, window: isCalendar ? .calendar(period, .utc) : .rolling(.seconds(month * 60)),
            windowStart: start, windowEnd: end, goodCount: total - bad, totalCount: total, consumed: 0,
            coverage: Double(minutes) / Double(month), policyState: state, policySince: at)
        let first = at.milliseconds - minutes * 60_000
        let points = stride(from: start.milliseconds, to: at.milliseconds, by: 3_600_000).map { begin in
            let covered = min(60, max(0, (begin + 3_600_000 - first) / 60_000))
            return BudgetPoint(
                start: Timestamp(milliseconds: begin), end: Timestamp(milliseconds: begin + 3_600_000), bad: 0,
                total: covered * perMinute, minutes: Int(covered), consumed: 0)
        }
        return BurnDown(standing: standing, points: points)
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var name: String
        var burn: BurnDown
        var outage: Int64
        var consumed: Double
        var state: BudgetPolicyState
        var testDescription: String { name }
    }

    private static let cases = [
        // 43.2 minutes are the budget of thirty days at 99.9 %.
        Case(name: "a full window", burn: burn(minutes: month), outage: 30, consumed: 30 / 43.2, state: .caution),
        Case(
            name: "with something spent", burn: burn(minutes: month, bad: 216), outage: 12,
            consumed: 0.5 + 12 / 43.2, state: .criticalFixesOnly),
        // Nothing leaves yet, so the outage's events make the budget larger: 300 of 21 600 × 10 + 300.
        Case(
            name: "half a window", burn: burn(minutes: month / 2), outage: 30, consumed: 30 / 21.630, state: .frozen),
        Case(
            name: "a tenth of a window", burn: burn(minutes: 4320), outage: 30, consumed: 30 / 4.35, state: .frozen),
        Case(
            name: "an hour of data decides nothing", burn: burn(minutes: 60), outage: 30, consumed: 30 / 0.09,
            state: .normal),
        Case(
            name: "what is decided stays so", burn: burn(minutes: 60, state: .caution), outage: 30,
            consumed: 30 / 0.09, state: .caution),
        Case(
            name: "longer than the window", burn: burn(minutes: 60), outage: 100_000, consumed: 1000, state: .frozen),
        // A calendar's window of which 4320 minutes are over: it grows by the outage.
        Case(
            name: "a calendar's window", burn: burn(minutes: 4320, isCalendar: true, minutesLeft: 38_880), outage: 30,
            consumed: 30 / 4.35, state: .frozen),
        Case(
            name: "a calendar's last minutes", burn: burn(minutes: 43_190, isCalendar: true, minutesLeft: 10),
            outage: 30, consumed: 10 / 43.2, state: .normal),
    ]

    @Test("it is what the objective will say when the outage ends", arguments: cases)
    func table(_ one: Case) throws {
        let forecast = try #require(OutageForecast(one.burn, minutes: one.outage))
        #expect(abs(forecast.consumed - one.consumed) < one.consumed * 1e-6, "\(forecast)")
        #expect(forecast.state == one.state)
        #expect(abs(forecast.eventsPerMinute - 10) < 1e-6)
    }

    @Test("of a young objective the page says how little it knows, and what a full window would lose")
    func young() {
        let text = OutageText(Self.burn(minutes: 60), minutes: 30)
        #expect(text.answer == "30 minutes in which everything fails: 33333.3 % spent, normal")
        #expect(text.assumptions.contains { $0.contains("data for 0.2 %") && $0.contains("spends 69.4 %") })
        #expect(text.assumptions.contains("Until data covers 10 %, no state but normal begins."))
        let whole = OutageText(Self.burn(minutes: Self.month), minutes: 30)
        #expect(whole.assumptions.count == 1 && whole.assumptions[0].contains("10 events a minute"))
        let last = OutageText(Self.burn(minutes: 43_190, isCalendar: true, minutesLeft: 10), minutes: 30)
        #expect(last.assumptions.contains("Only 10 minutes of it would lie in the window."))
    }

    @Test("without traffic nothing is foretold")
    func idle() {
        let burn = Self.burn(minutes: Self.month, perMinute: 0)
        #expect(OutageForecast(burn, minutes: 30) == nil)
        #expect(OutageText(burn, minutes: 30).answer.hasSuffix("it cannot be told, as the window has no traffic"))
    }
}
