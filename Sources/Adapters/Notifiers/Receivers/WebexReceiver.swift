package import Basics
package import GoTemplates

/// `webex_configs`: a bot that writes to a room; its token stands in `http_config`. The texts are templates.
package struct WebexReceiver: Sendable, Hashable {
    package static let urlDefault = "https://webexapis.com/v1/messages"

    package var url: String
    package var room: NotificationTemplate
    package var text: NotificationTemplate

    package init(url: String, room: NotificationTemplate, text: NotificationTemplate) {
        self.url = url
        self.room = room
        self.text = text
    }
}

extension WebexReceiver: HTTPReceiver {
    /// Webex refuses more (developer.webex.com, "Create a Message").
    private static let bytesMax = 7439

    private struct Body: Encodable {
        var markdown: String
        var roomId: String
    }

    var problems: [String] { WebURL.problems(url, key: "api_url") }
    var secrets: [Secret] { [] }

    func requests(_ message: GroupMessage) throws(GroupMessage.Failure) -> [ReceiverRequest] {
        let text = ReceiverText.cut(try message.text(text), bytesMax: Self.bytesMax)
        return [try message.request(to: WebURL(url), Body(markdown: text, roomId: try message.text(room)))]
    }
}
