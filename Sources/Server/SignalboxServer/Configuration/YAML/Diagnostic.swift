/// One problem of a configuration: where, and what would be right.
package struct Diagnostic: Sendable, Hashable, Comparable, CustomStringConvertible {
    package var file: String
    /// From 1; zero when the problem is the file itself.
    package var line: Int
    package var column: Int
    package var message: String

    package init(file: String, line: Int, column: Int, message: String) {
        self.file = file
        self.line = line
        self.column = column
        self.message = message
    }

    package var description: String {
        line > 0 ? "\(file):\(line):\(column): \(message)" : "\(file): \(message)"
    }

    package static func < (left: Diagnostic, right: Diagnostic) -> Bool {
        (left.file, left.line, left.column, left.message) < (right.file, right.line, right.column, right.message)
    }
}

/// What a load found wrong; thrown as one error, all problems at once.
package struct ConfigurationError: Error, Sendable, CustomStringConvertible {
    package var diagnostics: [Diagnostic]

    package init(_ diagnostics: [Diagnostic]) { self.diagnostics = diagnostics.sorted() }

    package var description: String { diagnostics.map(\.description).joined(separator: "\n") }
}
