package import Basics

/// The way to the backend. Calls may overlap.
package protocol RemoteTransport: Sendable {
    /// One request and its answer, of any status. Throws `RemoteFailure` when there is none, `CancellationError` when
    /// the task is cancelled.
    func send(_ request: RemoteRequest) async throws -> RemoteAnswer
}

package struct RemoteRequest: Sendable {
    package enum Body: Sendable, Hashable {
        case none
        /// Names and values, sent `application/x-www-form-urlencoded`.
        case form([Pair])
        /// A snappy block of remote write 1.0.
        case remoteWrite([UInt8])
    }

    package struct Pair: Sendable, Hashable {
        package var name: String
        package var value: String
        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    package var url: String
    /// None is a GET, anything else a POST.
    package var body: Body
    /// For the whole answer.
    package var timeout: Duration
    /// A longer answer fails, or is cut when `cutsAnswer`.
    package var answerBytesMax: Int
    package var cutsAnswer: Bool

    package init(url: String, body: Body, timeout: Duration, answerBytesMax: Int, cutsAnswer: Bool = false) {
        self.url = url
        self.body = body
        self.timeout = timeout
        self.answerBytesMax = answerBytesMax
        self.cutsAnswer = cutsAnswer
    }
}

package struct RemoteAnswer: Sendable {
    package var status: Int
    package var retryAfter: String?
    package var body: [UInt8]

    package init(status: Int, retryAfter: String? = nil, body: [UInt8] = []) {
        self.status = status
        self.retryAfter = retryAfter
        self.body = body
    }

    /// More of a refusal is not repeated.
    private static let wordsBytesMax = 512

    /// What the backend says for people, in one line.
    package var words: String {
        let text = String(decoding: body.prefix(Self.wordsBytesMax), as: UTF8.self)
        let line = text.split(whereSeparator: { $0.isWhitespace }).joined(separator: " ")
        return line.isEmpty ? "no reason given" : line
    }
}

/// Why there is no answer. Names the place without what a URL may keep secret.
package struct RemoteFailure: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Code: Sendable, Hashable { case unreachable, timeout, tooLarge }

    package var code: Code
    package var description: String

    package init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}
