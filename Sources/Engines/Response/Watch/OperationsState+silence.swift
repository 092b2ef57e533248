import Alerting
import Basics

/// No data is not resolved: an alert that is merely not repeated keeps its page.
extension OperationsState {
    mutating func goSilent(_ alert: AlertBook.Alert) {
        guard let id = open.id(ofAlert: alert.fingerprint) else {
            alerts.forget(alert.fingerprint)
            reopenAtMilliseconds.set(alert.fingerprint, at: nil)
            return
        }
        let now = nowMilliseconds
        let limit = configuration.watch.noDataAfterMilliseconds
        open.change(id) { page in
            page.watch.silence(alert.fingerprint, at: now, limit)
            page.log(
                now, .noData, "no data any more, which is no end: \(Self.describe(alert))")
        }
    }

    /// What went silent is heard of again, where a page holds it.
    mutating func hearAgain(_ alert: AlertBook.Alert) {
        guard let id = open.id(ofAlert: alert.fingerprint) else { return }
        open.hold(alert, in: id)
        let now = nowMilliseconds
        let limit = configuration.watch.noDataAfterMilliseconds
        open.change(id) { page in
            if page.watch.unsilence(alert.fingerprint, limit) {
                page.log(now, .alertFired, "heard of again: \(Self.describe(alert))")
            }
        }
    }

    /// Takes an alert out of the book; receivers hear that it has ended, pages have been seen to.
    mutating func drop(_ fingerprint: String) {
        events.forget(fingerprint)
        guard var alert = alerts.firing[fingerprint] else { return alerts.forget(fingerprint) }
        alert.endsAtMilliseconds = nowMilliseconds
        alerts.forget(fingerprint)
        routing.note(.ended(alert), alerts, at: now)
    }

    /// Nobody says what has been silent for so long; its owners are told that it is taken for over.
    mutating func endSilent(_ id: String) {
        guard let page = open[id], let until = page.watch.silentUntilMilliseconds, until <= nowMilliseconds else {
            return
        }
        let limit = configuration.watch.noDataAfterMilliseconds
        // The limit may have become another meanwhile.
        open.change(id) { $0.watch.schedule(limit) }
        let over = page.watch.silentSinceMilliseconds.filter { $0.value + limit <= nowMilliseconds }
        guard !over.isEmpty else { return }
        let hours = DurationWords.make(milliseconds: limit)
        tellOwners("\(page.title): no data for \(hours), taken for over though nobody said so", about: id)
        for fingerprint in over.keys.sorted() {
            guard var alert = page.firing[fingerprint] else { continue }
            drop(fingerprint)
            alert.endsAtMilliseconds = min(alert.endsAtMilliseconds, nowMilliseconds)
            end(alert)
        }
    }
}

/// Durations for people.
enum DurationWords {
    static func make(milliseconds: Int64) -> String {
        let seconds = milliseconds / 1000
        if seconds % 3600 == 0, seconds >= 7200 { return "\(seconds / 3600) hours" }
        if seconds % 60 == 0, seconds >= 120 { return "\(seconds / 60) minutes" }
        return "\(seconds) seconds"
    }
}
