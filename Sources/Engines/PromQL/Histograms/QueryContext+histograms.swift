import SignalModel

extension QueryContext {
    /// Drops the histograms from place `mark` on but those a value names; their places change. Returns what the kept
    /// ones weigh.
    func settleHistograms(from mark: Int, in value: inout Evaluated) -> Int {
        guard histograms.count > mark else { return 0 }
        var kept: [NativeHistogram] = []
        if case .vector(var table) = value {
            var places: [Int: Int] = [:]
            table.replaceBoxes { box in
                let place = HistogramBox.place(box)
                guard place >= mark else { return box }
                if let known = places[place] { return HistogramBox.value(known) }
                let moved = mark + kept.count
                places[place] = moved
                kept.append(histograms[place])
                return HistogramBox.value(moved)
            }
            value = .vector(table)
        }
        replaceHistograms(from: mark, with: kept)
        return kept.reduce(0) { $0 + $1.points }
    }
}
