/// What may be deployed while so much of the budget is spent. Comparison goes by severity: `normal` is the least.
package enum BudgetPolicyState: String, Sendable, Hashable, CaseIterable, Comparable, Codable {
    /// Everything.
    case normal
    /// Everything, with a warning.
    case caution
    /// Only what mends a critical fault.
    case criticalFixesOnly = "critical_fixes_only"
    /// Nothing but what is let through by a named person.
    case frozen

    private var rank: Int {
        switch self {
        case .normal: 0
        case .caution: 1
        case .criticalFixesOnly: 2
        case .frozen: 3
        }
    }

    package static func < (left: BudgetPolicyState, right: BudgetPolicyState) -> Bool { left.rank < right.rank }
}
