internal import Alerting
package import Basics
package import GoTemplates

/// `pagerduty_configs` with a key of Events API v2. The texts are templates.
package struct PagerDutyReceiver: Sendable, Hashable {
    package var server: PagerDutySettings
    /// By PagerDuty's names: `description`, `client`, `severity` …
    package var texts: [String: NotificationTemplate]
    package var details: [String: NotificationTemplate]

    package init(
        server: PagerDutySettings, texts: [String: NotificationTemplate], details: [String: NotificationTemplate]
    ) {
        self.server = server
        self.texts = texts
        self.details = details
    }
}

/// What Alertmanager posts to PagerDuty of one group.
struct PagerDutyGroupEvent: Encodable {
    struct Payload: Encodable {
        var summary: String
        var source: String
        var severity: String
        var component: String?
        var group: String?
        var `class`: String?
        var customDetails: [String: String]

        enum CodingKeys: String, CodingKey {
            case summary
            case source
            case severity
            case component
            case group
            case `class`
            case customDetails = "custom_details"
        }
    }

    var routingKey: String
    var action: String
    var dedupKey: String
    var client: String?
    var clientURL: String?
    var payload: Payload

    enum CodingKeys: String, CodingKey {
        case routingKey = "routing_key"
        case action = "event_action"
        case dedupKey = "dedup_key"
        case client
        case clientURL = "client_url"
        case payload
    }

    /// PagerDuty refuses larger events; the details go first, as in Alertmanager.
    private static let detailsBytesMax = 480 << 10

    init(
        _ receiver: PagerDutyReceiver, incidentKey: String, isFiring: Bool, _ data: TemplateValue, at time: Timestamp
    ) throws(TemplateError) {
        func text(_ name: String) throws(TemplateError) -> String {
            try receiver.texts[name]?.render(data, at: time) ?? ""
        }
        func optional(_ text: String) -> String? { text.isEmpty ? nil : text }
        routingKey = receiver.server.routingKey.revealed
        action = isFiring ? "trigger" : "resolve"
        dedupKey = incidentKey
        client = optional(try text("client"))
        clientURL = optional(try text("client_url"))
        var details: [String: String] = [:]
        var bytes = 0
        for (name, template) in receiver.details.sorted(by: { $0.key < $1.key }) {
            let value = try template.render(data, at: time)
            bytes += name.utf8.count + value.utf8.count
            details[name] =
                bytes > Self.detailsBytesMax ? "left out: PagerDuty takes 512 KiB in all" : value
        }
        let source = try text("source")
        payload = Payload(
            summary: SlackText.cut(try text("description"), charactersMax: PagerDutyEvent.summaryCharactersMax),
            source: source.isEmpty ? client ?? "signalbox" : source, severity: try text("severity"),
            component: optional(try text("component")), group: optional(try text("group")),
            class: optional(try text("class")), customDetails: details)
    }
}

extension PagerDutyReceiver: HTTPReceiver {
    var problems: [String] { server.problems }
    var secrets: [Secret] { [server.routingKey] }

    func requests(_ message: GroupMessage) throws(GroupMessage.Failure) -> [ReceiverRequest] {
        let body = try message.made { data, time throws(TemplateError) in
            try PagerDutyGroupEvent(
                self, incidentKey: message.group.incidentKey, isFiring: message.group.isFiring, data, at: time)
        }
        return [try message.request(to: WebURL(server.url), body)]
    }
}
