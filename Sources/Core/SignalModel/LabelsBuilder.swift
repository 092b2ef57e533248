private import Basics

/// Collects labels in any order and packs them sorted.
package struct LabelsBuilder {
    private var values: [(name: String, value: String)]

    package init() { values = [] }
    package init(_ base: Labels) { values = base.pairs }

    /// Sets `name`; an empty `value` removes it.
    package mutating func set(_ name: String, _ value: String) {
        values.removeAll { $0.name == name }
        if !value.isEmpty { values.append((name, value)) }
    }

    package mutating func remove(_ name: String) { values.removeAll { $0.name == name } }

    package func labels() -> Labels {
        // String order is by Unicode scalar of the canonical form; labels sort by raw bytes.
        let sorted = values.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        var packed: [UInt8] = []
        for entry in sorted {
            for var piece in [entry.name, entry.value] {
                piece.withUTF8 { PackedLabels.append(UnsafeRawBufferPointer($0), to: &packed) }
            }
        }
        return Labels(packed: packed)
    }
}
