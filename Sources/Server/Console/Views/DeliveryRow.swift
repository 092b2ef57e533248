import Basics
import Response

/// One message about a page: to whom, by which channel, and what became of it.
struct DeliveryRow: Sendable, Hashable {
    let message: String
    var outcome: String
    /// `over` delivered, `failed`, `waiting`.
    let outcomeTone: String
    let when: TimeText
    var reason: String?

    /// Newest first: what waits in the outbox, then what the timeline says of the others.
    static func list(_ page: Page, _ state: OperationsState, now: Timestamp) -> [DeliveryRow] {
        let waiting = state.outbox.values.filter { $0.notification.subject.pageID == page.id }
            .sorted { $0.sequence > $1.sequence }.map { Self.waiting($0, state.configuration, now: now) }
        let accepted = (state.deliveries.awaited[page.id] ?? [:]).values
            .sorted { $0.entry.sequence > $1.entry.sequence }.map { Self.accepted($0, state.configuration, now: now) }
        let done = page.timeline.reversed().compactMap { entry -> DeliveryRow? in
            let time = TimeText(milliseconds: entry.atMilliseconds, now: now)
            switch entry.kind {
            case .delivered:
                return DeliveryRow(
                    message: readable(entry.text), outcome: "Delivered", outcomeTone: "over", when: time, reason: nil)
            case .deliveryFailed:
                let parts = entry.text.split(separator: ":", maxSplits: 1)
                return DeliveryRow(
                    message: readable(parts.first.map(String.init) ?? entry.text), outcome: "Not delivered",
                    outcomeTone: "failed", when: time,
                    reason: parts.count > 1 ? String(parts[1].drop { $0 == " " }) : nil)
            default: return nil
            }
        }
        return waiting + accepted + done
    }

    /// `selfAlarm to hook`, as the timeline keeps it, in people's words.
    static func readable(_ text: String) -> String {
        let word = text.prefix { $0 != " " }
        guard let kind = Notification.Kind(rawValue: String(word)) else { return text }
        return words(kind) + text.dropFirst(word.count)
    }

    private static func waiting(
        _ entry: OutboxEntry, _ configuration: PagingConfiguration, now: Timestamp
    ) -> DeliveryRow {
        let place = entry.place
        let person = place.person.isEmpty ? "" : NextStep.name(place.person, configuration) + " by "
        let attempts = entry.attempts == 0 ? "first attempt" : "after \(FigureText.count(entry.attempts, "attempt"))"
        return DeliveryRow(
            message: "\(words(entry.notification.kind)) to \(person)\(place.channel)",
            outcome: entry.attempts == 0 ? "On its way" : "Trying again",
            outcomeTone: "waiting", when: TimeText(milliseconds: entry.dueAtMilliseconds, now: now), reason: attempts)
    }

    private static func accepted(
        _ awaited: Deliveries.Awaited, _ configuration: PagingConfiguration, now: Timestamp
    ) -> DeliveryRow {
        var row = waiting(awaited.entry, configuration, now: now)
        row.outcome = "Accepted, not confirmed"
        row.reason = "the provider calls it \(awaited.reference)"
        return row
    }

    private static func words(_ kind: Notification.Kind) -> String {
        switch kind {
        case .page: "page"
        case .announcement: "announcement"
        case .acknowledged: "acknowledgement"
        case .resolved: "resolution"
        case .selfAlarm: "alarm about Signalbox"
        case .handOver: "hand-over"
        case .notice: "notice"
        case .group: "group of alerts"
        }
    }
}
