internal import Alerting
package import Basics
package import GoTemplates

/// `discord_configs`: a webhook of a channel. The texts are templates.
package struct DiscordReceiver: Sendable, Hashable {
    /// Whoever knows it can post.
    package var url: Secret
    package var title: NotificationTemplate
    package var text: NotificationTemplate
    package var content: NotificationTemplate
    /// As the webhook is set up where they are empty.
    package var username: String
    package var avatarURL: String

    package init(
        url: Secret, title: NotificationTemplate, text: NotificationTemplate, content: NotificationTemplate,
        username: String, avatarURL: String
    ) {
        self.url = url
        self.title = title
        self.text = text
        self.content = content
        self.username = username
        self.avatarURL = avatarURL
    }
}

extension DiscordReceiver: HTTPReceiver {
    /// Discord refuses more (discord.com/developers, "Embed Limits", "Execute Webhook").
    private static let titleMax = 256
    private static let textMax = 4096
    private static let contentMax = 2000
    private static let (red, green) = (0x992D22, 0x2ECC71)

    private struct Embed: Encodable {
        var title: String
        var description: String
        var color: Int
    }

    private struct Body: Encodable {
        var content: String
        var embeds: [Embed]
        var username: String?
        var avatar_url: String?
    }

    var problems: [String] { WebURL.problems(url.revealed, key: "webhook_url") }

    var secrets: [Secret] { [url] }

    func requests(_ message: GroupMessage) throws(GroupMessage.Failure) -> [ReceiverRequest] {
        let embed = Embed(
            title: ReceiverText.cut(try message.text(title), scalarsMax: Self.titleMax),
            description: ReceiverText.cut(try message.text(text), scalarsMax: Self.textMax),
            color: message.group.isFiring ? Self.red : Self.green)
        let body = Body(
            content: ReceiverText.cut(try message.text(content), scalarsMax: Self.contentMax), embeds: [embed],
            username: username.isEmpty ? nil : username, avatar_url: avatarURL.isEmpty ? nil : avatarURL)
        return [try message.request(to: WebURL(url.revealed), body)]
    }
}
