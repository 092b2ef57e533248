import Basics
import SignalModel
import TestKit

@testable import PromQL

/// Random well-typed trees such as the parser makes, without positions.
struct ExpressionGenerator {
    private let chance: SeededRandomness
    private let nowhere = PositionRange(start: 0, end: 0)

    init(_ chance: SeededRandomness) { self.chance = chance }

    private func below(_ bound: Int) -> Int { Int(chance.next() % UInt64(bound)) }
    private func pick<Element>(_ list: [Element]) -> Element { list[below(list.count)] }
    private func oneIn(_ count: Int) -> Bool { below(count) == 0 }

    func expression(_ type: ValueType, depth: Int) throws -> Expression {
        switch type {
        case .string: .string(StringLiteral(value: pick(["", "a", "q\"\\\n", "☺", "\u{200b}"]), position: nowhere))
        case .matrix: try matrix(depth)
        case .scalar: try scalar(depth)
        case .vector: try vector(depth)
        }
    }

    private func scalar(_ depth: Int) throws -> Expression {
        switch depth > 0 ? below(5) : 0 {
        case 1: try .parenthesised(binary(.scalar, depth), nowhere)
        case 2: .call(CallExpression(function: .named("time")!, arguments: [], position: nowhere))
        case 3:
            .call(
                CallExpression(
                    function: .named("scalar")!, arguments: [try vector(depth - 1)], position: nowhere))
        default: number()
        }
    }

    private func number() -> Expression {
        if oneIn(4) {
            let seconds = Double(pick([1, 90, 3600, 86_400 * 7, 31_536_000]))
            return .number(NumberLiteral(value: oneIn(3) ? -seconds : seconds, isDuration: true, position: nowhere))
        }
        let value = pick([
            0, 1, -1, 0.25, -0.0, 1e22, 1e-9, .infinity, -.infinity, .nan, 255, Double(below(1000)) / 7,
        ])
        return .number(NumberLiteral(value: value, isDuration: false, position: nowhere))
    }

    private func vector(_ depth: Int) throws -> Expression {
        switch depth > 0 ? below(7) : 0 {
        case 1, 2: try .parenthesised(binary(.vector, depth), nowhere)
        case 3: try aggregation(depth)
        case 4, 5: try call(depth)
        case 6:
            .unary(
                UnaryExpression(operation: pick([.plus, .minus]), operand: try vector(depth - 1), position: nowhere))
        default: .vectorSelector(try selector(modifiers()))
        }
    }

    /// Operands that are operators themselves stand in parentheses, so that any tree is one the parser makes.
    private func binary(_ type: ValueType, _ depth: Int) throws -> Expression {
        func operand(_ type: ValueType) throws -> Expression {
            let operand = try expression(type, depth: depth - 1)
            switch operand {
            case .unary, .number: return .parenthesised(operand, nowhere)
            // Behind `offset (…)` an operator would belong to the offset.
            case .vectorSelector(let selector):
                guard case .parenthesised = selector.modifiers.offset else { return operand }
                return .parenthesised(operand, nowhere)
            default: return operand
            }
        }
        let isBetweenVectors = type == .vector && oneIn(2)
        let leftIsVector = type == .vector && (isBetweenVectors || oneIn(2))
        let rightIsVector = type == .vector && (isBetweenVectors || !leftIsVector)
        var operation = pick(BinaryOperator.allCases)
        while operation.isSetOperator && !isBetweenVectors { operation = pick(BinaryOperator.allCases) }
        let returnsBool = operation.isComparison && (type == .scalar || oneIn(2))
        return .binary(
            BinaryExpression(
                operation: operation, left: try operand(leftIsVector ? .vector : .scalar),
                right: try operand(rightIsVector ? .vector : .scalar),
                matching: isBetweenVectors ? matching(operation) : nil, returnsBool: returnsBool, position: nowhere))
    }

    private func matching(_ operation: BinaryOperator) -> VectorMatching {
        let labels = names()
        let isOn = !labels.isEmpty && oneIn(2)
        if operation.isSetOperator { return VectorMatching(cardinality: .manyToMany, labels: labels, isOn: isOn) }
        var matching = VectorMatching(cardinality: .oneToOne, labels: labels, isOn: isOn)
        if oneIn(3) {
            matching.cardinality = pick([.manyToOne, .oneToMany])
            matching.include = oneIn(2) ? [] : ["only here"]
        }
        if oneIn(4) { matching.fillLeft = pick([0, -1.5, 2]) }
        if oneIn(4) { matching.fillRight = pick([0, 7]) }
        return matching
    }

