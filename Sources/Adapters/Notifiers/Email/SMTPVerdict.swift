package import Response

/// What an SMTP dialogue came to. Pure, so that its whole table is a test.
package struct SMTPVerdict: Sendable, Hashable {
    /// libcurl's result, sorted by what it means for another try.
    package enum Ending: Sendable, Hashable {
        case completed
        /// The dialogue broke or was refused; the transcript says which.
        case broken(String)
        /// Will not get better by itself: no TLS where it is required, an untrusted certificate, a bad CA file.
        case hopeless(String)
    }

    package var server: String
    package var ending: Ending
    package var transcript: SMTPTranscript

    /// 4xx is tried again, 5xx is for good (RFC 5321 §4.2.1).
    package var result: DeliveryResult {
        let refusals = transcript.replies.filter { $0.isRefusal && !Self.isProbe($0) }
        switch ending {
        case .completed:
            // Others may have got it: those the server refused did not, and somebody must know.
            guard let refused = refusals.first(where: { $0.command.hasPrefix("RCPT") }) else { return .delivered }
            return Self.result(of: refused, reason: "\(reason(refused)); other recipients got the message")
        case .hopeless(let words):
            // STARTTLS that is refused for now may be given later.
            if let refused = refusals.last, refused.command == "STARTTLS", refused.code < 500 {
                return Self.result(of: refused, reason: reason(refused))
            }
            return .permanent(reason: "\(server): \(words)")
        case .broken(let words):
            guard let refused = refusals.last else {
                return .retry(reason: "\(server): \(words)", retryAfterMilliseconds: nil)
            }
            return Self.result(of: refused, reason: reason(refused))
        }
    }

    private static func result(of reply: SMTPTranscript.Reply, reason: String) -> DeliveryResult {
        reply.code < 500 ? .retry(reason: reason, retryAfterMilliseconds: nil) : .permanent(reason: reason)
    }

    /// A server that knows no EHLO is asked with HELO next; its refusal is no verdict.
    private static func isProbe(_ reply: SMTPTranscript.Reply) -> Bool { reply.command == "EHLO" }

    private func reason(_ reply: SMTPTranscript.Reply) -> String {
        "\(server) answered \(reply.command) with \(reply.code)" + (reply.text.isEmpty ? "" : ": \(reply.text)")
    }
}
