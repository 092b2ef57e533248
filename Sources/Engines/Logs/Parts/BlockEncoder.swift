internal import Basics
internal import SignalModel

/// Writes the columns of a block as sections of bytes.
struct BlockEncoder {
    private let compressor: Compressor
    private let grouping: RowGrouping?
    private(set) var bytes: [UInt8] = []
    private var info = BlockInfo()
    /// Rows of columns that were written: columns of one kind of record have the same.
    private var rowSets: [(rows: [UInt32], section: Section)] = []
    /// Of the words of all fields.
    private var terms: [UInt32] = []

    init(_ compressor: Compressor, _ grouping: RowGrouping? = nil) {
        self.compressor = compressor
        self.grouping = grouping
    }

    /// The bytes of a block, what the index has to say of it, and the terms of its words, ascending, each once.
    static func encode(
        _ block: LogBlock.MemoryColumns, _ compressor: Compressor, _ grouping: RowGrouping? = nil
    ) -> (bytes: [UInt8], info: BlockInfo, terms: [UInt32]) {
        var encoder = BlockEncoder(compressor, grouping)
        encoder.encode(block)
        return (encoder.bytes, encoder.info, encoder.sortedTerms)
    }

    private var sortedTerms: [UInt32] {
        var sorted = terms
        sorted.sort()
        var count = 0
        for index in sorted.indices where index == 0 || sorted[index] != sorted[index - 1] {
            sorted[count] = sorted[index]
            count += 1
        }
        sorted.removeLast(sorted.count - count)
        return sorted
    }

    private mutating func encode(_ block: LogBlock.MemoryColumns) {
        info.rowCount = block.timestamps.count
        info.times = (block.timestamps.min() ?? 0)...(block.timestamps.max() ?? 0)
        info.lastSequence = block.sequences.max() ?? 0
        info.timestamps = section { IntegerCodec.append(block.timestamps, $1, to: &$0) }
        info.sequences = section {
            IntegerCodec.append(block.sequences.map { Int64(bitPattern: $0) }, $1, to: &$0)
        }
        let references = references(of: block)
        let columns = block.columns.enumerated().map { number, column in
            references[number] == nil ? column.withDictionary : column
        }
        let rowSets = columns.map { rows(of: $0) }
        let bases = Self.bases(columns, rowSets)
        for (number, column) in columns.enumerated() {
            let name = number < LogBlock.Reserved.count ? "" : block.names[number - LogBlock.Reserved.count]
            if let reference = references[number] {
                append(column, reference, name: name, rows: rowSets[number])
                continue
            }
            append(column, name: name, rows: rowSets[number], base: bases[number], of: columns)
            if grouping?.unfilteredFields.contains(name) ?? false { continue }
            if number >= LogBlock.Reserved.count, column.entryCount > 0 { appendWords(of: column) }
        }
        info.count = bytes.count
    }

    private mutating func section(_ write: (inout [UInt8], Compressor) -> Void) -> Section {
        let start = bytes.count
        write(&bytes, compressor)
        let checksum = bytes.withUnsafeBytes { CRC32C.checksum(UnsafeRawBufferPointer(rebasing: $0[start...])) }
        return Section(offset: start, count: bytes.count - start, checksum: checksum)
    }

    private mutating func rows(of column: DecodedColumn) -> Section {
        guard let rows = column.rows, !rows.isEmpty else { return Section() }
        if let known = rowSets.first(where: { $0.rows == rows }) { return known.section }
        let section = section { IntegerCodec.append(rows.map(Int64.init), $1, to: &$0) }
        rowSets.append((rows, section))
        return section
    }

    private mutating func append(
        _ column: DecodedColumn, name: String, rows: Section, base: Int?, of columns: [DecodedColumn]
    ) {
        var info = ColumnInfo()
        info.name = name
        info.entryCount = column.entryCount
        info.listCount = column.list.count
        let summary = column.summary
        info.rowCount = summary.rowCount
        for kind in summary.kinds { info.kindBits |= 1 << kind.rawValue }
        info.rows = rows
        switch column.list {
        case .integers: info.listKind = .integers
        case .doubles: info.listKind = .doubles
        case .strings: info.listKind = .strings
        case .mixed: info.listKind = .mixed
        }
        if column.entryCount > 0 {
            appendValues(column, &info, base: base, of: columns)
            if !column.arrayRows.isEmpty {
                info.arrays = section {
                    Varint.append(UInt64(column.arrayRows.count), to: &$0)
                    IntegerCodec.append(column.arrayRows.map(Int64.init), $1, to: &$0)
                }
            }
        }
        self.info.columns.append(info)
    }

