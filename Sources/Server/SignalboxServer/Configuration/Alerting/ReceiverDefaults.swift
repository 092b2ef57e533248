import Basics
import GoTemplates
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
    var http = ReceiverHTTP()
    var templates = TemplateSet.alertmanager

    /// Keys of receivers that are not carried over.
    private static let foreign = [
        "opsgenie_api_url", "opsgenie_api_key", "opsgenie_api_key_file", "victorops_api_url", "victorops_api_key",
        "victorops_api_key_file", "wechat_api_url", "wechat_api_secret", "wechat_api_corp_id",
        "wechat_api_secret_file",
        "telegram_api_url", "telegram_bot_token", "telegram_bot_token_file", "webex_api_url", "jira_api_url",
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
        pagerDutyURL = reader["pagerduty_url"]?.string()
        http.decode(reader["http_config"], files)
        for key in [
            "smtp_auth_secret", "smtp_auth_secret_file", "smtp_auth_identity", "smtp_tls_config",
            "slack_app_token", "slack_app_token_file", "slack_app_url",
        ] {
            reader.refuse(key, Unsupported.message)
        }
        for key in Self.foreign { _ = reader[key] }
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

/// `http_config` of a receiver, as far as channels know it: who we are to the far end.
struct ReceiverHTTP {
    var authorization: Secret?

    mutating func decode(_ node: ConfigurationNode?, _ files: ConfigurationFiles) {
        guard var reader = node?.mapping() else { return }
        if let token = ReceiverSecret.read(&reader, "bearer_token", files) {
            authorization = Secret("Bearer \(token.revealed)")
        }
        if let node = reader["authorization"], var inner = node.mapping() {
            let type = inner["type"]?.string() ?? "Bearer"
            if let credentials = ReceiverSecret.read(&inner, "credentials", files) {
                authorization = Secret("\(type) \(credentials.revealed)")
            }
            inner.finish()
        }
        if let node = reader["basic_auth"], var inner = node.mapping() {
            let name = inner["username"]?.string() ?? ""
            let password = ReceiverSecret.read(&inner, "password", files)
            authorization = Secret("Basic " + Base64Text.encode(Array("\(name):\(password?.revealed ?? "")".utf8)))
            inner.finish()
        }
        // Redirects are never followed, and HTTP/1.1 is what channels speak.
        for key in ["follow_redirects", "enable_http2"] { _ = reader[key]?.bool() }
        for key in [
            "tls_config", "oauth2", "proxy_url", "no_proxy", "proxy_from_environment", "proxy_connect_header",
            "http_headers",
        ] {
            reader.refuse(key, Unsupported.message)
        }
        reader.finish()
    }
}
