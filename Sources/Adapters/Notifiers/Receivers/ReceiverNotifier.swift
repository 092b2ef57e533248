internal import Alerting
internal import Basics
internal import GoTemplates
package import Response

/// Tells one integration of an Alertmanager receiver.
struct ReceiverNotifier: Notifier {
    private let way: Way
    private let externalURL: String

    private enum Way {
        case webhook(WebhookNotifier)
        case slack(SlackReceiver, WebURL, HTTPSender)
        case email(EmailReceiver, MailAddress, MailSender)
        case pagerDuty(PagerDutyReceiver, WebURL, HTTPSender)
        case teams(TeamsReceiver, WebURL, HTTPSender)
    }

    /// Nil when an address is none; `ReceiverSettings.problems` says so first.
    init?(_ integration: ReceiverIntegration, externalURL: String, transports: NotifierTransports) {
        self.externalURL = externalURL
        let http = integration.http.map(transports.sender) ?? transports.http
        switch integration.settings {
        case .webhook(let settings):
            guard let notifier = WebhookNotifier(settings, externalURL: externalURL, sender: http) else {
                return nil
            }
            way = .webhook(notifier)
        case .slack(let receiver):
            guard let url = WebURL(receiver.url.revealed) else { return nil }
            way = .slack(receiver, url, http)
        case .email(let receiver):
            guard let from = MailAddress(receiver.server.from) else { return nil }
            way = .email(receiver, from, transports.mail)
        case .pagerDuty(let receiver):
            guard let url = WebURL(receiver.server.url) else { return nil }
            way = .pagerDuty(receiver, url, http)
        case .teams(let receiver):
            guard let url = WebURL(receiver.server.webhookURL.revealed) else { return nil }
            way = .teams(receiver, url, http)
        }
    }

    func deliver(_ notification: Notification) async -> DeliveryResult {
        guard let group = notification.group else { return .permanent(reason: "there is no group in the message") }
        if case .webhook(let notifier) = way { return await notifier.deliver(notification) }
        let data = GroupData.value(group, externalURL: externalURL)
        let time = Timestamp(milliseconds: notification.decidedAtMilliseconds)
        do {
            switch way {
            case .webhook(let notifier): return await notifier.deliver(notification)
            case .slack(let receiver, let url, let sender):
                let message = try SlackAttachmentMessage(receiver, data, at: time)
                return await Self.post(
                    message, to: url, hiding: [receiver.url], key: notification.key, by: sender)
            case .pagerDuty(let receiver, let url, let sender):
                let event = try PagerDutyGroupEvent(
                    receiver, groupKey: group.groupKey, isFiring: group.isFiring, data, at: time)
                return await Self.post(
                    event, to: url, hiding: [receiver.server.routingKey], key: notification.key, by: sender)
            case .teams(let receiver, let url, let sender):
                let card = try TeamsGroupMessage(receiver, isFiring: group.isFiring, data, at: time)
                return await Self.post(
                    card, to: url, hiding: [receiver.server.webhookURL], key: notification.key, by: sender)
            case .email(let receiver, let from, let sender):
                return try await Self.mail(notification, group, receiver, from, data, at: time, by: sender)
            }
        } catch {
            return .permanent(reason: "a template of receiver \(group.receiver) fails: \(error)")
        }
    }

    private static func post(
        _ message: some Encodable & Sendable, to url: WebURL, hiding secrets: [Secret], key: String,
        by sender: HTTPSender
    ) async -> DeliveryResult {
        let redaction = Redaction(secrets)
        guard let body = try? JSONBody.encode(message) else {
            return .permanent(reason: "the message cannot be written as JSON")
        }
        let headers = [
            (name: "Content-Type", value: "application/json; charset=utf-8"),
            (name: "User-Agent", value: "Signalbox"),
            (name: "Idempotency-Key", value: DeliveryKey.headerSafe(key)),
        ]
        switch await sender.post(to: url, headers: headers, body: body) {
        case .failed(let reason): return .retry(reason: redaction.clean(reason), retryAfterMilliseconds: nil)
        case .replied(let reply):
            let said = redaction.clean(reply.body)
            let reason = "\(url.authority) answered \(reply.status)" + (said.isEmpty ? "" : ": \(said)")
            switch reply.status {
            // Slack's API says no with a 200.
            case 200..<300 where reply.body.replacing(" ", with: "").contains("\"ok\":false"):
                return .permanent(reason: reason)
            case 200..<300: return .delivered
            case 408, 429, 500..<600:
                return .retry(reason: reason, retryAfterMilliseconds: reply.retryAfterMilliseconds)
            default: return .permanent(reason: reason)
            }
        }
    }

    private static func mail(
        _ notification: Notification, _ group: GroupNotification, _ receiver: EmailReceiver, _ from: MailAddress,
        _ data: TemplateValue, at time: Timestamp, by sender: MailSender
    ) async throws -> DeliveryResult {
        let recipients = try receiver.to.render(data, at: time).split(separator: ",").map { part in
            var text = part.drop { $0 == " " }
            while text.hasSuffix(" ") { text.removeLast() }
            return String(text)
        }.filter { !$0.isEmpty }
        let to = recipients.compactMap { MailAddress($0) }
        guard !to.isEmpty, to.count == recipients.count, to.count <= EmailSettings.recipientsMax else {
            return .permanent(
                reason: "to: \(PlainLine.make(recipients.joined(separator: ", "), charactersMax: 200)) "
                    + "is no list of 1 to \(EmailSettings.recipientsMax) mail addresses")
        }
        var headers: [(name: String, value: String)] = []
        for header in receiver.headers {
            headers.append((header.name, PlainLine.make(try header.value.render(data, at: time), charactersMax: 998)))
        }
        let mail = MailMessage(
            key: notification.key, thread: group.groupKey, decidedAtMilliseconds: notification.decidedAtMilliseconds,
            from: from, to: to, headers: headers, plain: try receiver.text.render(data, at: time),
            html: try receiver.html.render(data, at: time, asHTML: true))
        let result = await sender.send(Array(mail.text.utf8), from: from, to: to, by: receiver.server)
        let redaction = Redaction([receiver.server.password])
        return result.mappingReason { redaction.clean($0, charactersMax: 300) }
    }
}
