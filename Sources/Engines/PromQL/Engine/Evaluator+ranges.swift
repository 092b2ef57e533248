import Basics
import SignalModel

extension Evaluator {
    /// Applies `function` to each series of a range vector at each step. The rows still have their names.
    func overWindows<Function: RangeFunction>(
        _ argument: Expression, _ function: Function
    ) throws -> SeriesTable {
        var function = function
        var table = SeriesTable(steps: steps)
        table.names = try forEachRange(argument) { labels, samples, span in
            try context.hold(steps)
            let isKept = table.appendRow(labels) { row in
                function.slide(over: samples, span, grid: grid, into: row)
            }
            if !isKept { context.release(steps) }
        }
        return table
    }

    /// Calls `body` with each series of a range vector: all the samples any step needs, markers dropped.
    /// Returns what the names of the series mean.
    func forEachRange(
        _ argument: Expression, _ body: (Labels, SampleColumns, RangeSpan) throws -> Void
    ) throws -> SeriesTable.Names {
        switch argument.unwrapped {
        case .matrixSelector(let node):
            let span = RangeSpan(lens: try lens(node.selector.modifiers), range: try duration(node.range))
            var clean = SampleBuffer()
            try forEachSeries(node.selector, from: span.first, through: span.last) { labels, samples in
                // Fast path: most series have no marker and go on as they are.
                guard samples.haveMarkers else { return try body(labels, samples, span) }
                clean.removeAll()
                for index in 0..<samples.count where !SeriesTable.isAbsent(samples.values[index]) {
                    clean.append(samples.timestamps[index], samples.values[index])
                }
                if clean.count > 0 { try clean.withColumns { try body(labels, $0, span) } }
            }
            return node.selector.resultNames
        case .subquery(let node): return try forEachRange(ofSubquery: node, body)
        default: throw QueryError(.execution, "expected range vector, got \(argument.type.rawValue)")
        }
    }

    /// A range vector as an answer of its own, at the one step of an instant query.
    func matrix(_ expression: Expression) throws -> [RangeSeries] {
        var result: [RangeSeries] = []
        let names = try forEachRange(expression) { labels, samples, span in
            var points: [Sample] = []
            for index in 0..<samples.count where samples.timestamps[index] > span.lens.first - span.range {
                points.append(
                    Sample(
                        timestamp: Timestamp(milliseconds: samples.timestamps[index]), value: samples.values[index]))
            }
            if points.isEmpty { return }
            try context.hold(points.count)
            result.append(RangeSeries(labels: labels, samples: points))
        }
        if names.areDropped {
            for index in result.indices { result[index].labels = result[index].labels.withoutName }
        }
        result.sort { $0.labels < $1.labels }
        return result
    }
}
