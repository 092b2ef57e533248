package import Response

/// The URLs that Twilio calls back, and what they say. Twilio signs them, so they carry what a callback is about.
package struct TwilioCallback: Sendable, Hashable {
    /// The message's key in the outbox.
    package var key: String
    package var page: String
    package var person: String

    package static let path = "/ops/v1/channels/twilio/"
    private static let separator: Character = "\u{1f}"
    /// A longer one is none of ours.
    private static let textBytesMax = 4096

    package init(key: String, page: String, person: String) {
        self.key = key
        self.page = page
        self.person = person
    }

    init(_ notification: Notification) {
        self.init(
            key: notification.key, page: notification.subject.pageID, person: notification.channel.person)
    }

    /// Nil when `text` was not made by `text`.
    package init?(_ text: String) {
        guard text.utf8.count <= Self.textBytesMax, let bytes = Base64URL.decode(text) else { return nil }
        let fields = String(decoding: bytes, as: UTF8.self)
            .split(separator: Self.separator, omittingEmptySubsequences: false).map(String.init)
        guard fields.count == 3 else { return nil }
        self.init(key: fields[0], page: fields[1], person: fields[2])
    }

    package var text: String {
        Base64URL.encode(Array([key, page, person].joined(separator: String(Self.separator)).utf8))
    }

    /// `turn` counts what was said in one call, so that no two requests of it are the same.
    package func voiceURL(_ externalURL: String, channel: String, turn: Int) -> String {
        "\(externalURL)\(Self.path)voice/\(FormBody.escape(channel))?m=\(text)&n=\(turn)"
    }

    package func statusURL(_ externalURL: String, channel: String) -> String {
        "\(externalURL)\(Self.path)status/\(FormBody.escape(channel))?m=\(text)"
    }
}
