import Basics
import PromQL
import SignalModel

/// An expression as JSON, in the form of `/api/v1/parse_query` (Prometheus' `web/api/v1/translate_ast.go`): what its
/// tree view and clients that rewrite queries read.
struct ExpressionTree {
    /// An expression nested deeper than the parser takes never comes here.
    static func write(_ expression: Expression, to json: inout JSONWriter) {
        json.object { json in
            switch expression {
            case .number(let node): typed("numberLiteral", [("val", PlainDecimal.text(node.value))], &json)
            case .string(let node): typed("stringLiteral", [("val", node.value)], &json)
            case .parenthesised(let inner, _):
                typed("parenExpr", [], &json)
                child("expr", inner, &json)
            case .unary(let node):
                typed("unaryExpr", [("op", node.operation.rawValue)], &json)
                child("expr", node.operand, &json)
            case .binary(let node): write(node, &json)
            case .aggregation(let node): write(node, &json)
            case .call(let node): write(node, &json)
            case .vectorSelector(let node):
                typed("vectorSelector", [], &json)
                write(node, &json)
            case .matrixSelector(let node):
                typed("matrixSelector", [], &json)
                length("range", node.range, &json)
                write(node.selector, &json)
            case .subquery(let node):
                typed("subquery", [], &json)
                child("expr", node.operand, &json)
                length("range", node.range, &json)
                length("step", node.step ?? .zero, &json)
                write(node.modifiers, &json)
            }
        }
    }

    private static func write(_ node: BinaryExpression, _ json: inout JSONWriter) {
        typed("binaryExpr", [("op", node.operation.rawValue)], &json)
        child("lhs", node.left, &json)
        child("rhs", node.right, &json)
        flag("bool", node.returnsBool, &json)
        json.key("matching")
        guard let matching = node.matching else { return json.null() }
        json.object { json in
            json.key("card")
            json.string(matching.cardinality.rawValue)
            names("labels", matching.labels, &json)
            names("include", matching.include, &json)
            flag("on", matching.isOn, &json)
            json.key("fillValues")
            json.object { json in
                for (key, value) in [("lhs", matching.fillLeft), ("rhs", matching.fillRight)] {
                    json.key(key)
                    // JSON has no number for the others.
                    if let value, value.isFinite { json.number(value) } else { json.null() }
                }
            }
        }
    }

    private static func write(_ node: AggregationExpression, _ json: inout JSONWriter) {
        typed("aggregation", [("op", node.operation.rawValue)], &json)
        child("expr", node.operand, &json)
        child("param", node.parameter, &json)
        names("grouping", node.grouping, &json)
        flag("without", node.isWithout, &json)
    }

    private static func write(_ node: CallExpression, _ json: inout JSONWriter) {
        typed("call", [], &json)
        json.key("func")
        json.object { json in
            json.key("name")
            json.string(node.function.name)
            names("argTypes", node.function.argumentTypes.map(word), &json)
            json.key("variadic")
            json.integer(node.function.variadic)
            json.key("returnType")
            json.string(word(node.function.returnType))
        }
        json.key("args")
        json.array { json in
            for argument in node.arguments { write(argument, to: &json) }
        }
    }

    private static func write(_ node: VectorSelector, _ json: inout JSONWriter) {
        json.key("name")
        json.string(node.name ?? "")
        json.key("matchers")
        json.array { json in
            for matcher in node.matchers {
                json.object { json in
                    for (key, text) in [
                        ("name", matcher.name), ("value", matcher.value), ("type", matcher.operation.rawValue),
                    ] {
                        json.key(key)
                        json.string(text)
                    }
                }
            }
        }
        flag("anchored", node.isAnchored, &json)
        flag("smoothed", node.isSmoothed, &json)
        write(node.modifiers, &json)
    }

    private static func write(_ modifiers: TimeModifiers, _ json: inout JSONWriter) {
        length("offset", modifiers.offset, &json)
        json.key("timestamp")
        if case .timestamp(let time) = modifiers.at { json.integer(time.milliseconds) } else { json.null() }
        json.key("startOrEnd")
        switch modifiers.at {
        case .start: json.string("start")
        case .end: json.string("end")
        case .timestamp, nil: json.null()
        }
    }

    // MARK: Members

    private static func typed(_ type: String, _ texts: [(String, String)], _ json: inout JSONWriter) {
        for (key, text) in [("type", type)] + texts {
            json.key(key)
            json.string(text)
        }
    }

    private static func child(_ key: String, _ expression: Expression?, _ json: inout JSONWriter) {
        json.key(key)
        if let expression { write(expression, to: &json) } else { json.null() }
    }

    private static func names(_ key: String, _ names: [String], _ json: inout JSONWriter) {
        json.key(key)
        json.array { json in
            for name in names { json.string(name) }
        }
    }

    private static func flag(_ key: String, _ value: Bool, _ json: inout JSONWriter) {
        json.key(key)
        json.bool(value)
    }

    /// Milliseconds. What is only known when the query runs (`step()`) counts as nothing, as in Prometheus.
    private static func length(_ key: String, _ length: DurationExpression, _ json: inout JSONWriter) {
        json.key(key)
        if case .constant(let milliseconds) = length { json.integer(milliseconds) } else { json.integer(0) }
    }

    /// The API's words for types, which are not those of error texts.
    private static func word(_ type: ValueType) -> String {
        switch type {
        case .scalar: "scalar"
        case .string: "string"
        case .vector: "vector"
        case .matrix: "matrix"
        }
    }
}
