package import Basics
package import GoTemplates

/// `pushover_configs`. The texts are templates.
package struct PushoverReceiver: Sendable, Hashable {
    package static let urlDefault = "https://api.pushover.net/1/messages.json"

    package var url = urlDefault
    package var token: Secret
    package var user: Secret
    /// By Alertmanager's names: `title`, `message`, `priority` …
    package var texts: [String: NotificationTemplate]
    /// How often, and for how long, a message of priority 2 is repeated until it is acknowledged.
    package var retrySeconds: Int
    package var expireSeconds: Int
    /// When the message is deleted; nil: never.
    package var lifetimeSeconds: Int?
    package var isHTML: Bool
    package var isMonospace: Bool

    package init(
        token: Secret, user: Secret, texts: [String: NotificationTemplate], retrySeconds: Int, expireSeconds: Int,
        lifetimeSeconds: Int?, isHTML: Bool, isMonospace: Bool
    ) {
        self.token = token
        self.user = user
        self.texts = texts
        self.retrySeconds = retrySeconds
        self.expireSeconds = expireSeconds
        self.lifetimeSeconds = lifetimeSeconds
        self.isHTML = isHTML
        self.isMonospace = isMonospace
    }
}

extension PushoverReceiver: HTTPReceiver {
    /// Pushover refuses more (pushover.net/api, "Limits").
    private static let titleMax = 250
    private static let messageMax = 1024
    private static let urlMax = 512

    var problems: [String] { [] }
    var secrets: [Secret] { [token, user] }

    func requests(_ message: GroupMessage) throws(GroupMessage.Failure) -> [ReceiverRequest] {
        func text(_ name: String, asHTML: Bool = false) throws(GroupMessage.Failure) -> String {
            try message.text(texts[name], asHTML: asHTML)
        }
        let cut = ReceiverText.cut(try text("message", asHTML: isHTML), scalarsMax: Self.messageMax)
        let body = ReceiverText.trimmed(cut)
        var pairs = [
            ("token", token.revealed), ("user", user.revealed),
            ("title", ReceiverText.cut(try text("title"), scalarsMax: Self.titleMax)),
            // An empty message is refused.
            ("message", body.isEmpty ? "(no details)" : body),
            ("url", ReceiverText.cut(try text("url"), scalarsMax: Self.urlMax)), ("url_title", try text("url_title")),
            ("priority", try text("priority")), ("retry", String(retrySeconds)), ("expire", String(expireSeconds)),
            ("device", try text("device")), ("sound", try text("sound")),
        ]
        if isHTML { pairs.append(("html", "1")) }
        if isMonospace { pairs.append(("monospace", "1")) }
        if let lifetimeSeconds { pairs.append(("ttl", String(lifetimeSeconds))) }
        guard let url = WebURL(url) else { throw .unfit("the URL of the request is none") }
        // In the body, not in the query: proxies write down URLs.
        return [
            ReceiverRequest(
                url: url, contentType: "application/x-www-form-urlencoded",
                body: Array(FormBody.encode(pairs.map { (name: $0.0, value: $0.1) }).utf8))
        ]
    }
}
