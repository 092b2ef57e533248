import Alerting
import Basics
import GoTemplates
import Ingest
import Notifiers
import SignalModel
import Yams

/// `receivers:`, each of them ways out of the kinds that Signalbox has.
extension AlertmanagerFile {
    /// Integrations of one receiver; more are refused.
    private static let integrationsMax = 100

    /// Kinds that Alertmanager has and Signalbox has not. They are named, and nobody is told by them.
    private static let foreignKinds = ["wechat", "jira", "rocketchat", "incidentio", "mattermost"]

    private static let kinds = [
        "webhook", "slack", "email", "pagerduty", "msteamsv2", "msteams", "discord", "opsgenie", "pushover", "sns",
        "telegram", "victorops", "webex",
    ]

    mutating func decodeReceiver(_ node: ConfigurationNode) {
        guard var reader = node.mapping() else { return }
        let name = reader.required("name")
        let text = name?.string() ?? ""
        if let name, text.isEmpty { name.note("missing name in receiver") }
        if let name, settings.routing.receivers[text] != nil {
            name.note("notification config name \(quoted(text)) is not unique")
        }
        var integrations: [Receiver.Integration] = []
        for kind in Self.kinds {
            let nodes = reader["\(kind)_configs"]?.list() ?? []
            for (index, node) in nodes.enumerated() {
                let id = "\(kind)[\(index)]"
                // Never a key under `channels:` of the paging file, which holds no slash.
                let channel = "receiver/\(text)/\(id)"
                if kind == "sns", !Self.hasOwnKeys(node) {
                    note(node, "receiver \(quoted(text)) tells nobody by sns without access_key and secret_key alone")
                    continue
                }
                guard let (way, sendsResolved) = integration(kind, node) else { continue }
                for problem in way.settings.problems { node.note("\(node.path): \(problem)") }
                settings.channels[channel] = way
                integrations.append(Receiver.Integration(id: id, channel: channel, sendsResolved: sendsResolved))
            }
        }
        for kind in Self.foreignKinds {
            guard let foreign = reader["\(kind)_configs"], !foreign.isEmptyList else { continue }
            note(foreign, "receiver \(quoted(text)) tells nobody by \(kind)")
        }
        reader.finish()
        if integrations.count > Self.integrationsMax {
            node.note("at most \(Self.integrationsMax) integrations in a receiver, not \(integrations.count)")
        }
        settings.routing.receivers[text] = Receiver(name: text, integrations: integrations)
    }

    private mutating func note(_ node: ConfigurationNode, _ consequence: String) {
        settings.notes.append(
            Diagnostic(
                file: node.file, line: node.line, column: node.column,
                message: "\(node.path) is not carried over: \(consequence)"))
    }

    private func integration(
        _ kind: String, _ node: ConfigurationNode
    ) -> (way: ReceiverIntegration, sendsResolved: Bool)? {
        guard var reader = node.mapping() else { return nil }
        defer { reader.finish() }
        let sendsResolved = reader["send_resolved"]?.bool() ?? (kind != "slack" && kind != "email")
        let http = kind == "email" ? nil : http(&reader)
        let way: ReceiverSettings? =
            switch kind {
            case "webhook": webhook(node, &reader).map(ReceiverSettings.webhook)
            case "slack": slack(node, &reader).map(ReceiverSettings.slack)
            case "pagerduty": pagerDuty(node, &reader).map(ReceiverSettings.pagerDuty)
            case "msteamsv2": teams(node, &reader).map(ReceiverSettings.teams)
            case "msteams": teamsConnector(node, &reader).map(ReceiverSettings.teamsConnector)
            case "discord": discord(node, &reader).map(ReceiverSettings.discord)
            case "opsgenie": opsgenie(node, &reader).map(ReceiverSettings.opsgenie)
            case "pushover": pushover(node, &reader).map(ReceiverSettings.pushover)
            case "sns": sns(node, &reader).map(ReceiverSettings.sns)
            case "telegram": telegram(node, &reader).map(ReceiverSettings.telegram)
            case "victorops": victorOps(node, &reader).map(ReceiverSettings.victorOps)
            case "webex": webex(node, &reader, http).map(ReceiverSettings.webex)
            default: email(node, &reader).map(ReceiverSettings.email)
            }
        return way.map { (ReceiverIntegration($0, http: http), sendsResolved) }
    }

