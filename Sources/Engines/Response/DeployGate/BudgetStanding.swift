/// How one objective of a service stands: as much of it as the gate asks for.
package struct BudgetStanding: Sendable, Hashable, Codable {
    /// The policy's state, from the laxest to the strictest.
    package enum State: String, Sendable, Hashable, Codable, CaseIterable, Comparable {
        case normal
        case caution
        case criticalFixesOnly = "critical_fixes_only"
        case frozen

        private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }

        package static func < (left: State, right: State) -> Bool { left.rank < right.rank }
    }

    package var objective: String
    package var service: String
    package var state: State
    /// Share of the budget; more than 1 when it is overdrawn.
    package var consumed: Double
    /// Share of the window that data covers, 0 to 1.
    package var coverage: Double
    package var sinceMilliseconds: Int64
    /// When the state next eases if nothing bad happens any more; nil: not within the window, or it is the laxest.
    package var easesAtMilliseconds: Int64?
    /// False for an objective that is reported only.
    package var decides: Bool
    /// Why it cannot be counted now; nil when it is.
    package var problem: String?

    package init(
        objective: String, service: String, state: State, consumed: Double, coverage: Double,
        sinceMilliseconds: Int64, easesAtMilliseconds: Int64? = nil, decides: Bool = true, problem: String? = nil
    ) {
        self.objective = objective
        self.service = service
        self.state = state
        self.consumed = consumed
        self.coverage = coverage
        self.sinceMilliseconds = sinceMilliseconds
        self.easesAtMilliseconds = easesAtMilliseconds
        self.decides = decides
        self.problem = problem
    }

    /// Strictest state first, then the most consumed; ties by name, so that the same standings give the same answer.
    static func isWorse(_ left: BudgetStanding, _ right: BudgetStanding) -> Bool {
        if left.state != right.state { return left.state > right.state }
        if left.consumed != right.consumed { return left.consumed > right.consumed }
        return left.objective < right.objective
    }
}
