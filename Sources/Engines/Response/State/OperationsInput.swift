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

extension OperationsInput {
    /// The same, told on a clock that is ahead of the machine's by `lead`.
    func ahead(by lead: Duration) -> OperationsInput {
        guard lead != .zero else { return self }
        switch self {
        case .observed(let alerts): return .observed(alerts.map { $0.ahead(by: lead) })
        case .snoozed(let page, let by, let until):
            return .snoozed(page: page, by: by, untilMilliseconds: until + lead.milliseconds)
        default: return self
        }
    }
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

    /// The same, told on a clock that is ahead by `lead`.
    func ahead(by lead: Duration) -> AlertInput {
        var alert = self
        alert.startsAtMilliseconds += lead.milliseconds
        alert.endsAtMilliseconds += lead.milliseconds
        return alert
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
