/// What somebody wants to deploy.
package struct GateQuestion: Sendable, Hashable, Codable {
    package enum Change: String, Sendable, Hashable, Codable, CaseIterable {
        case normal
        /// Passes where only critical fixes do, and is recorded with its reason.
        case criticalFix = "critical-fix"
        /// Back to what ran before: the way out of most trouble, so nothing stops it.
        case rollback
    }

    package var service: String
    /// Empty: not said.
    package var environment: String
    package var change: Change

    package init(service: String, environment: String = "", change: Change = .normal) {
        self.service = service
        self.environment = environment
        self.change = change
    }
}

/// What the gate says, and why.
package struct GateDecision: Sendable, Hashable, Codable {
    package enum Verdict: String, Sendable, Hashable, Codable, CaseIterable {
        case allow
        /// It may, with care.
        case caution
        case blocked
        /// There is nothing to decide by: whoever asks decides what that means.
        case unknown

        /// Of `signalbox gate`.
        package var exitCode: Int32 {
            switch self {
            case .allow: 0
            case .caution: 10
            case .blocked: 20
            case .unknown: 2
            }
        }

        package var lets: Bool { self == .allow || self == .caution }
    }

    package var question: GateQuestion
    package var verdict: Verdict
    /// One sentence each, the deciding one first.
    package var reasons: [String]
    /// When a shut gate opens.
    package var outlook: String?
    /// The objective that decides; nil when none does.
    package var worst: BudgetStanding?
    /// All objectives of the service, the worst first.
    package var standings: [BudgetStanding]
    /// Of the break-glass by which it passes.
    package var breakGlass: String?
    /// It passes only as what it says it is, so it must be recorded.
    package var isRecorded = false

    /// What somebody who cannot look any further is told.
    package var sentences: [String] { reasons + (outlook.map { [$0] } ?? []) }

    /// When the deciding state next eases if nothing bad happens any more.
    package var easesAtMilliseconds: Int64? { worst?.easesAtMilliseconds }
}

/// What the owner of the gate has decided beforehand.
package struct GateSettings: Sendable, Hashable {
    /// Objectives that data covers less of their window cannot block. Each has a minimum of its own below which its
    /// state stays normal, so that minutes of data freeze nobody; this one asks for more, of all.
    package var coverageMin = 0.0
    /// A service without objectives passes; otherwise the gate cannot tell.
    package var allowsWithoutObjectives = false
    /// Only these are gated; empty: all, and also where no environment is said.
    package var environments: Set<String> = []

    package init() {}
}
