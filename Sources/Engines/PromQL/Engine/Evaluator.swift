import Basics
import SignalModel

/// One evaluation: the grid of steps, the limits, and what is to be told about it.
final class Evaluator {
    let engine: QueryEngine
    let start: Int64
    let end: Int64
    let step: Int64
    let steps: Int
    let cancellation: (any QueryCancellation)?
    let deadline: Duration
    /// The query's own start and end, which `@ start()` means inside subqueries too.
    let queryStart: Int64
    let queryEnd: Int64
    var warnings: [String] = []
    var infos: [String] = []
    var touched = 0
    /// Which row of the "many" side filled a place of a match's result.
    var claims: [Int: Int] = [:]

    init(
        _ engine: QueryEngine, from: Timestamp, through: Timestamp, step: Int64,
        cancellation: (any QueryCancellation)?, within outer: Evaluator? = nil
    ) {
        self.engine = engine
        start = from.milliseconds
        end = through.milliseconds
        self.step = step
        steps = Int((end - start) / step) + 1
        self.cancellation = cancellation
        deadline = outer?.deadline ?? engine.clock.uptime() + engine.limits.timeout
        queryStart = outer?.queryStart ?? start
        queryEnd = outer?.queryEnd ?? end
    }

    @inline(__always) func time(_ index: Int) -> Int64 { start + Int64(index) * step }

    func checkpoint(_ points: Int = 0) throws(QueryError) {
        touched += points
        if touched > engine.limits.samplesMax {
            throw QueryError(.execution, "query processing would load too many samples into memory in query execution")
        }
        if cancellation?.isCancelled == true { throw QueryError(.canceled, "query was canceled in expression evaluation") }
        if engine.clock.uptime() > deadline { throw QueryError(.timeout, "query timed out in expression evaluation") }
    }

    func warn(_ text: String, at position: PositionRange) { note("PromQL warning: \(text)", &warnings) }
    func inform(_ text: String, at position: PositionRange) { note("PromQL info: \(text)", &infos) }
    private func note(_ text: String, _ list: inout [String]) {
        if !list.contains(text) { list.append(text) }
    }

    func result(_ value: QueryValue) -> QueryResult {
        QueryResult(value: value, warnings: warnings, infos: infos, samplesTouched: touched)
    }

    func samples(_ row: ArraySlice<Double>) -> [Sample] {
        row.enumerated().compactMap { index, value in
            SeriesTable.isAbsent(value) ? nil : Sample(timestamp: Timestamp(milliseconds: time(index)), value: value)
        }
    }

    func checkUnique(_ labels: [Labels]) throws(QueryError) {
        if Set(labels).count != labels.count {
            throw QueryError(.execution, "vector cannot contain metrics with the same labelset")
        }
    }

    func evaluate(_ expression: Expression) throws -> Evaluated {
        switch expression {
        case .number(let literal): return .scalar(Array(repeating: literal.value, count: steps))
        case .string(let literal): return .string(literal.value)
        case .parenthesised(let inner, _): return try evaluate(inner)
        case .unary(let node): return try negate(node)
        case .vectorSelector(let selector): return .vector(try select(selector))
        case .binary(let node): return try binary(node)
        case .aggregation(let node): return .vector(try aggregate(node))
        case .call(let node): return try call(node)
        case .matrixSelector, .subquery:
            throw QueryError(.execution, "a range vector stands where an instant vector is needed")
        }
    }

    func vector(_ expression: Expression) throws -> SeriesTable {
        guard case .vector(let table) = try evaluate(expression) else {
            throw QueryError(.execution, "expected an instant vector")
        }
        return table
    }

    func scalar(_ expression: Expression) throws -> [Double] {
        guard case .scalar(let values) = try evaluate(expression) else { throw QueryError(.execution, "expected a scalar") }
        return values
    }

    func string(_ expression: Expression) throws -> String {
        guard case .string(let text) = try evaluate(expression) else { throw QueryError(.execution, "expected a string") }
        return text
    }

    private func negate(_ node: UnaryExpression) throws -> Evaluated {
        let value = try evaluate(node.operand)
        guard node.operation == .minus else { return value }
        switch value {
        case .scalar(let values): return .scalar(values.map { -$0 })
        case .vector(var table):
            for index in table.values.indices where !SeriesTable.isAbsent(table.values[index]) {
                table.values[index] = -table.values[index]
            }
            table.labels = table.labels.map(\.withoutName)
            try checkUnique(table.labels)
            return .vector(table)
        case .string: return value
        }
    }
}
