package import SignalModel

/// Labels that a credential or a target forces upon every series: they win over the series' own.
package struct LabelOverrides: Sendable {
    struct Piece {
        var name: Range<Int>
        /// Name and value with their lengths, as `Labels.packed` has them.
        var packed: Range<Int>
    }

    let bytes: [UInt8]
    /// In the order of their names.
    let pieces: [Piece]
    let hasMetricName: Bool

    package init(_ labels: Labels) {
        bytes = labels.packed
        hasMetricName = labels.contains(Labels.metricName)
        var pieces: [Piece] = []
        var start = 0
        labels.forEachRange { name, value in
            pieces.append(Piece(name: name, packed: start..<value.upperBound))
            start = value.upperBound
        }
        self.pieces = pieces
    }
}
