import Basics
package import SignalModel

/// Everything that can happen to the operations state. Appended to the journal, then applied.
package enum OperationsInput: Sendable, Hashable, Codable {
    case observed([AlertInput])
    case clockReached
    case acknowledged(page: String, by: String, note: String)
    case resolved(page: String, by: String, note: String)
    case snoozed(page: String, by: String, untilMilliseconds: Int64)
    case noted(page: String, by: String, text: String)
    case delivered(key: String, result: DeliveryResult)
    case configured(PagingConfiguration)
}

package struct AlertInput: Sendable, Hashable, Codable {
    package var labels: [String: String]
    package var annotations: [String: String]
    package var startsAtMilliseconds: Int64
    package var endsAtMilliseconds: Int64
    package var generatorURL: String

    package init(_ alert: ObservedAlert) {
        labels = Dictionary(alert.labels.pairs.map { ($0.name, $0.value) }) { $1 }
        annotations = Dictionary(alert.annotations.pairs.map { ($0.name, $0.value) }) { $1 }
        startsAtMilliseconds = alert.startsAt.milliseconds
        endsAtMilliseconds = alert.endsAt.milliseconds
        generatorURL = alert.generatorURL
    }

    var observed: ObservedAlert {
        ObservedAlert(
            labels: Labels(labels.map { (name: $0.key, value: $0.value) }),
            annotations: Labels(annotations.map { (name: $0.key, value: $0.value) }),
            startsAt: Timestamp(milliseconds: startsAtMilliseconds),
            endsAt: Timestamp(milliseconds: endsAtMilliseconds), generatorURL: generatorURL)
    }
}

/// One line of the journal.
package struct JournalEntry: Sendable, Hashable, Codable {
    /// From 1, without gaps.
    package var sequence: UInt64
    package var atMilliseconds: Int64
    package var input: OperationsInput

    package init(sequence: UInt64, atMilliseconds: Int64, input: OperationsInput) {
        self.sequence = sequence
        self.atMilliseconds = atMilliseconds
        self.input = input
    }
}
