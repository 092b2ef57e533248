internal import Alerting
package import Basics
package import GoTemplates

/// `pagerduty_configs`, with a key of Events API v2 or of v1. The texts are templates.
package struct PagerDutyReceiver: Sendable, Hashable {
    package var server: PagerDutySettings
    /// By PagerDuty's names: `description`, `client`, `severity` …
    package var texts: [String: NotificationTemplate]
    package var details: [String: NotificationTemplate]
    /// Each by PagerDuty's names: `src`, `alt`, `href`; `href`, `text`.
    package var images: [[String: NotificationTemplate]]
    package var links: [[String: NotificationTemplate]]
    /// The key is one of Events API v1, which has an address of its own.
    package var isFirstVersion: Bool

    package init(
        server: PagerDutySettings, texts: [String: NotificationTemplate], details: [String: NotificationTemplate],
        images: [[String: NotificationTemplate]] = [], links: [[String: NotificationTemplate]] = [],
        isFirstVersion: Bool = false
    ) {
        self.server = server
        self.texts = texts
        self.details = details
        self.images = images
        self.links = links
        self.isFirstVersion = isFirstVersion
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
    /// Those whose templates leave an address.
    var images: [[String: String]]?
    var links: [[String: String]]?

    enum CodingKeys: String, CodingKey {
        case routingKey = "routing_key"
        case action = "event_action"
        case dedupKey = "dedup_key"
        case client
        case clientURL = "client_url"
        case payload
        case images
        case links
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
        let details = try Self.details(receiver, data, at: time)
        let source = try text("source")
        payload = Payload(
            summary: SlackText.cut(try text("description"), charactersMax: PagerDutyEvent.summaryCharactersMax),
            source: source.isEmpty ? client ?? "signalbox" : source, severity: try text("severity"),
            component: optional(try text("component")), group: optional(try text("group")),
            class: optional(try text("class")), customDetails: details)
        images = try Self.rendered(receiver.images, named: "src", data, at: time)
        links = try Self.rendered(receiver.links, named: "href", data, at: time)
    }

    static func details(
        _ receiver: PagerDutyReceiver, _ data: TemplateValue, at time: Timestamp
    ) throws(TemplateError) -> [String: String] {
        var details: [String: String] = [:]
        var bytes = 0
        for (name, template) in receiver.details.sorted(by: { $0.key < $1.key }) {
            let value = try template.render(data, at: time)
            bytes += name.utf8.count + value.utf8.count
            details[name] = bytes > detailsBytesMax ? "left out: PagerDuty takes 512 KiB in all" : value
        }
        return details
    }

    private static func rendered(
        _ items: [[String: NotificationTemplate]], named: String, _ data: TemplateValue, at time: Timestamp
    ) throws(TemplateError) -> [[String: String]]? {
        var result: [[String: String]] = []
        for item in items {
            var texts: [String: String] = [:]
            for (name, template) in item { texts[name] = try template.render(data, at: time) }
            if texts[named]?.isEmpty == false { result.append(texts) }
        }
        return result.isEmpty ? nil : result
    }
}

/// The same to Events API v1.
struct PagerDutyFirstGroupEvent: Encodable {
    var service_key: String
    var event_type: String
    var incident_key: String
    var description: String
    var client: String?
    var client_url: String?
    var details: [String: String]

    init(
        _ receiver: PagerDutyReceiver, incidentKey: String, isFiring: Bool, _ data: TemplateValue, at time: Timestamp
    ) throws(TemplateError) {
        func text(_ name: String) throws(TemplateError) -> String? {
            let text = try receiver.texts[name]?.render(data, at: time) ?? ""
            return text.isEmpty ? nil : text
        }
        service_key = receiver.server.routingKey.revealed
        event_type = isFiring ? "trigger" : "resolve"
        incident_key = incidentKey
        description = SlackText.cut(
            try text("description") ?? "", charactersMax: PagerDutyEvent.summaryCharactersMax)
        client = isFiring ? try text("client") : nil
        client_url = isFiring ? try text("client_url") : nil
        details = try PagerDutyGroupEvent.details(receiver, data, at: time)
    }
}

extension PagerDutyReceiver: HTTPReceiver {
    private static let firstURL = "https://events.pagerduty.com/generic/2010-04-15/create_event.json"

    var problems: [String] { isFirstVersion ? [] : server.problems }
    var secrets: [Secret] { [server.routingKey] }

    func requests(_ message: GroupMessage) throws(GroupMessage.Failure) -> [ReceiverRequest] {
        let (key, isFiring) = (message.group.incidentKey, message.group.isFiring)
        guard !isFirstVersion else {
            let body = try message.made { data, time throws(TemplateError) in
                try PagerDutyFirstGroupEvent(self, incidentKey: key, isFiring: isFiring, data, at: time)
            }
            var request = try message.request(to: WebURL(Self.firstURL), body)
            // That is how v1 says "later".
            request.retriedStatuses = [403]
            return [request]
        }
        let body = try message.made { data, time throws(TemplateError) in
            try PagerDutyGroupEvent(self, incidentKey: key, isFiring: isFiring, data, at: time)
        }
        return [try message.request(to: WebURL(server.url), body)]
    }
}
