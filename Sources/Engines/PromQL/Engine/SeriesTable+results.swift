import Basics
import SignalModel

extension SeriesTable {
    /// The one step of an instant query, in row order.
    func instantSeries(at time: Timestamp) -> [InstantSeries] {
        var result: [InstantSeries] = []
        result.reserveCapacity(count)
        for row in 0..<count {
            let value = self[row, 0]
            if Self.isAbsent(value) { continue }
            result.append(
                InstantSeries(labels: effectiveLabels(row), sample: Sample(timestamp: time, value: value)))
        }
        return result
    }

    /// Every row with a value, sorted by labels.
    func rangeSeries(on grid: StepGrid) -> [RangeSeries] {
        var result: [RangeSeries] = []
        result.reserveCapacity(count)
        for row in 0..<count {
            let samples = grid.samples(self.row(row))
            if !samples.isEmpty { result.append(RangeSeries(labels: effectiveLabels(row), samples: samples)) }
        }
        result.sort { $0.labels < $1.labels }
        return result
    }
}
