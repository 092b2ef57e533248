internal import Basics
package import Response
internal import WireFormats

/// Posts Alertmanager's webhook JSON.
package struct WebhookNotifier: Notifier {
    private let settings: WebhookSettings
    private let url: WebURL
    private let externalURL: String
    private let sender: HTTPSender
    private let redaction: Redaction

    /// Nil when the URL is none; `WebhookSettings.problems` says so first.
    package init?(_ settings: WebhookSettings, externalURL: String, sender: HTTPSender) {
        guard let url = WebURL(settings.url.revealed) else { return nil }
        self.settings = settings
        self.url = url
        self.externalURL = externalURL
        self.sender = sender
        var secrets = [settings.url] + Array(settings.headers.values)
        if let bearerToken = settings.bearerToken { secrets.append(bearerToken) }
        redaction = Redaction(secrets)
    }

    package func deliver(_ notification: Notification) async -> DeliveryResult {
        let message =
            notification.group.map { WebhookMessage($0, externalURL: externalURL, alertsMax: settings.alertsMax) }
            ?? WebhookMessage(notification, externalURL: externalURL, alertsMax: settings.alertsMax)
        guard let body = try? JSONStream.encode(message, sortsKeys: true) else {
            return .permanent(reason: "the message cannot be written as JSON")
        }
        switch await sender.post(to: url, headers: headers(notification), body: body) {
        case .failed(let reason): return .retry(reason: redaction.clean(reason), retryAfterMilliseconds: nil)
        case .replied(let reply): return result(reply)
        }
    }

    private func headers(_ notification: Notification) -> [(name: String, value: String)] {
        var headers = settings.headers.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value.revealed) }
        if let bearerToken = settings.bearerToken {
            headers.append((name: "Authorization", value: "Bearer \(bearerToken.revealed)"))
        }
        headers.append((name: "Content-Type", value: "application/json"))
        headers.append((name: "User-Agent", value: "Signalbox"))
        headers.append((name: "Idempotency-Key", value: DeliveryKey.headerSafe(notification.key)))
        return headers
    }

    private func result(_ reply: HTTPReply) -> DeliveryResult {
        if (200..<300).contains(reply.status) { return .delivered }
        return reply.refusal(by: url.authority, said: redaction.clean(reply.body))
    }
}
