package import Logging
package import Response

/// All configured channels; sends each notification by the one it names. A value: a reload makes another.
package struct NotifierSet: Notifier {
    private let notifiers: [String: any Notifier]
    private let logger: Logger

    /// `externalURL` is the console's address, as receivers see it.
    /// `receivers` are the integrations of an Alertmanager file, by the channel names that its routing uses.
    package init(
        channels: [String: ChannelSettings], receivers: [String: ReceiverIntegration] = [:], externalURL: String,
        links: LinkSigner, push: PushDelivery, transports: NotifierTransports, logger: Logger
    ) throws(ChannelSettingsError) {
        var notifiers: [String: any Notifier] = [:]
        for (name, integration) in receivers.sorted(by: { $0.key < $1.key }) {
            let problems = integration.settings.problems
            guard problems.isEmpty,
                let notifier = ReceiverNotifier(integration, externalURL: externalURL, transports: transports)
            else { throw ChannelSettingsError(channel: name, problems: problems) }
            notifiers[name] = notifier
        }
        for (name, settings) in channels.sorted(by: { $0.key < $1.key }) {
            let problems = settings.problems
            guard problems.isEmpty,
                let notifier = Self.notifier(
                    settings, externalURL: externalURL, links: links, push: push, transports: transports)
            else { throw ChannelSettingsError(channel: name, problems: problems) }
            notifiers[name] = notifier
        }
        self.notifiers = notifiers
        self.logger = logger
    }

    package var channelNames: [String] { notifiers.keys.sorted() }

    package func deliver(_ notification: Notification) async -> DeliveryResult {
        let channel = notification.channel.channel
        guard let notifier = notifiers[channel] else {
            return .permanent(reason: "there is no channel \(PlainLine.make(channel, charactersMax: 100))")
        }
        let result = await notifier.deliver(notification)
        log(result, of: notification)
        return result
    }

    private static func notifier(
        _ settings: ChannelSettings, externalURL: String, links: LinkSigner, push: PushDelivery,
        transports: NotifierTransports
    ) -> (any Notifier)? {
        switch settings {
        case .webhook(let settings):
            WebhookNotifier(settings, externalURL: externalURL, sender: transports.http)
        case .slack(let settings): SlackNotifier(settings, sender: transports.http)
        case .slackApp(let settings): SlackAppNotifier(settings, sender: transports.http)
        case .email(let settings): EmailNotifier(settings, links: links, sender: transports.mail)
        case .pagerDuty(let settings): PagerDutyNotifier(settings, sender: transports.http)
        case .teams(let settings): TeamsNotifier(settings, links: links, sender: transports.http)
        case .voice(let settings), .sms(let settings):
            TwilioNotifier(settings, externalURL: externalURL, links: links, sender: transports.http)
        case .push(let settings): PushNotifier(settings, links: links, delivery: push, sender: transports.http)
        }
    }

    /// Reasons are clean of secrets by the port's contract; the notification's texts stay out of the log.
    private func log(_ result: DeliveryResult, of notification: Notification) {
        if notification.kind == .group, result == .delivered, logger.logLevel > .debug { return }
        let facts: Logger.Metadata = [
            "channel": "\(notification.channel.channel)", "key": "\(notification.key)",
            "kind": "\(notification.kind.rawValue)",
        ]
        switch result {
        case .delivered, .posted:
            // Receivers hear of each group again and again; pages are what somebody will look for.
            logger.log(
                level: notification.kind == .group ? .debug : .info, "notification delivered", metadata: facts)
        case .accepted(let reference, _):
            logger.info(
                "notification accepted", metadata: facts.merging(["reference": "\(reference)"]) { $1 })
        case .retry(let reason, _):
            logger.warning("notification to be tried again", metadata: facts.merging(["reason": "\(reason)"]) { $1 })
        case .permanent(let reason):
            logger.error("notification refused for good", metadata: facts.merging(["reason": "\(reason)"]) { $1 })
        }
    }
}
