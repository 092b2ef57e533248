internal import Alerting
package import Basics
package import GoTemplates

/// `msteamsv2_configs`: a Workflows webhook. The texts are templates, in the Markdown that cards read.
package struct TeamsReceiver: Sendable, Hashable {
    package var server: TeamsSettings
    package var title: NotificationTemplate
    package var text: NotificationTemplate

    package init(server: TeamsSettings, title: NotificationTemplate, text: NotificationTemplate) {
        self.server = server
        self.title = title
        self.text = text
    }
}

/// What Alertmanager posts to Teams: a card with a title and a text.
struct TeamsGroupMessage: Encodable {
    struct Block: Encodable {
        var type = "TextBlock"
        var text: String
        var weight: String?
        var size: String?
        var wrap = true
        var style: String?
        var color: String?
    }

    struct Card: Encodable {
        var schema = "http://adaptivecards.io/schemas/adaptive-card.json"
        var type = "AdaptiveCard"
        var version = "1.2"
        var msteams = ["width": "full"]
        var body: [Block]

        enum CodingKeys: String, CodingKey {
            case schema = "$schema"
            case type
            case version
            case msteams
            case body
        }
    }

    struct Attachment: Encodable {
        var contentType = "application/vnd.microsoft.card.adaptive"
        var content: Card
    }

    var type = "message"
    var attachments: [Attachment]

    /// Teams refuses cards of more than 28 KB.
    private static let textCharactersMax = 20_000

    init(_ receiver: TeamsReceiver, isFiring: Bool, _ data: TemplateValue, at time: Timestamp) throws(TemplateError) {
        let title = try receiver.title.render(data, at: time)
        let text = SlackText.cut(try receiver.text.render(data, at: time), charactersMax: Self.textCharactersMax)
        attachments = [
            Attachment(
                content: Card(body: [
                    Block(
                        text: title, weight: "Bolder", size: "Medium", style: "heading",
                        color: isFiring ? "Attention" : "Good"),
                    Block(text: text),
                ]))
        ]
    }
}

extension TeamsReceiver: HTTPReceiver {
    var problems: [String] { server.problems }
    var secrets: [Secret] { [server.webhookURL] }

    func requests(_ message: GroupMessage) throws(GroupMessage.Failure) -> [ReceiverRequest] {
        let body = try message.made { data, time throws(TemplateError) in
            try TeamsGroupMessage(self, isFiring: message.group.isFiring, data, at: time)
        }
        return [try message.request(to: WebURL(server.webhookURL.revealed), body)]
    }
}
