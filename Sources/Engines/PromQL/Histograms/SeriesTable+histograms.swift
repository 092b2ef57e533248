import SignalModel

extension SeriesTable {
    var hasHistograms: Bool {
        for value in values where HistogramBox.isBox(value) { return true }
        return false
    }

    /// The floats alone.
    func withoutHistograms() -> SeriesTable {
        guard hasHistograms else { return self }
        var result = self
        result.updateRows { _, row in
            for step in row.indices where HistogramBox.isBox(row[step]) { row[step] = Self.absent }
        }
        result.removeAbsentRows()
        return result
    }

    /// Replaces each box by another value.
    mutating func replaceBoxes(_ replacement: (Double) -> Double) {
        updateRows { _, row in
            for step in row.indices where HistogramBox.isBox(row[step]) { row[step] = replacement(row[step]) }
        }
    }

    /// The name of a row as it counts now.
    func effectiveName(_ row: Int) -> String { names.areDropped ? "" : labels[row].name ?? "" }
}

extension Evaluator {
    /// A vector's floats; most functions have nothing to say of histograms and leave them out.
    func floats(_ expression: Expression) throws -> SeriesTable {
        let table = try vector(expression)
        return context.holdsHistograms ? table.withoutHistograms() : table
    }
}
