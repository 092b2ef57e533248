import Basics

/// Receivers of an Alertmanager configuration as channels. Its secrets are not written down: they come from the
/// environment, by names that the report lists.
enum AlertmanagerImport {
    static func read(_ root: ConfigurationNode) -> ImportedPaging {
        var result = ImportedPaging(source: "Alertmanager")
        guard var top = root.mapping() else { return result }
        let global = members(top["global"])
        for receiver in top["receivers"]?.list() ?? [] { read(receiver, global, &result) }
        for (key, what) in [
            ("route", "routing and its timing"), ("inhibit_rules", "inhibition"),
            ("time_intervals", "time intervals"), ("mute_time_intervals", "time intervals"),
            ("templates", "templates"),
        ] where top[key] != nil {
            result.left.append("\(key): \(what); a paging file has none")
        }
        return result
    }

    private static func members(_ node: ConfigurationNode?) -> [String: ConfigurationNode] {
        guard var reader = node?.mapping() else { return [:] }
        return Dictionary(reader.all().map { ($0.name, $0.value) }) { first, _ in first }
    }

    private static func read(
        _ receiver: ConfigurationNode, _ global: [String: ConfigurationNode], _ result: inout ImportedPaging
    ) {
        let own = members(receiver)
        let title = own["name"]?.scalarText ?? "receiver"
        for (kind, node) in own.sorted(by: { $0.key < $1.key }) where kind != "name" {
            for config in node.list() {
                let settings = global.merging(members(config)) { $1 }
                let label = kind.replacing("_configs", with: "")
                let name = ImportedPaging.name(
                    "\(title)-\(label)", unlike: result.channels.map(\.name), fallback: label)
                guard let made = channel(kind, name, settings) else {
                    result.left.append("receiver \(title): \(kind)")
                    continue
                }
                result.channels.append(ImportedPaging.Channel(name: name, settings: made.settings))
                let secret = made.variable.map { "; put its secret into \($0)" } ?? ""
                result.carried.append("receiver \(title), \(kind), as channel \(name)\(secret)")
            }
        }
    }

    private static func channel(
        _ kind: String, _ name: String, _ settings: [String: ConfigurationNode]
    ) -> (settings: String, variable: String?)? {
        func text(_ key: String) -> String? { settings[key]?.scalarText.flatMap { $0.isEmpty ? nil : $0 } }
        let variable =
            name.uppercased().map { $0.isASCII && ($0.isLetter || $0.isNumber) ? String($0) : "_" }.joined()
        func secret(_ suffix: String) -> String { "\"${\(variable)_\(suffix)}\"" }
        switch kind {
        case "webhook_configs": return ("{ webhook: { url: \(secret("URL")) } }", variable + "_URL")
        case "slack_configs":
            return ("{ slack: { webhook_url: \(secret("URL")) } }", variable + "_URL")
        case "pagerduty_configs" where text("routing_key") != nil || text("routing_key_file") != nil:
            return ("{ pagerduty: { routing_key: \(secret("KEY")) } }", variable + "_KEY")
        case "msteamsv2_configs":
            return ("{ teams: { webhook_url: \(secret("URL")) } }", variable + "_URL")
        case "email_configs":
            guard let smarthost = text("smarthost") ?? text("smtp_smarthost"),
                let from = text("from") ?? text("smtp_from"),
                let colon = smarthost.lastIndex(of: ":"),
                let port = UInt16(smarthost[smarthost.index(after: colon)...])
            else { return nil }
            var parts = [
                "host: \(ImportedPaging.quoted(String(smarthost[..<colon])))", "port: \(port)",
                "from: \(ImportedPaging.quoted(from))",
            ]
            if let to = text("to") {
                // One line with commas there, a list here.
                let all = to.split(separator: ",").map { part in
                    String(part.drop { $0 == " " })
                }
                parts.append("to: [\(all.map(ImportedPaging.quoted).joined(separator: ", "))]")
            }
            guard let user = text("auth_username") ?? text("smtp_auth_username") else {
                return ("{ email: { \(parts.joined(separator: ", ")) } }", nil)
            }
            parts += ["username: \(ImportedPaging.quoted(user))", "password: \(secret("PASSWORD"))"]
            return ("{ email: { \(parts.joined(separator: ", ")) } }", variable + "_PASSWORD")
        default: return nil
        }
    }
}
