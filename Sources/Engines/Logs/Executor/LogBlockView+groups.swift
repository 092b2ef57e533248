internal import SignalModel

extension LogBlockView {
    /// Rows that have a field, without a look at its values.
    package func rowsHaving(_ name: String) throws(LogQueryError) -> RowBitmap {
        var having = RowBitmap(rowCount: rowCount)
        guard let number = block.number(of: name), !hides(name) else { return having }
        if case .stored(let stored) = block.storage, !isDecoded(number) {
            guard stored.info.columns[number].entryCount > 0 else { return having }
            guard let rows = try stored.rows(of: stored.info.columns[number]) else {
                return RowBitmap(rowCount: rowCount, all: true)
            }
            for row in rows { having.insert(Int(row)) }
            return having
        }
        let column = try self.column(number)
        for entry in 0..<column.entryCount { having.insert(column.row(of: entry)) }
        return having
    }

    /// The first value of a field of a few rows, without decoding the others where that can be.
    package func values(_ name: String, ofRows rows: [Int]) throws(LogQueryError) -> [FieldValue?] {
        guard let number = block.number(of: name), !hides(name) else { return rows.map { _ in nil } }
        return try values(number, of: rows).map { $0?.values.first }
    }

    /// Of each row the row whose `base` has the value that its own `field` has; -1 where it is in no row of the block,
    /// -2 where the row has no such field. Of several rows with that value the first.
    package func targets(of field: String, in base: String) throws(LogQueryError) -> [Int32] {
        var targets = [Int32](repeating: -2, count: rowCount)
        guard let number = block.number(of: field), let baseNumber = block.number(of: base), !hides(field),
            !hides(base)
        else { return targets }
        if case .stored(let stored) = block.storage, stored.info.columns[number].layout == .reference {
            let info = stored.info.columns[number]
            let found = try stored.targets(ofReferences: info)
            let rows = try stored.rows(of: info)
            let baseRows = try stored.rows(of: stored.info.columns[info.base])
            for (entry, target) in found.enumerated() {
                let row = rows.map { Int($0[entry]) } ?? entry
                targets[row] = target < 0 ? -1 : baseRows.map { Int32($0[Int(target)]) } ?? target
            }
            return targets
        }
        let column = try self.column(number)
        let others = try self.column(baseNumber)
        var table = StringTable()
        var first: [Int32] = []
        for entry in 0..<others.entryCount {
            var text = others[entry].text
            let known = text.withUTF8 { table.number(of: UnsafeRawBufferPointer($0)) }
            if known == first.count { first.append(Int32(others.row(of: entry))) }
        }
        for entry in 0..<column.entryCount {
            var text = column[entry].text
            let known = text.withUTF8 { table.knownNumber(of: UnsafeRawBufferPointer($0)) }
            targets[column.row(of: entry)] = known.map { first[$0] } ?? -1
        }
        return targets
    }
}
