internal import Basics
internal import GoTemplates

/// What Alertmanager posts to Slack: one attachment, its texts made by templates.
struct SlackAttachmentMessage: Encodable {
    struct Field: Encodable {
        var title: String
        var value: String
        var short: Bool
    }

    struct Attachment: Encodable {
        var title: String
        var title_link: String
        var pretext: String
        var text: String
        var fallback: String
        var callback_id: String
        var fields: [Field]?
        var image_url: String
        var thumb_url: String
        var footer: String
        var color: String
        var mrkdwn_in: [String]
    }

    var channel: String?
    var username: String
    var icon_emoji: String
    var icon_url: String
    var link_names: Bool
    var attachments: [Attachment]

    /// Slack's own bound of a title.
    private static let titleCharactersMax = 1024
    private static let textCharactersMax = 40_000

    init(_ receiver: SlackReceiver, _ data: TemplateValue, at time: Timestamp) throws(TemplateError) {
        func text(_ name: String) throws(TemplateError) -> String {
            let rendered = try receiver.texts[name]?.render(data, at: time) ?? ""
            return SlackText.cut(rendered, charactersMax: Self.textCharactersMax)
        }
        var fields: [Field] = []
        for field in receiver.fields {
            fields.append(
                Field(
                    title: try field.title.render(data, at: time), value: try field.value.render(data, at: time),
                    short: field.isShort))
        }
        let channel = try text("channel")
        self.channel = channel.isEmpty ? nil : channel
        username = try text("username")
        icon_emoji = try text("icon_emoji")
        icon_url = try text("icon_url")
        link_names = receiver.linksNames
        attachments = [
            Attachment(
                title: SlackText.cut(try text("title"), charactersMax: Self.titleCharactersMax),
                title_link: try text("title_link"), pretext: try text("pretext"), text: try text("text"),
                fallback: try text("fallback"), callback_id: try text("callback_id"),
                fields: fields.isEmpty ? nil : fields, image_url: try text("image_url"),
                thumb_url: try text("thumb_url"), footer: try text("footer"), color: try text("color"),
                mrkdwn_in: receiver.markdownIn)
        ]
    }
}

extension SlackReceiver: HTTPReceiver {
    var problems: [String] {
        WebURL(url.revealed) == nil ? ["api_url: needs http:// or https:// and a host"] : []
    }

    var secrets: [Secret] { [url] }

    func requests(_ message: GroupMessage) throws(GroupMessage.Failure) -> [ReceiverRequest] {
        let body = try message.made { data, time throws(TemplateError) in
            try SlackAttachmentMessage(self, data, at: time)
        }
        return [try message.request(to: WebURL(url.revealed), body)]
    }
}
