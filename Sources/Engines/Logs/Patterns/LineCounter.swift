internal import SignalModel

/// Counts lines by their templates, which blocks have already, and puts similar templates together.
struct LineCounter {
    private struct Entry {
        var count = 0
        var counts: [Int32]
        var example: LineExample
    }

    /// Templates that are held until they are put together with others.
    private static let templatesMax = 20_000
    /// Patterns beyond it are an error: such lines have nothing in common.
    private static let patternsMax = 20_000
    /// What marks a text that is no template among them.
    private static let plainMark: UInt8 = 0xff
    /// Of a line's template no more is looked at, nor anything behind its first line.
    private static let keyBytesMax = 4096
    private static let entryBytesEach = 160

    private let request: LogPatternRequest
    private let budget: LogBudget
    private let cancellation: LogCancellation
    private var entries: [[UInt8]: Entry] = [:]
    /// About what they take.
    private var entryBytes = 0
    private var clusters = LineClusters()
    private var parser = TemplateParser()
    private(set) var lineCount = 0

    init(_ request: LogPatternRequest, _ budget: LogBudget, _ cancellation: LogCancellation) {
        self.request = request
        self.budget = budget
        self.cancellation = cancellation
    }

    /// The first value of the field in each record that matches.
    mutating func add(_ view: LogBlockView, _ number: Int) throws(LogQueryError) {
        let times = try view.timestamps()
        if case .stored(let block) = view.block.storage, !view.isDecoded(number) {
            let column = block.info.columns[number]
            if column.layout == .plain, column.words.count > 0 {
                let strings = try block.templates(of: column, long: true)
                let rows = try block.rows(of: column)
                let counted = count(view, times, strings.count, valueCount: strings.templateCount) { entry in
                    (rows.map { Int($0[entry]) } ?? entry, Int(strings.codes[entry]))
                }
                for (code, value) in counted {
                    let key = strings.withTemplate(code) { Self.firstLine($0) }
                    try add(key, value, LineExample(block: view.block, column: number, entry: value.first))
                }
                return
            }
        }
        let column = try view.column(number)
        let list = column.list
        let counted = count(view, times, column.entryCount, valueCount: list.count) { entry in
            (column.row(of: entry), column.place(of: entry))
        }
        for (place, value) in counted where list.kind(place) != .null {
            let key = key(list, place)
            try add(key, value, LineExample(block: view.block, column: number, entry: value.first))
        }
    }

    private struct Value {
        var first: Int
        var count = 0
        var counts: [Int32]
    }

    /// Of each value of a block how many lines it has, in all and by step.
    private func count(
        _ view: LogBlockView, _ times: [Int64], _ entryCount: Int, valueCount: Int,
        _ place: (Int) -> (row: Int, value: Int)
    ) -> [(Int, Value)] {
        var slots = [Int32](repeating: -1, count: valueCount)
        var values: [(Int, Value)] = []
        var lastRow = -1
        for entry in 0..<entryCount {
            let (row, value) = place(entry)
            guard row != lastRow else { continue }
            lastRow = row
            guard view.matching[row] else { continue }
            if slots[value] < 0 {
                slots[value] = Int32(values.count)
                values.append((value, Value(first: entry, counts: [Int32](repeating: 0, count: request.stepCount))))
            }
            let slot = Int(slots[value])
            values[slot].1.count += 1
            values[slot].1.counts[request.step(of: times[row])] += 1
        }
        return values
    }

    /// Of a template, or of a text with its mark.
    private static func firstLine(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
        guard bytes.first != plainMark else { return Array(bytes.prefix(keyBytesMax).prefix { $0 != 0x0a }) }
        return Array(bytes.prefix(LineShape.firstLineCount(template: bytes, bytesMax: keyBytesMax)))
    }

