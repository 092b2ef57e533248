import Basics
import Notifiers
import SignalModel

/// One entry under `channels:`: exactly one of the kinds, with its settings.
enum ChannelDecoding {
    private typealias Decode = @Sendable (ConfigurationNode, ConfigurationFiles) -> ChannelSettings?

    private static let kinds: [(name: String, decode: Decode)] = [
        ("webhook", { webhook($0, $1).map(ChannelSettings.webhook) }),
        ("slack", { slack($0, $1) }),
        ("email", { email($0, $1).map(ChannelSettings.email) }),
        ("pagerduty", { pagerDuty($0, $1).map(ChannelSettings.pagerDuty) }),
        ("teams", { teams($0, $1).map(ChannelSettings.teams) }),
        ("voice", { twilio(.voice, $0, $1).map(ChannelSettings.voice) }),
        ("sms", { twilio(.sms, $0, $1).map(ChannelSettings.sms) }),
        ("push", { node, _ in push(node).map(ChannelSettings.push) }),
    ]

    /// And, under `fallback`, the channel that takes over for it.
    static func channel(
        _ node: ConfigurationNode, _ files: ConfigurationFiles, _ names: PagingNames
    ) -> (settings: ChannelSettings?, fallback: String?) {
        guard var reader = node.mapping() else { return (nil, nil) }
        let fallback = reader["fallback"].flatMap(names.channel)
        let found = kinds.compactMap { kind in reader[kind.name].map { (kind, $0) } }
        reader.finish()
        guard found.count == 1 else {
            let names = kinds.map(\.name)
            let text = names.dropLast().joined(separator: ", ") + " and " + (names.last ?? "")
            node.note("\(node.path): give exactly one of \(text)")
            return (nil, fallback)
        }
        let (kind, inner) = found[0]
        let settings = kind.decode(inner, files)
        for problem in settings?.problems ?? [] { inner.note("\(inner.path): \(problem)") }
        return (settings, fallback)
    }

    private static func push(_ node: ConfigurationNode) -> PushSettings? {
        guard var reader = node.mapping() else { return nil }
        let contact = reader.required("contact")?.string()
        let services = reader["services"]?.strings() ?? PushSettings.servicesDefault
        reader.finish()
        return contact.map { PushSettings(contact: $0, services: services) }
    }

    private static func twilio(
        _ kind: TwilioSettings.Kind, _ node: ConfigurationNode, _ files: ConfigurationFiles
    ) -> TwilioSettings? {
        guard var reader = node.mapping() else { return nil }
        let account = reader.required("account_sid")?.string()
        let token = reader.required("auth_token")?.secret(files)
        let from = reader.required("from")?.string()
        let url = reader["url"]?.serverURL() ?? TwilioSettings.urlDefault
        let within = reader["confirm_within"]?.duration(minimum: .seconds(10))
        if let within, within > TwilioSettings.confirmWithinMax {
            reader["confirm_within"]?.expected("at most \(TwilioSettings.confirmWithinMax.milliseconds / 60_000)m")
        }
        let detectsMachines = kind == .voice ? reader["detect_machines"]?.bool() ?? false : false
        reader.finish()
        guard let account, let token, let from else { return nil }
        return TwilioSettings(
            kind: kind, accountSID: account, authToken: token, from: from, url: url, confirmWithin: within,
            detectsMachines: detectsMachines)
    }

    private static func pagerDuty(_ node: ConfigurationNode, _ files: ConfigurationFiles) -> PagerDutySettings? {
        guard var reader = node.mapping() else { return nil }
        let key = reader.required("routing_key")?.secret(files)
        let url = reader["url"]?.serverURL() ?? PagerDutySettings.urlDefault
        reader.finish()
        return key.map { PagerDutySettings(routingKey: $0, url: url) }
    }

    private static func teams(_ node: ConfigurationNode, _ files: ConfigurationFiles) -> TeamsSettings? {
        guard var reader = node.mapping() else { return nil }
        let url = reader.required("webhook_url")?.secret(files)
        reader.finish()
        return url.map { TeamsSettings(webhookURL: $0) }
    }

    private static func webhook(_ node: ConfigurationNode, _ files: ConfigurationFiles) -> WebhookSettings? {
        guard var reader = node.mapping() else { return nil }
        let url = reader.required("url")?.secret(files)
        let token = reader["bearer_token"]?.secret(files)
        var headers: [String: Secret] = [:]
        if let node = reader["headers"], var inner = node.mapping() {
            for entry in inner.all() { headers[entry.name] = entry.value.secret(files) }
        }
        let alertsMax = reader["alerts_max"]?.integer(in: 1...100_000) ?? WebhookSettings.alertsMaxDefault
        reader.finish()
        return url.map { WebhookSettings(url: $0, bearerToken: token, headers: headers, alertsMax: alertsMax) }
    }

    /// An incoming webhook, or an app with its token.
    private static func slack(_ node: ConfigurationNode, _ files: ConfigurationFiles) -> ChannelSettings? {
        guard var reader = node.mapping() else { return nil }
        let webhook = reader["webhook_url"]
        let token = reader["bot_token"]
        guard let token else {
            let url = reader.required("webhook_url")?.secret(files)
            reader.finish()
            return url.map { .slack(SlackSettings(webhookURL: $0)) }
        }
        webhook?.note("\(webhook?.path ?? ""): give webhook_url or bot_token, not both")
        let bot = token.secret(files)
        let secret = reader.required("signing_secret")?.secret(files)
        let channel = reader.required("channel")?.string()
        let url = reader["url"]?.serverURL() ?? SlackAppSettings.urlDefault
        reader.finish()
        guard let bot, let secret, let channel else { return nil }
        return .slackApp(SlackAppSettings(botToken: bot, signingSecret: secret, channel: channel, url: url))
    }

    private static func email(_ node: ConfigurationNode, _ files: ConfigurationFiles) -> EmailSettings? {
        guard var reader = node.mapping() else { return nil }
        let host = reader.required("host")?.string()
        let from = reader.required("from")?.string()
        var settings = EmailSettings(host: host ?? "", from: from ?? "")
        let security = reader["security"]?.choice(EmailSettings.Security.self)
        settings.security = security ?? settings.security
        settings.port =
            reader["port"]?.integer(in: 1...65_535) ?? (settings.security == .implicitTLS ? 465 : settings.port)
        settings.allowsPlaintext = reader["allow_plaintext"]?.bool() ?? settings.allowsPlaintext
        settings.username = reader["username"]?.secret(files)?.revealed ?? ""
        settings.password = reader["password"]?.secret(files) ?? ""
        settings.to = reader["to"]?.strings() ?? []
        settings.caFile = reader["ca_file"]?.filePath() ?? ""
        settings.helloName = reader["hello_name"]?.string() ?? ""
        reader.finish()
        return host != nil && from != nil ? settings : nil
    }
}
