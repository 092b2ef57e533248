import Basics
import SignalModel

/// One series of which several places hold samples: blocks, oldest first, then the head.
final class MergedSeries: SelectedSeries {
    private let parts: [any SelectedSeries]
    var labels: Labels { parts[0].labels }

    /// `parts` are not empty and have the same labels.
    init(_ parts: [any SelectedSeries]) { self.parts = parts }

    func read(from: Timestamp, through: Timestamp, into buffer: inout SampleBuffer) throws {
        let start = buffer.count
        for part in parts { try part.read(from: from, through: through, into: &buffer) }
        buffer.putInOrder(from: start)
    }
}

/// Puts the series of several places together by their labels.
struct SeriesMerge {
    private var series: [any SelectedSeries] = []
    /// Further parts by place in `series`.
    private var others: [Int: [any SelectedSeries]] = [:]
    private var places: [Labels: Int] = [:]

    /// Places are to be added oldest first.
    mutating func add(_ list: some Sequence<any SelectedSeries>) {
        for one in list {
            if let place = places[one.labels] {
                others[place, default: []].append(one)
            } else {
                places[one.labels] = series.count
                series.append(one)
            }
        }
    }

    func merged() -> [any SelectedSeries] {
        var result = series
        for (place, parts) in others { result[place] = MergedSeries([series[place]] + parts) }
        return result
    }
}
