import Basics
import SignalModel

/// What counts, corrections and the policy's state so far say of an objective at the end of a minute. Pure but for
/// the counts it reads.
struct ObjectiveJudgement {
    let objective: Objective
    let counts: CountedMinutes
    /// The first minute that does not count yet.
    let end: Int64

    /// Share of the budget spent.
    func consumed(_ sum: CountSum) -> Double {
        guard sum.total > 0 else { return 0 }
        return max(0, Double(sum.bad)) / (ErrorBudget.share(objective.target) * Double(sum.total))
    }

    private func start(of minute: Int64) -> Int64 {
        let bounds = objective.window.bounds(at: Timestamp(milliseconds: minute * Minute.milliseconds))
        return floorDivide(bounds.start.milliseconds, Minute.milliseconds)
    }

    func consumed(atEndOf minute: Int64) -> Double {
        consumed(counts.sum(from: start(of: minute), to: minute))
    }

    func burn(_ window: Duration, minutesAgo: Int64 = 0) -> BurnRate {
        let to = end - minutesAgo
        let sum = counts.sum(from: to - window.milliseconds / Minute.milliseconds, to: to)
        return BurnRate(
            window: window, badCount: UInt64(max(0, sum.bad)), totalCount: UInt64(max(0, sum.total)),
            target: objective.target)
    }

    func standing(_ record: ObjectiveBook.Record, problem: String?) -> ObjectiveStanding {
        let at = Timestamp(milliseconds: end * Minute.milliseconds)
        let bounds = objective.window.bounds(at: at)
        let start = floorDivide(bounds.start.milliseconds, Minute.milliseconds)
        let windowEnd = floorDivide(bounds.end.milliseconds, Minute.milliseconds)
        let sum = counts.sum(from: start, to: end)
        let excluded = counts.excludedCount(from: start, to: windowEnd)
        let valid = max(1, Int(windowEnd - start) - excluded)
        let version = record.versions.last
        return ObjectiveStanding(
            objective: objective.name, service: objective.service, kind: objective.kind, target: objective.target,
            version: version?.version ?? 1,
            versionSince: Timestamp(milliseconds: version?.sinceMilliseconds ?? at.milliseconds), at: at,
            window: objective.window, windowStart: bounds.start, windowEnd: bounds.end,
            goodCount: UInt64(max(0, sum.total - max(0, sum.bad))), totalCount: UInt64(max(0, sum.total)),
            consumed: consumed(sum), coverage: Double(sum.minutes) / Double(valid), excludedMinutes: excluded,
            policyState: record.policyState,
            policySince: Timestamp(milliseconds: record.policySinceMilliseconds), policy: objective.policy,
            burnRates: objective.burnWindows.map { burn($0) }, problem: problem)
    }

    // MARK: Policy

    /// The state that the policy goes to now; the one it has when it stays.
    func policyState(_ standing: ObjectiveStanding) -> BudgetPolicyState {
        let policy = objective.policy
        let state = policy.state(standing.consumed)
        let current = standing.policyState
        if state > current { return standing.coverage >= policy.minimumCoverage ? state : current }
        if current == .normal { return current }
        // A new calendar period has nothing of the one before.
        let first = max(
            end - policy.thawHold.milliseconds / Minute.milliseconds,
            floorDivide(standing.windowStart.milliseconds, Minute.milliseconds) + 1)
        var worst = standing.consumed
        if case .rolling = objective.window {
            for minute in first..<max(first, end) { worst = max(worst, consumed(atEndOf: minute)) }
        } else {
            for minute in first..<max(first, end) where start(of: minute) == start(of: end) {
                worst = max(worst, consumed(atEndOf: minute))
            }
        }
        return policy.thawed(current, worst: worst)
    }

    /// When the state becomes milder if nothing bad happens any more and traffic goes on as on average: minute by
    /// minute, what was bad leaves the window.
    func easing(_ standing: ObjectiveStanding) -> Timestamp? {
        let state = standing.policyState
        guard state != .normal else { return nil }
        let start = floorDivide(standing.windowStart.milliseconds, Minute.milliseconds)
        let length = objective.window.length.milliseconds / Minute.milliseconds
        let minutes = counts.minutes(from: start, to: end)
        var sum = counts.sum(from: start, to: end)
        let mean = sum.minutes > 0 ? Double(sum.total) / Double(sum.minutes) : 0
        let hold = objective.policy.thawHold.milliseconds / Minute.milliseconds
        let edge = objective.policy.edge(state) - objective.policy.thawMargin
        var isRolling = false
        if case .rolling = objective.window { isRolling = true }
        let windowEnd = floorDivide(standing.windowEnd.milliseconds, Minute.milliseconds)
        var below: Int64 = 0
        if standing.consumed < edge {
            while below < hold, end - below - 1 > start, consumed(atEndOf: end - below - 1) < edge { below += 1 }
        }
        for step in 0...length + hold {
            if !isRolling, end + step >= windowEnd {
                // Nothing is spent in the next period.
                return Timestamp(milliseconds: (windowEnd + hold) * Minute.milliseconds)
            }
            if step > 0, isRolling, Int(step) <= minutes.count, let gone = minutes[Int(step) - 1] {
                sum -= CountSum(bad: gone.bad, total: gone.total, minutes: 1)
            }
            let total = Double(sum.total) + mean * Double(step)
            let spent = total > 0 ? max(0, Double(sum.bad)) / (ErrorBudget.share(objective.target) * total) : 0
            below = spent < edge ? below + 1 : 0
            if below > hold { return Timestamp(milliseconds: (end + step) * Minute.milliseconds) }
        }
        return nil
    }
}
