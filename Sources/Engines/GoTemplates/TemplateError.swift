/// What is wrong with a template, in parsing or in execution, and where.
package struct TemplateError: Error, Hashable, Sendable, CustomStringConvertible {
    /// From 1; the column counts bytes.
    package var line: Int
    package var column: Int
    package var message: String
    /// `executing "NAME" at <SOURCE>: ` for errors in execution, as Go puts it; empty for parse errors.
    package var context: String
    package var name: String

    package init(line: Int, column: Int, message: String, context: String = "", name: String) {
        self.line = line
        self.column = column
        self.message = message
        self.context = context
        self.name = name
    }

    package var description: String { "template: \(name):\(line):\(column): \(context)\(message)" }
}

/// A reason without a place: what the functions throw; whoever calls them adds the place.
struct TemplateFailure: Error, Hashable {
    var message: String
    init(_ message: String) { self.message = message }
}
