internal import Basics
internal import FoundationEssentials
package import Response

/// Posts by Slack's Web API as an app. The first message of a page at a place stays; later ones replace its text, but
/// a page to a person is posted anew, because an edit wakes nobody.
package struct SlackAppNotifier: Notifier {
    private let settings: SlackAppSettings
    private let postURL: WebURL
    private let updateURL: WebURL
    private let sender: HTTPSender
    private let redaction: Redaction

    /// Slack repeats the message in its answer, so that is as large.
    private static let replyBytesMax = 512 << 10
    /// Errors that go away by themselves; everything else needs a person.
    private static let passingErrors: Set<String> = [
        "ratelimited", "rate_limited", "internal_error", "fatal_error", "service_unavailable", "request_timeout",
        "team_added_to_org",
    ]
    /// The message to replace is not there any more, or too old.
    private static let goneErrors: Set<String> = ["message_not_found", "cant_update_message", "edit_window_closed"]

    /// Nil when the URL is none; `SlackAppSettings.problems` says so first.
    package init?(_ settings: SlackAppSettings, sender: HTTPSender) {
        guard let postURL = WebURL(settings.url + "/chat.postMessage"),
            let updateURL = WebURL(settings.url + "/chat.update")
        else { return nil }
        self.settings = settings
        self.postURL = postURL
        self.updateURL = updateURL
        self.sender = sender
        redaction = Redaction([settings.botToken, settings.signingSecret])
    }

    package func deliver(_ notification: Notification) async -> DeliveryResult {
        var message = SlackMessage(notification)
        message.addButtons(notification)
        if notification.kind != .page, let place = notification.posted.flatMap(SlackPlace.init) {
            message.channel = place.channel
            message.ts = place.ts
            if let result = await call(updateURL, message) { return result }
            message.ts = nil
        }
        let address = notification.channel.address
        message.channel = address.isEmpty ? settings.channel : address
        return await call(postURL, message) ?? .permanent(reason: "\(postURL.authority) knows no such message")
    }

    private struct Answer: Decodable {
        var ok: Bool
        var error: String?
        var channel: String?
        var ts: String?
    }

    /// Nil when the message to replace is gone.
    private func call(_ url: WebURL, _ message: SlackMessage) async -> DeliveryResult? {
        guard let body = try? JSONBody.encode(message) else {
            return .permanent(reason: "the message cannot be written as JSON")
        }
        let headers = [
            (name: "Content-Type", value: "application/json; charset=utf-8"),
            (name: "User-Agent", value: "Signalbox"),
            (name: "Authorization", value: "Bearer " + settings.botToken.revealed),
        ]
        let outcome = await sender.post(to: url, headers: headers, body: body, replyBytesMax: Self.replyBytesMax)
        guard case .replied(let reply) = outcome else {
            if case .failed(let reason) = outcome {
                return .retry(reason: redaction.clean(reason), retryAfterMilliseconds: nil)
            }
            return nil
        }
        guard (200..<300).contains(reply.status) else {
            return reply.refusal(by: url.authority, said: redaction.clean(reply.body))
        }
        guard let answer = try? JSONDecoder().decode(Answer.self, from: Data(reply.body.utf8)) else {
            return .permanent(reason: "\(url.authority) answered \(reply.status) without Slack's JSON")
        }
        if answer.ok, let channel = answer.channel, let ts = answer.ts {
            return .posted(reference: SlackPlace(channel: channel, ts: ts).text)
        }
        let error = answer.error ?? "no error"
        if message.ts != nil, Self.goneErrors.contains(error) { return nil }
        let reason = "\(url.authority) answered \(redaction.clean(error))"
        return Self.passingErrors.contains(error)
            ? .retry(reason: reason, retryAfterMilliseconds: reply.retryAfterMilliseconds)
            : .permanent(reason: reason)
    }
}

extension SlackMessage {
    /// What can still be done about the page.
    fileprivate mutating func addButtons(_ notification: Notification) {
        let subject = notification.subject
        guard !subject.pageID.isEmpty, notification.kind != .selfAlarm, !attachments.isEmpty else { return }
        let actions: [SlackAction] =
            switch subject.status {
            case .firing: [.acknowledge, .resolve, .snooze]
            case .acknowledged: [.resolve]
            case .resolved: []
            }
        guard !actions.isEmpty else { return }
        attachments[0].blocks.append(
            Block(type: "actions", elements: actions.map { $0.button(page: subject.pageID) }))
    }
}
