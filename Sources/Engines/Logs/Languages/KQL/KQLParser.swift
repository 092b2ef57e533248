/// The Kibana Query Language: `status >= 500 and not service.name: (api or web)`.
///
/// Descends the grammar of Kibana's `kbn-es-query`. One difference, in favour of what people type: `not` is a word of
/// its own only where a word begins, so that `cannot open` is one value.
package struct KQLParser {
    var text: QueryText
    let constants: QueryConstants
    var clauses = ClauseCount()
    private var depth = 0

    package static func filter(_ text: String, _ context: LogQueryContext) throws(LogQueryError) -> LogFilter {
        var parser = KQLParser(text: try QueryText(text), constants: QueryConstants(context))
        return try parser.parse()
    }

    private init(text: QueryText, constants: QueryConstants) {
        self.text = text
        self.constants = constants
    }

    private mutating func parse() throws(LogQueryError) -> LogFilter {
        skipSpace()
        if text.isAtEnd { return .all }
        let filter = try alternatives(path: "")
        skipSpace()
        guard text.isAtEnd else { throw strayText() }
        return filter
    }

    /// Of several alternatives, one must hold: `or` binds loosest.
    private mutating func alternatives(path: String) throws(LogQueryError) -> LogFilter {
        var filters = [try conjunction(path: path)]
        while takeWord("or") { filters.append(try conjunction(path: path)) }
        return .some(filters)
    }

    private mutating func conjunction(path: String) throws(LogQueryError) -> LogFilter {
        var filters = [try negation(path: path)]
        while takeWord("and") { filters.append(try negation(path: path)) }
        return .every(filters)
    }

    private mutating func negation(path: String) throws(LogQueryError) -> LogFilter {
        guard takeNot() else { return try group(path: path) }
        return try group(path: path).negated
    }

    private mutating func group(path: String) throws(LogQueryError) -> LogFilter {
        guard text.peek() == "(" else { return try expression(path: path) }
        let opening = text.offset
        try enter()
        text.offset += 1
        skipSpace()
        let filter = try alternatives(path: path)
        try close(")", openedAt: opening)
        return filter
    }

    /// `field: …`, `field >= …`, `path: { … }` or a value alone.
    private mutating func expression(path: String) throws(LogQueryError) -> LogFilter {
        let literal = try literal(expecting: "a field name, a value or \"(\"")
        let end = text.offset
        skipSpace()
        let field = FieldSelector(name: literal.pattern(below: path))
        if let comparison = takeComparison() {
            skipSpace()
            return try range(field, comparison)
        }
        guard text.take(":") else {
            text.offset = end
            return try test(path.isEmpty ? .any : FieldSelector(name: path + ".*"), literal, of: nil)
        }
        skipSpace()
        if text.peek() == "{" { return try nested(literal.pattern(below: path)) }
        return try values(field, name: literal)
    }

    /// Tests of one object's members; `path` goes before their names.
    private mutating func nested(_ path: String) throws(LogQueryError) -> LogFilter {
        let opening = text.offset
        try enter()
        text.offset += 1
        skipSpace()
        let filter = try alternatives(path: path)
        try close("}", openedAt: opening)
        return filter
    }

    /// `value` or `(a or b and not c)`, all of one field.
    private mutating func values(_ field: FieldSelector, name: KQLLiteral) throws(LogQueryError) -> LogFilter {
        guard text.peek() == "(" else {
            let value = try literal(expecting: "a value, or \"*\" for any,")
            return try test(field, value, of: name)
        }
        let opening = text.offset
        try enter()
        text.offset += 1
        skipSpace()
        let filter = try valueAlternatives(field, name: name)
        try close(")", openedAt: opening)
        return filter
    }

    private mutating func valueAlternatives(
        _ field: FieldSelector, name: KQLLiteral
    ) throws(LogQueryError) -> LogFilter {
        var alternatives: [LogFilter] = []
        repeat {
            var all: [LogFilter] = []
            repeat {
                let isNegated = takeNot()
                let filter = try values(field, name: name)
                all.append(isNegated ? filter.negated : filter)
            } while takeWord("and")
            alternatives.append(.every(all))
        } while takeWord("or")
        return .some(alternatives)
    }

    private mutating func enter() throws(LogQueryError) {
        depth += 1
        guard depth <= LogQueryLimits.depthMax else {
            throw LogQueryError(
                .tooLarge, "groups are nested deeper than \(LogQueryLimits.depthMax)", at: text.place(text.offset))
        }
    }

    private mutating func close(_ bracket: Unicode.Scalar, openedAt opening: Int) throws(LogQueryError) {
        skipSpace()
        guard text.take(bracket) else {
            if text.isAtEnd {
                let place = text.place(opening)
                throw text.error(
                    "expected \"\(bracket)\" for the one opened at line \(place.line), column \(place.column)")
            }
            throw strayText()
        }
        depth -= 1
    }

    private func strayText() -> LogQueryError {
        if text.has("not"), isSpace(text.peek(3)) {
            return text.error("expected \"and\" or \"or\" before \"not\"")
        }
        for (word, count) in [("and", 3), ("or", 2)] as [(StaticString, Int)] where text.has(word) {
            if text.peek(count) == nil || text.peek(count) == ")" {
                return text.error("expected a field name, a value or \"(\" behind \"\(word)\"")
            }
        }
        return text.error(
            "expected \"and\", \"or\" or the end but found \(text.found); inside a value, write a backslash before it "
                + "or put the value in quotes")
    }
}
