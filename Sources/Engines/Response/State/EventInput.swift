import Basics

/// What a sender says once about one alert.
package struct EventInput: Sendable, Hashable, Codable {
    package enum Action: String, Sendable, Hashable, Codable { case trigger, acknowledge, resolve }

    package var action: Action
    /// Sender and dedup key: what makes two events one alert's. Empty where the alert's labels do.
    package var key: String
    /// Nil for a key that is only acknowledged or resolved.
    package var alert: AlertInput?
    /// Who it is from, for timelines.
    package var by: String

    package init(_ action: Action, key: String, alert: AlertInput?, by: String) {
        self.action = action
        self.key = key
        self.alert = alert
        self.by = by
    }
}

/// Which alert each key of a sender means, for as long as it fires.
package struct EventBook: Additive, Sendable, Hashable {
    private var fingerprintByKey: GradualDictionary<String, String> = [:]
    private var keyByFingerprint: GradualDictionary<String, String> = [:]

    /// Labels that tell apart what a sender tells apart, beside the configured ones.
    static let groupLabels = ["dedup_key", "heartbeat"]

    package init() {}

    package subscript(key: String) -> String? { fingerprintByKey[key] }

    mutating func set(_ key: String, to fingerprint: String) {
        if let old = fingerprintByKey[key] { keyByFingerprint[old] = nil }
        fingerprintByKey[key] = fingerprint
        keyByFingerprint[fingerprint] = key
    }

    /// The alert is over.
    mutating func forget(_ fingerprint: String) {
        guard let key = keyByFingerprint.removeValue(forKey: fingerprint) else { return }
        fingerprintByKey[key] = nil
    }
}
