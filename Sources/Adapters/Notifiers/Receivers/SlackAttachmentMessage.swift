internal import Basics
internal import GoTemplates

/// What Alertmanager posts to Slack: one attachment, its texts made by templates.
struct SlackAttachmentMessage: Encodable {
    struct Field: Encodable {
        var title: String
        var value: String
        var short: Bool
    }

    struct Confirmation: Encodable {
        var text: String?
        var title: String?
        var ok_text: String?
        var dismiss_text: String?
    }

    struct Action: Encodable {
        var type: String?
        var text: String?
        var url: String?
        var style: String?
        var name: String?
        var value: String?
        var confirm: Confirmation?
    }

    /// What is empty is left out, as Alertmanager leaves it out.
    struct Attachment: Encodable {
        var title: String?
        var title_link: String?
        var pretext: String?
        var text: String
        var fallback: String
        var callback_id: String
        var fields: [Field]?
        var actions: [Action]?
        var image_url: String?
        var thumb_url: String?
        var footer: String
        var color: String?
        var mrkdwn_in: [String]?
    }

    var channel: String?
    var username: String?
    var icon_emoji: String?
    var icon_url: String?
    var link_names: Bool?
    var attachments: [Attachment]

    /// Slack's own bound of a title.
    private static let titleCharactersMax = 1024
    private static let textCharactersMax = 40_000

    init(_ receiver: SlackReceiver, _ data: TemplateValue, at time: Timestamp) throws(TemplateError) {
        func text(_ name: String) throws(TemplateError) -> String {
            let rendered = try receiver.texts[name]?.render(data, at: time) ?? ""
            return SlackText.cut(rendered, charactersMax: Self.textCharactersMax)
        }
        func some(_ name: String) throws(TemplateError) -> String? {
            let text = try text(name)
            return text.isEmpty ? nil : text
        }
        var fields: [Field] = []
        for field in receiver.fields {
            fields.append(
                Field(
                    title: try field.title.render(data, at: time), value: try field.value.render(data, at: time),
                    short: field.isShort))
        }
        var actions: [Action] = []
        for action in receiver.actions { actions.append(try Action(action, data, at: time)) }
        channel = try some("channel")
        username = try some("username")
        icon_emoji = try some("icon_emoji")
        icon_url = try some("icon_url")
        link_names = receiver.linksNames ? true : nil
        attachments = [
            Attachment(
                title: try some("title").map { SlackText.cut($0, charactersMax: Self.titleCharactersMax) },
                title_link: try some("title_link"), pretext: try some("pretext"), text: try text("text"),
                fallback: try text("fallback"), callback_id: try text("callback_id"),
                fields: fields.isEmpty ? nil : fields, actions: actions.isEmpty ? nil : actions,
                image_url: try some("image_url"), thumb_url: try some("thumb_url"), footer: try text("footer"),
                color: try some("color"), mrkdwn_in: receiver.markdownIn.isEmpty ? nil : receiver.markdownIn)
        ]
    }
}

extension SlackAttachmentMessage.Action {
    init(_ action: SlackReceiver.Action, _ data: TemplateValue, at time: Timestamp) throws(TemplateError) {
        func text(_ templates: [String: NotificationTemplate], _ name: String) throws(TemplateError) -> String? {
            let text = try templates[name]?.render(data, at: time) ?? ""
            return text.isEmpty ? nil : text
        }
        type = try text(action.texts, "type")
        self.text = try text(action.texts, "text")
        url = try text(action.texts, "url")
        style = try text(action.texts, "style")
        name = try text(action.texts, "name")
        value = try text(action.texts, "value")
        guard let confirmation = action.confirmation else { return }
        confirm = SlackAttachmentMessage.Confirmation(
            text: try text(confirmation, "text"), title: try text(confirmation, "title"),
            ok_text: try text(confirmation, "ok_text"), dismiss_text: try text(confirmation, "dismiss_text"))
    }
}

extension SlackReceiver: HTTPReceiver {
    var problems: [String] { WebURL.problems(url.revealed, key: "api_url") }

    var secrets: [Secret] { [url] }

    func requests(_ message: GroupMessage) throws(GroupMessage.Failure) -> [ReceiverRequest] {
        let body = try message.made { data, time throws(TemplateError) in
            try SlackAttachmentMessage(self, data, at: time)
        }
        return [try message.request(to: WebURL(url.revealed), body)]
    }
}
