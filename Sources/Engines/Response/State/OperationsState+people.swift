import Alerting
import Basics
import SignalModel

/// What people do to a page.
extension OperationsState {
    mutating func acknowledge(_ id: String, _ actor: String, _ note: String) {
        guard var page = open[id], page.status != .acknowledged else { return }
        page.status = .acknowledged
        page.acknowledgedBy = actor
        page.acknowledgedAtMilliseconds = page.acknowledgedAtMilliseconds ?? nowMilliseconds
        page.nextLevelAtMilliseconds = nil
        page.snoozedUntilMilliseconds = nil
        page.log(nowMilliseconds, .acknowledged, note, actor: actor)
        open[id] = page
        dropPages(of: id)
        for channel in page.told where channel.person.isEmpty { send(.acknowledged, to: channel, id, actor: actor) }
    }

    mutating func snooze(_ id: String, _ actor: String, _ until: Int64) {
        guard var page = open[id], until > nowMilliseconds else { return }
        page.status = .snoozed
        page.acknowledgedBy = actor
        page.acknowledgedAtMilliseconds = page.acknowledgedAtMilliseconds ?? nowMilliseconds
        page.nextLevelAtMilliseconds = nil
        page.snoozedUntilMilliseconds = until
        page.log(
            nowMilliseconds, .snoozed, "until \(RFC3339.format(Timestamp(milliseconds: until)))", actor: actor)
        open[id] = page
        dropPages(of: id)
    }

    /// The alerts may still fire. They open a new page when they have ended and fire again, or go on for too long.
    mutating func resolveByHand(_ id: String, _ actor: String, _ note: String) {
        guard var page = open[id] else { return }
        page.ended = (page.ended + page.firing.values.sorted { $0.fingerprint < $1.fingerprint }).suffix(
            Page.endedMax)
        for fingerprint in page.firing.keys {
            reopenAtMilliseconds[fingerprint] = nowMilliseconds + configuration.reopenAfterMilliseconds
        }
        page.firing = [:]
        open[id] = page
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