    // MARK: Kinds

    private func webhook(_ node: ConfigurationNode, _ reader: inout MappingReader) -> WebhookSettings? {
        // Attempts have their own bound, `NotifierLimits.attemptTimeout`.
        _ = reader["timeout"]?.duration()
        let alerts = reader["max_alerts"]?.integer(in: 0...1_000_000) ?? 0
        guard let url = ReceiverSecret.read(&reader, "url", files) else {
            node.note("one of url or url_file must be configured")
            return nil
        }
        return WebhookSettings(url: url, alertsMax: alerts == 0 ? AlertingLimits.notificationAlertsMax : alerts)
    }

    private static let slackTexts = [
        "channel": "", "username": #"{{ template "slack.default.username" . }}"#,
        "color": #"{{ if eq .Status "firing" }}danger{{ else }}good{{ end }}"#,
        "title": #"{{ template "slack.default.title" . }}"#,
        "title_link": #"{{ template "slack.default.titlelink" . }}"#,
        "pretext": #"{{ template "slack.default.pretext" . }}"#, "text": #"{{ template "slack.default.text" . }}"#,
        "fallback": #"{{ template "slack.default.fallback" . }}"#,
        "callback_id": #"{{ template "slack.default.callbackid" . }}"#,
        "footer": #"{{ template "slack.default.footer" . }}"#,
        "icon_emoji": #"{{ template "slack.default.iconemoji" . }}"#,
        "icon_url": #"{{ template "slack.default.iconurl" . }}"#, "image_url": "", "thumb_url": "",
    ]

    private func slack(_ node: ConfigurationNode, _ reader: inout MappingReader) -> SlackReceiver? {
        let url = ReceiverSecret.read(&reader, "api_url", files) ?? defaults.slackURL
        let texts = templates(&reader, Self.slackTexts)
        let areShort = reader["short_fields"]?.bool() ?? false
        var fields: [SlackReceiver.Field] = []
        for field in reader["fields"]?.list() ?? [] {
            guard var inner = field.mapping() else { continue }
            let title = template(inner.required("title"), "")
            let value = template(inner.required("value"), "")
            let isShort = inner["short"]?.bool() ?? areShort
            inner.finish()
            if let title, let value { fields.append(.init(title: title, value: value, isShort: isShort)) }
        }
        let linksNames = reader["link_names"]?.bool() ?? false
        let markdown = reader["mrkdwn_in"]?.strings() ?? ["fallback", "pretext", "text"]
        let actions = (reader["actions"]?.list() ?? []).compactMap(slackAction)
        guard let url else {
            node.note("no global Slack API URL set and no api_url here")
            return nil
        }
        return SlackReceiver(
            url: url, texts: texts, fields: fields, actions: actions, linksNames: linksNames, markdownIn: markdown)
    }

    private func slackAction(_ node: ConfigurationNode) -> SlackReceiver.Action? {
        guard var reader = node.mapping() else { return nil }
        var texts = templates(&reader, ["type": "", "text": "", "url": "", "style": "", "name": "", "value": ""])
        for key in ["type", "text"] where texts[key]?.isEmpty != false {
            node.note("missing \(key) in Slack action configuration")
        }
        var confirmation: [String: NotificationTemplate]?
        if let confirm = reader["confirm"], var inner = confirm.mapping() {
            let texts = templates(&inner, ["text": "", "title": "", "ok_text": "", "dismiss_text": ""])
            if texts["text"]?.isEmpty != false { confirm.note("missing text in Slack confirmation configuration") }
            inner.finish()
            confirmation = texts
        }
        reader.finish()
        if texts["url"]?.isEmpty == false {
            // A link sends nothing back.
            for key in ["name", "value"] { texts[key] = nil }
            confirmation = nil
        } else if texts["name"]?.isEmpty != false {
            node.note("missing name or url in Slack action configuration")
        }
        return SlackReceiver.Action(texts: texts, confirmation: confirmation)
    }

