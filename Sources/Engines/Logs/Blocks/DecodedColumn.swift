internal import SignalModel

/// One field in one block. Its *entries* are the values in the order of their rows; a row may have none, one, or,
/// from an array, several.
package struct DecodedColumn: Sendable {
    package enum Values: Sendable {
        /// Every entry has the one value of the list.
        case constant(ValueList)
        /// Entry `i` has `values[codes[i]]`; each value stands once, in the order of first appearance.
        case dictionary(codes: [UInt32], values: ValueList)
        case plain(ValueList)
    }

    package var values: Values
    /// The row of each entry, ascending; nil when each row has exactly one.
    package var rows: [UInt32]?
    /// Rows whose value is an array, ascending.
    package var arrayRows: [UInt32]
    package var entryCount: Int
    package var rowCount: Int

    package init(
        values: Values, rows: [UInt32]?, arrayRows: [UInt32] = [], entryCount: Int, rowCount: Int
    ) {
        self.values = values
        self.rows = rows
        self.arrayRows = arrayRows
        self.entryCount = entryCount
        self.rowCount = rowCount
    }

    /// The values that occur: what a test looks at once rather than for each entry.
    package var list: ValueList {
        switch values {
        case .constant(let list), .dictionary(_, let list), .plain(let list): list
        }
    }

    /// Where the value of an entry stands in `list`.
    package func place(of entry: Int) -> Int {
        switch values {
        case .constant: 0
        case .dictionary(let codes, _): Int(codes[entry])
        case .plain: entry
        }
    }

    package func row(of entry: Int) -> Int { rows.map { Int($0[entry]) } ?? entry }

    /// Entries of one row: a binary search where some rows have none.
    package func entries(of row: Int) -> Range<Int> {
        guard let rows else { return row..<row + 1 }
        let start = Self.first(in: rows, from: UInt32(row))
        var end = start
        while end < rows.count, rows[end] == row { end += 1 }
        return start..<end
    }

    package func isArray(_ row: Int) -> Bool {
        guard !arrayRows.isEmpty else { return false }
        let place = Self.first(in: arrayRows, from: UInt32(row))
        return place < arrayRows.count && arrayRows[place] == row
    }

    /// Of each row what `values` has for its value, `none` where it has none. Of a column without arrays.
    func ofRows<Value>(_ values: [Value], none: Value) -> [Value] {
        guard entryCount > 0 else { return [Value](repeating: none, count: rowCount) }
        var ofRows: [Value]
        switch self.values {
        case .plain: ofRows = values
        case .constant: ofRows = [Value](repeating: values[0], count: entryCount)
        case .dictionary(let codes, _): ofRows = codes.map { values[Int($0)] }
        }
        guard let rows else { return ofRows }
        let ofEntries = ofRows
        ofRows = [Value](repeating: none, count: rowCount)
        for entry in ofEntries.indices { ofRows[Int(rows[entry])] = ofEntries[entry] }
        return ofRows
    }

    /// Of each row its first entry, -1 where it has none: for loops over rows that read several columns.
    package var firstEntries: [Int32] {
        guard let rows else { return (0..<Int32(rowCount)).map { $0 } }
        var first = [Int32](repeating: -1, count: rowCount)
        for entry in rows.indices.reversed() { first[Int(rows[entry])] = Int32(entry) }
        return first
    }

    package subscript(entry: Int) -> FieldValue { list[place(of: entry)] }

    private static func first(in rows: [UInt32], from row: UInt32) -> Int {
        var low = 0
        var high = rows.count
        while low < high {
            let middle = (low + high) / 2
            if rows[middle] < row { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
