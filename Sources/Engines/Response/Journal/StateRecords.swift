package import Alerting
import Basics

/// What a state is kept as where it may be too large for one value: records, kind by kind in this order, since later
/// ones lean on earlier ones. A name that has been written is never changed.
package enum StateRecordKind: String, Sendable, CaseIterable {
    /// One record: the state without all that follows.
    case rest
    case alerts
    case silentAlerts
    /// Without the alerts that they hold.
    case pages
    case heldAlerts
    case closedPages
    case messages
    case groups
    case told
    case underWay
}

package protocol StateRecordWriter {
    mutating func write(_ record: some Encodable, _ kind: StateRecordKind) throws
}

package protocol StateRecordReader {
    /// The next record of the kind at hand; nil when there is none.
    mutating func next<Record: Decodable>(_ type: Record.Type) throws -> Record?
}

/// An alert that a page holds: mostly the one of the alert book, seen at another time.
private struct HeldAlert: Codable {
    var page: String
    var fingerprint: String
    var startsAtMilliseconds: Int64
    var endsAtMilliseconds: Int64
    var updatedAtMilliseconds: Int64?
    /// Nil: the book has the rest of it.
    var alert: AlertBook.Alert?

    init(_ held: AlertBook.Alert, in page: String, known: AlertBook.Alert?) {
        self.page = page
        fingerprint = held.fingerprint
        startsAtMilliseconds = held.startsAtMilliseconds
        endsAtMilliseconds = held.endsAtMilliseconds
        updatedAtMilliseconds = held.updatedAtMilliseconds
        let isKnown =
            known.map {
                $0.labels == held.labels && $0.annotations == held.annotations && $0.generatorURL == held.generatorURL
            } ?? false
        alert = isKnown ? nil : held
    }

    func restored(_ known: AlertBook.Alert?) -> AlertBook.Alert? {
        if let alert { return alert }
        var held = known
        held?.startsAtMilliseconds = startsAtMilliseconds
        held?.endsAtMilliseconds = endsAtMilliseconds
        held?.updatedAtMilliseconds = updatedAtMilliseconds
        return held
    }
}

private struct Keyed<Value: Codable>: Codable {
    var key: String
    var value: Value
}

extension OperationsState {
    /// All of it, record by record.
    package func write(to writer: inout some StateRecordWriter) throws {
        var rest = self
        rest.alerts = alerts.withoutAlerts
        rest.routing = routing.withoutGroups
        rest.open = PageTable()
        rest.closed = []
        rest.outbox = Outbox()
        try writer.write(rest, .rest)
        for alert in alerts.firing.values { try writer.write(alert, .alerts) }
        for alert in alerts.silent.values { try writer.write(alert, .silentAlerts) }
        for var page in open.values {
            page.firing = [:]
            try writer.write(page, .pages)
        }
        for page in open.values {
            for (fingerprint, held) in page.firing {
                let record = HeldAlert(held, in: page.id, known: known(fingerprint))
                try writer.write(record, .heldAlerts)
            }
        }
        for page in closed { try writer.write(page, .closedPages) }
        for message in outbox.values.sorted(by: { $0.sequence < $1.sequence }) {
            try writer.write(message, .messages)
        }
        let tree = routing.configuration?.tree
        for group in routing.dispatcher.groups.values { try writer.write(AlertGroupRecord(group, tree), .groups) }
        for (key, entry) in routing.told { try writer.write(Keyed(key: key, value: entry), .told) }
        for (key, flight) in routing.underWay { try writer.write(Keyed(key: key, value: flight), .underWay) }
    }

    /// Takes records of one kind until there are no more.
    package mutating func restore(_ kind: StateRecordKind, from reader: inout some StateRecordReader) throws {
        switch kind {
        case .rest: while let rest = try reader.next(OperationsState.self) { self = rest }
        case .alerts:
            while let alert = try reader.next(AlertBook.Alert.self) { alerts.restore(alert, isSilent: false) }
        case .silentAlerts:
            while let alert = try reader.next(AlertBook.Alert.self) { alerts.restore(alert, isSilent: true) }
        case .pages: while let page = try reader.next(Page.self) { open.insert(page) }
        case .heldAlerts:
            while let record = try reader.next(HeldAlert.self) {
                guard open[record.page] != nil, let alert = record.restored(known(record.fingerprint)) else {
                    throw ResponseError(
                        .unavailable,
                        "page \(record.page) holds alert \(record.fingerprint), and one of them is missing")
                }
                open.hold(alert, in: record.page)
            }
        case .closedPages: while let page = try reader.next(Page.self) { closed.append(page) }
        // Whether it may go is known after `settle`.
        case .messages: while let entry = try reader.next(OutboxEntry.self) { outbox.insert(entry, at: .min) }
        case .groups:
            while let record = try reader.next(AlertGroupRecord.self) {
                guard let group = record.restored(routing.configuration?.tree) else {
                    throw ResponseError(.unavailable, "the route of a group is missing")
                }
                routing.restore(group)
            }
        case .told:
            while let record = try reader.next(Keyed<NotificationLog.Entry>.self) {
                routing.restore(record.key, told: record.value)
            }
        case .underWay:
            while let record = try reader.next(Keyed<Dispatcher.InFlight>.self) {
                routing.restore(record.key, underWay: record.value)
            }
        }
    }

    private func known(_ fingerprint: String) -> AlertBook.Alert? {
        alerts.firing[fingerprint] ?? alerts.silent[fingerprint]
    }
}
