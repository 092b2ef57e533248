import Basics
import Rules

/// How an objective's budget went over its window, and what an outage would do to it.
struct BurnDown: Sendable {
    let standing: ObjectiveStanding
    /// Of the window, by the clock, oldest first.
    let hours: [BudgetPoint]

    static let hourMinutes: Int64 = 60

    /// The share spent at the begin of the window and at the end of each hour of it.
    var curve: [Double] { hours.map(\.consumed) }
    var from: Int64 { hours.first?.end.milliseconds ?? standing.windowStart.milliseconds }
    var to: Int64 { hours.last?.end.milliseconds ?? standing.at.milliseconds }

    /// The hour that cost most.
    struct WorstHour: Sendable {
        var start: Timestamp
        var bad: Int64
        /// Of the budget of the whole window.
        var share: Double
        /// When the last of it leaves the window, or a calendar's window ends.
        var leavesAt: Timestamp
    }

    /// Nil when none cost anything.
    var worstHour: WorstHour? {
        // Of equal ones the latest, which stays longest.
        let costly = hours.filter { $0.bad > 0 && $0.end > standing.windowStart }
        guard let hour = costly.max(by: { ($0.bad, $0.start) < ($1.bad, $1.start) }) else { return nil }
        let budget = Double(standing.totalCount) * (1 - standing.target)
        let leaves: Timestamp =
            switch standing.window {
            case .rolling(let length): hour.end + length
            case .calendar: standing.windowEnd
            }
        return WorstHour(
            start: hour.start, bad: hour.bad, share: budget > 0 ? Double(hour.bad) / budget : 0, leavesAt: leaves)
    }

    /// Share spent after so many minutes in which everything fails, with traffic as it is on average.
    func consumed(afterOutage minutes: Int64) -> Double {
        let length = max(1, (standing.windowEnd - standing.windowStart).milliseconds / 60_000)
        let covered = max(1, Double(length) * standing.coverage)
        let perMinute = Double(standing.totalCount) / covered
        let lost = perMinute * Double(minutes)
        // In a window that rolls, as many events leave as come; in one that does not, they are more.
        var total = Double(standing.totalCount)
        if case .calendar = standing.window { total += lost }
        guard total > 0 else { return 0 }
        return (Double(standing.badCount) + lost) / (total * (1 - standing.target))
    }
}
