/// Why an alert is not told now.
package struct Suppression: Sendable, Hashable, Codable {
    /// Ids of silences that count, sorted.
    package var silencedBy: [String] = []
    /// Fingerprints of alerts that inhibit it: the first of the first rule, as in Alertmanager.
    package var inhibitedBy: [String] = []
    /// Names of time intervals that mute every route the alert takes; of the receiver plane only.
    package var mutedBy: [String] = []

    package init() {}

    /// In both planes. Time intervals mute receivers, not pages.
    package var isSuppressed: Bool { !silencedBy.isEmpty || !inhibitedBy.isEmpty }

    package static let none = Suppression()
}
