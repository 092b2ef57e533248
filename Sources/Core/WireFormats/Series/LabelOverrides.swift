package import SignalModel

/// Labels that a credential or a target forces upon every series: they win over the series' own.
package struct LabelOverrides: Sendable {
    struct Piece {
        var name: Range<Int>
        var prefix: UInt64
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
            let prefix = labels.packed.withUnsafeBytes { namePrefix($0, name) }
            pieces.append(Piece(name: name, prefix: prefix, packed: start..<value.upperBound))
            start = value.upperBound
        }
        self.pieces = pieces
    }
}
