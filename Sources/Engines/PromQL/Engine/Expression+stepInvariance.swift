extension Expression {
    /// Whether the value is the same at every step of a query, so that it is enough to evaluate it once: every
    /// selector in it is pinned by `@` and nothing in it asks for the time.
    var isStepInvariant: Bool {
        switch self {
        case .number, .string: true
        case .vectorSelector(let selector): selector.modifiers.at != nil
        case .matrixSelector(let node): node.selector.modifiers.at != nil
        case .subquery(let node): node.modifiers.at != nil
        case .call(let node):
            !Self.timeDependentFunctions.contains(node.function.name) && node.arguments.allSatisfy(\.isStepInvariant)
        case .parenthesised, .unary, .binary, .aggregation: children.allSatisfy(\.isStepInvariant)
        }
    }

    /// Cheaper to evaluate at each step than to broadcast.
    var isLiteral: Bool {
        switch unwrapped {
        case .number, .string: true
        default: false
        }
    }

    /// Prometheus' `AtModifierUnsafeFunctions`: their value depends on the evaluation time whatever their argument.
    private static let timeDependentFunctions: Set<String> = [
        "days_in_month", "day_of_month", "day_of_week", "day_of_year", "hour", "minute", "month", "year",
        "predict_linear", "time", "timestamp",
    ]
}
