internal import Basics
internal import SignalModel

/// Rows of a part in another order than that of time: those with one value of a field stand together, and the part has
/// an index from that value to them. Groups follow one another by their first time in the part, so that a block still
/// covers little time.
package struct RowGrouping: Sendable, Hashable {
    /// Strings in it make groups; rows without one come before those that have one, of their time.
    package var field: String
    /// Fields whose values are mostly those of another field of the same block (the parent of a span is a span): kept
    /// as distances.
    package var references: [String: String]
    /// Fields of which no filter of words is kept, since nothing is looked for in them alone.
    package var unfilteredFields: Set<String>

    package init(field: String, references: [String: String] = [:], unfilteredFields: Set<String> = []) {
        self.field = field
        self.references = references
        self.unfilteredFields = unfilteredFields
    }

    static func hash(_ value: UnsafeRawBufferPointer) -> UInt64 { XXHash64.of(value) }

    static func hash(_ value: String) -> UInt64 {
        var value = value
        return value.withUTF8 { hash(UnsafeRawBufferPointer($0)) }
    }
}

extension LogBatch {
    /// Of each record the hash of its group; 0 for none.
    func groups(by grouping: RowGrouping) -> [UInt64] {
        var groups = [UInt64](repeating: 0, count: records.count)
        guard let name = names.firstIndex(of: grouping.field) else { return groups }
        let (fields, bytes) = (fields, bytes)
        bytes.withUnsafeBytes { bytes in
            for (record, entry) in records.enumerated() {
                for place in entry.fields where fields[Int(place)].name == name {
                    let field = fields[Int(place)]
                    guard field.kind == .string else { continue }
                    groups[record] = RowGrouping.hash(UnsafeRawBufferPointer(rebasing: bytes[field.bytesRange]))
                    break
                }
            }
        }
        return groups
    }
}

/// The order of rows of which each has a place and a group.
struct RowOrder {
    struct Key {
        /// The first time of its group, its own where it has none.
        var groupTime: Int64
        var group: UInt64
        var time: Int64
        var sequence: UInt64

        static func < (left: Key, right: Key) -> Bool {
            if left.groupTime != right.groupTime { return left.groupTime < right.groupTime }
            if left.group != right.group { return left.group < right.group }
            if left.time != right.time { return left.time < right.time }
            return left.sequence < right.sequence
        }
    }

    /// Keys of rows by time, sequence and, unless `groups` is nil, group.
    static func keys(_ places: [(time: Int64, sequence: UInt64)], _ groups: [UInt64]?) -> [Key] {
        guard let groups else {
            return places.map { Key(groupTime: $0.time, group: 0, time: $0.time, sequence: $0.sequence) }
        }
        var first: [UInt64: Int64] = [:]
        for (place, group) in zip(places, groups) where group != 0 {
            first[group] = min(first[group] ?? .max, place.time)
        }
        return zip(places, groups).map { place, group in
            Key(
                groupTime: first[group] ?? place.time, group: group, time: place.time, sequence: place.sequence)
        }
    }
}
