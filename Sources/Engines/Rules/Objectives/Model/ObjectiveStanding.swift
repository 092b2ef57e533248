package import Basics

/// How an objective stands at one time: all that decides over alerts and deployments, counted from whole minutes.
package struct ObjectiveStanding: Sendable, Hashable {
    package var objective: String
    package var service: String
    package var kind: ObjectiveKind
    /// Share of events that must be good, above zero and below one.
    package var target: Double
    /// Grows by one when what is counted or promised changes; counts of versions are kept apart.
    package var version: Int
    package var versionSince: Timestamp
    /// The end of the newest minute that is in here.
    package var at: Timestamp

    package var window: ObjectiveWindow
    /// The window at `at`: minutes from `windowStart`, inclusive, to `at`; a calendar window goes on to `windowEnd`.
    package var windowStart: Timestamp
    package var windowEnd: Timestamp
    /// Events in the window, or minutes where minutes are judged, without those that corrections leave out.
    package var goodCount: UInt64
    package var totalCount: UInt64
    /// Share of the budget that is spent: `bad / ((1 - target) · total)`. May exceed one. Zero without traffic.
    package var consumed: Double
    /// Share of the whole window's minutes that have data, without those left out; with little of it nothing is
    /// decided. A calendar window's grows as the period goes on.
    package var coverage: Double
    /// Minutes that corrections leave out of the window.
    package var excludedMinutes: Int

    package var policyState: BudgetPolicyState
    package var policySince: Timestamp
    /// Where its states begin and end.
    package var policy: BudgetPolicy
    /// When `policyState` next becomes milder, if nothing bad happens from now on and traffic goes on as it was on
    /// average over the window. Nil when it is `normal`, or when that would not happen within a window's length.
    package var easesAt: Timestamp?
    /// Shortest window first.
    package var burnRates: [BurnRate]
    /// Why the objective cannot be counted now, as a sentence; nil when it is.
    package var problem: String?

    package init(
        objective: String, service: String, kind: ObjectiveKind, target: Double, version: Int,
        versionSince: Timestamp, at: Timestamp, window: ObjectiveWindow, windowStart: Timestamp,
        windowEnd: Timestamp, goodCount: UInt64, totalCount: UInt64, consumed: Double, coverage: Double,
        excludedMinutes: Int = 0, policyState: BudgetPolicyState, policySince: Timestamp,
        policy: BudgetPolicy = BudgetPolicy(), easesAt: Timestamp? = nil, burnRates: [BurnRate] = [],
        problem: String? = nil
    ) {
        self.objective = objective
        self.service = service
        self.kind = kind
        self.target = target
        self.version = version
        self.versionSince = versionSince
        self.at = at
        self.window = window
        self.windowStart = windowStart
        self.windowEnd = windowEnd
        self.goodCount = goodCount
        self.totalCount = totalCount
        self.consumed = consumed
        self.coverage = coverage
        self.excludedMinutes = excludedMinutes
        self.policyState = policyState
        self.policySince = policySince
        self.policy = policy
        self.easesAt = easesAt
        self.burnRates = burnRates
        self.problem = problem
    }

    /// False for an objective that is reported only: nobody's deployments depend on it.
    package var decides: Bool { policy.decides }
    package var badCount: UInt64 { totalCount - min(goodCount, totalCount) }
    /// May be below zero.
    package var remaining: Double { 1 - consumed }
    /// Events that may still go wrong in the window as it is; below zero when too many have.
    package var remainingEvents: Double { ErrorBudget.share(target) * Double(totalCount) - Double(badCount) }
}

/// What an objective promises.
package enum ObjectiveKind: String, Sendable, Hashable, CaseIterable, Codable {
    /// Share of requests that are answered well.
    case requestAvailability = "request_availability"
    /// Share of minutes that are good.
    case timeAvailability = "time_availability"
    /// Share of requests that do not fail.
    case errorRate = "error_rate"
    /// Share of requests that are answered within a time.
    case latency
}

package enum ErrorBudget {
    /// The share of events that may be bad. Subtraction alone leaves `1 - 0.999` above a thousandth, and half of a budget
    /// spent would be a little less than half.
    package static func share(_ target: Double) -> Double { ((1 - target) * 1e12).rounded() / 1e12 }
}

/// How fast the budget is spent over one window: 1 spends it exactly in the objective's window.
package struct BurnRate: Sendable, Hashable {
    package var window: Duration
    package var badCount: UInt64
    package var totalCount: UInt64
    /// Zero without traffic.
    package var rate: Double

    package init(window: Duration, badCount: UInt64, totalCount: UInt64, target: Double) {
        self.window = window
        self.badCount = badCount
        self.totalCount = totalCount
        rate = totalCount == 0 ? 0 : Double(badCount) / (Double(totalCount) * ErrorBudget.share(target))
    }
}
