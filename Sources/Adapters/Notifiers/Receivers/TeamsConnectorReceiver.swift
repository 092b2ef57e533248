internal import Alerting
package import Basics
package import GoTemplates

/// `msteams_configs`: a connector's webhook, as Teams had them before Workflows. The texts are templates.
package struct TeamsConnectorReceiver: Sendable, Hashable {
    /// Whoever knows it can post.
    package var url: Secret
    package var title: NotificationTemplate
    package var summary: NotificationTemplate
    package var text: NotificationTemplate

    package init(
        url: Secret, title: NotificationTemplate, summary: NotificationTemplate, text: NotificationTemplate
    ) {
        self.url = url
        self.title = title
        self.summary = summary
        self.text = text
    }
}

extension TeamsConnectorReceiver: HTTPReceiver {
    /// A connector refuses messages of more than 28 KB.
    private static let textMax = 20_000
    private static let (red, green) = ("8C1A1A", "2DC72D")

    var problems: [String] { WebURL.problems(url.revealed, key: "webhook_url") }

    var secrets: [Secret] { [url] }

    func requests(_ message: GroupMessage) throws(GroupMessage.Failure) -> [ReceiverRequest] {
        let body = [
            "@context": "http://schema.org/extensions", "type": "MessageCard", "title": try message.text(title),
            "summary": try message.text(summary),
            "text": ReceiverText.cut(try message.text(text), bytesMax: Self.textMax),
            "themeColor": message.group.isFiring ? Self.red : Self.green,
        ]
        return [try message.request(to: WebURL(url.revealed), body)]
    }
}
