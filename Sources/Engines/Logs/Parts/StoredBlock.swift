internal import Basics
internal import SignalModel

/// A block in the file of a part.
struct StoredBlock: Sendable {
    let file: PartFile
    let info: BlockInfo

    var rowCount: Int { info.rowCount }
    var times: ClosedRange<Int64> { info.times }
    var names: [String] { info.columns[LogBlock.Reserved.count...].map(\.name) }

    func number(of name: String) -> Int? {
        for number in LogBlock.Reserved.count..<info.columns.count where info.columns[number].name == name {
            return number
        }
        return nil
    }

    /// The bytes of a section, after a look at their checksum.
    private func bytes(_ section: Section) throws(Damage) -> UnsafeRawBufferPointer {
        let start = info.offset + section.offset
        let bytes = UnsafeRawBufferPointer(rebasing: file.content.bytes[start..<start + section.count])
        guard CRC32C.matches(section.checksum, bytes) else { throw Damage("a checksum at byte \(start)") }
        return bytes
    }

    /// Runs `body` on a section; what is wrong with it is told with the file's name.
    func read<Value>(
        _ section: Section, _ body: (inout ByteReader) throws(Damage) -> Value
    ) throws(LogQueryError) -> Value {
        do throws(Damage) {
            var reader = ByteReader(try bytes(section))
            return try body(&reader)
        } catch {
            file.note(error)
            throw LogQueryError(.damaged, "\(file.path): \(error.what)")
        }
    }

    func timestamps() throws(LogQueryError) -> [Int64] {
        let count = rowCount
        return try read(info.timestamps) { reader throws(Damage) in
            let times = try IntegerCodec.read(count, &reader)
            for index in times.indices.dropFirst() where times[index] < times[index - 1] {
                throw Damage("times out of order")
            }
            guard times[0] == info.times.lowerBound, times[count - 1] == info.times.upperBound else {
                throw Damage("times other than the index says")
            }
            return times
        }
    }

    func sequences() throws(LogQueryError) -> [UInt64] {
        let count = rowCount
        return try read(info.sequences) { reader throws(Damage) in
            try IntegerCodec.read(count, &reader).map { UInt64(bitPattern: $0) }
        }
    }

    func column(_ number: Int) throws(LogQueryError) -> DecodedColumn {
        let column = info.columns[number]
        let rows = try rows(of: column)
        guard column.entryCount > 0 else {
            return DecodedColumn(
                values: .plain(.strings(PackedStrings())), rows: [], entryCount: 0, rowCount: rowCount)
        }
        let values: DecodedColumn.Values
        switch column.layout {
        case .constant: values = .constant(try list(of: column, count: 1))
        case .plain: values = .plain(try list(of: column, count: column.entryCount))
        case .dictionary, .derived:
            let list = try list(of: column, count: column.listCount)
            values = .dictionary(codes: try codes(of: column), values: list)
        }
        return DecodedColumn(
            values: values, rows: rows, arrayRows: try arrayRows(of: column), entryCount: column.entryCount,
            rowCount: rowCount)
    }

    func list(of column: ColumnInfo, count: Int) throws(LogQueryError) -> ValueList {
        try read(column.values) { reader throws(Damage) in try ValueCodec.read(column.listKind, count, &reader) }
    }

    func codes(of column: ColumnInfo) throws(LogQueryError) -> [UInt32] {
        guard column.layout == .derived else {
            return try read(column.codes) { reader throws(Damage) in
                try IntegerCodec.readCodes(column.entryCount, distinct: column.listCount, &reader)
            }
        }
        let base = column.base < info.columns.count ? info.columns[column.base] : ColumnInfo()
        guard base.layout == .dictionary, base.entryCount == column.entryCount else {
            throw LogQueryError(.damaged, "\(file.path): a column that follows from none")
        }
        let map = try read(column.codes) { reader throws(Damage) in
            let map = try IntegerCodec.read(base.listCount, &reader)
            guard map.allSatisfy({ $0 >= 0 && $0 < column.listCount }) else { throw Damage("a code of no value") }
            return map
        }
        return try codes(of: base).map { UInt32(map[Int($0)]) }
    }

    func rows(of column: ColumnInfo) throws(LogQueryError) -> [UInt32]? {
        guard column.rows.count > 0 else { return column.entryCount == 0 ? [] : nil }
        let count = rowCount
        return try read(column.rows) { reader throws(Damage) in
            try Self.rows(try IntegerCodec.read(column.entryCount, &reader), count)
        }
    }

    func arrayRows(of column: ColumnInfo) throws(LogQueryError) -> [UInt32] {
        guard column.arrays.count > 0 else { return [] }
        let rowCount = rowCount
        return try read(column.arrays) { reader throws(Damage) in
            let count = try reader.count(max: rowCount)
            return try Self.rows(try IntegerCodec.read(count, &reader), rowCount)
        }
    }

    private static func rows(_ numbers: [Int64], _ rowCount: Int) throws(Damage) -> [UInt32] {
        var last: Int64 = 0
        var rows = [UInt32](repeating: 0, count: numbers.count)
        for index in numbers.indices {
            guard numbers[index] >= last, numbers[index] < rowCount else { throw Damage("a row out of order") }
            last = numbers[index]
            rows[index] = UInt32(last)
        }
        return rows
    }

    /// How often each value of a dictionary occurs.
    func counts(of column: ColumnInfo) throws(LogQueryError) -> (ValueList, [Int]) {
        try read(column.values) { reader throws(Damage) in
            let list = try ValueCodec.read(column.listKind, column.listCount, &reader)
            return (list, try IntegerCodec.read(column.listCount, &reader).map { Int($0) })
        }
    }

    /// Whether the column may have a word, given as its hash.
    func mayContain(_ hash: UInt64, _ column: ColumnInfo) -> Bool {
        guard column.filter.count > 0 else { return true }
        let start = info.offset + column.filter.offset
        return WordFilter.mayContain(
            hash, UnsafeRawBufferPointer(rebasing: file.content.bytes[start..<start + column.filter.count]))
    }
}
