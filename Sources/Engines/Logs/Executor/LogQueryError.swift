/// Why a query has no answer. There is never a part of one instead.
package struct LogQueryError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Code: Sendable, Hashable {
        /// The text breaks its language's grammar.
        case syntax
        /// The shape of a request in JSON is wrong: an unknown query, a member that has no place there.
        case malformed
        /// Understood, but a value in it cannot be used.
        case argument
        /// Past one of `LogQueryLimits`.
        case tooLarge
        /// More buckets than an aggregation may have.
        case tooManyBuckets
        case cancelled
        case overTime
        case overMemory
        case overRows
        /// A regular expression that RE2 refuses, or something that no field can be asked.
        case badFilter
        /// Bytes on disk that are not what was written.
        case damaged
    }

    /// Counted from 1, in characters.
    package struct Place: Sendable, Hashable {
        package var line: Int
        package var column: Int

        package init(line: Int, column: Int) {
            self.line = line
            self.column = column
        }
    }

    package var code: Code
    package var message: String
    /// Where in the query's text; nil for requests in JSON and for what went wrong later.
    package var place: Place?

    package init(_ code: Code, _ message: String, at place: Place? = nil) {
        self.code = code
        self.message = message
        self.place = place
    }

    package var description: String {
        place.map { "line \($0.line), column \($0.column): \(message)" } ?? message
    }
}
