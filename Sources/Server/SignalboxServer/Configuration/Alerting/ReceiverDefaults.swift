import Basics
import GoTemplates
import Ingest
import Notifiers

/// What `global:` says for receivers that do not say it themselves.
struct ReceiverDefaults {
    var slackURL: Secret?
    var smarthost: String?
    var from: String?
    var hello = ""
    var username = ""
    var password: Secret = ""
    var requiresTLS = true
    var pagerDutyURL: String?
    var opsgenieURL: String?
    var opsgenieKey: Secret?
    var telegramURL: String?
    var telegramToken: Secret?
    var victorOpsURL: String?
    var victorOpsKey: Secret?
    var webexURL: String?
    var mailTLS = MailTLS()
    var http: HTTPClientSettings?
    var templates = TemplateSet.alertmanager

    /// Keys of receivers that are not carried over.
    private static let foreign = [
        "wechat_api_url", "wechat_api_secret", "wechat_api_corp_id", "wechat_api_secret_file", "jira_api_url",
        "rocketchat_api_url", "rocketchat_token", "rocketchat_token_file", "rocketchat_token_id",
        "rocketchat_token_id_file", "mattermost_webhook_url", "mattermost_webhook_url_file",
    ]

    mutating func decode(_ reader: inout MappingReader, _ files: ConfigurationFiles) {
        slackURL = ReceiverSecret.read(&reader, "slack_api_url", files)
        smarthost = reader["smtp_smarthost"]?.string()
        from = reader["smtp_from"]?.string()
        hello = reader["smtp_hello"]?.string() ?? ""
        username = reader["smtp_auth_username"]?.secret(files)?.revealed ?? ""
        password = ReceiverSecret.read(&reader, "smtp_auth_password", files) ?? ""
        requiresTLS = reader["smtp_require_tls"]?.bool() ?? true
        if let node = reader["smtp_tls_config"] { mailTLS = MailTLS(node) }
        pagerDutyURL = reader["pagerduty_url"]?.string()
        opsgenieURL = reader["opsgenie_api_url"]?.string()
        opsgenieKey = ReceiverSecret.read(&reader, "opsgenie_api_key", files)
        telegramURL = reader["telegram_api_url"]?.string()
        telegramToken = ReceiverSecret.read(&reader, "telegram_bot_token", files)
        victorOpsURL = reader["victorops_api_url"]?.string()
        victorOpsKey = ReceiverSecret.read(&reader, "victorops_api_key", files)
        webexURL = reader["webex_api_url"]?.string()
        http = reader["http_config"].flatMap { Self.http($0, files) }
        for key in [
            "smtp_auth_secret", "smtp_auth_secret_file", "smtp_auth_identity",
            "slack_app_token", "slack_app_token_file", "slack_app_url",
        ] {
            reader.refuse(key, Unsupported.message)
        }
        for key in Self.foreign { _ = reader[key] }
    }

    /// `http_config`. Redirects are never followed: what is sent is for the host that was configured.
    static func http(_ node: ConfigurationNode, _ files: ConfigurationFiles) -> HTTPClientSettings? {
        guard var reader = node.mapping() else { return nil }
        defer { reader.finish() }
        return HTTPClientDecoding.decode(&reader, in: node, files)
    }
}

/// `tls_config` of a mail server, as far as mail is sent by it.
struct MailTLS {
    /// A file; empty for the authorities this machine trusts.
    var authorities = ""
    var verifiesServer = true

    init() {}

    init(_ node: ConfigurationNode) {
        guard var reader = node.mapping() else { return }
        authorities = reader["ca_file"]?.filePath() ?? ""
        verifiesServer = !(reader["insecure_skip_verify"]?.bool() ?? false)
        for key in ["ca", "cert", "cert_file", "key", "key_file", "server_name", "min_version", "max_version"] {
            reader.refuse(key, Unsupported.message)
        }
        reader.finish()
    }
}

/// A secret that stands in the file or in another one, `KEY` and `KEY_file`.
enum ReceiverSecret {
    static func read(_ reader: inout MappingReader, _ key: String, _ files: ConfigurationFiles) -> Secret? {
        let direct = reader[key]
        let elsewhere = reader["\(key)_file"]
        if let direct, elsewhere != nil { direct.note("at most one of \(key) & \(key)_file must be configured") }
        if let direct { return direct.secret(files) }
        guard let elsewhere, let path = elsewhere.filePath() else { return nil }
        do { return try files.secret(path) } catch {
            elsewhere.note("\(elsewhere.path): \(path): \(error.message)")
            return nil
        }
    }
}
