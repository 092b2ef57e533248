import Basics
import Rules

/// How an objective's budget went over its window.
struct BurnDown: Sendable {
    let standing: ObjectiveStanding
    /// Of the window, oldest first; each lies in one hour of the clock.
    let points: [BudgetPoint]

    /// So many make a smooth line at any width.
    private static let pointsWanted: Int64 = 720
    private static let steps: [Int64] = [60, 30, 10, 5, 2, 1]

    /// How long the stretches should be; each is part of an hour.
    static func stepMinutes(_ standing: ObjectiveStanding) -> Int64 {
        let minutes = (standing.windowEnd - standing.windowStart).milliseconds / 60_000
        return steps.first { $0 * pointsWanted <= minutes } ?? 1
    }

    /// Without the beginning that had no data yet: nothing was spent then, and nothing kept.
    var curve: ArraySlice<BudgetPoint> { points.drop { $0.minutes == 0 && $0.consumed == 0 } }

    var from: Int64 { points.first?.end.milliseconds ?? standing.windowStart.milliseconds }
    var to: Int64 { points.last?.end.milliseconds ?? standing.at.milliseconds }

    /// The hour that cost most.
    struct WorstHour: Sendable {
        var start: Timestamp
        var bad: Int64
        /// Of the budget of the whole window.
        var share: Double
        /// When the last of it leaves the window, or a calendar's window ends.
        var leavesAt: Timestamp
    }

    private static let hour: Int64 = 3_600_000

    /// Nil when none cost anything.
    var worstHour: WorstHour? {
        var badByHour: [Int64: Int64] = [:]
        for point in points where point.bad > 0 && point.end > standing.windowStart {
            badByHour[floorDivide(point.start.milliseconds, Self.hour), default: 0] += point.bad
        }
        // Of equal ones the latest, which stays longest.
        guard let (index, bad) = badByHour.max(by: { ($0.value, $0.key) < ($1.value, $1.key) }) else { return nil }
        let budget = Double(standing.totalCount) * ErrorBudget.share(standing.target)
        let end = Timestamp(milliseconds: (index + 1) * Self.hour)
        let leaves: Timestamp =
            switch standing.window {
            case .rolling(let length): end + length
            case .calendar: standing.windowEnd
            }
        return WorstHour(
            start: Timestamp(milliseconds: index * Self.hour), bad: bad,
            share: budget > 0 ? Double(bad) / budget : 0, leavesAt: leaves)
    }
}
