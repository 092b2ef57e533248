package import Basics
package import SignalModel

/// A parsed and type-checked PromQL expression, after Prometheus' `promql/parser` AST.
package indirect enum Expression: Sendable, Hashable {
    case number(NumberLiteral)
    case string(StringLiteral)
    case parenthesised(Expression, PositionRange)
    case unary(UnaryExpression)
    case binary(BinaryExpression)
    case aggregation(AggregationExpression)
    case call(CallExpression)
    case vectorSelector(VectorSelector)
    case matrixSelector(MatrixSelector)
    case subquery(SubqueryExpression)
}

/// Byte offsets into the query, end exclusive.
package struct PositionRange: Sendable, Hashable {
    package var start: Int
    package var end: Int
    package init(start: Int, end: Int) {
        self.start = start
        self.end = end
    }
}

package enum ValueType: String, Sendable, Hashable {
    case scalar
    case string
    case vector = "instant vector"
    case matrix = "range vector"
}

package struct NumberLiteral: Sendable {
    package var value: Double
    /// Written as a duration (`5m`), so that it prints back as one.
    package var isDuration: Bool
    package var position: PositionRange
    package init(value: Double, isDuration: Bool, position: PositionRange) {
        self.value = value
        self.isDuration = isDuration
        self.position = position
    }
}

package struct StringLiteral: Sendable, Hashable {
    package var value: String
    package var position: PositionRange
    package init(value: String, position: PositionRange) {
        self.value = value
        self.position = position
    }
}

package struct UnaryExpression: Sendable, Hashable {
    package enum Operator: String, Sendable, Hashable {
        case plus = "+"
        case minus = "-"
    }
    package var operation: Operator
    package var operand: Expression
    package var position: PositionRange
    package init(operation: Operator, operand: Expression, position: PositionRange) {
        self.operation = operation
        self.operand = operand
        self.position = position
    }
}

package enum BinaryOperator: String, Sendable, Hashable, CaseIterable {
    case add = "+"
    case subtract = "-"
    case multiply = "*"
    case divide = "/"
    case modulo = "%"
    case power = "^"
    case atan2
    case equal = "=="
    case notEqual = "!="
    case greater = ">"
    case less = "<"
    case greaterOrEqual = ">="
    case lessOrEqual = "<="
    case and, or, unless
    /// Cut a native histogram above or below a bound; an element that is no histogram is dropped.
    case trimUpper = "</"
    case trimLower = ">/"

    package var isComparison: Bool {
        switch self {
        case .equal, .notEqual, .greater, .less, .greaterOrEqual, .lessOrEqual: true
        default: false
        }
    }
    package var isSetOperator: Bool { self == .and || self == .or || self == .unless }
}

package struct VectorMatching: Sendable, Hashable {
    package enum Cardinality: String, Sendable, Hashable {
        case oneToOne = "one-to-one"
        case manyToOne = "many-to-one"
        case oneToMany = "one-to-many"
        case manyToMany = "many-to-many"
    }
    package var cardinality: Cardinality
    /// Names in `on(…)` or `ignoring(…)`.
    package var labels: [String]
    /// True for `on(…)`.
    package var isOn: Bool
    /// Names in `group_left(…)`/`group_right(…)`, copied from the "one" side.
    package var include: [String]
    /// What stands in for a missing left or right element: `fill(…)` sets both. Experimental.
    package var fillLeft: Double?
    package var fillRight: Double?
    package init(cardinality: Cardinality, labels: [String] = [], isOn: Bool = false, include: [String] = []) {
        self.cardinality = cardinality
        self.labels = labels
        self.isOn = isOn
        self.include = include
    }
}

package struct BinaryExpression: Sendable, Hashable {
    package var operation: BinaryOperator
    package var left: Expression
    package var right: Expression
    /// Nil unless both sides are vectors.
    package var matching: VectorMatching?
    package var returnsBool: Bool
    package var position: PositionRange
    package init(
        operation: BinaryOperator, left: Expression, right: Expression, matching: VectorMatching?, returnsBool: Bool,
        position: PositionRange
    ) {
        self.operation = operation
        self.left = left
        self.right = right
        self.matching = matching
        self.returnsBool = returnsBool
        self.position = position
    }
}

package enum AggregationOperator: String, Sendable, Hashable, CaseIterable {
    case sum, avg, count, min, max, group, stddev, stdvar, topk, bottomk, quantile, limitk
    case countValues = "count_values"
    case limitRatio = "limit_ratio"

    package var takesParameter: Bool {
        switch self {
        case .topk, .bottomk, .quantile, .countValues, .limitk, .limitRatio: true
        default: false
        }
    }
}

package struct AggregationExpression: Sendable, Hashable {
    package var operation: AggregationOperator
    package var operand: Expression
    package var parameter: Expression?
    package var grouping: [String]
    /// `without (…)` rather than `by (…)`.
    package var isWithout: Bool
    package var position: PositionRange
    package init(
        operation: AggregationOperator, operand: Expression, parameter: Expression?, grouping: [String],
        isWithout: Bool, position: PositionRange
    ) {
        self.operation = operation
        self.operand = operand
        self.parameter = parameter
        self.grouping = grouping
        self.isWithout = isWithout
        self.position = position
    }
}

