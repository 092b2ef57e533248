import Basics
import SignalModel

/// What is remembered of a rule between evaluations.
struct RuleState: Sendable {
    var health = RuleHealth.unknown
    var lastError = ""
    var evaluationTime = Duration.zero
    var lastEvaluation: Timestamp?
    /// Series stored by the latest evaluation: those that are missing from the next get a stale marker.
    var previousSeries: Set<Labels> = []
    var active: [Labels: ActiveAlert] = [:]
    /// False until the `for` state of before a restart has been looked up; until then no `ALERTS` is written, so
    /// that what is looked up is not overwritten.
    var isRestored: Bool

    init(isRestored: Bool) { self.isRestored = isRestored }
}

package enum RuleHealth: String, Sendable, Hashable {
    case unknown
    case ok
    case err
}
