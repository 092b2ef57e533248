internal import Basics
package import Response

/// Posts to a Slack incoming webhook.
package struct SlackNotifier: Notifier {
    private let url: WebURL
    private let sender: HTTPSender
    private let redaction: Redaction

    /// Nil when the URL is none; `SlackSettings.problems` says so first.
    package init?(_ settings: SlackSettings, sender: HTTPSender) {
        guard let url = WebURL(settings.webhookURL.revealed) else { return nil }
        self.url = url
        self.sender = sender
        redaction = Redaction([settings.webhookURL])
    }

    package func deliver(_ notification: Notification) async -> DeliveryResult {
        guard let body = try? JSONBody.encode(SlackMessage(notification)) else {
            return .permanent(reason: "the message cannot be written as JSON")
        }
        let headers = [
            (name: "Content-Type", value: "application/json; charset=utf-8"),
            (name: "User-Agent", value: "Signalbox"),
            (name: "Idempotency-Key", value: DeliveryKey.headerSafe(notification.key)),
        ]
        switch await sender.post(to: url, headers: headers, body: body) {
        case .failed(let reason): return .retry(reason: redaction.clean(reason), retryAfterMilliseconds: nil)
        case .replied(let reply): return result(reply)
        }
    }

    /// Slack answers 200 with the body `ok`; 400, 403, 404 and 410 name a mistake that only a person can mend
    /// (`invalid_payload`, `action_prohibited`, `no_service`, `channel_is_archived`).
    private func result(_ reply: HTTPReply) -> DeliveryResult {
        let said = redaction.clean(reply.body)
        switch reply.status {
        case 200 where said == "ok": return .delivered
        // Whatever answered, it was not Slack: a wrong URL stays wrong.
        case 200..<300:
            let answer = "\(url.authority) answered \(reply.status)" + (said.isEmpty ? "" : ": \(said)")
            return .permanent(reason: "\(answer), which is not Slack's ok")
        default: return reply.refusal(by: url.authority, said: said)
        }
    }
}
