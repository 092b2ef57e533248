extension PipeParser {
    /// Of a function.
    struct Argument {
        var expression: PipeExpression
        var at: Int
    }

    private static let patternsMax = 1000
    private static let chainMax = 500

    mutating func expression() throws(LogQueryError) -> PipeExpression {
        depth += 1
        defer { depth -= 1 }
        guard depth <= LogQueryLimits.depthMax else {
            throw LogQueryError(.tooLarge, "expressions are nested deeper than \(LogQueryLimits.depthMax)")
        }
        var parts = [try conjunction()]
        while takeWord("or") { parts.append(try conjunction()) }
        return Self.balanced(parts[...]) { .or($0, $1) }
    }

    private mutating func conjunction() throws(LogQueryError) -> PipeExpression {
        var parts = [try negation()]
        while takeWord("and") { parts.append(try negation()) }
        return Self.balanced(parts[...]) { .and($0, $1) }
    }

    /// Thousands of alternatives are as deep as their count has digits: what evaluates them recurses.
    private static func balanced(
        _ parts: ArraySlice<PipeExpression>, _ join: (PipeExpression, PipeExpression) -> PipeExpression
    ) -> PipeExpression {
        guard parts.count > 1 else { return parts[parts.startIndex] }
        let middle = parts.startIndex + parts.count / 2
        return join(balanced(parts[..<middle], join), balanced(parts[middle...], join))
    }

    /// Counts what makes an expression one level deeper without a parenthesis, as each `+` of `1 + 1 + 1`.
    private func checkChain(_ count: Int) throws(LogQueryError) {
        guard count <= Self.chainMax else {
            throw LogQueryError(.tooLarge, "more than \(Self.chainMax) operators in a row")
        }
    }

    private mutating func negation() throws(LogQueryError) -> PipeExpression {
        depth += 1
        defer { depth -= 1 }
        guard depth <= LogQueryLimits.depthMax else { throw LogQueryError(.tooLarge, "too many NOT in a row") }
        return takeWord("not") ? .not(try negation()) : try comparison()
    }

    private mutating func comparison() throws(LogQueryError) -> PipeExpression {
        let left = try sum()
        try clauses.add()
        let comparisons: [(String, PipeExpression.Comparison)] = [
            ("==", .equal), ("!=", .unequal), ("<=", .lessOrEqual), (">=", .greaterOrEqual), ("<", .less),
            (">", .greater),
        ]
        for (symbol, comparison) in comparisons where takeSymbol(symbol) {
            return .comparison(comparison, left, try sum())
        }
        if token.kind == .symbol(":") {
            guard case .column(let name, let place) = left else {
                throw error("expected the name of a field before \":\", which searches it as MATCH does")
            }
            index += 1
            return try match(name, at: place, try constant("a value to search for"))
        }
        if takeWord("is") {
            let isNegated = takeWord("not")
            guard takeWord("null") else { throw error("expected NULL or NOT NULL but found \(found)") }
            return isNegated ? .not(.isNull(left)) : .isNull(left)
        }
        let isNegated = isWord("not") && takeWord("not")
        if takeWord("in") {
            let others = try arguments().map(\.expression)
            let list = PipeConstants(others).map { PipeExpression.isAmong(left, $0) } ?? .isOneOf(left, others)
            return isNegated ? .not(list) : list
        }
        for (word, isLike) in [("like", true), ("rlike", false)] where takeWord(word) {
            let matches = PipeExpression.matches(left, try valuePatterns(isLike: isLike))
            return isNegated ? .not(matches) : matches
        }
        if isNegated { throw error("expected IN, LIKE or RLIKE but found \(found)") }
        return left
    }

    /// One pattern, or several in parentheses.
    private mutating func valuePatterns(isLike: Bool) throws(LogQueryError) -> [PipePattern] {
        let isList = takeSymbol("(")
        var patterns: [PipePattern] = []
        repeat {
            let start = token.start
            guard case .text(let pattern) = try constant("a pattern in quotes") else {
                throw text.error("expected a pattern in quotes", at: start)
            }
            do {
                patterns.append(try isLike ? PipePattern(like: pattern) : PipePattern(rlike: pattern))
            } catch {
                throw text.error(error.message, at: start)
            }
            guard patterns.count <= Self.patternsMax else {
                throw LogQueryError(.tooLarge, "more than \(Self.patternsMax) patterns behind LIKE or RLIKE")
            }
        } while isList && takeSymbol(",")
        if isList, !takeSymbol(")") { throw error("expected \",\" or \")\" but found \(found)") }
        return patterns
    }

    private mutating func sum() throws(LogQueryError) -> PipeExpression {
        try chain(["+", "-"]) { parser throws(LogQueryError) in try parser.product() }
    }

    private mutating func product() throws(LogQueryError) -> PipeExpression {
        try chain(["*", "/", "%"]) { parser throws(LogQueryError) in try parser.unary() }
    }

    /// Operands from left to right.
    private mutating func chain(
        _ operations: [Unicode.Scalar], _ operand: (inout Self) throws(LogQueryError) -> PipeExpression
    ) throws(LogQueryError) -> PipeExpression {
        var left = try operand(&self)
        var count = 0
        while let operation = operations.first(where: { token.kind == .symbol(String($0)) }) {
            index += 1
            left = .arithmetic(operation, left, try operand(&self))
            count += 1
            try checkChain(count)
        }
        return left
    }

    mutating func unary() throws(LogQueryError) -> PipeExpression {
        depth += 1
        defer { depth -= 1 }
        guard depth <= LogQueryLimits.depthMax else { throw LogQueryError(.tooLarge, "too many signs in a row") }
        if takeSymbol("-") {
            let inner = try unary()
            switch inner {
            case .literal(.long(let value)): return .literal(.long(0 &- value))
            case .literal(.double(let value)): return .literal(.double(-value))
            case .literal(.span(let count, let unit)): return .literal(.span(-count, unit))
            default: return .arithmetic("-", .literal(.long(0)), inner)
            }
        }
        if takeSymbol("+") { return try unary() }
        var value = try primary()
        var count = 0
        while takeSymbol("::") {
            count += 1
            try checkChain(count)
            guard case .name(let type, _) = token.kind, let function = PipeFunction(castTo: type.lowercased()) else {
                throw error("expected boolean, datetime, double, integer, keyword or long but found \(found)")
            }
            index += 1
            value = .call(function, [value])
        }
        return value
    }

    private mutating func primary() throws(LogQueryError) -> PipeExpression {
        let start = token.start
        switch token.kind {
        case .number(let value):
            index += 1
            // `5 minutes`.
            if case .long(let count) = value, case .name(let unit, false) = token.kind,
                let span = Self.span(count, unit)
            {
                index += 1
                return .literal(span)
            }
            return .literal(value)
        case .text(let text):
            index += 1
            return .literal(.text(text))
        case .parameter(let name):
            let value = try parameter(name, at: start)
            index += 1
            return .literal(value)
        case .symbol("("):
            index += 1
            let inner = try expression()
            guard takeSymbol(")") else { throw error("expected \")\" but found \(found)") }
            return inner
        case .name(let name, let isQuoted):
            index += 1
            if !isQuoted {
                switch name.lowercased() {
                case "true", "false": return .literal(.bool(name.lowercased() == "true"))
                case "null": return .literal(.null)
                default: break
                }
                if token.kind == .symbol("(") { return try call(name.lowercased(), start) }
            }
            return .column(name, at: start)
        default: throw error("expected a value, a column or a function but found \(found)")
        }
    }

    static func span(_ count: Int64, _ unit: String) -> PipeValue? {
        switch unit.lowercased() {
        case "millisecond", "milliseconds", "ms": count % 1000 == 0 ? .span(count / 1000, .second) : nil
        case "second", "seconds", "sec", "s": .span(count, .second)
        case "minute", "minutes", "min": .span(count, .minute)
        case "hour", "hours", "h": .span(count, .hour)
        case "day", "days", "d": .span(count, .day)
        case "week", "weeks", "w": .span(count, .week)
        case "month", "months", "mo": .span(count, .month)
        case "quarter", "quarters", "q": .span(count, .quarter)
        case "year", "years", "yr", "y": .span(count, .year)
        default: nil
        }
    }

    private mutating func arguments() throws(LogQueryError) -> [Argument] {
        guard takeSymbol("(") else { throw error("expected \"(\" but found \(found)") }
        var arguments: [Argument] = []
        if takeSymbol(")") { return arguments }
        repeat {
            let start = token.start
            arguments.append(Argument(expression: try expression(), at: start))
        } while takeSymbol(",")
        guard takeSymbol(")") else { throw error("expected \",\" or \")\" but found \(found)") }
        return arguments
    }

    private mutating func call(_ name: String, _ start: Int) throws(LogQueryError) -> PipeExpression {
        if let aggregate = PipeAggregate(rawValue: name) {
            // `COUNT(*)`.
            if aggregate == .count, index + 2 < tokens.count, tokens[index + 1].kind == .symbol("*"),
                tokens[index + 2].kind == .symbol(")")
            {
                index += 3
                return .aggregate(.count, [], filter: nil)
            }
            let arguments = try arguments()
            try check(name, arguments.count, aggregate.arity, start)
            try checkConstants(aggregate, arguments)
            return .aggregate(aggregate, arguments.map(\.expression), filter: nil)
        }
        if let search = PipeSearch(rawValue: name) {
            let arguments = try arguments()
            try check(name, arguments.count, search.arity, start)
            return try found(search, arguments, start)
        }
        var arguments: [Argument] = []
        if name == "tbucket" {
            arguments = try self.arguments()
            try check(name, arguments.count, 1...1, start)
            arguments.insert(Argument(expression: .column("@timestamp", at: start), at: start), at: 0)
            return .call(.bucket, try withConstants(.bucket, arguments))
        }
        guard let function = PipeFunction(named: name) else {
            throw text.error("Unknown function [\(name)]", at: start)
        }
        arguments = try self.arguments()
        try check(name, arguments.count, function.arity, start)
        return .call(function, try withConstants(function, arguments))
    }

    private func check(
        _ name: String, _ count: Int, _ arity: ClosedRange<Int>, _ start: Int
    ) throws(LogQueryError) {
        guard !arity.contains(count) else { return }
        let wanted =
            arity.lowerBound == arity.upperBound
            ? "\(arity.lowerBound)" : "\(arity.lowerBound) to \(arity.upperBound)"
        throw text.error("\(name.uppercased()) takes \(wanted) arguments, not \(count)", at: start)
    }
}
