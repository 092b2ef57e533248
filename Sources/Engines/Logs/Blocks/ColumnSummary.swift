internal import SignalModel

/// What is known of a column without its values.
struct ColumnSummary: Sendable, Hashable {
    /// Rows that have one, or a null.
    var rowCount: Int
    var kinds: Set<LogBatch.Kind>

    var hasNulls: Bool { kinds.contains(.null) }
}

extension DecodedColumn {
    var summary: ColumnSummary {
        var count = 0
        var last = UInt32.max
        for row in rows ?? [] where row != last {
            count += 1
            last = row
        }
        return ColumnSummary(rowCount: rows == nil ? rowCount : count, kinds: list.kinds)
    }
}

extension LogBlock {
    func summary(_ number: Int) throws(LogQueryError) -> ColumnSummary {
        switch storage {
        case .memory(let columns): columns.columns[number].summary
        case .stored(let block): block.info.columns[number].summary
        }
    }

    /// How many different values a column has, where that is known.
    func valueCount(_ number: Int) -> Int? {
        guard case .stored(let block) = storage else { return nil }
        let column = block.info.columns[number]
        return column.layout == .plain || column.layout == .reference ? nil : column.listCount
    }

    /// The values of a column and how often each occurs, where that is known without the entries.
    func valueCounts(_ number: Int) throws(LogQueryError) -> (ValueList, [Int])? {
        guard case .stored(let block) = storage else { return nil }
        let column = block.info.columns[number]
        switch column.layout {
        case .constant: return (try block.list(of: column), [column.entryCount])
        case .dictionary, .derived: return try block.counts(of: column)
        case .plain, .reference: return nil
        }
    }
}
