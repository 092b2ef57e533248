package import Alerting
import Basics
package import Rules
package import SignalModel

/// Everything that can happen to the operations state. Appended to the journal, then applied.
package enum OperationsInput: Sendable, Hashable, Codable {
    case observed([AlertInput])
    /// Alerts that are known and only go on: until when, by fingerprint.
    case prolonged([String: Int64])
    /// What senders say once and do not repeat.
    case events([EventInput])
    case changed(ChangeInput)
    /// A heartbeat, by name.
    case beaten(String)
    /// Signalbox has begun to listen.
    case started
    case drillStarted(by: String)
    /// What Signalbox has found out about itself, for its owners.
    case alarmed(String)
    case clockReached
    case acknowledged(page: String, by: String, note: String)
    case resolved(page: String, by: String, note: String)
    case snoozed(page: String, by: String, untilMilliseconds: Int64)
    case noted(page: String, by: String, text: String)
    case escalated(page: String, by: String)
    case delivered(key: String, result: DeliveryResult)
    /// A provider's callback about a message it accepted. `order` rises along the message's life, however callbacks
    /// arrive.
    case confirmed(key: String, status: ConfirmationStatus, order: Int64, detail: String)
    case numberStopped(number: String, isStopped: Bool)
    case configured(PagingConfiguration)
    /// Another Alertmanager file, or none.
    case routed(RoutingConfiguration?)
    /// `newID` is made outside, by chance, and used where a silence begins.
    case silenced(SilenceDraft, newID: String)
    case silenceExpired(id: String, by: String)
    /// A second person agreed, so it counts for P0.
    case silenceApproved(id: String, by: String)
    case onCall(OnCallInput)
    case objective(ObjectiveEvent)
    case gate(GateInput)
    case agreement(AgreementInput)
    /// Closed pages up to this one, by id, are in the archive.
    case pagesArchived(through: String)
}

extension OperationsInput {
    /// It must page even while the disk is full.
    var isAlert: Bool {
        switch self {
        case .observed, .prolonged, .events: true
        default: false
        }
    }

    /// A person did it about what was there to be seen.
    var isByPerson: Bool {
        switch self {
        case .acknowledged, .resolved, .snoozed, .noted, .escalated, .silenced, .silenceExpired, .silenceApproved:
            true
        default: false
        }
    }

    /// Its size in the journal, roughly, in alerts.
    var weight: Int {
        switch self {
        case .observed(let alerts): max(1, alerts.count)
        case .prolonged(let ends): 1 + ends.count / 10
        default: 1
        }
    }

    /// The same, told on a clock that is ahead of the machine's by `lead`.
    func ahead(by lead: Duration) -> OperationsInput {
        guard lead != .zero else { return self }
        switch self {
        case .observed(let alerts): return .observed(alerts.map { $0.ahead(by: lead) })
        case .prolonged(let ends): return .prolonged(ends.mapValues { $0 + lead.milliseconds })
        case .events(let events):
            return .events(
                events.map { event in
                    var event = event
                    event.alert = event.alert?.ahead(by: lead)
                    return event
                })
        case .changed(let change): return .changed(change.ahead(by: lead))
        case .snoozed(let page, let by, let until):
            return .snoozed(page: page, by: by, untilMilliseconds: until + lead.milliseconds)
        case .silenced(var draft, let newID):
            draft.startsAtMilliseconds += lead.milliseconds
            draft.endsAtMilliseconds += lead.milliseconds
            return .silenced(draft, newID: newID)
        case .gate(let input): return .gate(input.ahead(by: lead))
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
    /// Of the labels; older entries lack it.
    private var fingerprint: String?

    package init(_ observed: ObservedAlert) {
        let alert = AlertBook.Alert(observed)
        labels = alert.labels
        annotations = alert.annotations
        startsAtMilliseconds = alert.startsAtMilliseconds
        endsAtMilliseconds = alert.endsAtMilliseconds
        generatorURL = alert.generatorURL
        fingerprint = alert.fingerprint
    }

    /// The same, told on a clock that is ahead by `lead`.
    func ahead(by lead: Duration) -> AlertInput {
        var alert = self
        alert.startsAtMilliseconds += lead.milliseconds
        // What fires until told otherwise does so on every clock.
        if endsAtMilliseconds < ObservedAlert.untilToldMilliseconds { alert.endsAtMilliseconds += lead.milliseconds }
        return alert
    }

    var isP0: Bool { labels["severity"] == Severity.p0.rawValue }

    package var alert: AlertBook.Alert {
        AlertBook.Alert(
            fingerprint: fingerprint ?? AlertFingerprint.make(Labels(labels.map { (name: $0.key, value: $0.value) })),
            labels: labels, annotations: annotations, startsAtMilliseconds: startsAtMilliseconds,
            endsAtMilliseconds: endsAtMilliseconds, generatorURL: generatorURL)
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
