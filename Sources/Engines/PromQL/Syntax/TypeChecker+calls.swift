extension TypeChecker {
    func checkCall(_ node: CallExpression) throws(QueryError) -> ValueType {
        let function = node.function
        try checkCount(node)
        if function.name == "info", node.arguments.count > 1 { try checkInfoSelector(node) }
        for (index, argument) in node.arguments.enumerated() {
            let wanted = function.argumentTypes[min(index, function.argumentTypes.count - 1)]
            let type: ValueType
            if case .vectorSelector(let selector) = argument, function.name == "info", index == 1 {
                try checkSelector(selector, mayBeOpen: true)
                type = .vector
            } else {
                type = try check(argument)
            }
            guard type != wanted else { continue }
            throw error(
                at: argument.position,
                "expected type \(wanted.rawValue) in call to function "
                    + "\(quotedText(function.name)), got \(type.rawValue)")
        }
        return function.returnType
    }

    private func checkCount(_ node: CallExpression) throws(QueryError) {
        let function = node.function
        let count = node.arguments.count
        let declared = function.argumentTypes.count
        let minimum = function.variadic == 0 ? declared : declared - 1
        let maximum = function.variadic < 0 ? Int.max : minimum + function.variadic
        guard count < minimum || count > maximum else { return }
        let bound = function.variadic == 0 ? "" : count < minimum ? "at least " : "at most "
        throw error(
            at: node.position,
            "expected \(bound)\(count < minimum ? minimum : maximum) argument(s) in call to "
                + "\(quotedText(function.name)), got \(count)")
    }

    /// The second argument of `info` is no vector to evaluate but labels to look for.
    private func checkInfoSelector(_ node: CallExpression) throws(QueryError) {
        let argument = node.arguments[1]
        guard argument.type == .vector else {
            throw error(
                at: node.position,
                "expected type instant vector in call to function \"info\", got \(argument.type.rawValue)")
        }
        guard case .vectorSelector(let selector) = argument else {
            throw error(at: argument.position, "expected label selectors only")
        }
        if selector.name != nil {
            throw error(at: argument.position, "expected label selectors only, got vector selector instead")
        }
    }
}
