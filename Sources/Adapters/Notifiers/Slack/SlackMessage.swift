/// A message to an incoming webhook or by an app: a line of text that also stands in notifications, and one coloured attachment
/// of Block Kit blocks.
///
/// Source: https://api.slack.com/reference/block-kit/blocks and /reference/messaging/attachments
package struct SlackMessage: Encodable {
    package struct Attachment: Encodable {
        package var color: String
        package var fallback: String
        package var blocks: [Block]
    }
    package struct Block: Encodable {
        package var type = "section"
        package var text: Text?
        package var fields: [Text]?
        /// Of a block of type `actions`.
        package var elements: [Button]?
    }
    package struct Button: Encodable {
        package var type = "button"
        package var text: Text
        package var actionID: String
        /// The page's id.
        package var value: String
        package var style: String?

        enum CodingKeys: String, CodingKey {
            case type, text, value, style
            case actionID = "action_id"
        }
    }
    package struct Text: Encodable {
        package var type: String
        package var text: String
    }

    /// Where an app posts it; nil: where the webhook does.
    package var channel: String?
    /// Of the message that this one replaces.
    package var ts: String?
    package var text: String
    /// Off: names of hosts and pods are full of underscores.
    package var mrkdwn = false
    package var attachments: [Attachment]
}

extension SlackMessage.Text {
    package static func plain(_ text: String, charactersMax: Int) -> Self {
        Self(type: "plain_text", text: SlackText.cut(text, charactersMax: charactersMax))
    }

    package static func links(_ links: [MessageText.Link]) -> Self {
        var text = ""
        for link in links.map(SlackText.link) {
            let longer = text.isEmpty ? link : "\(text)  ·  \(link)"
            // Half a link is none: what does not fit is left out.
            if longer.utf16.count <= SlackLimits.sectionCharactersMax { text = longer }
        }
        return Self(type: "mrkdwn", text: text)
    }
}
