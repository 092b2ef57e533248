internal import Alerting
package import Basics
package import GoTemplates

/// `victorops_configs`: Splunk On-Call's REST endpoint. The texts are templates.
package struct VictorOpsReceiver: Sendable, Hashable {
    package static let urlDefault = "https://alert.victorops.com/integrations/generic/20131114/alert/"
    /// Fields that `custom_fields` may not name.
    package static let ownFields = [
        "routing_key", "message_type", "state_message", "entity_display_name", "monitoring_tool", "entity_id",
        "entity_state",
    ]

    /// Ends with a slash.
    package var url: String
    package var key: Secret
    /// By Alertmanager's names: `routing_key`, `message_type` …
    package var texts: [String: NotificationTemplate]
    package var fields: [String: NotificationTemplate]

    package init(
        url: String, key: Secret, texts: [String: NotificationTemplate], fields: [String: NotificationTemplate]
    ) {
        self.url = url
        self.key = key
        self.texts = texts
        self.fields = fields
    }
}

extension VictorOpsReceiver: HTTPReceiver {
    /// Splunk On-Call refuses more (help.victorops.com, "Incident Fields Glossary").
    private static let messageMax = 20_480
    private static let kinds = ["INFO", "WARNING", "CRITICAL"]

    var problems: [String] { WebURL.problems(url, key: "api_url") }
    var secrets: [Secret] { [key] }

    func requests(_ message: GroupMessage) throws(GroupMessage.Failure) -> [ReceiverRequest] {
        let texts = try message.texts(texts)
        let kind = texts["message_type"] ?? ""
        var body = [
            "message_type": message.group.isFiring ? Self.kinds.contains(kind) ? kind : "CRITICAL" : "RECOVERY",
            "entity_id": message.group.incidentKey, "entity_display_name": texts["entity_display_name"] ?? "",
            "state_message": ReceiverText.cut(texts["state_message"] ?? "", scalarsMax: Self.messageMax),
            "monitoring_tool": texts["monitoring_tool"] ?? "",
        ]
        body.merge(try message.texts(fields)) { $1 }
        let place = "\(FormBody.escape(key.revealed))/\(FormBody.escape(texts["routing_key"] ?? ""))"
        return [try message.request(to: WebURL(url + place), body)]
    }
}
