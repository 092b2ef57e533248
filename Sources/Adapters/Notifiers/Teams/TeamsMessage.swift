/// What a Workflows webhook takes: a message with one Adaptive Card.
///
/// Source: https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using and
/// https://adaptivecards.io/explorer. Text stands in `TextRun`s only: unlike a `TextBlock` they read no Markdown, so
/// what comes from outside can neither link nor format.
package struct TeamsMessage: Encodable {
    package struct Attachment: Encodable {
        package var contentType = "application/vnd.microsoft.card.adaptive"
        package var content: Card
        /// `contentUrl: null` must be there.
        enum CodingKeys: String, CodingKey { case contentType, contentUrl, content }
        package func encode(to encoder: any Encoder) throws {
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(contentType, forKey: .contentType)
            try container.encodeNil(forKey: .contentUrl)
            try container.encode(content, forKey: .content)
        }
    }
    package struct Card: Encodable {
        package var schema = "http://adaptivecards.io/schemas/adaptive-card.json"
        package var type = "AdaptiveCard"
        package var version = "1.2"
        package var fallbackText: String
        package var body: [Block]
        package var actions: [Action]
        package var msteams = ["width": "full"]
        enum CodingKeys: String, CodingKey {
            case schema = "$schema"
            case type, version, fallbackText, body, actions, msteams
        }
    }
    package struct Block: Encodable {
        package var type = "RichTextBlock"
        package var inlines: [Run]
    }
    package struct Run: Encodable {
        package var type = "TextRun"
        package var text: String
        package var weight: String?
        package var size: String?
        package var color: String?
    }
    package struct Action: Encodable {
        package var type = "Action.OpenUrl"
        package var title: String
        package var url: String
    }

    package var type = "message"
    package var attachments: [Attachment]
}
