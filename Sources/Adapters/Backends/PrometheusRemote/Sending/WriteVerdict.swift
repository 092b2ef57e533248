import Basics

/// What an answer to a write means for its samples.
enum WriteVerdict: Sendable, Hashable {
    case accepted
    /// The samples may be taken later.
    case retry(reason: String, after: Duration?)
    /// The backend will never take this message.
    case refused(reason: String)

    /// Statuses that say nothing about the samples but about the way to the backend: a password that expired must not
    /// cost a single one.
    private static let passing: Set<Int> = [401, 403, 404, 407, 408, 429]

    init(_ answer: RemoteAnswer, now: Timestamp) {
        let reason = "HTTP status \(answer.status): \(answer.words)"
        switch answer.status {
        case 200..<300: self = .accepted
        case 400..<500 where !Self.passing.contains(answer.status): self = .refused(reason: reason)
        default:
            let milliseconds = answer.retryAfter.flatMap { RetryAfter.milliseconds($0, now: now) }
            self = .retry(reason: reason, after: milliseconds.map { .milliseconds($0) })
        }
    }
}
