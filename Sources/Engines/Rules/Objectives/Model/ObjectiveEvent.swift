import Basics

/// What happens to objectives and must not be forgotten. Kept in the operations journal, and there for good.
package enum ObjectiveEvent: Sendable, Hashable, Codable {
    /// An objective began, or promises or counts something else from now on.
    case defined(ObjectiveDefinition)
    case removed(objective: String, atMilliseconds: Int64)
    case policyChanged(PolicyTransition)
    case corrected(ObjectiveCorrection)
    case correctionRevoked(objective: String, id: String, by: String, reason: String, atMilliseconds: Int64)
}

/// One version of an objective.
package struct ObjectiveDefinition: Sendable, Hashable, Codable {
    package var objective: String
    package var service: String
    package var version: Int
    package var sinceMilliseconds: Int64
    /// Under which its counts are stored; the same for versions that count the same.
    package var series: String
    package var target: Double
    /// Nil for a window of the calendar.
    package var rollingMilliseconds: Int64?
    /// What is counted, as a text.
    package var counted: String
    /// What is promised, as a text.
    package var promise: String
    /// Why it is another version though it promises the same; nil when it does not.
    package var recount: ObjectiveRecount? = nil
}

/// An objective was counted anew.
package struct ObjectiveRecount: Sendable, Hashable, Codable {
    /// From then on by samples; what was before is as the version before had it.
    package var fromMilliseconds: Int64?
    /// The version whose counts it took up again.
    package var version: Int?
    package var by: String
    package var reason: String
}

/// The budget policy of an objective went from one state to another.
package struct PolicyTransition: Sendable, Hashable, Codable {
    package var objective: String
    package var service: String
    package var from: BudgetPolicyState
    package var to: BudgetPolicyState
    /// Share of the budget that was spent.
    package var consumed: Double
    package var atMilliseconds: Int64
}

/// Minutes that do not count: planned maintenance. The counts themselves stay.
package struct ObjectiveCorrection: Sendable, Hashable, Codable {
    package var id: String
    package var objective: String
    package var fromMilliseconds: Int64
    package var toMilliseconds: Int64
    package var reason: String
    package var by: String
    package var atMilliseconds: Int64
    /// Who took it back, when and why; it counts no longer then.
    package var revoked: String?

    package init(
        id: String, objective: String, fromMilliseconds: Int64, toMilliseconds: Int64, reason: String, by: String,
        atMilliseconds: Int64
    ) {
        self.id = id
        self.objective = objective
        self.fromMilliseconds = fromMilliseconds
        self.toMilliseconds = toMilliseconds
        self.reason = reason
        self.by = by
        self.atMilliseconds = atMilliseconds
    }
}

/// What the events so far come to. A value: the same events bring the same book.
package struct ObjectiveBook: Sendable, Hashable, Codable {
    package struct Record: Sendable, Hashable, Codable {
        /// Oldest first; never empty.
        package var versions: [ObjectiveDefinition]
        package var removedAtMilliseconds: Int64?
        package var policyState = BudgetPolicyState.normal
        package var policySinceMilliseconds: Int64
        /// Newest last.
        package var transitions: [PolicyTransition] = []
        /// Of times whose counts are kept; older ones are in the journal only.
        package var corrections: [ObjectiveCorrection] = []

        /// Minutes before it are as they were copied when the series was begun; nil for one that was not.
        func firstCounted(_ series: String) -> Int64? {
            versions.first { $0.series == series }?.recount?.fromMilliseconds.map {
                floorDivide($0, Minute.milliseconds)
            }
        }
    }

    package private(set) var records: [String: Record] = [:]

    /// Older ones are in the journal only.
    package static let transitionsMax = 200
    /// More are refused: they are looked at with every sum.
    package static let correctionsMax = 500

    package init() {}

    package mutating func apply(_ event: ObjectiveEvent) {
        switch event {
        case .defined(let definition):
            let fresh = Record(versions: [], policySinceMilliseconds: definition.sinceMilliseconds)
            records[definition.objective, default: fresh].versions.append(definition)
            records[definition.objective]?.removedAtMilliseconds = nil
        case .removed(let objective, let at): records[objective]?.removedAtMilliseconds = at
        case .policyChanged(let transition):
            records[transition.objective]?.policyState = transition.to
            records[transition.objective]?.policySinceMilliseconds = transition.atMilliseconds
            records[transition.objective]?.transitions.append(transition)
            let excess = (records[transition.objective]?.transitions.count ?? 0) - Self.transitionsMax
            if excess > 0 { records[transition.objective]?.transitions.removeFirst(excess) }
        case .corrected(let correction):
            let oldest = correction.atMilliseconds - CountsStore.retentionDays * 86_400_000
            records[correction.objective]?.corrections.removeAll { $0.toMilliseconds < oldest }
            records[correction.objective]?.corrections.append(correction)
        case .correctionRevoked(let objective, let id, let by, let reason, let at):
            let found = records[objective]?.corrections.firstIndex { $0.id == id && $0.revoked == nil }
            guard let place = found else { return }
            records[objective]?.corrections[place].revoked = "\(by) at \(at): \(reason)"
        }
    }
}
