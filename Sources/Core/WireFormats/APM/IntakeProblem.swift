/// Why an event of Elastic APM's intake was not taken, with the event's beginning.
package struct IntakeProblem: Error, Sendable, Hashable {
    package var message: String
    package var document = ""

    package init(_ message: String, document: String = "") {
        self.message = message
        self.document = document
    }

    /// In APM server's words: `validation error: transaction: 'trace_id' required`.
    static func missing(_ name: String, in event: String) -> IntakeProblem {
        IntakeProblem("validation error: \(event): '\(name)' required")
    }

    static func invalid(_ name: String, in event: String, _ what: String) -> IntakeProblem {
        IntakeProblem("validation error: \(event): '\(name)' \(what)")
    }
}
