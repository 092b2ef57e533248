import Alerting
import Basics
import SignalModel

/// What receivers of an Alertmanager file are told, by way of the outbox.
extension OperationsState {
    mutating func carryOut(_ effects: DispatchEffects) {
        for key in effects.dropped { outbox.remove(key, at: nowMilliseconds) }
        for group in effects.notifications {
            let severities = group.alerts.compactMap { $0.alert.labels["severity"].flatMap(Severity.init(rawValue:)) }
            let subject = Subject(
                pageID: "", severity: severities.min { $0.rawValue < $1.rawValue } ?? .p3, title: group.groupKey,
                status: group.isFiring ? .firing : .resolved, url: configuration.externalURL + "/alerts")
            put(
                Notification(
                    key: group.key, channel: ChannelReference(channel: group.integration.channel), kind: .group,
                    subject: subject, decidedAt: now, group: group))
        }
    }

    mutating func finishGroup(_ entry: OutboxEntry, _ group: GroupNotification, _ result: DeliveryResult) {
        var entry = entry
        switch result {
        // Receivers are told; nobody has to confirm.
        case .delivered, .posted, .accepted:
            outbox.remove(entry.key, at: nowMilliseconds)
            routing.finish(entry.key, isDelivered: true, at: now)
            routing.recovered(group)
        case .retry(_, let retryAfter):
            // The group itself gives up when its next tick decides anew.
            entry.backOff(at: nowMilliseconds, retryAfterMilliseconds: retryAfter)
            outbox.replace(entry, at: nowMilliseconds)
        case .permanent(let reason):
            outbox.remove(entry.key, at: nowMilliseconds)
            routing.finish(entry.key, isDelivered: false, at: now)
            // Each tick tries again; the owners hear of it once, until it works again.
            if routing.failed(group) {
                tellOwners(
                    "receiver \(group.receiver) (\(group.integration.id)) cannot be told: \(reason)", about: "")
            }
        }
    }
}
