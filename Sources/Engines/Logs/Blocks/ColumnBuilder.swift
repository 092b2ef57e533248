internal import SignalModel

/// Collects the values of one field of the rows of a block to be.
struct ColumnBuilder {
    let name: String
    private var rows: [UInt32] = []
    private var arrayRows: [UInt32] = []
    private var numbers: [UInt64] = []
    private var kinds: [LogBatch.Kind] = []
    private var strings = PackedStrings()
    /// One bit a kind that occurred.
    private var kindBits: UInt8 = 0

    init(name: String) { self.name = name }

    mutating func append(row: Int, _ field: LogBatch.Field, bytes: UnsafeRawBufferPointer) {
        if field.kind == .string {
            strings.append(UnsafeRawBufferPointer(rebasing: bytes[field.bytesRange]))
        } else {
            numbers.append(field.payload)
        }
        note(row: row, field.kind, isElement: field.isElement)
    }

    mutating func append(row: Int, string: UnsafeRawBufferPointer) {
        strings.append(string)
        note(row: row, .string, isElement: false)
    }

    /// A value that was in another block.
    mutating func append(row: Int, _ list: borrowing ValueList, _ place: Int, isElement: Bool) {
        switch list {
        case .integers(let values): numbers.append(UInt64(bitPattern: values[place]))
        case .doubles(let values): numbers.append(values[place].bitPattern)
        case .strings(let values): values.withBytes(place) { strings.append($0) }
        case .mixed(let values, let kinds):
            switch FieldValue(kind: kinds[place], text: values[place]) {
            case .null: numbers.append(0)
            case .bool(let value): numbers.append(value ? 1 : 0)
            case .integer(let value): numbers.append(UInt64(bitPattern: value))
            case .double(let value): numbers.append(value.bitPattern)
            case .string(let value): strings.append(value)
            }
        }
        note(row: row, list.kind(place), isElement: isElement)
    }

    private mutating func note(row: Int, _ kind: LogBatch.Kind, isElement: Bool) {
        let row = UInt32(row)
        rows.append(row)
        kinds.append(kind)
        kindBits |= 1 << kind.rawValue
        if isElement, arrayRows.last != row { arrayRows.append(row) }
    }

    func finished(rowCount: Int) -> DecodedColumn {
        var isDense = rows.count == rowCount
        if isDense { for (index, row) in rows.enumerated() where Int(row) != index { isDense = false } }
        return DecodedColumn(
            values: .plain(list()), rows: isDense ? nil : rows, arrayRows: arrayRows, entryCount: rows.count,
            rowCount: rowCount)
    }

    private func list() -> ValueList {
        switch kindBits {
        case 1 << LogBatch.Kind.integer.rawValue: return .integers(numbers.map { Int64(bitPattern: $0) })
        case 1 << LogBatch.Kind.double.rawValue: return .doubles(numbers.map { Double(bitPattern: $0) })
        case 1 << LogBatch.Kind.string.rawValue: return .strings(strings)
        default: return .mixed(texts(), kinds: kinds)
        }
    }

    private func texts() -> PackedStrings {
        var texts = PackedStrings()
        var number = 0
        var string = 0
        for kind in kinds {
            if kind == .string {
                strings.withBytes(string) { texts.append($0) }
                string += 1
                continue
            }
            let payload = numbers[number]
            number += 1
            switch kind {
            case .bool: texts.append(payload == 0 ? "false" : "true")
            case .integer: texts.append(String(Int64(bitPattern: payload)))
            case .double: texts.append(Double(bitPattern: payload).description)
            default: texts.append("null")
            }
        }
        return texts
    }
}
