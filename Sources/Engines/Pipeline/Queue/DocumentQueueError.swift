package struct DocumentQueueError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: Hashable, Sendable {
        /// No room until some is processed; nothing was taken.
        case full
        /// More than the queue could ever hold, or one record may have; nothing was taken.
        case tooLarge
        /// The disk refused, or the queue is closing. What was not answered may be there after a crash.
        case unavailable
        /// What the batch was made of has changed; nothing was taken.
        case changed
        /// Bytes on disk that are not what was written.
        case damaged
    }

    package var code: Code
    package var message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }
}
