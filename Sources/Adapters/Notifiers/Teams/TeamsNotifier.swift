internal import Basics
package import Response

/// Posts Adaptive Cards to a Teams Workflows webhook.
package struct TeamsNotifier: Notifier {
    private let url: WebURL
    private let links: LinkSigner
    private let sender: HTTPSender
    private let redaction: Redaction

    /// Nil when the URL is none; `TeamsSettings.problems` says so first.
    package init?(_ settings: TeamsSettings, links: LinkSigner, sender: HTTPSender) {
        guard let url = WebURL(settings.webhookURL.revealed) else { return nil }
        self.url = url
        self.links = links
        self.sender = sender
        redaction = Redaction([settings.webhookURL])
    }

    package func deliver(_ notification: Notification) async -> DeliveryResult {
        let link = links.acknowledgeURL(notification)
        guard let body = try? TeamsMessage.encoded(notification, acknowledgeURL: link) else {
            return .permanent(reason: "the message cannot be written as JSON")
        }
        let headers = [
            (name: "Content-Type", value: "application/json"), (name: "User-Agent", value: "Signalbox"),
            (name: "Idempotency-Key", value: DeliveryKey.headerSafe(notification.key)),
        ]
        switch await sender.post(to: url, headers: headers, body: body) {
        case .failed(let reason): return .retry(reason: redaction.clean(reason), retryAfterMilliseconds: nil)
        case .replied(let reply):
            // Workflows answer 202, the flow runs later; connectors answered 200. What the flow does is not told.
            if (200..<300).contains(reply.status) { return .delivered }
            return reply.refusal(by: url.authority, said: redaction.clean(reply.body))
        }
    }
}
