import SignalModel

/// Puts a target's labels on the series it exposes. A label that is exposed with an empty value is not stored; where
/// exposed labels are honoured it keeps the target's of its name away, which is how federation asks for none.
struct TargetLabels: Sendable {
    private let target: Labels
    private let honorsExposed: Bool

    init(_ target: Labels, honorsExposed: Bool) {
        self.target = target
        self.honorsExposed = honorsExposed
    }

    /// Writes the packed labels of the stored series to `result`, replacing what is there.
    func attach(_ exposed: UnsafeRawBufferPointer, to result: inout [UInt8]) {
        result.removeAll(keepingCapacity: true)
        let hasConflict = target.packed.withUnsafeBytes { Self.merge(exposed, $0, into: &result) }
        guard hasConflict else { return }
        // Slow path: a name on both sides.
        let labels = Labels(packed: Array(exposed))
        result = (honorsExposed ? honouring(labels) : renaming(labels)).packed
    }

    /// Whether both sides share a name; then `result` is not to be used.
    private static func merge(
        _ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer, into result: inout [UInt8]
    ) -> Bool {
        var leftEnd = 0
        var rightEnd = 0
        var leftStart = 0
        var rightStart = 0
        var leftLabel = PackedLabels.next(left, at: &leftEnd)
        var rightLabel = PackedLabels.next(right, at: &rightEnd)
        while let mine = leftLabel, let theirs = rightLabel {
            let order = compareBytes(
                UnsafeRawBufferPointer(rebasing: left[mine.name]),
                UnsafeRawBufferPointer(rebasing: right[theirs.name]))
            if order == 0 { return true }
            if order < 0 {
                if !mine.value.isEmpty { result.append(contentsOf: left[leftStart..<leftEnd]) }
                leftStart = leftEnd
                leftLabel = PackedLabels.next(left, at: &leftEnd)
            } else {
                result.append(contentsOf: right[rightStart..<rightEnd])
                rightStart = rightEnd
                rightLabel = PackedLabels.next(right, at: &rightEnd)
            }
        }
        while let mine = leftLabel {
            if !mine.value.isEmpty { result.append(contentsOf: left[leftStart..<leftEnd]) }
            leftStart = leftEnd
            leftLabel = PackedLabels.next(left, at: &leftEnd)
        }
        result.append(contentsOf: right[rightStart...])
        return false
    }

    private func honouring(_ exposed: Labels) -> Labels {
        var builder = LabelsBuilder(target)
        for (name, value) in exposed.pairs { builder.set(name, value) }
        return builder.labels()
    }

    /// Prometheus' rule (scrape/scrape.go, resolveConflictingExposedLabels): `exported_` as often as it takes.
    private func renaming(_ exposed: Labels) -> Labels {
        var builder = LabelsBuilder(Labels(exposed.pairs))
        var taken = Set((exposed.pairs + target.pairs).map(\.name))
        for (name, value) in target.pairs {
            if let theirs = exposed.value(of: name), !theirs.isEmpty {
                var renamed = "exported_" + name
                while !taken.insert(renamed).inserted { renamed = "exported_" + renamed }
                builder.set(renamed, theirs)
            }
            builder.set(name, value)
        }
        return builder.labels()
    }
}
