import Basics
import SignalModel

/// The one-line form, as Prometheus' `String()` prints it: what `/api/v1/rules` shows and what reads back as
/// the same tree.
extension Expression: CustomStringConvertible {
    package var description: String {
        var text = ""
        write(to: &text)
        return text
    }

    func write(to text: inout String) {
        switch self {
        case .number(let node): text += node.text
        case .string(let node): text += quotedText(node.value)
        case .parenthesised(let inner, _):
            text += "("
            inner.write(to: &text)
            text += ")"
        case .unary(let node):
            text += node.operation.rawValue
            node.operand.write(to: &text)
        case .binary(let node):
            node.left.write(to: &text)
            text += " " + node.operatorText + " "
            node.right.write(to: &text)
        case .aggregation(let node):
            text += node.head + "("
            Self.write(children, to: &text)
            text += ")"
        case .call(let node):
            text += node.function.name + "("
            Self.write(node.arguments, to: &text)
            text += ")"
        case .vectorSelector(let node): text += node.description
        case .matrixSelector(let node): text += node.description
        case .subquery(let node):
            node.operand.write(to: &text)
            text += node.suffix
        }
    }

    private static func write(_ expressions: [Expression], to text: inout String) {
        for (index, expression) in expressions.enumerated() {
            if index > 0 { text += ", " }
            expression.write(to: &text)
        }
    }
}

extension NumberLiteral {
    fileprivate var text: String {
        guard isDuration else { return PlainDecimal.text(value) }
        return DurationText.text(milliseconds: Int64((value * 1000).rounded()))
    }
}

extension BinaryExpression {
    /// The operator with its modifiers: `== bool on (a) group_left (b)`.
    var operatorText: String {
        var text = operation.rawValue
        if returnsBool { text += " bool" }
        guard let matching else { return text }
        let isGrouped = matching.cardinality == .manyToOne || matching.cardinality == .oneToMany
        if !matching.labels.isEmpty || matching.isOn || isGrouped {
            text += (matching.isOn ? " on (" : " ignoring (") + labelList(matching.labels) + ")"
        }
        if isGrouped {
            let side = matching.cardinality == .manyToOne ? "left" : "right"
            text += " group_\(side) (\(labelList(matching.include)))"
        }
        return text + matching.fillText
    }
}

extension VectorMatching {
    fileprivate var fillText: String {
        if let fillLeft, let fillRight, fillLeft == fillRight { return " fill (\(PlainDecimal.text(fillLeft)))" }
        let left = fillLeft.map { " fill_left (\(PlainDecimal.text($0)))" } ?? ""
        let right = fillRight.map { " fill_right (\(PlainDecimal.text($0)))" } ?? ""
        return left + right
    }
}

extension AggregationExpression {
    /// The operator with its grouping: `sum by (a, b) `.
    var head: String {
        if isWithout { return "\(operation.rawValue) without (\(labelList(grouping))) " }
        return grouping.isEmpty ? operation.rawValue : "\(operation.rawValue) by (\(labelList(grouping))) "
    }
}

private func labelList(_ labels: [String]) -> String {
    labels.map { LabelName.isLegacy($0) ? $0 : quotedText($0) }.joined(separator: ", ")
}

extension VectorSelector: CustomStringConvertible {
    package var description: String { bare + modifiers.atText + extensionText + modifiers.offsetText }

    /// Name and matchers, the latter sorted so that equal selectors print alike.
    fileprivate var bare: String {
        let written = matchers.filter { matcher in
            guard let name, !name.isEmpty else { return true }
            return !(matcher.name == Labels.metricName && matcher.operation == .equal && matcher.value == name)
        }
        if written.isEmpty { return name ?? "{}" }
        let list = written.map(\.text).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        return (name ?? "") + "{" + list.joined(separator: ",") + "}"
    }

    fileprivate var extensionText: String { isAnchored ? " anchored" : isSmoothed ? " smoothed" : "" }
}

extension Matcher {
    fileprivate var text: String {
        (LabelName.isLegacy(name) ? name : quotedText(name)) + operation.rawValue + quotedText(value)
    }
}

extension MatrixSelector: CustomStringConvertible {
    package var description: String {
        "\(selector.bare)[\(range)]" + selector.extensionText + selector.modifiers.atText
            + selector.modifiers.offsetText
    }
}

extension SubqueryExpression {
    /// What stands behind the operand: `[5m:1m] @ end() offset 1h`.
    var suffix: String {
        "[\(range):\(step.map(\.description) ?? "")]" + modifiers.atText + modifiers.offsetText
    }
}

extension TimeModifiers {
    fileprivate var atText: String {
        switch at {
        case nil: ""
        case .start: " @ start()"
        case .end: " @ end()"
        case .timestamp(let time): " @ " + NumberText.fixed(time.seconds, digits: 3)
        }
    }

    fileprivate var offsetText: String { offset == .zero ? "" : " offset \(offset)" }
}

extension DurationExpression: CustomStringConvertible {
    package var description: String {
        switch self {
        case .constant(let milliseconds): DurationText.text(milliseconds: milliseconds)
        case .number(let value): PlainDecimal.text(value)
        case .step: "step()"
        case .range: "range()"
        case .negate(let operand): "-\(operand)"
        case .binary(let operation, let left, let right): "\(left) \(operation.rawValue) \(right)"
        case .minOf(let left, let right): "min_of(\(left), \(right))"
        case .maxOf(let left, let right): "max_of(\(left), \(right))"
        case .parenthesised(let inner): "(\(inner))"
        }
    }
}
