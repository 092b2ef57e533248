import Basics
import SignalModel

extension ExpressionParser {
    /// A selector beginning at the current token.
    mutating func parseVectorSelector() throws(QueryError) -> VectorSelector {
        token.kind == .leftBrace ? try parseMatchers(named: nil) : try parseVectorSelector(named: advance())
    }

    /// A selector whose name has been consumed.
    mutating func parseVectorSelector(named name: Token) throws(QueryError) -> VectorSelector {
        if token.kind == .leftBrace { return try parseMatchers(named: name) }
        let written = text(name)
        let matcher = try self.matcher(Labels.metricName, .equal, written, at: name.position.start)
        return VectorSelector(name: written, matchers: [matcher], position: name.position)
    }

    private mutating func parseMatchers(named name: Token?) throws(QueryError) -> VectorSelector {
        let open = advance()
        var matchers: [Matcher] = []
        while token.kind != .rightBrace {
            matchers.append(try parseMatcher())
            if token.kind == .comma {
                advance()
            } else if token.kind != .rightBrace {
                throw unexpected(in: "label matching", expected: "\",\" or \"}\"")
            }
        }
        advance()
        let start = name?.position.start ?? open.position.start
        let written = name.map(text)
        if let written { matchers.append(try matcher(Labels.metricName, .equal, written, at: start)) }
        return VectorSelector(
            name: written, matchers: matchers, position: PositionRange(start: start, end: consumedEnd))
    }

    /// `name = "value"`, `"any name" = "value"`, or `"metric name"` alone.
    private mutating func parseMatcher() throws(QueryError) -> Matcher {
        guard token.kind == .identifier || token.kind == .string else {
            throw unexpected(in: "label matching", expected: "identifier or \"}\"")
        }
        let isQuoted = token.kind == .string
        let label = advance()
        let name = isQuoted ? unquoted(label) : text(label)
        guard let operation = matchOperation else {
            guard isQuoted else { throw unexpected(in: "label matching", expected: "label matching operator") }
            return try matcher(Labels.metricName, .equal, name, at: label.position.start)
        }
        advance()
        guard token.kind == .string else { throw unexpected(in: "label matching", expected: "string") }
        let value = advance()
        return try matcher(name, operation, unquoted(value), at: label.position.start)
    }

    private var matchOperation: Matcher.Operation? {
        switch token.kind {
        case .equal: .equal
        case .operation(.notEqual): .notEqual
        case .equalRegex: .matches
        case .notEqualRegex: .notMatches
        default: nil
        }
    }

    private mutating func matcher(
        _ name: String, _ operation: Matcher.Operation, _ value: String, at offset: Int
    ) throws(QueryError) -> Matcher {
        let matcher: Matcher
        do { matcher = try Matcher(name, operation, value) } catch {
            throw self.error(at: offset, "error parsing regexp: " + Self.goReason(error.reason))
        }
        programSize += matcher.programSize
        guard programSize <= PromQLParser.programSizeMax else {
            throw error(at: offset, "the regular expressions up to here exceed the limit on their compiled size")
        }
        return matcher
    }

    /// RE2 and Go's regexp name the same faults in different words; clients know Go's.
    private static func goReason(_ reason: String) -> String {
        let goNames = [
            "invalid escape sequence": "invalid escape sequence",
            "invalid character class": "invalid character class",
            "invalid character class range": "invalid character class range", "missing ]": "missing closing ]",
            "missing )": "missing closing )", "unexpected )": "unexpected )",
            "trailing \\": "trailing backslash at end of expression",
            "no argument for repetition operator": "missing argument to repetition operator",
            "invalid repetition size": "invalid repeat count",
            "bad repetition operator": "invalid nested repetition operator",
            "invalid perl operator": "invalid or unsupported Perl syntax", "invalid UTF-8": "invalid UTF-8",
            "invalid named capture group": "invalid named capture",
        ]
        for (name, goName) in goNames {
            if reason == name { return goName }
            if reason.hasPrefix(name + ": ") { return goName + ": `" + reason.dropFirst(name.count + 2) + "`" }
        }
        return reason
    }
}
