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
            let isKept = try table.appendRow(labels, dropsName: span.dropsName) { row in
                // Fast path: floats alone.
                if samples.histograms.isEmpty { return function.slide(over: samples, span, grid: grid, into: row) }
                let notes = HistogramNotes(
                    context, at: argument.position, name: span.namesAreDropped ? "" : labels.name ?? "")
                let isKept = try function.slide(overMixed: samples, span, grid: grid, notes, into: row)
                if isKept, case .asAnySample = function.histogramUse { try keepBoxes(row, samples) }
                return isKept
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
            var span = RangeSpan(lens: try lens(node.selector.modifiers), range: try duration(node.range))
            if node.selector.isAnchored || node.selector.isSmoothed {
                span.lookBefore = context.limits.lookback.milliseconds
                if node.selector.isSmoothed { span.lookBehind = context.limits.lookback.milliseconds }
            }
            var names = node.selector.resultNames(delayed: context.limits.delaysNameRemoval)
            var clean = SampleBuffer()
            try forEachSeries(node.selector, from: span.first, through: span.last) { labels, samples in
                if labels.haveTypeOrUnit { names.areShared = false }
                // Fast path: most series have no marker and go on as they are.
                guard samples.haveMarkers else { return try body(labels, samples, span) }
                clean.removeAll()
                for index in 0..<samples.count where !SeriesTable.isAbsent(samples.values[index]) {
                    if let histogram = samples.histogram(index) {
                        clean.append(samples.timestamps[index], histogram)
                    } else {
                        clean.append(samples.timestamps[index], samples.values[index])
                    }
                }
                if clean.count > 0 { try clean.withColumns { try body(labels, $0, span) } }
            }
            return names
        case .subquery(let node): return try forEachRange(ofSubquery: node, body)
        default: throw QueryError(.execution, "expected range vector, got \(argument.type.rawValue)")
        }
    }

    /// A range vector as an answer of its own, at the one step of an instant query.
    func matrix(_ expression: Expression) throws -> [RangeSeries] {
        var result: [RangeSeries] = []
        let names = try forEachRange(expression) { labels, samples, span in
            var points: [Sample] = []
            if case .matrixSelector(let node) = expression.unwrapped, node.selector.isExtended {
                points = try extendedPoints(samples, span, isSmoothed: node.selector.isSmoothed)
                if points.isEmpty { return }
                try context.hold(points.count)
                return result.append(RangeSeries(labels: labels, samples: points))
            }
            for index in 0..<samples.count where samples.timestamps[index] > span.lens.first - span.range {
                let value = try samples.histogram(index).map(context.keep) ?? samples.values[index]
                points.append(
                    Sample(timestamp: Timestamp(milliseconds: samples.timestamps[index]), value: value))
            }
            if points.isEmpty { return }
            try context.hold(points.count)
            result.append(RangeSeries(labels: span.dropsName ? labels.withoutMetadata : labels, samples: points))
        }
        if names.areDropped {
            for index in result.indices { result[index].labels = result[index].labels.withoutMetadata }
        }
        result.sort { $0.labels < $1.labels }
        return result
    }
}
