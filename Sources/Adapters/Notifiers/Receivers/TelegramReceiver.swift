internal import Alerting
package import Basics
package import GoTemplates

/// `telegram_configs`: a bot that writes to a chat. The text is a template.
package struct TelegramReceiver: Sendable, Hashable {
    package enum Format: String, Sendable, Hashable, CaseIterable {
        case plain = ""
        case markdown = "Markdown"
        case markdown2 = "MarkdownV2"
        case html = "HTML"
    }

    package static let urlDefault = "https://api.telegram.org"

    package var url: String
    /// Whoever knows it writes as the bot.
    package var token: Secret
    package var chat: Int
    /// Of a chat with topics.
    package var thread: Int?
    package var text: NotificationTemplate
    package var format: Format
    package var isQuiet: Bool

    package init(
        url: String, token: Secret, chat: Int, thread: Int?, text: NotificationTemplate, format: Format, isQuiet: Bool
    ) {
        self.url = url
        self.token = token
        self.chat = chat
        self.thread = thread
        self.text = text
        self.format = format
        self.isQuiet = isQuiet
    }
}

extension TelegramReceiver: HTTPReceiver {
    /// Telegram refuses more (core.telegram.org/bots/api, "sendMessage").
    private static let scalarsMax = 4096

    var problems: [String] {
        var problems: [String] = []
        problems += WebURL.problems(url, key: "api_url")
        let isToken = token.revealed.utf8.allSatisfy { byte in
            let scalar = Unicode.Scalar(byte)
            return scalar.isASCII && scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
                || ":_-".unicodeScalars.contains(scalar)
        }
        if !isToken || token.revealed.isEmpty {
            problems.append("bot_token: a bot's token has letters, digits, ':', '_' and '-'")
        }
        return problems
    }

    var secrets: [Secret] { [token] }

    func requests(_ message: GroupMessage) throws(GroupMessage.Failure) -> [ReceiverRequest] {
        var parameters = ["chat_id": String(chat), "text": try rendered(message), "disable_web_page_preview": "true"]
        if format != .plain { parameters["parse_mode"] = format.rawValue }
        if isQuiet { parameters["disable_notification"] = "true" }
        if let thread { parameters["message_thread_id"] = String(thread) }
        return [try message.request(to: WebURL("\(url)/bot\(token.revealed)/sendMessage"), parameters)]
    }

    private func rendered(_ message: GroupMessage) throws(GroupMessage.Failure) -> String {
        let rendered = try message.text(text, asHTML: format == .html)
        guard format == .html, rendered.unicodeScalars.count > Self.scalarsMax else {
            return ReceiverText.cut(rendered, scalarsMax: Self.scalarsMax)
        }
        // Cut within a mark it would be refused.
        return "\(message.group.alerts.count + message.group.truncatedCount) alerts, too long a text for Telegram: "
            + "\(message.externalURL.replacing("&", with: "&amp;"))/alerts"
    }
}
