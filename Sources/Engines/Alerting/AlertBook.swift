package import Basics
package import SignalModel

/// One book of what is firing: repeats of an alert are merged, an alert that is not repeated ends.
///
/// Merging follows Alertmanager: overlapping observations keep the earliest start and the newest annotations;
/// one that does not overlap is a new occurrence.
package struct AlertBook: Sendable, Hashable, Codable {
    package struct Alert: Sendable, Hashable, Codable {
        package var fingerprint: String
        package var labels: [String: String]
        package var annotations: [String: String]
        package var startsAtMilliseconds: Int64
        package var endsAtMilliseconds: Int64
        package var generatorURL: String
    }

    package enum Change: Sendable, Hashable {
        case fired(Alert)
        /// Texts changed while it goes on.
        case updated(Alert)
        case ended(Alert)
    }

    /// Alerts open at once. Beyond it a new one is refused, unless it is a P0.
    package static let alertsMax = 50_000

    package private(set) var firing: [String: Alert] = [:]
    package private(set) var refusedCount = 0

    package init() {}

    package mutating func observe(_ observed: ObservedAlert, at now: Timestamp) -> Change? {
        let fingerprint = AlertFingerprint.make(observed.labels)
        let hasEnded = observed.endsAt <= now
        guard var known = firing[fingerprint] else {
            if hasEnded { return nil }
            let isP0 = observed.labels["severity"] == Severity.p0.rawValue
            guard firing.count < Self.alertsMax || isP0 else {
                refusedCount += 1
                return nil
            }
            let alert = Alert(
                fingerprint: fingerprint, labels: Self.dictionary(observed.labels),
                annotations: Self.dictionary(observed.annotations),
                startsAtMilliseconds: observed.startsAt.milliseconds,
                endsAtMilliseconds: observed.endsAt.milliseconds, generatorURL: observed.generatorURL)
            firing[fingerprint] = alert
            return .fired(alert)
        }
        known.startsAtMilliseconds = min(known.startsAtMilliseconds, observed.startsAt.milliseconds)
        let annotations = Self.dictionary(observed.annotations)
        let hasChanged = annotations != known.annotations
        known.annotations = annotations
        known.generatorURL = observed.generatorURL
        known.endsAtMilliseconds =
            hasEnded
            ? observed.endsAt.milliseconds : max(known.endsAtMilliseconds, observed.endsAt.milliseconds)
        if hasEnded {
            firing[fingerprint] = nil
            return .ended(known)
        }
        firing[fingerprint] = known
        return hasChanged ? .updated(known) : nil
    }

    /// Ends what has not been repeated in time, oldest first.
    package mutating func expire(at now: Timestamp) -> [Change] {
        let over = firing.values.filter { $0.endsAtMilliseconds <= now.milliseconds }
            .sorted { ($0.endsAtMilliseconds, $0.fingerprint) < ($1.endsAtMilliseconds, $1.fingerprint) }
        for alert in over { firing[alert.fingerprint] = nil }
        return over.map(Change.ended)
    }

    /// When `expire` has something to do next.
    package var nextExpiry: Timestamp? {
        firing.values.map(\.endsAtMilliseconds).min().map { Timestamp(milliseconds: $0) }
    }

    private static func dictionary(_ labels: Labels) -> [String: String] {
        Dictionary(labels.pairs.map { ($0.name, $0.value) }) { $1 }
    }
}
