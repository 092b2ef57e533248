internal import Basics
internal import SignalModel

/// A run of bytes of a block and its checksum; of none at all the count is zero.
struct Section: Sendable, Hashable {
    /// From the start of the block.
    var offset = 0
    var count = 0
    var checksum: UInt32 = 0
}

/// What the index of a part says of one column of one block.
struct ColumnInfo: Sendable {
    enum Layout: UInt8, Sendable {
        case constant, dictionary, plain
        /// A dictionary whose codes follow from those of another column, `base`.
        case derived
        /// Strings that are mostly those of other entries of another column, `base`.
        case reference
    }

    enum ListKind: UInt8, Sendable {
        case integers, doubles, strings, mixed
    }

    var name = ""
    var layout = Layout.plain
    var listKind = ListKind.strings
    var entryCount = 0
    /// Different values, of a dictionary; else entries.
    var listCount = 0
    /// Rows that have a value, or a null.
    var rowCount = 0
    /// A bit a kind.
    var kindBits: UInt8 = 0
    var base = 0
    var values = Section()
    var codes = Section()
    var rows = Section()
    var arrays = Section()
    var filter = Section()
    var words = Section()

    var summary: ColumnSummary {
        var kinds: Set<LogBatch.Kind> = []
        for raw in UInt8(0)..<5 where kindBits >> raw & 1 == 1 {
            if let kind = LogBatch.Kind(rawValue: raw) { kinds.insert(kind) }
        }
        return ColumnSummary(rowCount: rowCount, kinds: kinds)
    }
}

/// What the index of a part says of a block.
struct BlockInfo: Sendable {
    /// Where the block begins in the file, and its bytes.
    var offset = 0
    var count = 0
    var rowCount = 0
    var times: ClosedRange<Int64> = 0...0
    var lastSequence: UInt64 = 0
    var timestamps = Section()
    var sequences = Section()
    /// The reserved ones first.
    var columns: [ColumnInfo] = []

    // MARK: Bytes

    func append(to output: inout [UInt8], _ names: inout NameTable) {
        for value in [offset, count, rowCount] { Varint.append(UInt64(value), to: &output) }
        Varint.append(Varint.zigZag(times.lowerBound), to: &output)
        Varint.append(UInt64(bitPattern: times.upperBound &- times.lowerBound), to: &output)
        Varint.append(lastSequence, to: &output)
        Self.append(timestamps, to: &output)
        Self.append(sequences, to: &output)
        Varint.append(UInt64(columns.count), to: &output)
        for column in columns {
            Varint.append(UInt64(names.number(of: column.name)), to: &output)
            output.append(column.layout.rawValue)
            output.append(column.listKind.rawValue)
            output.append(column.kindBits)
            for value in [column.entryCount, column.listCount, column.rowCount, column.base] {
                Varint.append(UInt64(value), to: &output)
            }
            for section in [column.values, column.codes, column.rows, column.arrays, column.filter, column.words] {
                Self.append(section, to: &output)
            }
        }
    }

    private static func append(_ section: Section, to output: inout [UInt8]) {
        Varint.append(UInt64(section.count), to: &output)
        guard section.count > 0 else { return }
        Varint.append(UInt64(section.offset), to: &output)
        output.append(fixed32: section.checksum)
    }

    init() {}

    init(_ reader: inout ByteReader, names: [String], fileCount: Int) throws(Damage) {
        offset = try reader.count(max: fileCount)
        count = try reader.count(max: fileCount - offset)
        rowCount = try reader.count(max: LogBlock.rowsMax)
        let low = try reader.signed()
        let high = low &+ Int64(bitPattern: try reader.varint())
        guard rowCount > 0, low <= high else { throw Damage("a block of nothing") }
        times = low...high
        lastSequence = try reader.varint()
        timestamps = try Self.section(&reader, count)
        sequences = try Self.section(&reader, count)
        let columnCount = try reader.count(max: reader.left)
        guard columnCount >= LogBlock.Reserved.count else { throw Damage("a block without its first columns") }
        columns.reserveCapacity(columnCount)
        for number in 0..<columnCount {
            columns.append(try Self.column(&reader, names: names, number: number, block: self))
        }
    }

    private static func column(
        _ reader: inout ByteReader, names: [String], number: Int, block: BlockInfo
    ) throws(Damage) -> ColumnInfo {
        var column = ColumnInfo()
        let name = try reader.count(max: .max)
        guard name < names.count else { throw Damage("a column of no name") }
        column.name = names[name]
        guard let layout = ColumnInfo.Layout(rawValue: try reader.byte()),
            let kind = ColumnInfo.ListKind(rawValue: try reader.byte())
        else { throw Damage("a column of an unknown layout") }
        column.layout = layout
        column.listKind = kind
        column.kindBits = try reader.byte()
        // A block ends when its values take so much, and each takes eight bytes; the last record may have a million.
        column.entryCount = try reader.count(max: LogBlock.entriesMax)
        column.listCount = try reader.count(max: column.entryCount)
        column.rowCount = try reader.count(max: block.rowCount)
        column.base = try reader.count(max: 1 << 20)
        column.values = try section(&reader, block.count)
        column.codes = try section(&reader, block.count)
        column.rows = try section(&reader, block.count)
        column.arrays = try section(&reader, block.count)
        column.filter = try section(&reader, block.count)
        column.words = try section(&reader, block.count)
        guard column.rows.count > 0 || column.entryCount == 0 || column.entryCount == block.rowCount else {
            throw Damage("a column of \(column.entryCount) entries in \(block.rowCount) rows")
        }
        return column
    }

    private static func section(_ reader: inout ByteReader, _ blockCount: Int) throws(Damage) -> Section {
        var section = Section()
        section.count = try reader.count(max: blockCount)
        guard section.count > 0 else { return section }
        section.offset = try reader.count(max: blockCount - section.count)
        section.checksum = try reader.fixed32()
        return section
    }
}

/// Names of columns, each once.
struct NameTable {
    private(set) var names: [String] = []
    private var numbers: [String: Int] = [:]

    mutating func number(of name: String) -> Int {
        if let number = numbers[name] { return number }
        numbers[name] = names.count
        names.append(name)
        return names.count - 1
    }
}
