extension KQLParser {
    /// `field >= value`.
    mutating func range(_ field: FieldSelector, _ comparison: Comparison) throws(LogQueryError) -> LogFilter {
        let value = try literal(expecting: "a number, a date or a text to compare with")
        try clauses.add()
        guard !value.hasWildcard || value.isQuoted else {
            throw text.error("a comparison takes one value, without \"*\"", at: value.start)
        }
        let isLower = comparison == .greater || comparison == .greaterOrEqual
        let isInclusive = comparison == .lessOrEqual || comparison == .greaterOrEqual
        let bound = try placed(value) { () throws(LogQueryError) in
            try constants.bound(field, value.plain, isInclusive: isInclusive, isLower: isLower)
        }
        return .test(field, .range(lower: isLower ? bound : nil, upper: isLower ? nil : bound))
    }

    /// `value` of the field called `name`; nil: of any field.
    mutating func test(
        _ field: FieldSelector, _ value: KQLLiteral, of name: KQLLiteral?
    ) throws(LogQueryError) -> LogFilter {
        try clauses.add()
        let plain = value.plain
        if value.isQuoted {
            return .test(
                field,
                try placed(value) { () throws(LogQueryError) in
                    try constants.equality(field, plain, .phrase(slop: 0))
                })
        }
        switch plain {
        case "null": return name == nil ? .test(field, .match(.string(plain), .anyWord)) : .not(.test(field, .exists))
        case "true", "false": return .test(field, .match(.bool(plain == "true"), .anyWord))
        default: break
        }
        if value.hasWildcard {
            if value.parts.allSatisfy({ $0 == .wildcard }) { return field == .any ? .all : .test(field, .exists) }
            return .test(field, .wildcard(value.wildcardPattern, ignoresCase: false))
        }
        return .test(
            field,
            try placed(value) { () throws(LogQueryError) in
                try constants.equality(field, plain, .anyWord)
            })
    }

    /// Errors of a constant, with its place.
    private func placed<Value>(
        _ literal: KQLLiteral, _ body: () throws(LogQueryError) -> Value
    ) throws(LogQueryError) -> Value {
        do { return try body() } catch {
            throw LogQueryError(error.code, error.message, at: text.place(literal.start))
        }
    }
}
