package import Basics

/// From which shares of the budget on how much may be deployed, and how it becomes more again.
package struct BudgetPolicy: Sendable, Hashable {
    /// Shares spent at which each state begins; ascending.
    package var caution = 0.5
    package var criticalFixesOnly = 0.75
    package var frozen = 1.0
    /// A state is left when the share was this far below its begin for `thawHold` without a break, so that it does not
    /// come and go with every request.
    package var thawMargin = 0.05
    package var thawHold = Duration.seconds(3600)
    /// With less of the window covered by data no state but `normal` begins.
    package var minimumCoverage = 0.1
    /// False: it is reported only, and nobody's deployments depend on it.
    package var decides = true

    package init() {}

    package func edge(_ state: BudgetPolicyState) -> Double {
        switch state {
        case .normal: -.infinity
        case .caution: caution
        case .criticalFixesOnly: criticalFixesOnly
        case .frozen: frozen
        }
    }

    /// The state of which `consumed` is past the begin.
    package func state(_ consumed: Double) -> BudgetPolicyState {
        BudgetPolicyState.allCases.last { consumed >= edge($0) } ?? .normal
    }

    /// The mildest state that may follow `state` when the most that was spent during `thawHold` is `worst`.
    package func thawed(_ state: BudgetPolicyState, worst: Double) -> BudgetPolicyState {
        min(state, self.state(worst + thawMargin))
    }
}
