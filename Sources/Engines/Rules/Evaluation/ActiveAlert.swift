package import Basics
package import SignalModel

/// One alert of one rule, from its first sight until 15 minutes after it resolved.
package struct ActiveAlert: Sendable, Hashable {
    package enum State: String, Sendable, Hashable, Comparable {
        case inactive
        case pending
        case firing

        private var rank: Int {
            switch self {
            case .inactive: 0
            case .pending: 1
            case .firing: 2
            }
        }

        package static func < (left: State, right: State) -> Bool { left.rank < right.rank }
    }

    package var state: State
    package var labels: Labels
    package var annotations: Labels
    package var value: Double
    package var activeAt: Timestamp
    package var firedAt: Timestamp?
    package var resolvedAt: Timestamp?
    package var keepFiringSince: Timestamp?
    var lastSentAt: Timestamp?

    init(_ candidate: AlertCandidate, at time: Timestamp) {
        state = .pending
        labels = candidate.labels
        annotations = candidate.annotations
        value = candidate.value
        activeAt = time
    }

    /// Pending alerts are nobody else's business. A resolution is told at once, repeats when they are due.
    func isDue(at time: Timestamp) -> Bool {
        if state == .pending { return false }
        guard let lastSentAt else { return true }
        // `resolvedAt` is the time of an evaluation, so a resolution never shares its time with the telling before.
        if let resolvedAt, resolvedAt > lastSentAt { return true }
        return lastSentAt + RuleLimits.resendDelay <= time
    }

    /// True when the alert, absent from the rule's answer, is to be forgotten.
    mutating func missed(at time: Timestamp, keepFiring: Duration) -> Bool {
        if state == .pending { return true }
        if let resolvedAt { return time - resolvedAt > RuleLimits.resolvedRetention }
        if keepFiring > .zero {
            let since = keepFiringSince ?? time
            keepFiringSince = since
            if time - since < keepFiring { return false }
        }
        state = .inactive
        resolvedAt = time
        return false
    }

    mutating func confirmed(_ candidate: AlertCandidate, at time: Timestamp) {
        guard state != .inactive else {
            // It resolved and is back: a new alert with the old one's labels.
            self = ActiveAlert(candidate, at: time)
            return
        }
        value = candidate.value
        annotations = candidate.annotations
        keepFiringSince = nil
    }
}
