internal import Alerting
package import Basics
package import GoTemplates

/// `opsgenie_configs`: an alert that is opened, updated and closed by its alias. The texts are templates.
package struct OpsgenieReceiver: Sendable, Hashable {
    /// Who answers to it; of a person or team any of these says who it is.
    package struct Responder: Sendable, Hashable {
        package var id: NotificationTemplate
        package var name: NotificationTemplate
        package var username: NotificationTemplate
        package var type: NotificationTemplate

        package init(
            id: NotificationTemplate, name: NotificationTemplate, username: NotificationTemplate,
            type: NotificationTemplate
        ) {
            self.id = id
            self.name = name
            self.username = username
            self.type = type
        }
    }

    package static let urlDefault = "https://api.opsgenie.com/"

    /// Ends with a slash.
    package var url: String
    package var key: Secret
    /// By Alertmanager's names: `message`, `description`, `tags` …
    package var texts: [String: NotificationTemplate]
    package var details: [String: NotificationTemplate]
    package var responders: [Responder]
    /// Whether message and description of an open alert are changed, too.
    package var updates: Bool

    package init(
        url: String, key: Secret, texts: [String: NotificationTemplate], details: [String: NotificationTemplate],
        responders: [Responder], updates: Bool
    ) {
        self.url = url
        self.key = key
        self.texts = texts
        self.details = details
        self.responders = responders
        self.updates = updates
    }
}

extension OpsgenieReceiver: HTTPReceiver {
    /// Opsgenie refuses more (docs.opsgenie.com, "Create Alert").
    private static let messageMax = 130

    private struct Named: Encodable {
        var id: String?
        var name: String?
        var username: String?
        var type: String
    }

    private struct Create: Encodable {
        var alias: String
        var message: String
        var description: String?
        var details: [String: String]
        var source: String
        var responders: [Named]?
        var tags: [String]?
        var note: String?
        var priority: String?
        var entity: String?
        var actions: [String]?
    }

    var problems: [String] { WebURL.problems(url, key: "api_url") }
    var secrets: [Secret] { [key] }

    func requests(_ message: GroupMessage) throws(GroupMessage.Failure) -> [ReceiverRequest] {
        let alias = message.group.incidentKey
        let texts = try message.texts(texts)
        let headers = ["Authorization": "GenieKey \(key.revealed)"]
        func optional(_ name: String) -> String? { texts[name].flatMap { $0.isEmpty ? nil : $0 } }
        func place(_ end: String) -> WebURL? { WebURL("\(url)v2/alerts/\(alias)/\(end)?identifierType=alias") }
        func list(_ name: String) -> [String]? {
            let list = ReceiverText.list(texts[name] ?? "")
            return list.isEmpty ? nil : list
        }
        guard message.group.isFiring else {
            let body = ["source": texts["source"] ?? ""]
            return [try message.request(to: place("close"), headers: headers, body)]
        }
        let responders = try responders(message)
        let create = Create(
            alias: alias, message: ReceiverText.cut(texts["message"] ?? "", scalarsMax: Self.messageMax),
            description: optional("description"),
            details: message.group.commonLabels.merging(try message.texts(details)) { $1 },
            source: texts["source"] ?? "", responders: responders.isEmpty ? nil : responders, tags: list("tags"),
            note: optional("note"), priority: optional("priority"), entity: optional("entity"),
            actions: list("actions"))
        var requests = [try message.request(to: WebURL("\(url)v2/alerts"), headers: headers, create)]
        if updates {
            let changed = ["message": create.message].filter { !$0.value.isEmpty }
            let description = ["description": create.description ?? ""].filter { !$0.value.isEmpty }
            requests.append(
                try message.request(to: place("message"), method: "PUT", headers: headers, changed))
            requests.append(
                try message.request(to: place("description"), method: "PUT", headers: headers, description))
        }
        return requests
    }

    private func responders(_ message: GroupMessage) throws(GroupMessage.Failure) -> [Named] {
        var result: [Named] = []
        for responder in responders {
            let (id, name) = (try message.text(responder.id), try message.text(responder.name))
            let (username, type) = (try message.text(responder.username), try message.text(responder.type))
            // A template may leave nobody.
            if id.isEmpty, name.isEmpty, username.isEmpty { continue }
            guard type != "teams" else {
                result += ReceiverText.list(name).map { Named(name: $0, type: "team") }
                continue
            }
            result.append(
                Named(
                    id: id.isEmpty ? nil : id, name: name.isEmpty ? nil : name,
                    username: username.isEmpty ? nil : username, type: type))
        }
        return result
    }
}
