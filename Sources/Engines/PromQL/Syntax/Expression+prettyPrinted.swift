extension Expression {
    /// Beyond this many bytes on a line an expression is broken up, each part on lines of its own.
    private static let lineBytesMax = 100

    /// The form `/api/v1/format_query` answers with, after Prometheus' `promql/parser/prettier.go`.
    package var prettyPrinted: String { pretty(0) }

    private func pretty(_ level: Int) -> String {
        let text = description
        // Prometheus leaves the indent of a short subquery out; kept, since clients compare the result.
        if text.utf8.count <= Self.lineBytesMax {
            if case .subquery = self { return text }
            return Self.indent(level) + text
        }
        switch self {
        case .number, .string, .vectorSelector, .matrixSelector: return Self.indent(level) + text
        case .unary(let node):
            let operand = node.operand.pretty(level).drop { $0 == " " }
            return Self.indent(level) + node.operation.rawValue + operand
        case .subquery(let node): return node.operand.pretty(level) + node.suffix
        case .binary(let node):
            return [
                node.left.pretty(level + 1), Self.indent(level) + node.operatorText, node.right.pretty(level + 1),
            ]
            .joined(separator: "\n")
        case .parenthesised: return broken("(", level)
        case .aggregation(let node): return broken(node.head + "(", level)
        case .call(let node): return broken(node.function.name + "(", level)
        }
    }

    private func broken(_ head: String, _ level: Int) -> String {
        let parts = children.map { $0.pretty(level + 1) }.joined(separator: ",\n")
        return Self.indent(level) + head + "\n" + parts + "\n" + Self.indent(level) + ")"
    }

    private static func indent(_ level: Int) -> String { String(repeating: "  ", count: level) }
}
