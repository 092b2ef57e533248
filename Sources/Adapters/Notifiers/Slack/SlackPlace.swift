/// How Slack names a message.
struct SlackPlace: Sendable, Hashable {
    var channel: String
    var ts: String

    init(channel: String, ts: String) {
        self.channel = channel
        self.ts = ts
    }

    init?(_ text: String) {
        let parts = text.split(separator: "/").map(String.init)
        guard parts.count == 2 else { return nil }
        self.init(channel: parts[0], ts: parts[1])
    }

    var text: String { "\(channel)/\(ts)" }
}
