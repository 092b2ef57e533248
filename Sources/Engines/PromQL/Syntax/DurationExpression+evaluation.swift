import Basics
import Glibc
import SignalModel

extension DurationExpression {
    /// The length in milliseconds for a query with this step and range (end minus start), both in seconds'
    /// arithmetic as Prometheus' `promql/durations.go` does it. Offsets may be negative, ranges and steps not.
    package func milliseconds(
        step: Duration, range: Duration, mayBeNegative: Bool = false
    ) throws(QueryError) -> Int64 {
        if case .constant(let milliseconds) = self { return milliseconds }
        let seconds = try seconds(step: step.seconds, range: range.seconds)
        guard mayBeNegative || seconds > 0 else {
            throw QueryError(.execution, "duration must be greater than 0")
        }
        guard seconds.magnitude < Double(DurationText.millisecondsMax) / 1000 else {
            throw QueryError(.execution, "duration is out of range")
        }
        return Int64((seconds * 1000).rounded(.towardZero))
    }

    /// The length where it does not depend on the query's step and range.
    package var constantMilliseconds: Int64? {
        if case .constant(let milliseconds) = self { return milliseconds }
        return dependsOnQuery ? nil : try? milliseconds(step: .zero, range: .zero, mayBeNegative: true)
    }

    /// Whether `step()` or `range()` occurs.
    package var dependsOnQuery: Bool {
        switch self {
        case .constant, .number: false
        case .step, .range: true
        case .negate(let operand), .parenthesised(let operand): operand.dependsOnQuery
        case .binary(_, let left, let right), .minOf(let left, let right), .maxOf(let left, let right):
            left.dependsOnQuery || right.dependsOnQuery
        }
    }

    private func seconds(step: Double, range: Double) throws(QueryError) -> Double {
        switch self {
        case .constant(let milliseconds): return Double(milliseconds) / 1000
        case .number(let value): return value
        case .step: return step
        case .range: return range
        case .negate(let operand): return try -operand.seconds(step: step, range: range)
        case .parenthesised(let operand): return try operand.seconds(step: step, range: range)
        case .minOf(let left, let right):
            return min(try left.seconds(step: step, range: range), try right.seconds(step: step, range: range))
        case .maxOf(let left, let right):
            return max(try left.seconds(step: step, range: range), try right.seconds(step: step, range: range))
        case .binary(let operation, let left, let right):
            return try Self.apply(
                operation, left.seconds(step: step, range: range), right.seconds(step: step, range: range))
        }
    }

    private static func apply(
        _ operation: BinaryOperator, _ left: Double, _ right: Double
    ) throws(QueryError) -> Double {
        switch operation {
        case .add: return left + right
        case .subtract: return left - right
        case .multiply: return left * right
        case .divide:
            if right == 0 { throw QueryError(.execution, "division by zero") }
            return left / right
        case .modulo:
            if right == 0 { throw QueryError(.execution, "modulo by zero") }
            return fmod(left, right)
        case .power: return pow(left, right)
        default: preconditionFailure("the parser lets no \(operation.rawValue) into a duration")
        }
    }
}
