package import SignalModel

/// Which labels of a set count: those of a grouping, a match or a whole set, cut out of the packed bytes as they
/// stand, so that the result is packed and sorted too.
package struct LabelProjection {
    /// Sorted bytewise, as labels are.
    private let names: [[UInt8]]
    private let isKeeping: Bool

    /// What goes when the metric's name goes: what it said of the value's type and unit is true no more.
    private static let metadata: Set<String> = [Labels.metricName, "__type__", "__unit__"]

    /// Only the labels of these names. With `ignoringMetadata`, metric name, type and unit count as absent.
    package init(keeping names: some Sequence<String>, ignoringMetadata: Bool) {
        let kept = ignoringMetadata ? names.filter { !Self.metadata.contains($0) } : Array(names)
        self.names = Self.sorted(kept)
        isKeeping = true
    }

    /// All labels but those of these names; with `ignoringMetadata` those go as well.
    package init(dropping names: some Sequence<String>, ignoringMetadata: Bool) {
        self.names = Self.sorted(Array(names) + (ignoringMetadata ? Array(Self.metadata) : []))
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

    /// A whole label set without metric name, type and unit.
    static let withoutMetadata = LabelProjection(dropping: [], ignoringMetadata: true)

    package func labels(_ labels: Labels) -> Labels {
        var packed: [UInt8] = []
        packed.reserveCapacity(labels.packed.count)
        labels.packed.withUnsafeBytes { append($0, to: &packed) }
        return Labels(packed: packed)
    }
}
