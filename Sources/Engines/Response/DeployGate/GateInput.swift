package import Basics

/// What can happen at the gate.
package enum GateInput: Sendable, Hashable, Codable {
    /// A change came to the gate and was told something.
    case asked(GateRecord)
    case glassBroken(BreakGlass)
    case glassRestored(id: String, by: String)
}

/// One change at the gate, with what it was told.
package struct GateRecord: Sendable, Hashable, Codable {
    package var atMilliseconds: Int64
    package var service: String
    package var environment: String
    package var change: GateQuestion.Change
    package var verdict: GateDecision.Verdict
    /// It went out as far as is known: who asked lets pass what it was told.
    package var passed: Bool
    /// Why it was told so.
    package var reason: String
    /// What is deployed: an image, a commit; empty where nobody says.
    package var summary: String
    package var by: String
    /// `api`, `kubernetes`, `github`.
    package var source: String
    /// Why it is a critical fix; nil for everything else.
    package var because: String?
    /// By which break-glass it passed.
    package var breakGlass: String?
    /// Of a Kubernetes workload.
    package var template: WorkloadTemplate?

    package init(
        _ decision: GateDecision, passed: Bool? = nil, summary: String, by: String, source: String,
        because: String? = nil, template: WorkloadTemplate? = nil, at time: Timestamp
    ) {
        atMilliseconds = time.milliseconds
        service = decision.question.service
        environment = decision.question.environment
        change = decision.question.change
        verdict = decision.verdict
        self.passed = passed ?? decision.verdict.lets
        reason = decision.reasons.first ?? ""
        self.summary = summary
        self.by = by
        self.source = source
        self.because = because
        breakGlass = decision.breakGlass
        self.template = template
    }
}

/// Which template a workload leaves, and which it goes to.
package struct WorkloadTemplate: Sendable, Hashable, Codable {
    /// `cluster/namespace/kind/name`
    package var workload: String
    /// A digest of the template it is left for; nil while it is made.
    package var from: String?
    /// All its replicas were there and available when it was left.
    package var fromRan: Bool

    package init(workload: String, from: String?, fromRan: Bool) {
        self.workload = workload
        self.from = from
        self.fromRan = fromRan
    }
}

/// A named person opens the gate for one service, for a time, and says why.
package struct BreakGlass: Sendable, Hashable, Codable {
    package var id: String
    package var service: String
    /// Empty: in every environment.
    package var environment: String
    package var by: String
    package var reason: String
    package var atMilliseconds: Int64
    package var expiresAtMilliseconds: Int64
    package var restoredBy: String?
    package var restoredAtMilliseconds: Int64?

    package init(
        id: String, service: String, environment: String, by: String, reason: String, at time: Timestamp,
        expiresAt: Timestamp
    ) {
        self.id = id
        self.service = service
        self.environment = environment
        self.by = by
        self.reason = reason
        atMilliseconds = time.milliseconds
        expiresAtMilliseconds = expiresAt.milliseconds
    }

    package func isInForce(at milliseconds: Int64) -> Bool {
        restoredAtMilliseconds == nil && atMilliseconds <= milliseconds && milliseconds < expiresAtMilliseconds
    }
}

extension GateInput {
    /// The same, told on a clock that is ahead by `lead`.
    func ahead(by lead: Duration) -> GateInput {
        switch self {
        case .asked(var record):
            record.atMilliseconds += lead.milliseconds
            return .asked(record)
        case .glassBroken(var glass):
            glass.atMilliseconds += lead.milliseconds
            glass.expiresAtMilliseconds += lead.milliseconds
            return .glassBroken(glass)
        case .glassRestored: return self
        }
    }
}
