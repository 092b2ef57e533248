internal import SignalModel

/// The value of one field of one row.
struct PickedValue: Sendable {
    var values: [FieldValue]
    var isArray: Bool
}

extension LogBlockView {
    /// Values of a few rows, without decoding the others where that can be.
    func values(_ number: Int, of rows: [Int]) throws(LogQueryError) -> [PickedValue?] {
        if case .stored(let stored) = block.storage, !isDecoded(number), rows.count < rowCount / 4 {
            return try stored.values(number, of: rows)
        }
        return try column(number).values(of: rows)
    }
}

extension DecodedColumn {
    func values(of rows: [Int]) -> [PickedValue?] {
        rows.map { row in
            let entries = entries(of: row)
            guard !entries.isEmpty else { return nil }
            return PickedValue(values: entries.map { self[$0] }, isArray: isArray(row))
        }
    }
}

extension StoredBlock {
    private enum Values {
        case list(ValueList)
        case some([Int: String])
        case strings(StringCodec.Decoded)

        subscript(place: Int) -> FieldValue {
            switch self {
            case .list(let list): list[place]
            case .some(let strings): .string(strings[place] ?? "")
            case .strings(let strings): .string(strings[place])
            }
        }
    }

    func values(_ number: Int, of rows: [Int]) throws(LogQueryError) -> [PickedValue?] {
        let column = info.columns[number]
        // Only where its entries stand; what they are comes below.
        let places = DecodedColumn(
            values: .plain(.integers([])), rows: try self.rows(of: column), arrayRows: try arrayRows(of: column),
            entryCount: column.entryCount, rowCount: rowCount)
        let wanted = rows.map { places.entries(of: $0) }
        guard wanted.contains(where: { !$0.isEmpty }) else { return rows.map { _ in nil } }
        let values: Values
        var codes: [UInt32]?
        switch column.layout {
        case .constant: values = .list(try list(of: column))
        case .dictionary, .derived:
            values = .list(try list(of: column))
            codes = try self.codes(of: column)
        case .plain: values = try plainValues(of: column, wanted)
        case .reference: values = try pickedReferences(column, wanted)
        }
        var picked: [PickedValue?] = []
        for (row, entries) in zip(rows, wanted) {
            guard !entries.isEmpty else {
                picked.append(nil)
                continue
            }
            var found: [FieldValue] = []
            for entry in entries {
                let place = column.layout == .constant ? 0 : codes.map { Int($0[entry]) } ?? entry
                found.append(values[place])
            }
            picked.append(PickedValue(values: found, isArray: places.isArray(row)))
        }
        return picked
    }

    private func pickedReferences(
        _ column: ColumnInfo, _ wanted: [Range<Int>]
    ) throws(LogQueryError) -> Values {
        let targets = try targets(ofReferences: column)
        let entries = Array(wanted.joined())
        let places = entries.map { Int(targets[$0]) }
        let known = places.filter { $0 >= 0 }
        let base = known.isEmpty ? nil : try plainValues(of: info.columns[column.base], known.map { $0..<$0 + 1 })
        let others = known.count == places.count ? nil : try list(of: column)
        var picked: [Int: String] = [:]
        for (entry, place) in zip(entries, places) {
            picked[entry] = (place >= 0 ? base?[place] : others?[-1 - place])?.text
        }
        return .some(picked)
    }

    /// Of templates only those that the wanted entries have are filled in.
    private func plainValues(of column: ColumnInfo, _ wanted: [Range<Int>]) throws(LogQueryError) -> Values {
        guard column.listKind == .strings else { return .list(try list(of: column)) }
        guard column.words.count > 0 else {
            return .strings(
                try read(column.values) { reader throws(Damage) in
                    try StringCodec.read(column.entryCount, &reader)
                })
        }
        var strings = try templates(of: column, long: false)
        var isWanted = [Bool](repeating: false, count: strings.templateCount)
        var wantsLong = false
        for entry in wanted.joined() {
            let code = Int(strings.codes[entry])
            isWanted[code] = true
            if strings.isLong(code) { wantsLong = true }
        }
        if wantsLong { strings = try templates(of: column, long: true) }
        return .strings(.templates(strings, try values(of: column, strings, wanted: isWanted)))
    }
}
