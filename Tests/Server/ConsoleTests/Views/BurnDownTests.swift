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
                start: start, end: start + .seconds(3600), bad: bad[hour] ?? 0, total: 1000, minutes: 60, consumed: 0)
        }
    }

    @Test("the worst hour leaves a rolling window when its last minute does; of equal ones the later counts")
    func worst() throws {
        #expect(BurnDown(standing: standing(), points: hours([:])).worstHour == nil)
        let hours = hours([10: 200, 20: 200])
        let worst = try #require(BurnDown(standing: standing(), points: hours).worstHour)
        #expect(worst.start == hours[20].start && abs(worst.share - 0.2) < 1e-9)
        #expect(worst.leavesAt == hours[20].end + month)
        let period = CalendarPeriod(unit: .month, anchorSeconds: 0)
        let end = at + .seconds(86_400)
        let calendar = standing(window: .calendar(period, .utc), end: end)
        #expect(BurnDown(standing: calendar, points: hours).worstHour?.leavesAt == end)
    }

    @Test("stretches of minutes come together to the hour they lie in, of short windows as of long ones")
    func stretches() throws {
        let steps: [(length: Duration, minutes: Int64)] = [
            (.seconds(3600), 1), (.seconds(86_400), 2), (.seconds(7 * 86_400), 10), (month, 60),
            (.seconds(90 * 86_400), 60),
        ]
        for (length, minutes) in steps {
            #expect(BurnDown.stepMinutes(standing(window: .rolling(length), start: at - length)) == minutes)
        }
        // 1 800 000 000 is a whole hour: three stretches of the one before it.
        let points = [1800, 1200, 600].map { seconds in
            BudgetPoint(
                start: at - .seconds(seconds), end: at - .seconds(seconds - 600), bad: 7, total: 100, minutes: 10,
                consumed: 0)
        }
        let worst = try #require(BurnDown(standing: standing(), points: points).worstHour)
        #expect(worst.bad == 21 && worst.start == at - .seconds(3600) && worst.leavesAt == at + month)
    }

    @Test("the picture keeps to its frame, and marks what lasts a moment wide enough to be seen")
    func picture() {
        let curve: [(at: Int64, share: Double)] = [(0, 0), (500, 0.5), (1000, 30)]
        let picture = BurnDownPicture(
            curve, BudgetPolicy(), from: 0, to: 1000, deploys: [(500, "d"), (5000, "late")],
            incidents: [(250, 250, "short"), (-100, 2000, "long"), (1500, 1500, "just now")])
        #expect(picture.curve == "M0 240L500 200L1000 0", "cut at three times the edge of the freeze")
        #expect(picture.topText == "cut at 300 %, highest 3000 %")
        #expect(picture.deploys.map(\.markX) == ["500", "999"])
        #expect(picture.incidents.map(\.markWidth) == ["4", "1000", "4"])
        #expect(picture.incidents.map(\.markX) == ["250", "0", "996"])
        let empty = BurnDownPicture([], BudgetPolicy(), from: 0, to: 0, deploys: [], incidents: [])
        #expect(empty.curve.isEmpty && empty.topText == "top 120 %")
    }

    @Test("the curve begins where data does: before, nothing was spent and nothing was kept")
    func beginning() {
        var points = hours([10: 200])
        for place in 0..<5 { points[place].minutes = 0 }
        points[600].minutes = 0
        let burn = BurnDown(standing: standing(), points: points)
        #expect(burn.curve.count == 715 && burn.curve.first?.start == points[5].start)
        // What is still in the window of an hour without data is drawn.
        points[0].consumed = 0.1
        #expect(BurnDown(standing: standing(), points: points).curve.count == 720)
        let picture = BurnDownPicture(
            [(500, 0.6), (1000, 0.6)], BudgetPolicy(), from: 0, to: 1000, deploys: [], incidents: [])
        #expect(picture.area == "M500 120L1000 120L1000 240L500 240Z")
    }

    @Test("the lines are those of the objective's own policy")
    func edges() {
        var policy = BudgetPolicy()
        (policy.caution, policy.criticalFixesOnly, policy.frozen) = (0.2, 0.8, 2)
        let picture = BurnDownPicture([(0, 0)], policy, from: 0, to: 1000, deploys: [], incidents: [])
        #expect(picture.lines.map(\.lineY) == ["220", "160", "40"])
        #expect(picture.lines.map(\.lineText) == ["20 % caution", "80 % critical fixes only", "200 % frozen"])
    }
}