    private mutating func appendValues(
        _ column: DecodedColumn, _ info: inout ColumnInfo, base: Int?, of columns: [DecodedColumn]
    ) {
        switch column.values {
        case .constant(let list):
            info.layout = .constant
            info.values = section { _ = ValueCodec.append(list, $1, to: &$0) }
        case .plain(let list):
            info.layout = .plain
            var words: [Set<[UInt8]>]?
            info.values = section { words = ValueCodec.append(list, $1, to: &$0) }
            if let words {
                info.words = section { for group in words { WordList.append(group, $1, to: &$0) } }
            }
        case .dictionary(let codes, let list):
            var counts = [Int64](repeating: 0, count: list.count)
            for code in codes { counts[Int(code)] += 1 }
            info.values = section {
                ValueCodec.append(list, $1, to: &$0)
                IntegerCodec.append(counts, $1, to: &$0)
            }
            if let base, case .dictionary(let baseCodes, let baseList) = columns[base].values {
                var map = [Int64](repeating: 0, count: baseList.count)
                for (entry, code) in codes.enumerated() { map[Int(baseCodes[entry])] = Int64(code) }
                info.layout = .derived
                info.base = base
                info.codes = section { IntegerCodec.append(map, $1, to: &$0) }
            } else {
                info.layout = .dictionary
                info.codes = section { IntegerCodec.append(codes: codes, $1, to: &$0) }
            }
        }
    }

    /// Its words among those of the block, and as a filter of its own.
    private mutating func appendWords(of column: DecodedColumn) {
        var words = WordHashes()
        switch column.list {
        case .strings(let strings), .mixed(let strings, _): words.add(wordsOf: strings)
        case .integers, .doubles: return
        }
        let hashes = words.finish()
        if grouping == nil { for hash in hashes { terms.append(TermIndex.term(hash)) } }
        guard case .strings = column.list, column.list.count > Self.unfilteredMax else { return }
        let filter = WordFilter(hashes)
        info.columns[info.columns.count - 1].filter = section { output, _ in filter.append(to: &output) }
    }

    // MARK: References

    private struct Reference {
        var base: Int
        var distances: [Int64]
        var others: PackedStrings
    }

    /// Of each column, by number, what it is as one of references.
    private func references(of block: LogBlock.MemoryColumns) -> [Int: Reference] {
        var references: [Int: Reference] = [:]
        for (name, target) in grouping?.references ?? [:] {
            guard let number = block.numbers[name], let base = block.numbers[target] else { continue }
            let (column, targets) = (block.columns[number], block.columns[base])
            // What has a dictionary takes little, and is read more quickly.
            guard column.entryCount > 1, column.arrayRows.isEmpty, case .plain = targets.withDictionary.values,
                let encoded = References.encoded(column, base: targets)
            else { continue }
            references[number] = Reference(base: base, distances: encoded.distances, others: encoded.others)
        }
        return references
    }

    private mutating func append(_ column: DecodedColumn, _ reference: Reference, name: String, rows: Section) {
        var info = ColumnInfo()
        info.name = name
        info.layout = .reference
        info.listKind = .strings
        info.entryCount = column.entryCount
        info.listCount = reference.others.count
        info.rowCount = column.summary.rowCount
        info.kindBits = 1 << LogBatch.Kind.string.rawValue
        info.base = reference.base
        info.rows = rows
        if reference.others.count > 0 {
            info.values = section { ValueCodec.append(.strings(reference.others), $1, to: &$0) }
        }
        info.codes = section { IntegerCodec.append(reference.distances, $1, to: &$0) }
        self.info.columns.append(info)
    }

    /// Of fewer values the list itself is as quick to look at.
    private static let unfilteredMax = 4

    /// Of each dictionary the column whose codes say what its are, if there is one: the name of a pod says its host.
    private static func bases(_ columns: [DecodedColumn], _ rows: [Section]) -> [Int?] {
        var bases = [Int?](repeating: nil, count: columns.count)
        var roots: [Int] = []
        let order = columns.indices.sorted { columns[$0].list.count > columns[$1].list.count }
        for number in order {
            guard case .dictionary(let codes, _) = columns[number].values else { continue }
            bases[number] = roots.first { root in
                guard rows[root] == rows[number], case .dictionary(let baseCodes, let list) = columns[root].values,
                    list.count * 8 <= codes.count
                else { return false }
                return decides(baseCodes, list.count, codes)
            }
            if bases[number] == nil { roots.append(number) }
        }
        return bases
    }

    private static func decides(_ base: [UInt32], _ count: Int, _ codes: [UInt32]) -> Bool {
        var map = [UInt32](repeating: .max, count: count)
        for entry in codes.indices {
            let place = Int(base[entry])
            if map[place] == .max { map[place] = codes[entry] } else if map[place] != codes[entry] { return false }
        }
        return true
    }
}
