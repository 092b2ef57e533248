internal import Basics

/// Patterns that functions were given, compiled once: most are the same for all rows. Used by one thread.
final class PipePatterns {
    /// Patterns of columns may all differ: those of the last rows are kept.
    private static let keptMax = 100

    private var expressions: [String: RegularExpression?] = [:]
    private var formats: [String: DateFormat?] = [:]

    /// Nil for one that cannot be read.
    func expression(_ pattern: String) -> RegularExpression? {
        if let known = expressions[pattern] { return known }
        if expressions.count >= Self.keptMax { expressions.removeAll() }
        let made = try? RegularExpression(pattern)
        expressions[pattern] = .some(made)
        return made
    }

    func format(_ pattern: String) -> DateFormat? {
        if let known = formats[pattern] { return known }
        if formats.count >= Self.keptMax { formats.removeAll() }
        let made = try? DateFormat.list(pattern).first
        formats[pattern] = .some(made)
        return made
    }
}
