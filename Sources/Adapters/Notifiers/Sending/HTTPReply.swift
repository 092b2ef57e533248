/// What a receiver answered, as much of it as a decision or a reason needs.
struct HTTPReply: Sendable, Hashable {
    var status: Int
    /// From `Retry-After`, capped.
    var retryAfterMilliseconds: Int64?
    /// The beginning of the body; bytes that are not UTF-8 replaced.
    var body: String

    /// Later bytes of a body are not read, unless its sender needs more.
    static let bodyBytesMax = 4096
}

enum HTTPOutcome: Sendable, Hashable {
    case replied(HTTPReply)
    /// No answer: the network, TLS, a time-out. The reason names the host and no more of the URL.
    case failed(reason: String)
}
