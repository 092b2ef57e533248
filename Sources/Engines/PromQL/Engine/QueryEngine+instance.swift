package import Basics
package import SignalModel

/// Evaluates expressions over a sample source. Synchronous: call it on a thread that may compute long.
package struct QueryEngine: Sendable {
    let source: any SampleSource
    let limits: QueryLimits
    let clock: any WallClock

    package init(source: any SampleSource, limits: QueryLimits, clock: any WallClock) {
        self.source = source
        self.limits = limits
        self.clock = clock
    }

    package func instant(
        _ expression: Expression, at time: Timestamp, cancellation: (any QueryCancellation)? = nil
    ) throws -> QueryResult {
        if case .string(let literal) = expression.unwrapped {
            return QueryResult(value: .string(literal.value, at: time))
        }
        let evaluator = Evaluator(self, from: time, through: time, step: 1, cancellation: cancellation)
        if expression.type == .matrix {
            let series = try evaluator.rangeVector(expression, at: time)
            return evaluator.result(.matrix(series))
        }
        switch try evaluator.evaluate(expression) {
        case .scalar(let values): return evaluator.result(.scalar(Sample(timestamp: time, value: values[0])))
        case .string(let text): return evaluator.result(.string(text, at: time))
        case .vector(let table):
            try evaluator.checkUnique(table.labels)
            return evaluator.result(
                .vector(
                    (0..<table.count).compactMap { row in
                        let value = table[row, 0]
                        if SeriesTable.isAbsent(value) { return nil }
                        return InstantSeries(labels: table.labels[row], sample: Sample(timestamp: time, value: value))
                    }))
        }
    }

    package func range(
        _ expression: Expression, from start: Timestamp, through end: Timestamp, step: Duration,
        cancellation: (any QueryCancellation)? = nil
    ) throws -> QueryResult {
        guard expression.type == .scalar || expression.type == .vector else {
            throw QueryError(
                .parse,
                "invalid expression type \(quoted(expression.type.rawValue)) for range query, must be Scalar or instant Vector")
        }
        let evaluator = Evaluator(self, from: start, through: end, step: step.milliseconds, cancellation: cancellation)
        var series: [RangeSeries]
        switch try evaluator.evaluate(expression) {
        case .scalar(let values):
            series = [RangeSeries(labels: .empty, samples: evaluator.samples(values[...]))]
        case .vector(let table):
            try evaluator.checkUnique(table.labels)
            series = (0..<table.count).map { RangeSeries(labels: table.labels[$0], samples: evaluator.samples(table.row($0))) }
            series.removeAll { $0.samples.isEmpty }
        case .string: series = []
        }
        series.sort { $0.labels < $1.labels }
        return evaluator.result(.matrix(series))
    }
}
