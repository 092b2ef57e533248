import SignalModel

extension Evaluator {
    /// A number of each native histogram; floats are left out.
    func ofHistograms(_ node: CallExpression, _ number: (NativeHistogram) -> Double) throws -> Evaluated {
        var table = try vector(node.arguments[0])
        guard context.holdsHistograms else { return .vector(SeriesTable(steps: steps)) }
        table.updateRows { _, row in
            for step in row.indices {
                row[step] =
                    HistogramBox.isBox(row[step]) ? number(context.histogram(row[step])) : SeriesTable.absent
            }
        }
        table.removeAbsentRows()
        try table.dropNames()
        return .vector(table)
    }
}

extension NativeHistogram {
    /// The mean square distance of the observations from their mean, each taken to lie in the middle of its bucket.
    var variance: Double {
        let mean = sum / count
        var squares = KahanSum()
        for bucket in buckets where bucket.count != 0 {
            let middle: Double
            if hasCustomBounds {
                middle = (bucket.lower + bucket.upper) / 2
            } else if bucket.lower <= 0, bucket.upper >= 0 {
                middle = 0
            } else {
                let size = (bucket.lower * bucket.upper).squareRoot()
                middle = bucket.upper < 0 ? -size : size
            }
            squares.add(bucket.count * (middle - mean) * (middle - mean))
        }
        return (squares.sum + squares.compensation) / count
    }

    /// As `count_values` and templates show it: `{count:4, sum:5, (1,2]:3}`, without empty buckets.
    package var text: String {
        var parts = ["count:\(ValueFormat.general(count))", "sum:\(ValueFormat.general(sum))"]
        for bucket in buckets where bucket.count != 0 {
            parts.append(
                (bucket.holdsLower ? "[" : "(") + ValueFormat.general(bucket.lower) + ","
                    + ValueFormat.general(bucket.upper) + (bucket.holdsUpper ? "]" : ")") + ":"
                    + ValueFormat.general(bucket.count))
        }
        return "{" + parts.joined(separator: ", ") + "}"
    }
}

/// Classic and native histograms of one vector, apart.
struct HistogramRows {
    /// Rows of buckets.
    let classic: SeriesTable
    /// Rows with histograms, in the vector they came from.
    let native: [Int]
    let table: SeriesTable

    init(_ table: SeriesTable, _ context: QueryContext) {
        self.table = table
        guard context.holdsHistograms, table.hasHistograms else {
            classic = table
            native = []
            return
        }
        classic = table.withoutHistograms()
        native = (0..<table.count).filter { table.row($0).contains(where: HistogramBox.isBox) }
    }

    /// By the labels that tell a classic histogram: the native row of the same.
    func conflicts() -> [Labels: Int] {
        var result: [Labels: Int] = [:]
        for row in native { result[table.effectiveLabels(row)] = row }
        return result
    }
}
