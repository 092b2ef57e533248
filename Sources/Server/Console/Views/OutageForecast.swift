import Basics
import Rules

/// What an outage that begins now would do to a budget: what the objective will say at its end, by the same counting
/// that decides over the gate. A budget is a share of the events of the window, so one that has little traffic yet has
/// a small budget.
struct OutageForecast: Sendable, Hashable {
    /// Of the outage's minutes those that lie in the window at its end.
    let minutesCounted: Int64
    /// On average over the minutes with data.
    let eventsPerMinute: Double
    /// Share of the budget spent at the end.
    let consumed: Double
    /// Share of the window with data at the end.
    let coverage: Double
    /// What the outage alone would spend in a window that is full of such traffic.
    let shareOfFullWindow: Double
    let state: BudgetPolicyState

    private static let minute: Int64 = 60_000

    /// Nil without traffic: nothing is known then.
    init?(_ burn: BurnDown, minutes: Int64) {
        let standing = burn.standing
        guard standing.totalCount > 0 else { return nil }
        let length = max(1, (standing.windowEnd - standing.windowStart).milliseconds / Self.minute)
        let valid = Double(max(1, length - Int64(standing.excludedMinutes)))
        let covered = max(1, valid * standing.coverage)
        eventsPerMinute = Double(standing.totalCount) / covered
        var gone = (bad: 0.0, total: 0.0, minutes: 0.0)
        switch standing.window {
        case .rolling:
            minutesCounted = min(minutes, length)
            gone = Self.leaving(burn, minutes: minutesCounted)
        case .calendar:
            minutesCounted = min(minutes, max(0, (standing.windowEnd - standing.at).milliseconds / Self.minute))
        }
        let lost = eventsPerMinute * Double(minutesCounted)
        let share = ErrorBudget.share(standing.target)
        let total = Double(standing.totalCount) - gone.total + lost
        let bad = max(0, Double(standing.badCount) - gone.bad) + lost
        consumed = total > 0 ? bad / (share * total) : 0
        coverage = min(1, max(0, covered - gone.minutes + Double(minutesCounted)) / valid)
        shareOfFullWindow = Double(minutesCounted) / (Double(length) * share)
        let policy = standing.policy
        let next = coverage >= policy.minimumCoverage ? policy.state(consumed) : .normal
        state = max(standing.policyState, next)
    }

    /// What leaves a rolling window in its first minutes. Of a stretch of which only a part leaves, that part of its
    /// events.
    private static func leaving(_ burn: BurnDown, minutes: Int64) -> (bad: Double, total: Double, minutes: Double) {
        let start = burn.standing.windowStart.milliseconds
        let end = start + minutes * minute
        var gone = (bad: 0.0, total: 0.0, minutes: 0.0)
        for point in burn.points {
            let overlap = min(end, point.end.milliseconds) - max(start, point.start.milliseconds)
            guard overlap > 0 else { continue }
            let part = Double(overlap) / Double((point.end - point.start).milliseconds)
            gone.bad += Double(point.bad) * part
            gone.total += Double(point.total) * part
            gone.minutes += Double(point.minutes) * part
        }
        let standing = burn.standing
        return (
            min(gone.bad, Double(standing.badCount)), min(gone.total, Double(standing.totalCount)), gone.minutes
        )
    }
}
