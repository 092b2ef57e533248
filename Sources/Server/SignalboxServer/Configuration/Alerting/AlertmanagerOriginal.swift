import Yams

/// The file as the API shows it: real Alertmanager YAML, which amtool reads again, without its secrets.
enum AlertmanagerOriginal {
    private static let hidden = "<secret>"

    /// Keys whose values are secrets wherever they stand.
    private static let secretKeys: Set<String> = [
        "slack_api_url", "opsgenie_api_key", "victorops_api_key", "wechat_api_secret", "smtp_auth_password",
        "smtp_auth_secret", "telegram_bot_token", "rocketchat_token", "rocketchat_token_id", "auth_password",
        "auth_secret", "api_key", "api_secret", "service_key", "routing_key", "bot_token", "webhook_url", "user_key",
        "token", "token_id", "password", "credentials", "bearer_token", "client_secret", "secret_key", "key",
        "alert_source_token",
    ]

    static func text(of node: Node) -> String {
        // What was read as YAML can be written as YAML.
        (try? YAMLDocument.text(of: redacted(node, below: ""))) ?? ""
    }

    /// `section` is the nearest key that holds a list of integrations: `webhook_configs`.
    private static func redacted(_ node: Node, below section: String) -> Node {
        switch node {
        case .sequence(var sequence):
            for index in sequence.indices { sequence[index] = redacted(sequence[index], below: section) }
            return .sequence(sequence)
        case .mapping(let mapping):
            var pairs: [(Node, Node)] = []
            for (key, value) in mapping {
                let name = key.scalar?.string ?? ""
                let inner = name.hasSuffix("_configs") ? name : section
                pairs.append((key, replacement(name, value, section) ?? redacted(value, below: inner)))
            }
            return .mapping(Node.Mapping(pairs, mapping.tag, mapping.style))
        default: return node
        }
    }

    /// Every text in it: what headers say may be a credential, whatever they are called.
    private static func hiding(_ node: Node) -> Node {
        switch node {
        case .sequence(var sequence):
            for index in sequence.indices { sequence[index] = hiding(sequence[index]) }
            return .sequence(sequence)
        case .mapping(let mapping):
            return .mapping(Node.Mapping(mapping.map { ($0.key, hiding($0.value)) }, mapping.tag, mapping.style))
        default: return YAMLDocument.scalar(hidden)
        }
    }

    private static func replacement(_ name: String, _ value: Node, _ section: String) -> Node? {
        if name == "http_headers" || name == "proxy_connect_header" { return hiding(value) }
        guard let text = value.scalar?.string, !text.isEmpty else { return nil }
        if secretKeys.contains(name) || (name == "api_url" && section == "slack_configs") {
            return YAMLDocument.scalar(hidden)
        }
        if name == "proxy_url" || name == "token_url", let at = text.lastIndex(of: "@") {
            let scheme = text.firstRange(of: "://").map { text[..<$0.upperBound] } ?? ""
            return YAMLDocument.scalar("\(scheme)\(text[text.index(after: at)...])")
        }
        if name == "url", ["webhook_configs", "discord_configs", "incidentio_configs"].contains(section) {
            // amtool wants a URL here. What identifies the receiver may stay, what may be a credential goes.
            let scheme = text.hasPrefix("https://") ? "https://" : "http://"
            let rest = text.hasPrefix(scheme) ? text.dropFirst(scheme.count) : ""
            let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
            let host = authority.split(separator: "@").last ?? ""
            return YAMLDocument.scalar(host.isEmpty ? hidden : "\(scheme)\(host)/\(hidden)")
        }
        return nil
    }
}
