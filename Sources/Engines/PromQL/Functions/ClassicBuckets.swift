import SignalModel

/// One bucket of a classic histogram: how many observations were at most `bound`.
struct ClassicBucket {
    var bound: Double
    var count: Double
}

/// Rows of one classic histogram: same labels but for `le`, sorted by bound.
struct ClassicHistogram {
    var labels: Labels
    var buckets: [(bound: Double, row: Int)]

    /// The buckets that have a value at `step`, those of equal bound merged ("1" and "1.0").
    func buckets(_ table: SeriesTable, at step: Int, into result: inout [ClassicBucket]) {
        result.removeAll(keepingCapacity: true)
        for bucket in buckets {
            let count = table[bucket.row, step]
            if SeriesTable.isAbsent(count) { continue }
            if let last = result.last, last.bound == bucket.bound {
                result[result.count - 1].count += count
            } else {
                result.append(ClassicBucket(bound: bucket.bound, count: count))
            }
        }
    }
}

extension Evaluator {
    /// Groups bucket series to histograms, in order of first appearance.
    func classicHistograms(_ table: SeriesTable, at position: PositionRange) -> [ClassicHistogram] {
        var index = LabelIndex(LabelProjection(dropping: ["le"], ignoringMetadata: table.names.areDropped))
        var histograms: [ClassicHistogram] = []
        for row in 0..<table.count {
            let text = table.labels[row]["le"]
            guard let bound = Self.bound(text) else {
                let name = table.names.areDropped ? "" : table.labels[row].name ?? ""
                context.warn(
                    "bucket label \"le\" is missing or has a malformed value of \(quotedText(text))"
                        + (name.isEmpty ? "" : " for metric name \(quotedText(name))"), at: position)
                continue
            }
            let place = index.place(table.labels[row])
            if place == histograms.count {
                histograms.append(ClassicHistogram(labels: index.labels(place), buckets: []))
            }
            histograms[place].buckets.append((bound, row))
        }
        for place in histograms.indices { histograms[place].buckets.sort { $0.bound < $1.bound } }
        return histograms
    }

    /// Go's `ParseFloat`, which takes `+Inf` in any case and underscores only in literals of code.
    private static func bound(_ text: String) -> Double? {
        guard let first = text.utf8.first, !text.utf8.contains(0x20), first != 0x09 else { return nil }
        let bound = Double(text)
        return bound?.isNaN == true ? nil : bound
    }
}
