/// The one error of this module.
package struct AlertingError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Code: Sendable, Hashable {
        /// What was said cannot be; the message names the place in it.
        case invalid
        case notFound
        /// A bound of `AlertingLimits` is reached.
        case tooMany
    }

    package var code: Code
    package var message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }
}
