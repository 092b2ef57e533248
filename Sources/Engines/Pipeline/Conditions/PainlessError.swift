/// What a script says that is outside of the subset, or is no Painless at all.
package struct PainlessError: Error, Sendable, Hashable, CustomStringConvertible {
    /// Both from one; columns are characters.
    package var line: Int
    package var column: Int
    package var message: String

    package var description: String { "line \(line), column \(column): \(message)" }
}
