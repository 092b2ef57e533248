import Alerting
import Basics

/// What senders say once: it fires until they say otherwise.
extension OperationsState {
    mutating func take(_ event: EventInput) {
        switch event.action {
        case .trigger: trigger(event)
        case .acknowledge:
            // Its page may be of this very request.
            followSuppression()
            guard let alert = known(event), let id = open.id(ofAlert: alert.fingerprint) else { return }
            acknowledge(id, event.by, "by an event")
        case .resolve:
            guard var alert = known(event) else { return }
            // What its sender says ended earlier did; later than now it cannot.
            alert.endsAtMilliseconds = min(event.alert?.endsAtMilliseconds ?? nowMilliseconds, nowMilliseconds)
            handle(alerts.observe(alert, at: now))
        }
    }

    private mutating func trigger(_ event: EventInput) {
        guard let alert = event.alert?.alert else { return }
        let fingerprint = alert.fingerprint
        let before = event.key.isEmpty ? nil : events[event.key]
        // Its labels again, so what is open goes on as it is.
        handle(alerts.observe(alert, at: now))
        if !event.key.isEmpty, alerts.firing[fingerprint] != nil { events.set(event.key, to: fingerprint) }
        // The sender says another severity or place: the new one burns before the old one ends, so that nobody
        // hears of an end that is none.
        if let before, before != fingerprint, var old = alerts.firing[before] {
            followSuppression()
            old.endsAtMilliseconds = nowMilliseconds
            handle(alerts.observe(old, at: now))
        }
    }

    private func known(_ event: EventInput) -> AlertBook.Alert? {
        if event.key.isEmpty {
            return event.alert.flatMap { known in
                alerts.firing[known.alert.fingerprint] ?? alerts.silent[known.alert.fingerprint]
            }
        }
        return events[event.key].flatMap { alerts.firing[$0] }
    }
}
