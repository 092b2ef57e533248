package import Basics
import SignalModel

/// By when somebody is to have a page in hand: what its severity wants, beside the levels that see to it.
extension Page {
    /// Nil: its severity names no time.
    package func acknowledgeBy(_ configuration: PagingConfiguration) -> Timestamp? {
        guard !watch.isDrill, let within = configuration.policy(severity).acknowledgeWithinMilliseconds else {
            return nil
        }
        return Timestamp(milliseconds: openedAtMilliseconds + within)
    }

    /// Nobody had it in hand by then. What is silenced wakes nobody.
    package func isLate(_ configuration: PagingConfiguration, at now: Timestamp) -> Bool {
        guard let by = acknowledgeBy(configuration)?.milliseconds else { return false }
        if let acknowledgedAtMilliseconds { return acknowledgedAtMilliseconds > by }
        return status != .silenced && (closedAtMilliseconds ?? now.milliseconds) > by
    }
}
