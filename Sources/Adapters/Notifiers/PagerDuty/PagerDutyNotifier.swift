internal import Basics
internal import FoundationEssentials
package import Response

/// Sends events to PagerDuty: a page triggers, is acknowledged and resolved as one incident.
package struct PagerDutyNotifier: Notifier {
    private let routingKey: Secret
    private let url: WebURL
    private let sender: HTTPSender
    private let redaction: Redaction

    /// Nil when the URL is none; `PagerDutySettings.problems` says so first.
    package init?(_ settings: PagerDutySettings, sender: HTTPSender) {
        guard let url = WebURL(settings.url) else { return nil }
        self.url = url
        self.sender = sender
        routingKey = settings.routingKey
        redaction = Redaction([settings.routingKey])
    }

    package func deliver(_ notification: Notification) async -> DeliveryResult {
        var event = PagerDutyEvent(notification, routingKey: routingKey.revealed)
        guard var body = try? JSONBody.encode(event) else {
            return .permanent(reason: "the message cannot be written as JSON")
        }
        if body.count > PagerDutyEvent.bodyBytesMax {
            event.payload?.customDetails = nil
            body = (try? JSONBody.encode(event)) ?? body
        }
        let headers = [
            (name: "Content-Type", value: "application/json"), (name: "User-Agent", value: "Signalbox"),
            (name: "Idempotency-Key", value: DeliveryKey.headerSafe(notification.key)),
        ]
        switch await sender.post(to: url, headers: headers, body: body) {
        case .failed(let reason): return .retry(reason: redaction.clean(reason), retryAfterMilliseconds: nil)
        case .replied(let reply):
            // 202 is what is promised; a proxy in between may make it another success.
            if (200..<300).contains(reply.status) { return .delivered }
            return reply.refusal(by: url.authority, said: redaction.clean(Self.words(reply.body)))
        }
    }

    /// `invalid event: Event object is invalid: 'summary' is missing` out of PagerDuty's JSON.
    private static func words(_ body: String) -> String {
        struct Answer: Decodable {
            var status: String?
            var message: String?
            var errors: [String]?
        }
        guard let answer = try? JSONDecoder().decode(Answer.self, from: Data(body.utf8)) else { return body }
        let words = [answer.status, answer.message].compactMap(\.self) + (answer.errors ?? [])
        return words.isEmpty ? body : words.joined(separator: ": ")
    }
}
