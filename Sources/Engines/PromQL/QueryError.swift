/// Why a query has no answer. `description` is Prometheus' text, which Grafana and rule tests match.
package struct QueryError: Error, Sendable, Hashable, CustomStringConvertible {
    package enum Code: Sendable, Hashable {
        /// The text is not a valid query. HTTP 400 `bad_data`.
        case parse
        /// Valid, but cannot be evaluated. HTTP 422 `execution`.
        case execution
        /// HTTP 503 `timeout`.
        case timeout
        /// HTTP 499 `canceled`.
        case canceled
        /// The store failed. HTTP 500 `internal`.
        case storage
    }

    package var code: Code
    package var message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }
}
