internal import Basics

/// The pattern of `LIKE` or `RLIKE`: it matches whole values.
struct PipePattern: Sendable {
    private let expression: RegularExpression

    /// `*` for any characters, `?` for one, a backslash before either for itself.
    init(like pattern: String) throws(LogQueryError) {
        var source = "(?s)"
        var characters = Array(pattern.unicodeScalars)[...]
        while let character = characters.popFirst() {
            switch character {
            case "*": source += ".*"
            case "?": source += "."
            case "\\": source += Self.literal(characters.popFirst() ?? "\\")
            default: source += Self.literal(character)
            }
        }
        try self.init(source)
    }

    init(rlike pattern: String) throws(LogQueryError) { try self.init(try LuceneExpression.translated(pattern)) }

    private init(_ source: String) throws(LogQueryError) {
        do { expression = try RegularExpression(source) } catch {
            throw LogQueryError(.argument, "cannot read the pattern: \(error)")
        }
    }

    private static func literal(_ character: Unicode.Scalar) -> String {
        "\\.+*?()|[]{}^$".unicodeScalars.contains(character) ? "\\" + String(character) : String(character)
    }

    func matches(_ text: String) -> Bool { expression.matchesWhole(text) }
}
