/// The one error of this module. HTTP statuses come from `code`, in one place of the server.
package struct IdentityError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Code: Sendable, Hashable {
        /// No credential, or none that is valid now. 401; the message never says which part was wrong.
        case unauthenticated
        /// Known, but may not. 403.
        case forbidden
        /// Too many sign-ins; worth another try after this time. 429.
        case throttled(retryAfter: Duration)
        /// What was asked for cannot be: a bad name, a weak password. 400.
        case invalid
        /// 404.
        case notFound
        /// Exists already, or would leave nobody in charge. 409.
        case conflict
        /// A limit of this module is reached. 422.
        case limit
        /// The store refuses writes, or the server is stopping. 503.
        case unavailable
    }

    package var code: Code
    package var message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }
}
