package import Basics
package import SignalModel

/// Evaluates expressions over a sample source. Synchronous: call it on a thread that may compute long.
/// Safe to use from several threads at once; a query shares nothing with another.
package struct QueryEngine: QueryEvaluator {
    let source: any SampleSource
    let limits: QueryLimits
    let clock: any WallClock

    package init(source: any SampleSource, limits: QueryLimits, clock: any WallClock) {
        self.source = source
        self.limits = limits
        self.clock = clock
    }

    /// The value at one time. `text` is what `expression` was parsed from: with it, warnings name line and column.
    package func instant(
        _ expression: Expression, at time: Timestamp, text: String = "",
        cancellation: (any QueryCancellation)? = nil
    ) throws -> QueryResult {
        let context = QueryContext(
            self, from: time, through: time, step: .zero, text: text, cancellation: cancellation)
        let evaluator = Evaluator(context, grid: StepGrid(instant: time.milliseconds))
        if expression.type == .matrix {
            return context.result(.matrix(try evaluator.matrix(expression)))
        }
        switch try evaluator.evaluate(expression) {
        case .scalar(let values): return context.result(.scalar(Sample(timestamp: time, value: values[0])))
        case .string(let text): return context.result(.string(text, at: time))
        case .vector(var table):
            try table.dropDelayedNames()
            return context.result(.vector(table.instantSeries(at: time)))
        }
    }

    /// The values at `start`, `start + step` … up to `end`, sorted by labels. `step` must be positive.
    package func range(
        _ expression: Expression, from start: Timestamp, through end: Timestamp, step: Duration, text: String = "",
        cancellation: (any QueryCancellation)? = nil
    ) throws -> QueryResult {
        guard expression.type == .scalar || expression.type == .vector else {
            throw QueryError(
                .parse,
                "invalid expression type \(quotedText(expression.type.rawValue)) for range query, "
                    + "must be Scalar or instant Vector")
        }
        guard step.milliseconds > 0, end >= start else {
            throw QueryError(.parse, "a range query needs a positive step and an end not before its start")
        }
        let grid = StepGrid(
            start: start.milliseconds, step: step.milliseconds, through: end.milliseconds)
        let context = QueryContext(
            self, from: start, through: end, step: step, text: text, cancellation: cancellation)
        let evaluator = Evaluator(context, grid: grid)
        switch try evaluator.evaluate(expression) {
        case .scalar(let values):
            return context.result(.matrix([RangeSeries(labels: .empty, samples: grid.samples(values[...]))]))
        case .vector(var table):
            try table.dropDelayedNames()
            return context.result(.matrix(table.rangeSeries(on: grid)))
        case .string: preconditionFailure("strings were turned away above")
        }
    }

    /// Whether a function of the language is evaluated; a query with another one fails.
    package static func answers(_ function: String) -> Bool { FunctionTable.body(of: function) != nil }
}