    private func email(_ node: ConfigurationNode, _ reader: inout MappingReader) -> EmailReceiver? {
        let to = template(reader.required("to"), "")
        let smarthost = reader["smarthost"]?.string() ?? defaults.smarthost
        let from = reader["from"]?.string() ?? defaults.from
        var server = EmailSettings(host: "", from: from ?? "")
        server.helloName = reader["hello"]?.string() ?? defaults.hello
        server.username = reader["auth_username"]?.secret(files)?.revealed ?? defaults.username
        server.password = ReceiverSecret.read(&reader, "auth_password", files) ?? defaults.password
        let requiresTLS = reader["require_tls"]?.bool() ?? defaults.requiresTLS
        var headers: [EmailReceiver.Header] = []
        var hasSubject = false
        if let node = reader["headers"], var inner = node.mapping() {
            for entry in inner.all() {
                hasSubject = hasSubject || entry.name.lowercased() == "subject"
                if let value = template(entry.value, "") { headers.append(.init(name: entry.name, value: value)) }
            }
        }
        if !hasSubject, let subject = template(nil, #"{{ template "email.default.subject" . }}"#) {
            headers.insert(.init(name: "Subject", value: subject), at: 0)
        }
        let html = template(reader["html"], #"{{ template "email.default.html" . }}"#)
        // Alertmanager sends no plain text unless told; a mail without is hard to read on a watch.
        let text = template(reader["text"], #"{{ template "email.default.text" . }}"#)
        let tls = reader["tls_config"].map { MailTLS($0) } ?? defaults.mailTLS
        server.caFile = tls.authorities
        server.verifiesServer = tls.verifiesServer
        for key in ["auth_secret", "auth_secret_file", "auth_identity", "threading"] {
            reader.refuse(key, Unsupported.message)
        }
        guard let smarthost, let colon = smarthost.lastIndex(of: ":"),
            let port = Int(smarthost[smarthost.index(after: colon)...])
        else {
            node.note("no global SMTP smarthost set and none here; it is HOST:PORT")
            return nil
        }
        guard from != nil else {
            node.note("no global SMTP from set and none here")
            return nil
        }
        server.host = String(smarthost[..<colon])
        server.port = port
        server.security = port == 465 ? .implicitTLS : requiresTLS ? .startTLS : .none
        server.allowsPlaintext = !requiresTLS
        guard let to, let html, let text else { return nil }
        return EmailReceiver(server: server, to: to, headers: headers, html: html, text: text)
    }

    // MARK: Parts

    private func http(_ reader: inout MappingReader) -> HTTPClientSettings? {
        guard let node = reader["http_config"] else { return defaults.http }
        return ReceiverDefaults.http(node, files)
    }

    /// What the keys of `standards` say, else the standard.
    func templates(
        _ reader: inout MappingReader, _ standards: [String: String]
    ) -> [String: NotificationTemplate] {
        var result: [String: NotificationTemplate] = [:]
        for (key, standard) in standards { result[key] = template(reader[key], standard) }
        return result
    }

    /// A mapping of any names to templates.
    func templates(_ node: ConfigurationNode?) -> [String: NotificationTemplate] {
        guard let node, var reader = node.mapping() else { return [:] }
        var result: [String: NotificationTemplate] = [:]
        for entry in reader.all() { result[entry.name] = template(entry.value, "") }
        return result
    }

    /// Nil, and a problem at its place, when it is no template.
    func template(_ node: ConfigurationNode?, _ standard: String) -> NotificationTemplate? {
        let text = node?.scalarText ?? standard
        if let node, node.scalarText == nil { node.expected("text") }
        do { return try defaults.templates.text(text) } catch {
            guard let node else { preconditionFailure("a template that ships is wrong: \(error)") }
            let before = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
                .prefix(error.line - 1).reduce(0) { $0 + $1.count + 1 }
            node.note("\(node.path): \(error.message)", atByte: before + error.column - 1)
            return nil
        }
    }
}
