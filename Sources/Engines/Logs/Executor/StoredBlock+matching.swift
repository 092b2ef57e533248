internal import Basics
internal import SignalModel

/// How a test is asked of stored columns: first whether the column can have such a value at all, then of its
/// templates, and only what is left of its strings.
struct StoredTest: Sendable {
    let test: CompiledTest
    let templates: TemplateTest
    /// A value passes only if it has every word of one of these; nil when nothing is known.
    private let hashes: [[UInt64]]?
    /// Whether a number can pass.
    private let takesNumbers: Bool

    init(_ test: CompiledTest) {
        self.test = test
        templates = TemplateTest(test)
        switch test.kind {
        case .equals(let constants) where constants.all.allSatisfy(\.isText):
            hashes = constants.all.map { Words.of(String(decoding: $0.text, as: UTF8.self)).map(WordHashes.hash) }
        case .words(let matches):
            hashes = matches.flatMap { match -> [[UInt64]] in
                let words = match.lastIsPrefix ? match.all.dropLast() : match.all[...]
                if match.needsAll { return [words.map(WordHashes.hash)] }
                return words.map { [WordHashes.hash($0)] }
            }
        default: hashes = nil
        }
        switch test.kind {
        case .equals(let constants): takesNumbers = constants.all.contains(where: \.isComparedWithNumbers)
        case .words(let matches): takesNumbers = matches.contains(where: \.mayBeNumber)
        case .addresses(_, let constants): takesNumbers = constants.all.contains(where: \.isComparedWithNumbers)
        default: takesNumbers = true
        }
    }

    func mayPass(_ block: StoredBlock, _ column: ColumnInfo) -> Bool {
        switch column.listKind {
        case .integers, .doubles: return takesNumbers
        case .mixed: return true
        case .strings:
            guard let hashes, column.filter.count > 0 else { return true }
            return hashes.contains { $0.allSatisfy { block.mayContain($0, column) } }
        }
    }

    /// Words a value has to have to pass.
    var need: TermNeed {
        // Numbers are in no index of words.
        guard let hashes, !takesNumbers else { return .unknown }
        return .any(hashes.map { .all($0.map { .term(TermIndex.term($0)) }) })
    }
}

extension StoredBlock {
    /// Rows of which a value of the column passes.
    func rows(_ number: Int, passing test: StoredTest) throws(LogQueryError) -> RowBitmap {
        let column = info.columns[number]
        var matching = RowBitmap(rowCount: rowCount)
        guard column.entryCount > 0, test.mayPass(self, column) else { return matching }
        switch column.layout {
        case .constant:
            guard test.test.passes(try list(of: column))[0] else { return matching }
            return try allRows(of: column)
        case .dictionary, .derived:
            let passes = test.test.passes(try list(of: column))
            guard passes.contains(true) else { return matching }
            let codes = try codes(of: column)
            let rows = try rows(of: column)
            for entry in codes.indices where passes[Int(codes[entry])] {
                matching.insert(rows.map { Int($0[entry]) } ?? entry)
            }
            return matching
        case .reference: return try self.column(number).rows(passing: test.test)
        case .plain:
            if column.words.count > 0 { return try rows(of: column, templatesPassing: test) }
            return try self.column(number).rows(passing: test.test)
        }
    }

    private func allRows(of column: ColumnInfo) throws(LogQueryError) -> RowBitmap {
        guard let rows = try rows(of: column) else { return RowBitmap(rowCount: rowCount, all: true) }
        var matching = RowBitmap(rowCount: rowCount)
        for row in rows { matching.insert(Int(row)) }
        return matching
    }

    private func rows(
        of column: ColumnInfo, templatesPassing test: StoredTest
    ) throws(LogQueryError) -> RowBitmap {
        var matching = RowBitmap(rowCount: rowCount)
        let words = try words(of: column)
        let inShort = test.templates.mayPass(words.short)
        let inLong = words.long.count > 0 && test.templates.mayPass(words.long)
        guard inShort || inLong else { return matching }
        let strings = try templates(of: column, long: inLong)
        let fits = strings.fits(test.templates)
        guard fits.contains(where: { $0 != .no }) else { return matching }
        let rows = try rows(of: column)
        var values: TemplateValues?
        if fits.contains(.maybe) { values = try self.values(of: column, strings, wanted: fits.map { $0 == .maybe }) }
        let fillings = fits.indices.map { code in
            fits[code] == .maybe ? strings.withTemplate(code) { test.templates.fillings(template: $0) } : nil
        }
        var text: [UInt8] = []
        for entry in 0..<strings.count {
            switch fits[Int(strings.codes[entry])] {
            case .no: continue
            case .yes: break
            case .maybe:
                guard let values else { continue }
                if let fillings = fillings[Int(strings.codes[entry])] {
                    guard fillings.contains(where: { values.isFilled(entry, of: strings, with: $0) }) else {
                        continue
                    }
                    break
                }
                text.removeAll(keepingCapacity: true)
                values.append(entry, of: strings, to: &text)
                guard text.withUnsafeBytes({ test.test.passes($0) }) else { continue }
            }
            matching.insert(rows.map { Int($0[entry]) } ?? entry)
        }
        return matching
    }
}
