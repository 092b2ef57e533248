import Basics
import Notifiers
import SignalModel

/// One entry under `channels:`: exactly one of the kinds, with its settings.
enum ChannelDecoding {
    static func channel(_ node: ConfigurationNode, _ files: ConfigurationFiles) -> ChannelSettings? {
        guard var reader = node.mapping() else { return nil }
        let found = ["webhook", "slack", "email"].compactMap { kind in reader[kind].map { (kind, $0) } }
        for key in ["pagerduty", "teams", "sms", "voice", "push"] { reader.refuse(key, Unsupported.message) }
        reader.finish()
        guard found.count == 1 else {
            node.note("\(node.path): give exactly one of webhook, slack and email")
            return nil
        }
        let (kind, inner) = found[0]
        let settings: ChannelSettings? =
            switch kind {
            case "webhook": webhook(inner, files).map(ChannelSettings.webhook)
            case "slack": slack(inner, files).map(ChannelSettings.slack)
            default: email(inner, files).map(ChannelSettings.email)
            }
        for problem in settings?.problems ?? [] { inner.note("\(inner.path): \(problem)") }
        return settings
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

    private static func slack(_ node: ConfigurationNode, _ files: ConfigurationFiles) -> SlackSettings? {
        guard var reader = node.mapping() else { return nil }
        let url = reader.required("webhook_url")?.secret(files)
        reader.finish()
        return url.map { SlackSettings(webhookURL: $0) }
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