    private mutating func key(_ list: ValueList, _ place: Int) -> [UInt8] {
        func key(_ bytes: UnsafeRawBufferPointer) -> [UInt8] {
            parser.parse(bytes)
                ? parser.template.withUnsafeBytes { Self.firstLine($0) }
                : [Self.plainMark] + bytes.prefix(Self.keyBytesMax).prefix { $0 != 0x0a }
        }
        switch list {
        case .strings(let values): return values.withBytes(place) { key($0) }
        case .mixed(let values, _): return values.withBytes(place) { key($0) }
        case .integers, .doubles:
            var text = list[place].text
            return text.withUTF8 { key(UnsafeRawBufferPointer($0)) }
        }
    }

    private mutating func add(_ key: [UInt8], _ value: Value, _ example: LineExample) throws(LogQueryError) {
        lineCount += value.count
        var entry: Entry
        if let known = entries[key] {
            entry = known
        } else {
            entry = Entry(counts: [Int32](repeating: 0, count: request.stepCount), example: example)
            entryBytes += Self.entryBytesEach + key.count + request.stepCount * 4
        }
        entry.count += value.count
        for step in value.counts.indices { entry.counts[step] += value.counts[step] }
        entries[key] = entry
        if entries.count >= Self.templatesMax || entryBytes >= budget.memoryBytesMax / 2 { try settle() }
    }

    /// Puts templates together, the most frequent first.
    private mutating func settle() throws(LogQueryError) {
        let sorted = entries.sorted { left, right in
            left.value.count != right.value.count
                ? left.value.count > right.value.count : left.key.lexicographicallyPrecedes(right.key)
        }
        entries = [:]
        entryBytes = 0
        for (number, (key, entry)) in sorted.enumerated() {
            if number % 100 == 0 { try check() }
            let words = key.withUnsafeBytes { bytes in
                bytes.first == Self.plainMark
                    ? LineShape.words(text: UnsafeRawBufferPointer(rebasing: bytes.dropFirst()))
                    : LineShape.words(template: bytes)
            }
            clusters.add(words, count: entry.count, counts: entry.counts, example: entry.example)
        }
        try check()
    }

    /// Whether it may go on, and has room.
    private func check() throws(LogQueryError) {
        try cancellation.check()
        guard clusters.bytesCount <= budget.memoryBytesMax else {
            throw LogQueryError(.overMemory, "the patterns would take more than \(budget.memoryBytesMax) bytes")
        }
        guard clusters.count <= Self.patternsMax else {
            throw LogQueryError(
                .overRows, "more than \(Self.patternsMax) patterns: the lines have too little in common")
        }
    }

    /// The patterns with most lines, of equal ones by text, and how many there are.
    mutating func patterns(_ classes: FieldClasses) throws(LogQueryError) -> (patterns: [LogPattern], count: Int) {
        try settle()
        let named = clusters.clusters.map { ($0, clusters.words(of: $0)) }
        let sorted = named.map { (cluster: $0, words: $1, text: $1.joined(separator: " ")) }.sorted {
            $0.cluster.count != $1.cluster.count ? $0.cluster.count > $1.cluster.count : $0.text < $1.text
        }
        var patterns: [LogPattern] = []
        for (cluster, words, text) in sorted.prefix(request.limit) {
            patterns.append(
                LogPattern(
                    text: text, count: cluster.count, counts: cluster.counts.map { Int($0) },
                    example: try cluster.example.text(),
                    query: PatternQuery.text(words, field: request.field, classes),
                    phrases: classes.class(of: request.field) == .text ? PatternQuery.phrases(words) : []))
        }
        return (patterns, clusters.count)
    }
}

extension LineExample {
    /// Without putting the other strings of its block together.
    fileprivate func text() throws(LogQueryError) -> String {
        if case .stored(let stored) = block.storage {
            let info = stored.info.columns[column]
            if info.layout == .plain, info.words.count > 0 {
                let strings = try stored.templates(of: info, long: true)
                var wanted = [Bool](repeating: false, count: strings.templateCount)
                wanted[Int(strings.codes[entry])] = true
                return try stored.values(of: info, strings, wanted: wanted)[entry, of: strings]
            }
        }
        return try block.column(column)[entry].text
    }
}
