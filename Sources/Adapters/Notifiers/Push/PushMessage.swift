internal import Crypto
package import Response

/// What the service worker is told: `Sources/Server/Console/assets/service-worker.js` reads it.
package struct PushMessage: Encodable, Sendable, Hashable {
    package var title: String
    package var body: String
    /// Opened by a tap.
    package var url: String
    /// Notifications of one page replace each other.
    package var tag: String
    /// Acknowledges when posted to; nil when there is nothing to acknowledge.
    package var acknowledge: String?
    /// Stays until it is looked at.
    package var isUrgent: Bool

    private static let titleCharactersMax = 160
    private static let bodyCharactersMax = 600

    package init(_ notification: Notification, acknowledgeURL: String?) {
        let message = MessageText(notification)
        title = PlainLine.make(message.headline, charactersMax: Self.titleCharactersMax)
        let words = message.facts.filter { $0.name != "Severity" }.map(\.value) + message.paragraphs
        body = PlainLine.paragraph(words.joined(separator: "\n"), charactersMax: Self.bodyCharactersMax)
        url = notification.subject.url
        tag = notification.subject.pageID.isEmpty ? notification.key : notification.subject.pageID
        acknowledge = acknowledgeURL
        isUrgent = notification.kind == .page
    }

    /// As much of it as a push may hold.
    package func encoded() throws -> [UInt8] {
        let whole = try JSONBody.encode(self)
        guard whole.count > PushEncryption.textBytesMax else { return whole }
        // Only names from outside can be that long: the headline stays, and the console has the rest.
        var short = self
        short.body = ""
        short.title = PlainLine.make(title, charactersMax: 40)
        short.tag = Self.topic(tag)
        short.url = "/alerts"
        short.acknowledge = nil
        return try JSONBody.encode(short)
    }

    /// A push that waits for its device gives way to a newer one of the same topic: 32 characters at most.
    static func topic(_ tag: String) -> String {
        Base64URL.encode(Array(SHA256.hash(data: Array(tag.utf8)).prefix(24)))
    }
    package var topic: String { Self.topic(tag) }
}
