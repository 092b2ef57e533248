internal import Alerting
internal import Basics
internal import GoTemplates
package import Response

/// Tells one integration of an Alertmanager receiver.
struct ReceiverNotifier: Notifier {
    private let way: Way
    private let externalURL: String
    private let clock: any WallClock

    private enum Way {
        case webhook(WebhookNotifier)
        case email(EmailReceiver, MailAddress, MailSender)
        case http(any HTTPReceiver, HTTPSender)
    }

    /// Nil when an address is none; `ReceiverSettings.problems` says so first.
    init?(_ integration: ReceiverIntegration, externalURL: String, transports: NotifierTransports) {
        self.externalURL = externalURL
        clock = transports.clock
        let http = integration.http.map(transports.sender) ?? transports.http
        switch integration.settings {
        case .webhook(let settings):
            guard let notifier = WebhookNotifier(settings, externalURL: externalURL, sender: http) else {
                return nil
            }
            way = .webhook(notifier)
        case .email(let receiver):
            guard let from = MailAddress(receiver.server.from) else { return nil }
            way = .email(receiver, from, transports.mail)
        default:
            guard let receiver = integration.settings.http else { return nil }
            way = .http(receiver, http)
        }
    }

    func deliver(_ notification: Notification) async -> DeliveryResult {
        guard let group = notification.group else { return .permanent(reason: "there is no group in the message") }
        if case .webhook(let notifier) = way { return await notifier.deliver(notification) }
        let message = GroupMessage(
            group: group, data: GroupData.value(group, externalURL: externalURL),
            time: Timestamp(milliseconds: notification.decidedAtMilliseconds), now: clock.now(),
            externalURL: externalURL)
        do {
            switch way {
            case .webhook(let notifier): return await notifier.deliver(notification)
            case .http(let receiver, let sender):
                let redaction = Redaction(receiver.secrets)
                for request in try receiver.requests(message) {
                    let result = await Self.send(request, hiding: redaction, key: notification.key, by: sender)
                    guard result == .delivered else { return result }
                }
                return .delivered
            case .email(let receiver, let from, let sender):
                return try await Self.mail(
                    notification, group, receiver, from, message.data, at: message.time, by: sender)
            }
        } catch GroupMessage.Failure.unfit(let reason) {
            return .permanent(reason: "receiver \(group.receiver): \(reason)")
        } catch GroupMessage.Failure.template(let error) {
            return .permanent(reason: "a template of receiver \(group.receiver) fails: \(error)")
        } catch {
            return .permanent(reason: "a template of receiver \(group.receiver) fails: \(error)")
        }
    }

    private static func send(
        _ request: ReceiverRequest, hiding redaction: Redaction, key: String, by sender: HTTPSender
    ) async -> DeliveryResult {
        let headers = [
            (name: "Content-Type", value: request.contentType), (name: "User-Agent", value: "Signalbox"),
            (name: "Idempotency-Key", value: DeliveryKey.headerSafe(key)),
        ]
        let own = request.headers.map { (name: $0.key, value: $0.value) }
        switch await sender.send(request.method, to: request.url, headers: headers + own, body: request.body) {
        case .failed(let reason): return .retry(reason: redaction.clean(reason), retryAfterMilliseconds: nil)
        case .replied(let reply):
            let said = redaction.clean(reply.body)
            switch reply.status {
            // Slack's API says no with a 200.
            case 200..<300 where !reply.body.replacing(" ", with: "").contains("\"ok\":false"): return .delivered
            case 200..<300:
                return .permanent(reason: "\(request.url.authority) answered \(reply.status): \(said)")
            case let status where request.retriedStatuses.contains(status):
                return .retry(
                    reason: "\(request.url.authority) answered \(status): \(said)",
                    retryAfterMilliseconds: reply.retryAfterMilliseconds)
            default: return reply.refusal(by: request.url.authority, said: said)
            }
        }
    }

    private static func mail(
        _ notification: Notification, _ group: GroupNotification, _ receiver: EmailReceiver, _ from: MailAddress,
        _ data: TemplateValue, at time: Timestamp, by sender: MailSender
    ) async throws -> DeliveryResult {
        let recipients = try receiver.to.render(data, at: time).split(separator: ",")
            .map { ReceiverText.trimmed(String($0)) }.filter { !$0.isEmpty }
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