package struct CallExpression: Sendable, Hashable {
    package var function: FunctionSignature
    package var arguments: [Expression]
    package var position: PositionRange
    package init(function: FunctionSignature, arguments: [Expression], position: PositionRange) {
        self.function = function
        self.arguments = arguments
        self.position = position
    }
}

/// A function's name and types, from the one table in `FunctionSignature+table.swift`.
package struct FunctionSignature: Sendable, Hashable {
    package var name: String
    package var argumentTypes: [ValueType]
    /// 0: exactly `argumentTypes.count`; n > 0: the last may be left out, or stand up to n times;
    /// -1: the last may be left out, or stand any number of times.
    package var variadic: Int
    package var returnType: ValueType
    /// Needs the experimental-functions switch.
    package var isExperimental: Bool
    package init(
        name: String, argumentTypes: [ValueType], variadic: Int = 0, returnType: ValueType,
        isExperimental: Bool = false
    ) {
        self.name = name
        self.argumentTypes = argumentTypes
        self.variadic = variadic
        self.returnType = returnType
        self.isExperimental = isExperimental
    }
}

/// `offset`, `@`, and where they move the evaluation time.
package struct TimeModifiers: Sendable, Hashable {
    package enum At: Sendable, Hashable {
        case timestamp(Timestamp)
        case start, end
    }
    /// As written; positive looks into the past.
    package var offset: DurationExpression
    package var at: At?
    package init(offset: DurationExpression = .zero, at: At? = nil) {
        self.offset = offset
        self.at = at
    }
}

/// A length of time in a range, subquery or offset: a constant, or 3.x duration arithmetic that is
/// known once the query's start, end and step are.
package indirect enum DurationExpression: Sendable, Hashable {
    case constant(milliseconds: Int64)
    case step
    case range
    case negate(DurationExpression)
    case binary(BinaryOperator, DurationExpression, DurationExpression)
    case minOf(DurationExpression, DurationExpression)
    case maxOf(DurationExpression, DurationExpression)
    /// A plain number inside arithmetic (`5m * 2`). All of it is reckoned in seconds, so `5m + 30` is
    /// five and a half minutes; see `milliseconds(step:range:)`.
    case number(Double)
    case parenthesised(DurationExpression)

    package static let zero = DurationExpression.constant(milliseconds: 0)
}

package struct VectorSelector: Sendable, Hashable {
    /// The metric name when written before the braces; its matcher is in `matchers` too, last.
    package var name: String?
    package var matchers: [Matcher]
    package var modifiers: TimeModifiers
    /// Experimental extended range selectors.
    package var isAnchored: Bool
    package var isSmoothed: Bool
    package var position: PositionRange
    package init(
        name: String?, matchers: [Matcher], modifiers: TimeModifiers = TimeModifiers(), isAnchored: Bool = false,
        isSmoothed: Bool = false, position: PositionRange
    ) {
        self.name = name
        self.matchers = matchers
        self.modifiers = modifiers
        self.isAnchored = isAnchored
        self.isSmoothed = isSmoothed
        self.position = position
    }
}

package struct MatrixSelector: Sendable, Hashable {
    package var selector: VectorSelector
    package var range: DurationExpression
    package var position: PositionRange
    package init(selector: VectorSelector, range: DurationExpression, position: PositionRange) {
        self.selector = selector
        self.range = range
        self.position = position
    }
}

package struct SubqueryExpression: Sendable, Hashable {
    package var operand: Expression
    package var range: DurationExpression
    /// Nil: the default evaluation interval.
    package var step: DurationExpression?
    package var modifiers: TimeModifiers
    package var position: PositionRange
    package init(
        operand: Expression, range: DurationExpression, step: DurationExpression?, modifiers: TimeModifiers,
        position: PositionRange
    ) {
        self.operand = operand
        self.range = range
        self.step = step
        self.modifiers = modifiers
        self.position = position
    }
}

extension Expression {
    package var position: PositionRange {
        switch self {
        case .number(let node): node.position
        case .string(let node): node.position
        case .parenthesised(_, let position): position
        case .unary(let node): node.position
        case .binary(let node): node.position
        case .aggregation(let node): node.position
        case .call(let node): node.position
        case .vectorSelector(let node): node.position
        case .matrixSelector(let node): node.position
        case .subquery(let node): node.position
        }
    }

    package var type: ValueType {
        switch self {
        case .number: .scalar
        case .string: .string
        case .parenthesised(let inner, _): inner.type
        case .unary(let node): node.operand.type
        case .binary(let node): node.left.type == .scalar && node.right.type == .scalar ? .scalar : .vector
        case .aggregation, .vectorSelector: .vector
        case .call(let node): node.function.returnType
        case .matrixSelector, .subquery: .matrix
        }
    }
}
