internal import Basics

/// Says something to the one person who pressed a button.
package struct SlackWhisper: Sendable {
    private let sender: HTTPSender

    /// Slack waits three seconds for the answer to a button; this comes before it.
    private static let timeout = Duration.seconds(2)
    private static let host = "hooks.slack.com"

    package init(_ transports: NotifierTransports) { sender = transports.http }

    private struct Message: Encodable {
        var text: String
        var responseType = "ephemeral"
        var replaceOriginal = false
        enum CodingKeys: String, CodingKey {
            case text
            case responseType = "response_type"
            case replaceOriginal = "replace_original"
        }
    }

    /// Only to Slack, or to where its API is configured to be: the address comes from outside. What cannot be said is
    /// let go: the button did nothing, and that can be seen.
    package func say(_ text: String, to responseURL: String, _ settings: SlackAppSettings) async {
        guard let url = WebURL(responseURL), let body = try? JSONBody.encode(Message(text: text)) else { return }
        let isSlack = url.authority == Self.host && url.text.hasPrefix("https://")
        guard isSlack || url.authority == WebURL(settings.url)?.authority else { return }
        _ = await sender.post(
            to: url, headers: [(name: "Content-Type", value: "application/json")], body: body, within: Self.timeout)
    }
}
