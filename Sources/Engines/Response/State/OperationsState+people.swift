import Alerting
import Basics
import SignalModel

/// What people do to a page.
extension OperationsState {
    mutating func acknowledge(_ id: String, _ actor: String, _ note: String) {
        guard let status = open[id]?.status, status != .acknowledged else { return }
        let now = nowMilliseconds
        open.change(id) { page in
            page.status = .acknowledged
            page.acknowledgedBy = actor
            page.acknowledgedAtMilliseconds = page.acknowledgedAtMilliseconds ?? now
            page.nextLevelAtMilliseconds = nil
            page.snoozedUntilMilliseconds = nil
            page.log(now, .acknowledged, note, actor: actor)
        }
        dropPages(of: id)
        for channel in open[id]?.told ?? []
        where channel.person.isEmpty || configuration.delivery.channel(channel.channel).followsPage {
            send(.acknowledged, to: channel, id, actor: actor)
        }
        noteDrill(acknowledged: id)
    }

    mutating func snooze(_ id: String, _ actor: String, _ until: Int64) {
        let now = nowMilliseconds
        guard until > now else { return }
        open.change(id) { page in
            page.status = .snoozed
            page.acknowledgedBy = actor
            page.acknowledgedAtMilliseconds = page.acknowledgedAtMilliseconds ?? now
            page.nextLevelAtMilliseconds = nil
            page.snoozedUntilMilliseconds = until
            page.log(
                now, .snoozed, "until \(RFC3339.format(Timestamp(milliseconds: until)))", actor: actor)
        }
        dropPages(of: id)
    }

    /// The next level is paged at once, whoever had it in hand.
    mutating func escalate(_ id: String, _ actor: String) {
        let now = nowMilliseconds
        open.change(id) { page in
            page.status = .open
            page.acknowledgedBy = nil
            page.snoozedUntilMilliseconds = nil
            page.nextLevelAtMilliseconds = now
            page.log(now, .escalated, "", actor: actor)
        }
    }

    /// The owner of a number wants no more SMS, or wants them again.
    mutating func stopNumber(_ number: String, _ isStopped: Bool) {
        guard isStopped else {
            deliveries.stoppedNumbers.remove(number)
            return
        }
        if deliveries.stoppedNumbers.count < Self.stoppedNumbersMax { deliveries.stoppedNumbers.insert(number) }
    }

    /// Only numbers of people in the paging file are kept, so more are a mistake of ours.
    private static let stoppedNumbersMax = 10_000

    /// The alerts may still fire. They open a new page when they have ended and fire again, or go on for too long.
    mutating func resolveByHand(_ id: String, _ actor: String, _ note: String) {
        noteDrill(acknowledged: id)
        guard let firing = open[id]?.firing else { return }
        for (fingerprint, alert) in firing {
            open.release(fingerprint)
            // Its sender says nothing by itself: what a person calls over is over, until it fires anew.
            if alert.isUntilTold || alerts.firing[fingerprint] == nil {
                drop(fingerprint)
            } else {
                reopenAtMilliseconds.set(fingerprint, at: nowMilliseconds + configuration.reopenAfterMilliseconds)
            }
        }
        open.change(id) { $0.end(firing.values.sorted { $0.fingerprint < $1.fingerprint }) }
        close(id, by: actor, text: note.isEmpty ? "resolved by hand" : note)
    }

    /// Why an action on `id` cannot be, before it is journalled.
    package func refusal(of id: String) -> ResponseError? {
        if open[id] != nil { return nil }
        if closed.contains(where: { $0.id == id }) {
            return ResponseError(.conflict, "page \(id) is resolved already")
        }
        return ResponseError(.notFound, "there is no page \(id)")
    }
}

/// The one error of this module.
package struct ResponseError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Code: Sendable, Hashable { case notFound, conflict, invalid, unavailable }
    package var code: Code
    package var message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }
}
