import Basics
import Rules
import Testing

@testable import Console

@Suite("A budget's curve")
struct BurnDownTests {
    private let at = Timestamp(milliseconds: 1_800_000_000_000)
    private let month = Duration.seconds(30 * 86_400)

    private func standing(
        window: ObjectiveWindow? = nil, good: UInt64 = 999_500, total: UInt64 = 1_000_000, coverage: Double = 1,
        start: Timestamp? = nil, end: Timestamp? = nil
    ) -> ObjectiveStanding {
        ObjectiveStanding(
            objective: "o", service: "s", kind: .requestAvailability, target: 0.999, version: 1, versionSince: at,
            at: at,
            window: window ?? .rolling(month), windowStart: start ?? at - month, windowEnd: end ?? at,
            goodCount: good,
            totalCount: total, consumed: 0.5, coverage: coverage, policyState: .normal, policySince: at)
    }

    private func hours(_ bad: [Int: Int64]) -> [BudgetPoint] {
        (0..<720).map { hour in
            let start = at - month + .seconds(3600 * Int64(hour))
            return BudgetPoint(
                start: start, end: start + .seconds(3600), bad: bad[hour] ?? 0, total: 1000, consumed: 0)
        }
    }

    @Test("the worst hour leaves a rolling window when its last minute does; of equal ones the later counts")
    func worst() throws {
        #expect(BurnDown(standing: standing(), hours: hours([:])).worstHour == nil)
        let hours = hours([10: 200, 20: 200])
        let worst = try #require(BurnDown(standing: standing(), hours: hours).worstHour)
        #expect(worst.start == hours[20].start && abs(worst.share - 0.2) < 1e-9)
        #expect(worst.leavesAt == hours[20].end + month)
        let period = CalendarPeriod(unit: .month, anchorSeconds: 0)
        let end = at + .seconds(86_400)
        let calendar = standing(window: .calendar(period, .utc), end: end)
        #expect(BurnDown(standing: calendar, hours: hours).worstHour?.leavesAt == end)
    }

    @Test("an outage costs what comes in meanwhile on average; half the data is not half the traffic")
    func outage() {
        // 1 000 000 requests in 43 200 minutes, 500 lost of a budget of 1 000.
        let whole = BurnDown(standing: standing(), hours: []).consumed(afterOutage: 43)
        #expect(abs(whole - (0.5 + 43 * 1_000_000 / 43_200 / 1000)) < 1e-9)
        let half = BurnDown(standing: standing(good: 499_750, total: 500_000, coverage: 0.5), hours: [])
        #expect(
            abs(half.consumed(afterOutage: 10) - half.consumed(afterOutage: 0) - 10 * 1_000_000 / 43_200 / 500) < 1e-9
        )
        #expect(BurnDown(standing: standing(good: 0, total: 0), hours: []).consumed(afterOutage: 30) == 0)
    }

    @Test("the picture keeps to its frame, and marks what lasts a moment wide enough to be seen")
    func picture() {
        let picture = BurnDownPicture(
            [0, 0.5, 3], from: 0, to: 1000, deploys: [(500, "d"), (5000, "late")],
            incidents: [(250, 250, "short"), (-100, 2000, "long")])
        #expect(picture.curve.hasPrefix("M0 240L500 ") && picture.curve.contains("L1000 "))
        #expect(picture.deploys.map(\.markX) == ["500", "1000"])
        #expect(picture.incidents.map(\.markWidth) == ["3", "1000"] && picture.incidents[1].markX == "0")
        #expect(BurnDownPicture([], from: 0, to: 0, deploys: [], incidents: []).curve.isEmpty)
    }
}
