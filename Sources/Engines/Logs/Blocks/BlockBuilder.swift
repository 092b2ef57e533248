internal import SignalModel

/// Turns records, added in the order their rows are to have, into the columns of a block.
struct BlockBuilder {
    private var columns: [ColumnBuilder] = []
    private var numbers: [String: Int] = [:]
    private(set) var timestamps: [Int64] = []
    private(set) var sequences: [UInt64] = []
    /// Of values so far: raw bytes of strings, and eight for each.
    private(set) var bytesCount = 0
    private let rowsMax: Int

    init(rowsMax: Int = LogBlock.rowsMax) {
        self.rowsMax = min(rowsMax, LogBlock.rowsMax)
        reset()
    }

    var rowCount: Int { timestamps.count }
    var isFull: Bool { rowCount >= rowsMax || bytesCount >= LogBlock.bytesMax }

    private mutating func reset() {
        columns = [ColumnBuilder(name: ""), ColumnBuilder(name: ""), ColumnBuilder(name: "")]
        numbers = [:]
        timestamps = []
        sequences = []
        bytesCount = 0
    }

    private mutating func number(of name: String) -> Int {
        if let number = numbers[name] { return number }
        numbers[name] = columns.count
        columns.append(ColumnBuilder(name: name))
        return columns.count - 1
    }

    /// Where the names of a batch stand among the columns; of no use after `finish`.
    struct Names {
        fileprivate var columns: [Int32]
        init(count: Int) { columns = [Int32](repeating: -1, count: count) }
    }

    mutating func append(
        _ record: LogBatch.Record, fields: UnsafeBufferPointer<LogBatch.Field>, bytes: UnsafeRawBufferPointer,
        names: [String], index: UnsafeRawBufferPointer, known: inout Names
    ) {
        let row = timestamps.count
        timestamps.append(record.timestampNanoseconds)
        sequences.append(record.sequence)
        columns[LogBlock.Reserved.index].append(row: row, string: index)
        if !record.identity.isEmpty {
            columns[LogBlock.Reserved.identity].append(row: row, string: Self.part(bytes, record.identity))
        }
        if !record.source.isEmpty {
            columns[LogBlock.Reserved.source].append(row: row, string: Self.part(bytes, record.source))
            bytesCount += record.source.count
        }
        for place in record.fields {
            let field = fields[Int(place)]
            var number = Int(known.columns[Int(field.name)])
            if number < 0 {
                number = self.number(of: names[Int(field.name)])
                known.columns[Int(field.name)] = Int32(number)
            }
            columns[number].append(row: row, field, bytes: bytes)
            bytesCount += field.kind == .string ? 8 + Int(field.payload & 0xffff_ffff) : 8
        }
    }

    /// Takes over one row of another block, whose columns are given with their entries' ranges moving along.
    mutating func append(timestamp: Int64, sequence: UInt64) -> Int {
        timestamps.append(timestamp)
        sequences.append(sequence)
        return timestamps.count - 1
    }

    /// The column for a field, for `add`.
    mutating func column(named name: String) -> Int { number(of: name) }

    mutating func add(_ number: Int, row: Int, _ list: borrowing ValueList, _ place: Int, isElement: Bool) {
        columns[number].append(row: row, list, place, isElement: isElement)
        switch list {
        case .strings(let values), .mixed(let values, _): bytesCount += 8 + values.range(place).count
        default: bytesCount += 8
        }
    }

    /// The block, of at least one row; the builder is empty afterwards.
    mutating func finish() -> LogBlock.MemoryColumns {
        let count = rowCount
        let result = LogBlock.MemoryColumns(
            timestamps: timestamps, sequences: sequences,
            names: columns[LogBlock.Reserved.count...].map(\.name), numbers: numbers,
            columns: columns.map { $0.finished(rowCount: count) })
        reset()
        return result
    }

    private static func part(_ bytes: UnsafeRawBufferPointer, _ range: Range<UInt32>) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: bytes[Int(range.lowerBound)..<Int(range.upperBound)])
    }
}

extension LogBatch {
    /// The order of its records by time, then sequence.
    var order: [UInt32] {
        let records = self.records
        var order = records.indices.map { UInt32($0) }
        order.sort {
            let left = records[Int($0)]
            let right = records[Int($1)]
            return (left.timestampNanoseconds, left.sequence) < (right.timestampNanoseconds, right.sequence)
        }
        return order
    }
}
