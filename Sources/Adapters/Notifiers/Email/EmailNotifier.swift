internal import Basics
package import Response
internal import SignalModel

/// Sends mail: to the person the notification names, otherwise to the channel's recipients.
package struct EmailNotifier: Notifier {
    private let settings: EmailSettings
    private let from: MailAddress
    private let recipients: [MailAddress]
    private let links: LinkSigner
    private let sender: MailSender
    private let redaction: Redaction

    /// Nil when an address is none; `EmailSettings.problems` says so first.
    package init?(_ settings: EmailSettings, links: LinkSigner, sender: MailSender) {
        guard let from = MailAddress(settings.from) else { return nil }
        let recipients = settings.to.compactMap { MailAddress($0) }
        guard recipients.count == settings.to.count else { return nil }
        self.settings = settings
        self.from = from
        self.recipients = recipients
        self.links = links
        self.sender = sender
        redaction = Redaction([settings.password])
    }

    package func deliver(_ notification: Notification) async -> DeliveryResult {
        let to: [MailAddress]
        let address = notification.channel.address
        if address.isEmpty {
            guard !recipients.isEmpty else {
                return .permanent(reason: "the channel has no recipients and the notification names no address")
            }
            to = recipients
        } else {
            guard let personal = MailAddress(address) else {
                return .permanent(reason: "\(quoted(redaction.clean(address))) is no mail address")
            }
            to = [personal]
        }
        let mail = MailMessage(
            notification, from: from, to: to, acknowledgeURL: links.acknowledgeURL(notification))
        let result = await sender.send(Array(mail.text.utf8), from: from, to: to, by: settings)
        return result.mappingReason { redaction.clean($0, charactersMax: 300) }
    }
}

extension DeliveryResult {
    func mappingReason(_ change: (String) -> String) -> DeliveryResult {
        switch self {
        case .delivered, .posted, .accepted: self
        case .retry(let reason, let milliseconds):
            .retry(reason: change(reason), retryAfterMilliseconds: milliseconds)
        case .permanent(let reason): .permanent(reason: change(reason))
        }
    }
}
