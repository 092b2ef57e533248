import SignalModel

/// The labels of a match's element: those of the "many" side, cut down in a one-to-one match to what was matched
/// on, and with the `group_left`/`group_right` labels of the other side.
struct ResultLabels {
    private let kept: LabelProjection
    private let included: LabelProjection
    private let hasIncluded: Bool

    init(_ matching: VectorMatching, keepsName: Bool, oneHasNames: Bool) {
        hasIncluded = !matching.include.isEmpty
        included = LabelProjection(keeping: matching.include, ignoringMetadata: !oneHasNames)
        guard matching.cardinality == .oneToOne else {
            // A label to include replaces the one of the same name, also by nothing.
            kept = LabelProjection(dropping: matching.include, ignoringMetadata: !keepsName)
            return
        }
        kept =
            matching.isOn
            ? LabelProjection(keeping: matching.labels, ignoringMetadata: !keepsName)
            : LabelProjection(dropping: matching.labels, ignoringMetadata: !keepsName)
    }

    func labels(_ many: Labels, _ one: Labels) -> Labels {
        let base = kept.labels(many)
        if !hasIncluded { return base }
        let extra = included.labels(one)
        return extra.isEmpty ? base : base.merged(with: extra)
    }
}

extension Labels {
    /// The union with `other`, which shares no name with this set.
    fileprivate func merged(with other: Labels) -> Labels {
        var result: [UInt8] = []
        result.reserveCapacity(packed.count + other.packed.count)
        packed.withUnsafeBytes { a in
            other.packed.withUnsafeBytes { b in
                var (i, j, p, q) = (0, 0, 0, 0)
                var x = PackedLabels.next(a, at: &i)
                var y = PackedLabels.next(b, at: &j)
                while let left = x, let right = y {
                    let order = compareBytes(
                        UnsafeRawBufferPointer(rebasing: a[left.name]),
                        UnsafeRawBufferPointer(rebasing: b[right.name]))
                    if order < 0 {
                        result.append(contentsOf: a[p..<i])
                        p = i
                        x = PackedLabels.next(a, at: &i)
                    } else {
                        result.append(contentsOf: b[q..<j])
                        q = j
                        y = PackedLabels.next(b, at: &j)
                    }
                }
                result.append(contentsOf: a[p...])
                result.append(contentsOf: b[q...])
            }
        }
        return Labels(packed: result)
    }
}
