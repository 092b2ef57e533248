extension PipeParser {
    mutating func expression() throws(LogQueryError) -> PipeExpression {
        depth += 1
        defer { depth -= 1 }
        guard depth <= LogQueryLimits.depthMax else {
            throw LogQueryError(.tooLarge, "expressions are nested deeper than \(LogQueryLimits.depthMax)")
        }
        var left = try conjunction()
        while takeWord("or") { left = .or(left, try conjunction()) }
        return left
    }

    private mutating func conjunction() throws(LogQueryError) -> PipeExpression {
        var left = try negation()
        while takeWord("and") { left = .and(left, try negation()) }
        return left
    }

    private mutating func negation() throws(LogQueryError) -> PipeExpression {
        depth += 1
        defer { depth -= 1 }
        guard depth <= LogQueryLimits.depthMax else { throw LogQueryError(.tooLarge, "too many NOT in a row") }
        return takeWord("not") ? .not(try negation()) : try comparison()
    }

    private mutating func comparison() throws(LogQueryError) -> PipeExpression {
        let left = try sum()
        let comparisons: [(String, PipeExpression.Comparison)] = [
            ("==", .equal), ("!=", .unequal), ("<=", .lessOrEqual), (">=", .greaterOrEqual), ("<", .less),
            (">", .greater),
        ]
        for (symbol, comparison) in comparisons where takeSymbol(symbol) {
            return .comparison(comparison, left, try sum())
        }
        if takeSymbol(":") { return .comparison(.equal, left, try sum()) }
        if takeWord("is") {
            let isNegated = takeWord("not")
            guard takeWord("null") else { throw error("expected NULL or NOT NULL but found \(found)") }
            return isNegated ? .not(.isNull(left)) : .isNull(left)
        }
        let isNegated = isWord("not") && takeWord("not")
        if takeWord("in") {
            let list = PipeExpression.isOneOf(left, try arguments())
            return isNegated ? .not(list) : list
        }
        for (word, isLike) in [("like", true), ("rlike", false)] where takeWord(word) {
            let start = token.start
            guard case .text(let pattern) = token.kind else {
                throw error("expected a pattern in quotes but found \(found)")
            }
            index += 1
            do {
                let compiled = try isLike ? PipePattern(like: pattern) : PipePattern(rlike: pattern)
                return isNegated ? .not(.matches(left, compiled)) : .matches(left, compiled)
            } catch {
                throw text.error(error.message, at: start)
            }
        }
        if isNegated { throw error("expected IN, LIKE or RLIKE but found \(found)") }
        return left
    }

    private mutating func sum() throws(LogQueryError) -> PipeExpression {
        var left = try product()
        while true {
            if takeSymbol("+") {
                left = .arithmetic("+", left, try product())
            } else if takeSymbol("-") {
                left = .arithmetic("-", left, try product())
            } else {
                return left
            }
        }
    }

    private mutating func product() throws(LogQueryError) -> PipeExpression {
        var left = try unary()
        while true {
            if takeSymbol("*") {
                left = .arithmetic("*", left, try unary())
            } else if takeSymbol("/") {
                left = .arithmetic("/", left, try unary())
            } else if takeSymbol("%") {
                left = .arithmetic("%", left, try unary())
            } else {
                return left
            }
        }
    }

    private mutating func unary() throws(LogQueryError) -> PipeExpression {
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
        return try primary()
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

    private static func span(_ count: Int64, _ unit: String) -> PipeValue? {
        switch unit.lowercased() {
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

    private mutating func arguments() throws(LogQueryError) -> [PipeExpression] {
        guard takeSymbol("(") else { throw error("expected \"(\" but found \(found)") }
        var arguments: [PipeExpression] = []
        if takeSymbol(")") { return arguments }
        repeat { arguments.append(try expression()) } while takeSymbol(",")
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
            return .aggregate(aggregate, arguments, filter: nil)
        }
        guard let function = PipeFunction(rawValue: name) else {
            throw text.error("Unknown function [\(name)]", at: start)
        }
        let arguments = try arguments()
        try check(name, arguments.count, function.arity, start)
        return .call(function, arguments)
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
