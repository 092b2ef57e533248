internal import Basics
internal import SignalModel

/// Counts records by a field's values: equal texts are one value, whatever their kind. A value is known by its template
/// and what stands in its places, as columns have it, so that none but those of the answer are put together.
struct ValueCounter {
    private var templates = StringTable()
    /// Of each value the number of its template and what fills it, or all ones and its text.
    private var keys = StringTable()
    private var kinds: [LogBatch.Kind] = []
    private var counts: [Int] = []
    private var recordCount = 0
    private var parser = TemplateParser()
    private var key: [UInt8] = []
    private let budget: LogBudget

    init(_ budget: LogBudget) { self.budget = budget }

    var count: Int { counts.count }

    /// The values of one column in the rows that match.
    mutating func add(_ view: LogBlockView, _ number: Int) throws(LogQueryError) {
        if case .stored(let block) = view.block.storage, !view.isDecoded(number) {
            let column = block.info.columns[number]
            if view.matching.isAll, let (list, counts) = try view.block.valueCounts(number) {
                return try add(list, counts)
            }
            if column.words.count > 0 { return try add(block, column, view.matching) }
        }
        let column = try view.column(number)
        guard column.entryCount > 0 else { return }
        var perValue = [Int](repeating: 0, count: column.list.count)
        for entry in 0..<column.entryCount where view.matching[column.row(of: entry)] {
            perValue[column.place(of: entry)] += 1
        }
        try add(column.list, perValue)
    }

    private mutating func add(_ list: ValueList, _ perValue: [Int]) throws(LogQueryError) {
        for place in 0..<list.count where perValue[place] > 0 {
            let kind = list.kind(place)
            switch list {
            case .strings(let values): values.withBytes(place) { setKey($0) }
            case .mixed(let values, _):
                guard kind != .null else { continue }
                values.withBytes(place) { setKey($0) }
            case .integers, .doubles:
                var text = list[place].text
                text.withUTF8 { setKey(UnsafeRawBufferPointer($0)) }
            }
            try count(kind, perValue[place])
        }
    }

    private mutating func add(
        _ block: StoredBlock, _ column: ColumnInfo, _ matching: RowBitmap
    ) throws(LogQueryError) {
        let strings = try block.templates(of: column, long: true)
        let isAll = matching.isAll
        let rows = isAll ? nil : try block.rows(of: column)
        func isMeant(_ entry: Int) -> Bool { isAll || matching[rows.map { Int($0[entry]) } ?? entry] }
        var wanted = [Bool](repeating: isAll, count: strings.templateCount)
        if !isAll { for entry in 0..<strings.count where isMeant(entry) { wanted[Int(strings.codes[entry])] = true } }
        let values = try block.values(of: column, strings, wanted: wanted)
        let numbers = (0..<strings.templateCount).map { code in
            strings.withTemplate(code) { UInt32(templates.number(of: $0)) }
        }
        for entry in 0..<strings.count where isMeant(entry) {
            key.removeAll(keepingCapacity: true)
            key.append(fixed32: numbers[Int(strings.codes[entry])])
            values.appendValues(entry, of: strings, to: &key)
            try count(.string, 1)
        }
    }

    private mutating func setKey(_ text: UnsafeRawBufferPointer) {
        key.removeAll(keepingCapacity: true)
        guard parser.parse(text) else {
            key.append(fixed32: .max)
            key.append(contentsOf: text)
            return
        }
        key.append(fixed32: UInt32(parser.template.withUnsafeBytes { templates.number(of: $0) }))
        for number in parser.numbers { Varint.append(UInt64(bitPattern: number), to: &key) }
        key.append(contentsOf: parser.digits)
    }

    private mutating func count(_ kind: LogBatch.Kind, _ more: Int) throws(LogQueryError) {
        let group = key.withUnsafeBytes { keys.number(of: $0) }
        if group == counts.count {
            guard keys.strings.bytes.count + count * 24 <= budget.memoryBytesMax else {
                throw LogQueryError(.overMemory, "the field has too many values: \(count) and more")
            }
            counts.append(0)
            kinds.append(kind)
        }
        counts[group] += more
        recordCount += more
    }

    // MARK: The answer

    func facet(_ field: String, limit: Int) -> LogFacet {
        let order = counts.indices.sorted { counts[$0] > counts[$1] }
        // Those that tie with the last one are looked at too, so that the answer is the same every time.
        let bound = order.count > limit && limit > 0 ? counts[order[limit - 1]] : 0
        let entries = order.prefix { counts[$0] >= bound }.map { group in
            LogFacet.Entry(value: FieldValue(kind: kinds[group], text: text(group)), count: counts[group])
        }
        let sorted = entries.sorted { $0.count != $1.count ? $0.count > $1.count : $0.value.text < $1.value.text }
        return LogFacet(
            field: field, values: Array(sorted.prefix(limit)), recordCount: recordCount, valueCount: counts.count)
    }

    private func text(_ group: Int) -> String {
        keys.strings.withBytes(group) { key in
            let template = UInt32(littleEndian: key.loadUnaligned(as: UInt32.self))
            let filling = UnsafeRawBufferPointer(rebasing: key[4...])
            guard template != .max else { return String(decoding: filling, as: UTF8.self) }
            return templates.strings.withBytes(Int(template)) { TemplateValues.text($0, filling) }
        }
    }
}
