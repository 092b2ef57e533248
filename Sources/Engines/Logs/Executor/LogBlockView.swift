internal import SignalModel

/// One block as one query sees it. Columns are decoded when they are first asked for, and kept. Used by one thread.
package final class LogBlockView {
    let block: LogBlock
    private let mask: FieldMask
    private var columns: [Int: DecodedColumn] = [:]
    private var times: [Int64]?
    private var numbers: [UInt64]?
    /// The rows the query is about.
    package internal(set) var matching: RowBitmap

    init(_ block: LogBlock, mask: FieldMask) {
        self.block = block
        self.mask = mask
        matching = RowBitmap(rowCount: block.rowCount, all: true)
    }

    package var rowCount: Int { block.rowCount }
    /// Nanoseconds of the earliest and the latest row.
    package var timeRange: ClosedRange<Int64> { block.times }

    /// Names of the fields that may be seen.
    package var names: [String] { block.names.filter { !mask.hides($0) } }

    /// Nanoseconds since 1970, ascending but in a store whose rows stand in groups.
    package func timestamps() throws(LogQueryError) -> [Int64] {
        if let times { return times }
        let decoded = try block.timestamps()
        times = decoded
        return decoded
    }

    package func sequences() throws(LogQueryError) -> [UInt64] {
        if let numbers { return numbers }
        let decoded = try block.sequences()
        numbers = decoded
        return decoded
    }

    /// A field by its name; nil where no record of the block has it, or it is hidden. `_index` and `_id` are names
    /// too, the latter with senders' identities only. Of `x.keyword` and `x.text`, where there is no such field, `x`.
    package func column(_ name: String) throws(LogQueryError) -> DecodedColumn? {
        guard let number = number(of: name) else { return nil }
        return try column(number)
    }

    /// Where the column of a field stands, as `column` finds it.
    func number(of name: String) -> Int? {
        if name == "_index" { return LogBlock.Reserved.index }
        if name == "_id" { return LogBlock.Reserved.identity }
        guard !mask.hides(name) else { return nil }
        if let number = block.number(of: name) { return number }
        for suffix in [".keyword", ".text"] where name.hasSuffix(suffix) {
            let base = String(name.dropLast(suffix.utf8.count))
            if let number = block.number(of: base), !mask.hides(base) { return number }
        }
        return nil
    }

    /// Columns of the fields that may be seen, and their names.
    var fields: [(number: Int, name: String)] {
        (LogBlock.Reserved.count..<block.columnCount).compactMap { number in
            let name = block.name(number)
            return mask.hides(name) ? nil : (number, name)
        }
    }

    /// Forgets what was decoded, which is read again when it is asked for: a query that keeps views of hundreds of
    /// blocks must not keep their columns.
    func release() {
        columns = [:]
        times = nil
        numbers = nil
    }

    func hides(_ name: String) -> Bool { mask.hides(name) }

    func isDecoded(_ number: Int) -> Bool { columns[number] != nil }

    func column(_ number: Int) throws(LogQueryError) -> DecodedColumn {
        if let column = columns[number] { return column }
        let column = try block.column(number)
        columns[number] = column
        return column
    }
}

extension LogBlockView {
    /// False when it is known that no value of a column passes.
    func mayPass(_ number: Int, _ test: StoredTest) -> Bool {
        guard case .stored(let stored) = block.storage else { return true }
        return test.mayPass(stored, stored.info.columns[number])
    }

    func rows(_ number: Int, passing test: StoredTest) throws(LogQueryError) -> RowBitmap {
        if case .stored(let stored) = block.storage, !isDecoded(number) {
            return try stored.rows(number, passing: test)
        }
        return try column(number).rows(passing: test.test)
    }

    func timeRows(passing test: CompiledTest) throws(LogQueryError) -> RowBitmap {
        let times = try timestamps()
        var rows = RowBitmap(rowCount: rowCount)
        for row in 0..<rowCount where test.passes(timestamp: times[row]) { rows.insert(row) }
        return rows
    }

    /// Senders' identities and those that are derived from the sequence.
    func identityRows(passing test: CompiledTest) throws(LogQueryError) -> RowBitmap {
        let given = try column(LogBlock.Reserved.identity)
        var rows = given.rows(passing: test)
        guard given.entryCount < rowCount else { return rows }
        var isGiven = RowBitmap(rowCount: rowCount)
        for entry in 0..<given.entryCount { isGiven.insert(given.row(of: entry)) }
        let sequences = try sequences()
        if case .equals(let constants) = test.kind {
            let wanted = Set(
                constants.all.compactMap { GeneratedIdentity.sequence(of: String(decoding: $0.text, as: UTF8.self)) })
            for row in 0..<rowCount where wanted.contains(sequences[row]) && !isGiven[row] { rows.insert(row) }
            return rows
        }
        for row in 0..<rowCount where !isGiven[row] {
            var text = GeneratedIdentity.text(of: sequences[row])
            if text.withUTF8({ test.passes(UnsafeRawBufferPointer($0)) }) { rows.insert(row) }
        }
        return rows
    }
}

extension DecodedColumn {
    /// Rows of which a value passes.
    func rows(passing test: CompiledTest) -> RowBitmap {
        var matching = RowBitmap(rowCount: rowCount)
        guard entryCount > 0 else { return matching }
        let passes = test.passes(list)
        guard passes.contains(true) else { return matching }
        for entry in 0..<entryCount where passes[place(of: entry)] { matching.insert(row(of: entry)) }
        return matching
    }
}
