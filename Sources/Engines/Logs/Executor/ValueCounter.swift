internal import Basics
internal import SignalModel

/// Counts records by a field's values: equal texts are one value, whatever their kind. A value is known by its template
/// and what stands in its places, as columns have it, so that none but those of the answer are put together.
struct ValueCounter {
    private var templates = StringTable()
    /// Of each value the number of its template, plus one, and what fills it; or zero and its text.
    private var short = KeyCounts()
    /// Of those that do not fit in there.
    private var long = StringTable()
    private var longKinds: [LogBatch.Kind] = []
    private var longCounts: [Int] = []
    /// Values of lists as they stand there, each until somebody asks for the answer: most lists have the same few.
    private var texts = StringTable()
    private var textKinds: [LogBatch.Kind] = []
    private var textCounts: [Int] = []
    private var recordCount = 0
    private var parser = TemplateParser()
    private var key: [UInt8] = []
    private var waiting: [KeyCounts.Key] = []
    private static let togetherCount = 64
    /// Longer lists have values that hardly come again.
    private static let listMax = 1024
    private let budget: LogBudget

    init(_ budget: LogBudget) { self.budget = budget }

    /// How many values there are, or more: one that came in lists and otherwise counts twice until it is `joined`.
    var count: Int { short.count + longCounts.count + textCounts.count }

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
        let isLong = list.count > Self.listMax
        for place in 0..<list.count where perValue[place] > 0 {
            let kind = list.kind(place)
            let more = perValue[place]
            switch list {
            case .strings(let values): values.withBytes(place) { count($0, kind, more, isOfMany: isLong) }
            case .mixed(let values, _):
                guard kind != .null else { continue }
                values.withBytes(place) { count($0, kind, more, isOfMany: isLong) }
            case .integers, .doubles:
                var text = list[place].text
                text.withUTF8 { count(UnsafeRawBufferPointer($0), kind, more, isOfMany: isLong) }
            }
        }
        try checkBudget()
    }

    private mutating func count(
        _ text: UnsafeRawBufferPointer, _ kind: LogBatch.Kind, _ more: Int, isOfMany: Bool
    ) {
        guard !isOfMany else {
            setKey(text)
            return countKey(kind, more)
        }
        recordCount += more
        let number = texts.number(of: text)
        if number == textCounts.count {
            textCounts.append(0)
            textKinds.append(kind)
        }
        textCounts[number] += more
    }

    /// Puts the values of lists to those that came otherwise, so that each is there once.
    mutating func join() throws(LogQueryError) {
        let (values, counts, kinds) = (texts.strings, textCounts, textKinds)
        (texts, textCounts, textKinds) = (StringTable(), [], [])
        for number in counts.indices {
            values.withBytes(number) { setKey($0) }
            recordCount -= counts[number]
            countKey(kinds[number], counts[number])
        }
        try checkBudget()
    }

    private mutating func add(
        _ block: StoredBlock, _ column: ColumnInfo, _ matching: RowBitmap
    ) throws(LogQueryError) {
        let strings = try block.templates(of: column, long: true)
        let isAll = matching.isAll
        let rows = isAll ? nil : try block.rows(of: column)
        func isMeant(_ entry: Int) -> Bool { isAll || matching[rows.map { Int($0[entry]) } ?? entry] }
        var wanted = [Bool](repeating: isAll, count: strings.templateCount)
        if !isAll {
            for entry in 0..<strings.count where isMeant(entry) {
                wanted[Int(strings.codes[entry])] = true
            }
        }
        let values = try block.values(of: column, strings, wanted: wanted)
        let numbers = (0..<strings.templateCount).map { code in
            strings.withTemplate(code) { UInt64(templates.number(of: $0) + 1) }
        }
        for entry in 0..<strings.count where isMeant(entry) {
            key.removeAll(keepingCapacity: true)
            Varint.append(numbers[Int(strings.codes[entry])], to: &key)
            values.appendValues(entry, of: strings, to: &key)
            guard key.count <= KeyCounts.Key.bytesMax else {
                countKey(.string, 1)
                try checkBudget()
                continue
            }
            waiting.append(KeyCounts.Key(key))
            if waiting.count == Self.togetherCount { try countWaiting() }
        }
        try countWaiting()
    }

    private mutating func setKey(_ text: UnsafeRawBufferPointer) {
        key.removeAll(keepingCapacity: true)
        guard parser.parse(text) else {
            key.append(0)
            key.append(contentsOf: text)
            return
        }
        let template = parser.template.withUnsafeBytes { templates.number(of: $0) }
        Varint.append(UInt64(template + 1), to: &key)
        for number in parser.numbers { Varint.append(UInt64(bitPattern: number), to: &key) }
        key.append(contentsOf: parser.digits)
    }

    /// Counts the value that `key` is of.
    private mutating func countKey(_ kind: LogBatch.Kind, _ more: Int) {
        recordCount += more
        if key.count <= KeyCounts.Key.bytesMax {
            short.add(KeyCounts.Key(key), kind, more)
        } else {
            let group = key.withUnsafeBytes { long.number(of: $0) }
            if group == longCounts.count {
                longCounts.append(0)
                longKinds.append(kind)
            }
            longCounts[group] += more
        }
    }

    private mutating func countWaiting() throws(LogQueryError) {
        recordCount += waiting.count
        short.add(waiting, .string)
        waiting.removeAll(keepingCapacity: true)
        try checkBudget()
    }

    private func checkBudget() throws(LogQueryError) {
        guard
            templates.strings.bytes.count + long.strings.bytes.count + texts.strings.bytes.count
                + (longCounts.count + textCounts.count) * 48 + short.bytesCount
                <= budget.memoryBytesMax
        else { throw LogQueryError(.overMemory, "the field has too many values: \(count) and more") }
    }

    // MARK: The answer

    mutating func facet(_ field: String, limit: Int) throws(LogQueryError) -> LogFacet {
        try join()
        let bound = Self.least(of: limit, short.entries.lazy.map(\.count), longCounts)
        var found = FacetEntries(limit: limit, bound: bound)
        for entry in short.entries where entry.count >= bound {
            found.add(self.entry(entry.key.bytes, entry.kind, entry.count))
        }
        for group in longCounts.indices where longCounts[group] >= bound {
            let key = long.strings.withBytes(group) { Array($0) }
            found.add(self.entry(key, longKinds[group], longCounts[group]))
        }
        return LogFacet(field: field, values: found.sorted, recordCount: recordCount, valueCount: count)
    }

    /// The least of the `limit` greatest counts; zero when there are not so many.
    private static func least(of limit: Int, _ counts: some Collection<Int>, _ more: [Int]) -> Int {
        guard limit > 0 else { return .max }
        guard counts.count + more.count >= limit else { return 0 }
        guard limit <= insertedMax else { return (Array(counts) + more).sorted(by: >)[limit - 1] }
        // Ascending; of many counts only few get in.
        var greatest: [Int] = []
        func look(_ count: Int) {
            if greatest.count == limit {
                guard count > greatest[0] else { return }
                greatest.removeFirst()
            }
            greatest.insert(count, at: greatest.firstIndex { $0 >= count } ?? greatest.count)
        }
        for count in counts { look(count) }
        for count in more { look(count) }
        return greatest[0]
    }

    /// Of more, sorting is quicker than inserting.
    private static let insertedMax = 256

    private func entry(_ key: [UInt8], _ kind: LogBatch.Kind, _ count: Int) -> LogFacet.Entry {
        let text = key.withUnsafeBytes { key in
            var offset = 0
            let template = Int(Varint.read(key, at: &offset) ?? 0)
            let filling = UnsafeRawBufferPointer(rebasing: key[offset...])
            guard template > 0 else { return String(decoding: filling, as: UTF8.self) }
            return templates.strings.withBytes(template - 1) { TemplateValues.text($0, filling) }
        }
        return LogFacet.Entry(value: FieldValue(kind: kind, text: text), count: count)
    }
}
