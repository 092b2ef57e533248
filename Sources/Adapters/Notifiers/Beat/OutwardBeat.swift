package import Basics

/// Tells a watcher outside that Signalbox works: when the beat stops, the watcher alarms.
package struct OutwardBeat: Sendable {
    package enum Method: String, Sendable, CaseIterable {
        case get = "GET"
        case post = "POST"
    }

    private let url: WebURL
    private let method: Method
    private let sender: HTTPSender
    private let redaction: Redaction

    /// Nil when `url` is none.
    package init?(url: Secret, method: Method, transports: NotifierTransports) {
        guard let parsed = WebURL(url.revealed) else { return nil }
        self.url = parsed
        self.method = method
        sender = transports.http
        redaction = Redaction([url])
    }

    package static func isURL(_ url: Secret) -> Bool { WebURL(url.revealed) != nil }

    /// Nil when the watcher has heard it; else why not, without the URL.
    package func send() async -> String? {
        let headers = [(name: "User-Agent", value: "Signalbox"), (name: "Content-Type", value: "application/json")]
        let body = method == .post ? Array("{}".utf8) : []
        switch await sender.send(method.rawValue, to: url, headers: headers, body: body) {
        case .failed(let reason): return redaction.clean(reason)
        case .replied(let reply):
            return (200..<300).contains(reply.status) ? nil : "\(url.authority) answered \(reply.status)"
        }
    }
}
