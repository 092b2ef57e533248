internal import Basics
internal import SignalModel

extension CompiledFilter {
    /// The rows of a block that pass.
    func rows(of view: LogBlockView) throws(LogQueryError) -> RowBitmap {
        let count = view.rowCount
        switch self {
        case .all: return RowBitmap(rowCount: count, all: true)
        case .nothing: return RowBitmap(rowCount: count)
        case .and(let parts):
            var rows = RowBitmap(rowCount: count, all: true)
            for part in parts {
                if rows.isEmpty { break }
                rows.formIntersection(try part.rows(of: view))
            }
            return rows
        case .or(let parts):
            var rows = RowBitmap(rowCount: count)
            for part in parts { rows.formUnion(try part.rows(of: view)) }
            return rows
        case .not(let part):
            var rows = try part.rows(of: view)
            rows.invert()
            return rows
        case .atLeast(let wanted, let parts): return try Self.atLeast(wanted, parts, view)
        case .test(let test): return try test.rows(of: view)
        }
    }

    private static func atLeast(
        _ wanted: Int, _ parts: [CompiledFilter], _ view: LogBlockView
    ) throws(LogQueryError) -> RowBitmap {
        guard wanted > 0 else { return RowBitmap(rowCount: view.rowCount, all: true) }
        var counts = [Int](repeating: 0, count: view.rowCount)
        for part in parts { for row in try part.rows(of: view).rows { counts[row] += 1 } }
        var rows = RowBitmap(rowCount: view.rowCount)
        for (row, count) in counts.enumerated() where count >= wanted { rows.insert(row) }
        return rows
    }
}

extension CompiledFilter.FieldTest {
    func rows(of view: LogBlockView) throws(LogQueryError) -> RowBitmap {
        switch selector {
        case .named(let name): return try rows(of: view, named: name)
        case .matching(let pattern): return try rows(of: view) { Wildcard.matches($0, pattern) }
        case .any: return try rows(of: view) { _ in true }
        }
    }

    private func rows(
        of view: LogBlockView, where isMeant: (String) -> Bool
    ) throws(LogQueryError) -> RowBitmap {
        var rows = RowBitmap(rowCount: view.rowCount)
        for number in LogBlock.Reserved.count..<view.block.columnCount {
            let name = view.block.name(number)
            guard isMeant(name), !mask.hides(name) else { continue }
            let test = test(for: name)
            guard view.mayPass(number, test) else { continue }
            rows.formUnion(try view.rows(number, passing: test))
        }
        return rows
    }

    private func rows(of view: LogBlockView, named name: String) throws(LogQueryError) -> RowBitmap {
        switch name {
        case "@timestamp": return try view.timeRows(passing: keyword.test)
        case "_index": return try view.rows(LogBlock.Reserved.index, passing: keyword)
        case "_id": return try view.identityRows(passing: keyword.test)
        default: break
        }
        if mask.hides(name) { return RowBitmap(rowCount: view.rowCount) }
        if let number = view.block.number(of: name) { return try view.rows(number, passing: test(for: name)) }
        for (suffix, test) in [(".keyword", keyword), (".text", text)] where name.hasSuffix(suffix) {
            let base = String(name.dropLast(suffix.utf8.count))
            if let number = view.block.number(of: base), !mask.hides(base) {
                return try view.rows(number, passing: test)
            }
        }
        return RowBitmap(rowCount: view.rowCount)
    }
}
