/// `not`, `eq` and its kin. Go compares only values of one kind: an integer never equals a float, so
/// `gt $value 0` is an error and `gt $value 0.0` is not.
enum TemplateComparison {
    static func call(_ arguments: TemplateArguments) throws(TemplateFailure) -> TemplateValue {
        if arguments.function == "not" {
            try arguments.expect(1)
            return .bool(!arguments[0].isTrue)
        }
        if arguments.function == "eq" { return .bool(try isEqualToAny(arguments)) }
        try arguments.expect(2)
        switch arguments.function {
        case "ne": return .bool(!(try isEqual(arguments[0], arguments[1], arguments)))
        case "lt": return .bool(try isLess(arguments[0], arguments[1], arguments))
        case "le":
            if try isLess(arguments[0], arguments[1], arguments) { return .bool(true) }
            return .bool(try isEqual(arguments[0], arguments[1], arguments))
        case "gt":
            // As in Go: greater is what is neither less nor equal, so NaN is greater than everything.
            if try isLess(arguments[0], arguments[1], arguments) { return .bool(false) }
            return .bool(!(try isEqual(arguments[0], arguments[1], arguments)))
        default: return .bool(!(try isLess(arguments[0], arguments[1], arguments)))
        }
    }

    /// `eq a b c` holds when `a` equals any of the others.
    private static func isEqualToAny(_ arguments: TemplateArguments) throws(TemplateFailure) -> Bool {
        try arguments.expect(atLeast: 1)
        if arguments.count == 1 { throw arguments.failure("missing argument for comparison") }
        for other in arguments.values.dropFirst() where try isEqual(arguments[0], other, arguments) { return true }
        return false
    }

    private static func isEqual(
        _ left: TemplateValue, _ right: TemplateValue, _ arguments: TemplateArguments
    ) throws(TemplateFailure) -> Bool {
        switch (left, right) {
        case (.bool(let a), .bool(let b)): return a == b
        case (.integer(let a), .integer(let b)): return a == b
        case (.float(let a), .float(let b)): return a == b
        case (.string(let a), .string(let b)), (.markup(let a), .string(let b)), (.string(let a), .markup(let b)):
            return a == b
        case (.nothing, .nothing): return true
        case (.nothing, _), (_, .nothing): return false
        default: throw incomparable(left, right, arguments)
        }
    }

    private static func isLess(
        _ left: TemplateValue, _ right: TemplateValue, _ arguments: TemplateArguments
    ) throws(TemplateFailure) -> Bool {
        switch (left, right) {
        case (.integer(let a), .integer(let b)): return a < b
        case (.float(let a), .float(let b)): return a < b
        case (.string(let a), .string(let b)): return a.utf8.lexicographicallyPrecedes(b.utf8)
        case (.bool, .bool): throw arguments.failure("invalid type for comparison")
        default: throw incomparable(left, right, arguments)
        }
    }

    private static func incomparable(
        _ left: TemplateValue, _ right: TemplateValue, _ arguments: TemplateArguments
    ) -> TemplateFailure {
        let isBasic = [left, right].allSatisfy {
            switch $0 {
            case .bool, .integer, .float, .string: true
            default: false
            }
        }
        return arguments.failure(isBasic ? "incompatible types for comparison" : "non-comparable type")
    }
}
