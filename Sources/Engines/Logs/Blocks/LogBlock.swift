/// Up to `rowsMax` records by column, sorted by time and then sequence, or standing in groups: in memory as they came,
/// or in a part on disk.
package final class LogBlock: Sendable {
    /// Some ten MiB of raw records: large enough to compress well, small enough that one is decoded in milliseconds.
    package static let rowsMax = 16_384
    /// A block ends early when its strings hold as much.
    static let bytesMax = 24 << 20
    /// No column of a block can have more.
    static let entriesMax = 1 << 24

    /// The places of what is not among the fields of a record, before those that are.
    enum Reserved {
        static let index = 0
        static let identity = 1
        static let source = 2
        static let count = 3
    }

    enum Storage: Sendable {
        case memory(MemoryColumns)
        case stored(StoredBlock)
    }

    struct MemoryColumns: Sendable {
        var timestamps: [Int64]
        var sequences: [UInt64]
        var names: [String]
        var numbers: [String: Int]
        var columns: [DecodedColumn]
    }

    package let rowCount: Int
    /// Nanoseconds of its earliest and its latest row.
    package let times: ClosedRange<Int64>
    let storage: Storage

    init(_ columns: MemoryColumns) {
        rowCount = columns.timestamps.count
        times = columns.timestamps[0]...columns.timestamps[rowCount - 1]
        storage = .memory(columns)
    }

    init(_ stored: StoredBlock) {
        rowCount = stored.rowCount
        times = stored.times
        storage = .stored(stored)
    }

    /// Names of the fields its records have. Of field `i` the column is `Reserved.count + i`.
    package var names: [String] {
        switch storage {
        case .memory(let columns): columns.names
        case .stored(let block): block.names
        }
    }

    /// With those that hold no field.
    var columnCount: Int {
        switch storage {
        case .memory(let columns): columns.columns.count
        case .stored(let block): block.info.columns.count
        }
    }

    /// Of the field in a column.
    func name(_ number: Int) -> String {
        switch storage {
        case .memory(let columns): columns.names[number - Reserved.count]
        case .stored(let block): block.info.columns[number].name
        }
    }

    /// Rows are in the order of time.
    var isByTime: Bool {
        switch storage {
        case .memory: true
        case .stored(let block): block.isByTime
        }
    }

    func number(of name: String) -> Int? {
        switch storage {
        case .memory(let columns): columns.numbers[name]
        case .stored(let block): block.number(of: name)
        }
    }

    func timestamps() throws(LogQueryError) -> [Int64] {
        switch storage {
        case .memory(let columns): columns.timestamps
        case .stored(let block): try block.timestamps()
        }
    }

    func sequences() throws(LogQueryError) -> [UInt64] {
        switch storage {
        case .memory(let columns): columns.sequences
        case .stored(let block): try block.sequences()
        }
    }

    /// Of each row the hash of its group; 0 for none.
    func groups(by grouping: RowGrouping) throws(LogQueryError) -> [UInt64] {
        guard let number = number(of: grouping.field) else { return [UInt64](repeating: 0, count: rowCount) }
        return try column(number).groups
    }

    func column(_ number: Int) throws(LogQueryError) -> DecodedColumn {
        switch storage {
        case .memory(let columns): columns.columns[number]
        case .stored(let block): try block.column(number)
        }
    }
}