    private func names() -> [String] { (0..<below(3)).map { pick(["job", "on", "by", "a.b", "le", "é"]) + "\($0)" } }

    private func aggregation(_ depth: Int) throws -> Expression {
        let operation = pick(AggregationOperator.allCases)
        let parameter: Expression? =
            operation.takesParameter
            ? try expression(operation == .countValues ? .string : .scalar, depth: depth - 1) : nil
        return .aggregation(
            AggregationExpression(
                operation: operation, operand: try vector(depth - 1), parameter: parameter, grouping: names(),
                isWithout: oneIn(2), position: nowhere))
    }

    private func call(_ depth: Int) throws -> Expression {
        let function = pick(FunctionSignature.all.filter { $0.name != "info" && $0.returnType == .vector })
        var types = function.argumentTypes
        if function.variadic != 0, oneIn(2) { types.removeLast() }
        let arguments = try types.map { try expression($0, depth: depth - 1) }
        return .call(CallExpression(function: function, arguments: arguments, position: nowhere))
    }

    private func matrix(_ depth: Int) throws -> Expression {
        if depth > 0, oneIn(3) {
            var operand = try vector(depth - 1)
            // A sign binds weaker than the brackets.
            if case .unary = operand { operand = .parenthesised(operand, nowhere) }
            return .subquery(
                SubqueryExpression(
                    operand: operand, range: duration(mayBeNegative: false),
                    step: oneIn(2) ? nil : duration(mayBeNegative: false), modifiers: modifiers(), position: nowhere))
        }
        return .matrixSelector(
            MatrixSelector(
                selector: try selector(modifiers()), range: duration(mayBeNegative: false), position: nowhere))
    }

    private func selector(_ modifiers: TimeModifiers) throws -> VectorSelector {
        let name: String? = oneIn(4) ? nil : pick(["up", "a:b", "sum", "offset", "start", "fill", "_x9"])
        var matchers: [Matcher] = []
        for index in 0..<below(3) {
            let label = pick(["job", "by", "l.x", "é \""]) + "\(index)"
            matchers.append(
                try Matcher(label, pick([.equal, .notEqual, .matches, .notMatches]), pick(["", "v", "a|\"b"])))
        }
        matchers.append(try Matcher("__name__", .equal, name ?? pick(["a.b", "x"])))
        // The printer sorts matchers by their text, with the written name apart.
        let last = name == nil ? nil : matchers.removeLast()
        matchers.sort { printed($0) < printed($1) }
        if let last { matchers.append(last) }
        let extent = below(6)
        return VectorSelector(
            name: name, matchers: matchers, modifiers: modifiers, isAnchored: extent == 1, isSmoothed: extent == 2,
            position: nowhere)
    }

    private func printed(_ matcher: Matcher) -> String {
        (LabelName.isLegacy(matcher.name) ? matcher.name : quotedText(matcher.name)) + matcher.operation.rawValue
            + quotedText(matcher.value)
    }

    private func modifiers() -> TimeModifiers {
        let at: TimeModifiers.At? = pick([
            nil, nil, .start, .end, .timestamp(Timestamp(milliseconds: Int64(below(9999)))),
        ])
        return TimeModifiers(offset: oneIn(3) ? offset() : .zero, at: at)
    }

    private func offset() -> DurationExpression {
        switch below(4) {
        case 0: .parenthesised(duration(mayBeNegative: true))
        case 1: pick([.step, .negate(.range), .negate(.parenthesised(.binary(.add, .step, .number(3))))])
        default: .constant(milliseconds: Int64(below(100_000)) - 50_000)
        }
    }

    private func duration(mayBeNegative: Bool, depth: Int = 2) -> DurationExpression {
        let constant = DurationExpression.constant(milliseconds: Int64(below(90_000_000)) + 1)
        guard depth > 0 else { return pick([constant, .step, .range]) }
        return switch below(6) {
        case 0:
            .binary(
                pick([.add, .subtract, .multiply, .divide, .modulo, .power]),
                .parenthesised(duration(mayBeNegative: true, depth: depth - 1)), pick([.number(2), constant]))
        case 1: .maxOf(duration(mayBeNegative: true, depth: depth - 1), .number(-3))
        case 2: .minOf(.negate(.step), duration(mayBeNegative: true, depth: depth - 1))
        case 3: .step
        default: constant
        }
    }
}
