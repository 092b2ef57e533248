import Basics
import SignalModel

/// Evaluates expressions over one grid of steps: every node yields whole rows, a value for each step.
/// Subqueries and parts that do not vary with time get an evaluator with their own grid.
struct Evaluator {
    let context: QueryContext
    let grid: StepGrid
    let scope: HistogramScope

    init(_ context: QueryContext, grid: StepGrid, scope: HistogramScope = HistogramScope()) {
        self.context = context
        self.grid = grid
        self.scope = scope
    }

    /// What the functions around an expression ask of its histograms.
    struct HistogramScope {
        /// Only counts and sums: then it is told for each sample whether counting began anew with it.
        var asksCountsOnly = false
        /// Buckets too, or the samples lie on a subquery's grid.
        var asksBuckets = false

        var detectsResets: Bool { asksCountsOnly && !asksBuckets }
    }

    var steps: Int { grid.count }

    func evaluate(_ expression: Expression) throws -> Evaluated {
        let mark = context.held
        let histogramMark = context.histograms.count
        var value: Evaluated
        if steps > 1, expression.isStepInvariant, !expression.isLiteral {
            let once = try Evaluator(context, grid: StepGrid(instant: grid.start), scope: scope)
                .evaluate(expression)
            try context.hold(once.points, times: steps)
            value = once.broadcast(to: steps)
        } else {
            value = try evaluateEachStep(expression)
        }
        // The operands are gone by now; only the result still counts.
        let histogramPoints = context.settleHistograms(from: histogramMark, in: &value)
        context.settle(at: mark, holding: value.points + histogramPoints)
        try context.check()
        return value
    }

    private func evaluateEachStep(_ expression: Expression) throws -> Evaluated {
        switch expression {
        case .number(let literal): return .scalar(try constant(literal.value))
        case .string(let literal): return .string(literal.value)
        case .parenthesised(let inner, _): return try evaluate(inner)
        case .unary(let node): return try evaluateUnary(node)
        case .vectorSelector(let selector): return .vector(try select(selector))
        case .binary(let node): return try evaluateBinary(node)
        case .aggregation(let node): return .vector(try aggregate(node))
        case .call(let node): return try call(node)
        case .matrixSelector, .subquery: throw mismatch("instant vector", expression)
        }
    }

    func vector(_ expression: Expression) throws -> SeriesTable {
        guard case .vector(let table) = try evaluate(expression) else { throw mismatch("instant vector", expression) }
        return table
    }

    func scalar(_ expression: Expression) throws -> [Double] {
        guard case .scalar(let values) = try evaluate(expression) else { throw mismatch("scalar", expression) }
        return values
    }

    func string(_ expression: Expression) throws -> String {
        guard case .string(let text) = try evaluate(expression) else { throw mismatch("string", expression) }
        return text
    }

    /// The type checker lets none of these through; an expression built by hand may hold one.
    private func mismatch(_ wanted: String, _ expression: Expression) -> QueryError {
        QueryError(.execution, "expected \(wanted), got \(expression.type.rawValue)")
    }

    func constant(_ value: Double) throws -> [Double] {
        try context.hold(steps)
        return Array(repeating: value, count: steps)
    }
}
