import Basics
import SignalModel

extension Evaluator {
    /// Evaluates the inner expression on the subquery's own grid — whole multiples of its step, wherever the
    /// query starts — and hands out its points as if they were samples.
    func forEachRange(
        ofSubquery node: SubqueryExpression, _ body: (Labels, SampleColumns, RangeSpan) throws -> Void
    ) throws -> SeriesTable.Names {
        var span = RangeSpan(lens: try lens(node.modifiers), range: try duration(node.range))
        let step =
            try node.step.map { try duration($0) } ?? context.limits.defaultSubqueryStep.milliseconds
        guard step > 0 else { throw QueryError(.execution, "subquery step must be at least a millisecond") }
        // The first multiple strictly inside the first window, which is open on the left.
        let start = span.lens.first - span.range
        let first = (start / step + (start % step < 0 ? 0 : 1)) * step
        guard first <= span.last else { return SeriesTable.Names() }
        let inner = StepGrid(start: first, step: step, through: span.last)
        let value = try Evaluator(
            context, grid: inner,
            scope: HistogramScope(asksCountsOnly: scope.asksCountsOnly, asksBuckets: true)
        ).evaluate(node.operand)
        guard case .vector(let table) = value else {
            throw QueryError(.execution, "subquery is only allowed on instant vector")
        }
        span.namesAreDropped = table.names.areDropped
        var buffer = SampleBuffer()
        for row in 0..<table.count {
            buffer.removeAll()
            span.dropsName = table.dropsName(row)
            for (index, value) in table.row(row).enumerated() where !SeriesTable.isAbsent(value) {
                if HistogramBox.isBox(value) {
                    var histogram = context.histogram(value)
                    // What is known is of the stored sample before it, not of the one on this grid.
                    if histogram.counterReset != .gauge { histogram.counterReset = .unknown }
                    buffer.append(inner.time(index), histogram)
                } else {
                    buffer.append(inner.time(index), value)
                }
            }
            if buffer.count == 0 { continue }
            try buffer.withColumns { try body(table.labels[row], $0, span) }
        }
        return table.names
    }
}
