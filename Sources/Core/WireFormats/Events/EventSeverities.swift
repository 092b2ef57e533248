package import SignalModel

/// Which of our severities a sender's word for "how bad" means.
package struct EventSeverities: Sendable, Hashable {
    private var table: [String: Severity]

    /// PagerDuty's and Alertmanager's words, Azure's numbers, and our own.
    package static let standard = EventSeverities([
        "critical": .p0, "error": .p1, "warning": .p2, "info": .p3,
        "sev0": .p0, "sev1": .p1, "sev2": .p2, "sev3": .p3, "sev4": .p3,
        "p0": .p0, "p1": .p1, "p2": .p2, "p3": .p3,
        // Alertmanager's Watchdog and its like fire on purpose.
        "none": .p3,
    ])

    package init(_ table: [String: Severity]) {
        self.table = [:]
        for (word, severity) in table { self.table[word.lowercased()] = severity }
    }

    /// What `word` means, whatever its case; nil when nobody said.
    package subscript(word: String) -> Severity? { table[word.lowercased()] }

    /// The same with other meanings for some words.
    package func overridden(by other: [String: Severity]) -> EventSeverities {
        var result = self
        for (word, severity) in other { result.table[word.lowercased()] = severity }
        return result
    }
}
