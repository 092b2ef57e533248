package import Basics
package import SignalModel

/// One book of what is firing: repeats of an alert are merged, an alert that is not repeated ends.
///
/// Merging follows Alertmanager: overlapping observations keep the earliest start and the newest annotations;
/// one that does not overlap is a new occurrence.
package struct AlertBook: Sendable, Hashable {
    package struct Alert: Sendable, Hashable, Codable {
        package var fingerprint: String
        package var labels: [String: String]
        package var annotations: [String: String]
        package var startsAtMilliseconds: Int64
        package var endsAtMilliseconds: Int64
        package var generatorURL: String
        /// When it was said last; older journals lack it.
        package var updatedAtMilliseconds: Int64?

        /// Nobody repeats it: it fires until somebody says otherwise.
        package var isUntilTold: Bool { endsAtMilliseconds >= ObservedAlert.untilToldMilliseconds }
        var expiryMilliseconds: Int64? { isUntilTold ? nil : endsAtMilliseconds }

        package init(
            fingerprint: String, labels: [String: String], annotations: [String: String],
            startsAtMilliseconds: Int64, endsAtMilliseconds: Int64, generatorURL: String
        ) {
            self.fingerprint = fingerprint
            self.labels = labels
            self.annotations = annotations
            self.startsAtMilliseconds = startsAtMilliseconds
            self.endsAtMilliseconds = endsAtMilliseconds
            self.generatorURL = generatorURL
        }

        package init(_ observed: ObservedAlert) {
            func dictionary(_ labels: Labels) -> [String: String] {
                Dictionary(labels.pairs.map { ($0.name, $0.value) }) { $1 }
            }
            self.init(
                fingerprint: AlertFingerprint.make(observed.labels), labels: dictionary(observed.labels),
                annotations: dictionary(observed.annotations),
                startsAtMilliseconds: observed.startsAt.milliseconds,
                endsAtMilliseconds: observed.endsAt.milliseconds, generatorURL: observed.generatorURL)
        }
    }

    package enum Change: Sendable, Hashable {
        case fired(Alert)
        /// Texts changed while it goes on.
        case updated(Alert)
        case ended(Alert)
        /// Nobody has repeated it in time. To receivers that is an end, as in Alertmanager; to pages it is not.
        case wentSilent(Alert)
        /// The sender says that what had gone silent is over.
        case silenceEnded(Alert)
    }

    /// Alerts open at once. Beyond it a new one is refused, unless it is a P0.
    package static let alertsMax = 200_000

    package private(set) var firing: GradualDictionary<String, Alert> = [:]
    /// Not repeated in time, and nobody has said that they are over, by fingerprint.
    package private(set) var silent: GradualDictionary<String, Alert> = [:]
    package private(set) var refusedCount = 0
    /// When each ends unless it is repeated.
    private var ends = TimerQueue()

    package init() {}

    package mutating func observe(_ observed: ObservedAlert, at now: Timestamp) -> Change? {
        observe(Alert(observed), at: now)
    }

    package mutating func observe(_ alert: Alert, at now: Timestamp) -> Change? {
        var observed = alert
        observed.updatedAtMilliseconds = now.milliseconds
        let fingerprint = observed.fingerprint
        let hasEnded = observed.endsAtMilliseconds <= now.milliseconds
        guard var known = firing[fingerprint] else {
            if hasEnded {
                guard var known = silent.removeValue(forKey: fingerprint) else { return nil }
                known.endsAtMilliseconds = observed.endsAtMilliseconds
                return .silenceEnded(known)
            }
            let isP0 = observed.labels["severity"] == Severity.p0.rawValue
            guard firing.count < Self.alertsMax || isP0 else {
                refusedCount += 1
                return nil
            }
            silent[fingerprint] = nil
            firing[fingerprint] = observed
            ends.set(fingerprint, at: observed.expiryMilliseconds)
            return .fired(observed)
        }
        known.startsAtMilliseconds = min(known.startsAtMilliseconds, observed.startsAtMilliseconds)
        let hasChanged = observed.annotations != known.annotations
        known.annotations = observed.annotations
        known.generatorURL = observed.generatorURL
        known.updatedAtMilliseconds = now.milliseconds
        if hasEnded {
            known.endsAtMilliseconds = observed.endsAtMilliseconds
            forget(fingerprint)
            return .ended(known)
        }
        known.endsAtMilliseconds = max(known.endsAtMilliseconds, observed.endsAtMilliseconds)
        firing[fingerprint] = known
        ends.set(fingerprint, at: known.expiryMilliseconds)
        return hasChanged ? .updated(known) : nil
    }

    /// Whether observing it would only prolong what is known.
    package func isRepeat(_ observed: Alert, at now: Timestamp) -> Bool {
        guard observed.endsAtMilliseconds > now.milliseconds, let known = firing[observed.fingerprint] else {
            return false
        }
        return known.endsAtMilliseconds > now.milliseconds
            && known.startsAtMilliseconds <= observed.startsAtMilliseconds
            && known.generatorURL == observed.generatorURL && known.annotations == observed.annotations
    }

    /// A repeat, said in short. What is not known is left alone.
    package mutating func prolong(_ fingerprint: String, to endsAtMilliseconds: Int64, at now: Timestamp) {
        let expiry = firing.change(fingerprint) { alert in
            alert.updatedAtMilliseconds = now.milliseconds
            alert.endsAtMilliseconds = max(alert.endsAtMilliseconds, endsAtMilliseconds)
            return alert.expiryMilliseconds
        }
        if let expiry { ends.set(fingerprint, at: expiry) }
    }

    /// Takes what has not been repeated in time from what fires, oldest first.
    package mutating func expire(at now: Timestamp) -> [Change] {
        ends.takeDue(at: now.milliseconds).compactMap { fingerprint in
            guard let alert = firing.removeValue(forKey: fingerprint) else { return nil }
            silent[fingerprint] = alert
            return .wentSilent(alert)
        }
    }

    /// When `expire` has something to do next.
    package var nextExpiry: Timestamp? { ends.next.map { Timestamp(milliseconds: $0) } }

    // MARK: Kept apart

    /// All but the alerts.
    package var withoutAlerts: AlertBook {
        var rest = self
        (rest.firing, rest.silent, rest.ends) = ([:], [:], TimerQueue())
        return rest
    }

    /// Puts back what fires, or what has gone silent.
    package mutating func restore(_ alert: Alert, isSilent: Bool) {
        if isSilent {
            silent[alert.fingerprint] = alert
        } else {
            firing[alert.fingerprint] = alert
            ends.set(alert.fingerprint, at: alert.expiryMilliseconds)
        }
    }

    /// Takes it out without a word.
    package mutating func forget(_ fingerprint: String) {
        firing[fingerprint] = nil
        silent[fingerprint] = nil
        ends.set(fingerprint, at: nil)
    }
}

extension AlertBook: Codable {
    private enum CodingKeys: String, CodingKey { case firing, silent, refusedCount }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        firing = try container.decode(GradualDictionary.self, forKey: .firing)
        silent = try container.decodeIfPresent(GradualDictionary.self, forKey: .silent) ?? [:]
        refusedCount = try container.decode(Int.self, forKey: .refusedCount)
        for alert in firing.values { ends.set(alert.fingerprint, at: alert.expiryMilliseconds) }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(firing, forKey: .firing)
        try container.encode(silent, forKey: .silent)
        try container.encode(refusedCount, forKey: .refusedCount)
    }
}
