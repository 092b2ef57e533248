internal import Basics

/// Gives expressions their value for one row. What cannot be computed is null, as in Elasticsearch.
struct PipeEvaluation {
    /// Of a text that a function puts together; a longer one is null, as in Elasticsearch. Without it a query of forty
    /// lines doubles a text until there is no memory.
    static let textBytesMax = 1 << 20

    let context: LogQueryContext
    let patterns = PipePatterns()

    func value(_ expression: PipeExpression, _ row: [PipeValue]) -> PipeValue {
        switch expression {
        case .literal(let value): return value
        case .slot(let slot): return row[slot]
        case .column, .aggregate, .found: return .null
        case .call(let function, let arguments): return call(function, arguments, row)
        case .arithmetic(let operation, let left, let right):
            return arithmetic(operation, value(left, row), value(right, row))
        case .comparison(let comparison, let left, let right):
            return compare(comparison, value(left, row), value(right, row))
        case .and(let left, let right):
            let first = value(left, row)
            if first == .bool(false) { return first }
            let second = value(right, row)
            if second == .bool(false) { return second }
            return first == .bool(true) && second == .bool(true) ? .bool(true) : .null
        case .or(let left, let right):
            let first = value(left, row)
            if first == .bool(true) { return first }
            let second = value(right, row)
            if second == .bool(true) { return second }
            return first == .bool(false) && second == .bool(false) ? .bool(false) : .null
        case .not(let inner):
            guard case .bool(let flag) = value(inner, row) else { return .null }
            return .bool(!flag)
        case .isNull(let inner): return .bool(value(inner, row) == .null)
        case .isOneOf(let inner, let others):
            let wanted = value(inner, row)
            if wanted == .null { return .null }
            var hasNull = false
            for other in others {
                switch compare(.equal, wanted, value(other, row)) {
                case .bool(true): return .bool(true)
                case .null: hasNull = true
                default: continue
                }
            }
            return hasNull ? .null : .bool(false)
        case .isAmong(let inner, let constants):
            return constants.contains(value(inner, row)).map { .bool($0) } ?? .null
        case .matches(let inner, let patterns):
            let value = value(inner, row)
            if case .several = value { return .null }
            guard let text = value.string else { return .null }
            return .bool(patterns.contains { $0.matches(text) })
        }
    }

    /// Of several values nothing can be said, as in Elasticsearch. Values of which neither is the other's kind are not
    /// equal, and have no order.
    private func compare(
        _ comparison: PipeExpression.Comparison, _ left: PipeValue, _ right: PipeValue
    ) -> PipeValue {
        switch (left, right) {
        case (.null, _), (_, .null), (.several, _), (_, .several): return .null
        default: break
        }
        guard let order = PipeValue.compare(left, right) else {
            return comparison == .equal ? .bool(false) : comparison == .unequal ? .bool(true) : .null
        }
        switch comparison {
        case .equal: return .bool(order == 0)
        case .unequal: return .bool(order != 0)
        case .less: return .bool(order < 0)
        case .lessOrEqual: return .bool(order <= 0)
        case .greater: return .bool(order > 0)
        case .greaterOrEqual: return .bool(order >= 0)
        }
    }

    private func arithmetic(_ operation: Unicode.Scalar, _ left: PipeValue, _ right: PipeValue) -> PipeValue {
        switch (left, right) {
        case (.long(let first), .long(let second)):
            let result: (partialValue: Int64, overflow: Bool)
            switch operation {
            case "+": result = first.addingReportingOverflow(second)
            case "-": result = first.subtractingReportingOverflow(second)
            case "*": result = first.multipliedReportingOverflow(by: second)
            case "/":
                guard second != 0 else { return .null }
                result = first.dividedReportingOverflow(by: second)
            default:
                guard second != 0 else { return .null }
                result = first.remainderReportingOverflow(dividingBy: second)
            }
            return result.overflow ? .null : .long(result.partialValue)
        case (.date(let time), .span(let count, let unit)):
            return .date(ZonedCalendar(context.zone).moved(time, unit, by: operation == "-" ? 0 &- count : count))
        case (.span, .date) where operation == "+": return arithmetic("+", right, left)
        case (.span(let first, let unit), .span(let second, let other)) where unit == other:
            return .span(operation == "-" ? first &- second : first &+ second, unit)
        case (.date, _), (_, .date): return .null
        default:
            guard let first = left.number, let second = right.number else { return .null }
            let result: Double =
                switch operation {
                case "+": first + second
                case "-": first - second
                case "*": first * second
                case "/": first / second
                default: first.truncatingRemainder(dividingBy: second)
                }
            return result.isFinite ? .double(result) : .null
        }
    }
}
