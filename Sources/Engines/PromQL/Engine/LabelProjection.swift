package import SignalModel

/// Which labels of a set count: those of a grouping, a match or a whole set, cut out of the packed bytes as they
/// stand, so that the result is packed and sorted too.
package struct LabelProjection {
    /// Sorted bytewise, as labels are.
    private let names: [[UInt8]]
    private let isKeeping: Bool

    /// Only the labels of these names. With `ignoringName`, a metric name counts as absent.
    package init(keeping names: some Sequence<String>, ignoringName: Bool) {
        let kept = ignoringName ? names.filter { $0 != Labels.metricName } : Array(names)
        self.names = Self.sorted(kept)
        isKeeping = true
    }

    /// All labels but those of these names.
    package init(dropping names: some Sequence<String>, ignoringName: Bool) {
        self.names = Self.sorted(Array(names) + (ignoringName ? [Labels.metricName] : []))
        isKeeping = false
    }

    private static func sorted(_ names: [String]) -> [[UInt8]] {
        names.map { Array($0.utf8) }.sorted { $0.lexicographicallyPrecedes($1) }
    }

    /// Appends the labels that count, packed, to `target`.
    func append(_ packed: UnsafeRawBufferPointer, to target: inout [UInt8]) {
        // Fast path: everything counts, or nothing does.
        if names.isEmpty {
            if !isKeeping { target.append(contentsOf: packed) }
            return
        }
        var cursor = 0
        var start = 0
        var next = 0
        while let label = PackedLabels.next(packed, at: &cursor) {
            let name = UnsafeRawBufferPointer(rebasing: packed[label.name])
            var order = -1
            // Both lists are sorted: names before this label's can match no later label.
            while next < names.count {
                order = names[next].withUnsafeBytes { compareBytes(name, $0) }
                if order <= 0 { break }
                next += 1
            }
            let isListed = next < names.count && order == 0
            if isListed == isKeeping {
                target.append(contentsOf: UnsafeRawBufferPointer(rebasing: packed[start..<cursor]))
            }
            start = cursor
        }
    }

    package func labels(_ labels: Labels) -> Labels {
        var packed: [UInt8] = []
        packed.reserveCapacity(labels.packed.count)
        labels.packed.withUnsafeBytes { append($0, to: &packed) }
        return Labels(packed: packed)
    }
}
