/// Patterns by name, which may use one another.
struct GrokBank: Sendable {
    private var patterns: [String: String]

    /// Levels of patterns in patterns. Real ones have a dozen.
    private static let depthMax = 100
    /// Bytes of a pattern once all names are replaced. A definition that doubles itself would have no end.
    private static let bytesMax = 256 << 10

    init(_ patterns: [String: String]) { self.patterns = patterns }

    /// With more, which come before those of the same name.
    init(_ bank: GrokBank, _ definitions: [String: String]) throws(GrokExpression.Invalid) {
        patterns = bank.patterns.merging(definitions) { $1 }
        // Also those that no expression uses.
        for name in definitions.keys.sorted() { _ = try expanded("%{\(name)}") }
    }

    var names: [String] { patterns.keys.sorted() }
    subscript(name: String) -> String? { patterns[name] }

    /// `text` with all names replaced by what they stand for.
    func expanded(_ text: String) throws(GrokExpression.Invalid) -> String {
        var result = ""
        try expand(text, [], &result)
        return result
    }

    private func expand(_ text: String, _ above: [String], _ result: inout String) throws(GrokExpression.Invalid) {
        var rest = text[...]
        while let start = rest.range(of: "%{") {
            result += rest[..<start.lowerBound]
            let inner = rest[start.upperBound...]
            guard let end = Self.end(of: inner), let use = Use(inner[..<end]) else {
                // Not a name: the characters themselves.
                result += "%{"
                rest = inner
                continue
            }
            rest = inner[inner.index(after: end)...]
            guard let pattern = use.definition ?? patterns[use.pattern] else {
                throw GrokExpression.Invalid(
                    description: "Unable to find pattern [\(use.pattern)] in Grok's pattern dictionary")
            }
            if above.contains(use.pattern) {
                throw GrokExpression.Invalid(description: Self.circular(use.pattern, above))
            }
            guard above.count < Self.depthMax else {
                throw GrokExpression.Invalid(description: "patterns nested deeper than \(Self.depthMax)")
            }
            result += use.name.map { "(?<\($0)>" } ?? "(?:"
            try expand(pattern, above + [use.pattern], &result)
            result += ")"
            guard result.utf8.count <= Self.bytesMax else {
                throw GrokExpression.Invalid(description: "a pattern of more than \(Self.bytesMax) bytes")
            }
        }
        result += rest
    }

    private static func circular(_ name: String, _ above: [String]) -> String {
        above.last == name
            ? "circular reference in pattern [\(name)]: it refers to itself"
            : "circular reference in pattern [\(name)]: "
                + (above.drop { $0 != name } + [name]).joined(separator: " -> ")
    }

    /// The brace that closes; a definition in place may hold pairs of them.
    private static func end(of text: Substring) -> Substring.Index? {
        var depth = 0
        for index in text.indices {
            if text[index] == "{" { depth += 1 }
            if text[index] == "}" {
                if depth == 0 { return index }
                depth -= 1
            }
        }
        return nil
    }

    /// `NAME`, `NAME:field`, `NAME:field:type`, each with `=definition` or not.
    private struct Use {
        var pattern: String
        var name: String?
        var definition: String?

        init?(_ text: Substring) {
            var text = text
            if let equals = text.firstIndex(of: "=") {
                definition = String(text[text.index(after: equals)...])
                text = text[..<equals]
            }
            let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            pattern = String(parts[0])
            guard !pattern.isEmpty,
                pattern.unicodeScalars.allSatisfy({
                    $0.isASCII && ($0.properties.isAlphabetic || "0"..."9" ~= $0 || $0 == "_")
                })
            else { return nil }
            guard parts.count == 2 else { return }
            let name = parts[1]
            guard !name.isEmpty,
                name.unicodeScalars.allSatisfy({
                    "@[]_:.-".unicodeScalars.contains($0) || $0.properties.isAlphabetic
                        || $0.properties.numericType != nil
                })
            else { return nil }
            self.name = String(name)
        }
    }
}
