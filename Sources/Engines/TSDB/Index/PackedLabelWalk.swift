import SignalModel

/// `PackedLabels.next` with the pieces instead of their ranges.
enum PackedLabelWalk {
    @inline(__always)
    static func next(
        _ labels: UnsafeRawBufferPointer, at cursor: inout Int
    ) -> (name: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer)? {
        guard let label = PackedLabels.next(labels, at: &cursor) else { return nil }
        return (
            UnsafeRawBufferPointer(rebasing: labels[label.name]),
            UnsafeRawBufferPointer(rebasing: labels[label.value])
        )
    }
}
