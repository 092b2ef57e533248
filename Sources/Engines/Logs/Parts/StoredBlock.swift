internal import Basics
internal import SignalModel

/// A block in the file of a part.
struct StoredBlock: Sendable {
    let file: PartFile
    /// The how-manieth of its part.
    let number: Int
    let info: BlockInfo
    /// Rows are in the order of time.
    let isByTime: Bool

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
        try file.reading { () throws(Damage) in
            var reader = ByteReader(try bytes(section))
            return try body(&reader)
        }
    }

    func timestamps() throws(LogQueryError) -> [Int64] {
        let count = rowCount
        let isByTime = isByTime
        return try read(info.timestamps) { reader throws(Damage) in
            let times = try IntegerCodec.read(count, &reader)
            guard isByTime else {
                for time in times where !info.times.contains(time) { throw Damage("times other than the index says") }
                return times
            }
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

    /// What the cache has of a section, or `decode` makes of it.
    private func cached<Value>(
        _ section: Section, _ kind: SectionCache.Kind, _ wrap: (Value) -> SectionCache.Piece,
        _ unwrap: (SectionCache.Piece) -> Value?, _ decode: (inout ByteReader) throws(Damage) -> Value
    ) throws(LogQueryError) -> Value {
        let key = SectionCache.Key(file: file.cacheNumber, offset: info.offset + section.offset, kind: kind)
        if let value = file.cache[key].flatMap(unwrap) { return value }
        let value = try read(section, decode)
        file.cache.insert(wrap(value), key)
        return value
    }

    private func numbers(
        _ section: Section, _ decode: (inout ByteReader) throws(Damage) -> [UInt32]
    ) throws(LogQueryError) -> [UInt32] {
        try cached(section, .numbers, SectionCache.Piece.numbers, \.asNumbers, decode)
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
        case .constant: values = .constant(try list(of: column))
        case .reference: values = .plain(.strings(try strings(ofReferences: column)))
        case .plain: values = .plain(try list(of: column))
        case .dictionary, .derived:
            values = .dictionary(codes: try codes(of: column), values: try list(of: column))
        }
        return DecodedColumn(
            values: values, rows: rows, arrayRows: try arrayRows(of: column), entryCount: column.entryCount,
            rowCount: rowCount)
    }

    func list(of column: ColumnInfo) throws(LogQueryError) -> ValueList {
        let count =
            switch column.layout {
            case .constant: 1
            case .dictionary, .derived, .reference: column.listCount
            case .plain: column.entryCount
            }
        guard column.layout != .plain else {
            return try read(column.values) { reader throws(Damage) in
                try ValueCodec.read(column.listKind, count, &reader)
            }
        }
        return try cached(
            column.values, .list, SectionCache.Piece.list, \.asList
        ) { reader throws(Damage) in try ValueCodec.read(column.listKind, count, &reader) }
    }

    /// The templates of a plain column of strings, texts of long ones only with `long`.
    func templates(of column: ColumnInfo, long: Bool) throws(LogQueryError) -> TemplateStrings {
        try cached(
            column.values, long ? .allTemplates : .shortTemplates, SectionCache.Piece.templates, \.asTemplates
        ) { reader throws(Damage) in try StringCodec.readTemplates(column.entryCount, &reader, long: long) }
    }

    /// What stands in the places of those templates that are wanted.
    func values(
        of column: ColumnInfo, _ strings: TemplateStrings, wanted: [Bool]
    ) throws(LogQueryError) -> TemplateValues {
        try read(column.values) { reader throws(Damage) in
            _ = try reader.take(strings.valuesOffset)
            return try TemplateValues(strings, &reader, wanted: wanted)
        }
    }

    func words(of column: ColumnInfo) throws(LogQueryError) -> WordLists {
        try cached(column.words, .words, SectionCache.Piece.words, \.asWords) { reader throws(Damage) in
            WordLists(short: try WordList.read(&reader), long: try WordList.read(&reader))
        }
    }

    func codes(of column: ColumnInfo) throws(LogQueryError) -> [UInt32] {
        guard column.layout == .derived else {
            return try numbers(column.codes) { reader throws(Damage) in
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
        return try numbers(column.rows) { reader throws(Damage) in
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
        var isAscending = true
        let rows = numbers.map { number in
            isAscending = isAscending && number >= last
            last = number
            return UInt32(truncatingIfNeeded: number)
        }
        guard isAscending, last < rowCount else { throw Damage("a row out of order") }
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
