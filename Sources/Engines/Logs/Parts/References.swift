internal import Basics
internal import SignalModel

/// A column of strings of which most stand in another column of the block, too: as how far from its own row each one
/// stands there.
struct References: Sendable {
    /// Of each entry the entry of the base column that has its value, or -1 less the place among `others`.
    let targets: [Int32]
    let base: PackedStrings
    let others: PackedStrings

    subscript(entry: Int) -> String {
        let target = Int(targets[entry])
        return target >= 0 ? base[target] : others[-1 - target]
    }

    /// What `BlockEncoder` writes: 0 for one of the others, else one more than the distance from the entry's row to the
    /// entry of the base column, with its sign in the lowest bit. Nil where fewer than half are found.
    static func encoded(
        _ column: DecodedColumn, base: DecodedColumn
    ) -> (distances: [Int64], others: PackedStrings)? {
        guard case .plain(.strings(let values)) = column.values, case .plain(.strings(let targets)) = base.values
        else {
            return nil
        }
        var table = StringTable()
        // Of each different value the first entry.
        var entries: [Int] = []
        for entry in 0..<targets.count {
            let number = targets.withBytes(entry) { table.number(of: $0) }
            if number == entries.count { entries.append(entry) }
        }
        var others = PackedStrings()
        var distances = [Int64](repeating: 0, count: values.count)
        for entry in 0..<values.count {
            guard let number = values.withBytes(entry, { table.knownNumber(of: $0) }) else {
                values.withBytes(entry) { others.append($0) }
                continue
            }
            distances[entry] = Int64(Varint.zigZag(Int64(entries[number] - column.row(of: entry)))) + 1
        }
        return others.count * 2 < values.count ? (distances, others) : nil
    }

    init(
        distances: [Int64], rows: [UInt32]?, base: PackedStrings, others: PackedStrings
    ) throws(Damage) {
        let found = try Self.targets(distances: distances, rows: rows, baseCount: base.count)
        guard found.otherCount == others.count else { throw Damage("references without their values") }
        targets = found.targets
        self.base = base
        self.others = others
    }

    /// `targets`, and how many are not in the base column.
    static func targets(
        distances: [Int64], rows: [UInt32]?, baseCount: Int
    ) throws(Damage) -> (targets: [Int32], otherCount: Int) {
        var targets = [Int32](repeating: 0, count: distances.count)
        var other: Int32 = 0
        for entry in distances.indices {
            guard distances[entry] != 0 else {
                other += 1
                targets[entry] = -other
                continue
            }
            let row = rows.map { Int64($0[entry]) } ?? Int64(entry)
            let target = row &+ Varint.unZigZag(UInt64(bitPattern: distances[entry] &- 1))
            guard target >= 0, target < baseCount else { throw Damage("a reference to nothing") }
            targets[entry] = Int32(target)
        }
        return (targets, Int(other))
    }
}

extension StoredBlock {
    /// As `References.targets`, without reading what stands there.
    func targets(ofReferences column: ColumnInfo) throws(LogQueryError) -> [Int32] {
        let baseCount = try base(ofReferences: column).entryCount
        let rows = try rows(of: column)
        return try read(column.codes) { reader throws(Damage) in
            let found = try References.targets(
                distances: try IntegerCodec.read(column.entryCount, &reader), rows: rows, baseCount: baseCount)
            guard found.otherCount == column.listCount else { throw Damage("references without their values") }
            return found.targets
        }
    }

    private func base(ofReferences column: ColumnInfo) throws(LogQueryError) -> ColumnInfo {
        guard column.base < info.columns.count, info.columns[column.base].layout == .plain,
            info.columns[column.base].listKind == .strings
        else { throw LogQueryError(.damaged, "\(file.path): a column that refers to none") }
        return info.columns[column.base]
    }

    func references(of column: ColumnInfo) throws(LogQueryError) -> References {
        let target = try base(ofReferences: column)
        guard case .strings(let base) = try list(of: target) else {
            throw LogQueryError(.damaged, "\(file.path): a column that refers to none")
        }
        var others = PackedStrings()
        if column.listCount > 0, case .strings(let list) = try list(of: column) {
            others = list
        }
        let rows = try rows(of: column)
        return try read(column.codes) { reader throws(Damage) in
            try References(
                distances: try IntegerCodec.read(column.entryCount, &reader), rows: rows, base: base, others: others)
        }
    }

    func strings(ofReferences column: ColumnInfo) throws(LogQueryError) -> PackedStrings {
        let references = try references(of: column)
        var strings = PackedStrings()
        for target in references.targets {
            if target >= 0 {
                references.base.withBytes(Int(target)) { strings.append($0) }
            } else {
                references.others.withBytes(Int(-1 - target)) { strings.append($0) }
            }
        }
        return strings
    }
}
