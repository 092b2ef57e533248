/// The most frequent values of a field.
package struct LogFacet: Sendable, Hashable {
    package struct Entry: Sendable, Hashable {
        package var value: FieldValue
        package var count: Int
    }

    package var field: String
    /// Most records first; of equal counts by text.
    package var values: [Entry]
    /// Records that have the field.
    package var recordCount: Int
    /// How many values there are.
    package var valueCount: Int
}

extension LogSnapshot {
    /// Exact, of however many values; over the budget's memory it is an error.
    package func topValues(_ query: LogQuery, of field: String, limit: Int) throws(LogQueryError) -> LogFacet {
        var counter = ValueCounter(query.budget)
        try visit(query) { view throws(LogQueryError) in
            try counter.add(try view.column(field), view.matching)
        }
        return counter.facet(field, limit: limit)
    }

    /// The top values of each of `fields`, or of every field that has at most `valuesMax` different ones. One that
    /// has more in a single block, or together, is left out.
    package func facets(
        _ query: LogQuery, fields: [String]? = nil, limit: Int = 10, valuesMax: Int = 1000
    ) throws(LogQueryError) -> [LogFacet] {
        if let fields {
            var facets: [LogFacet] = []
            for field in fields { facets.append(try topValues(query, of: field, limit: limit)) }
            return facets
        }
        var counters: [String: ValueCounter] = [:]
        var tooMany: Set<String> = []
        let plan = try QueryPlan(query)
        for source in sources {
            guard let view = try plan.view(of: source) else { continue }
            let isAll = view.matching.isAll
            for (number, name) in view.block.names.enumerated()
            where !plan.mask.hides(name) && !tooMany.contains(name) {
                let number = LogBlock.Reserved.count + number
                if view.block.valueCount(number) ?? 0 > valuesMax {
                    tooMany.insert(name)
                    counters[name] = nil
                    continue
                }
                var counter = counters.removeValue(forKey: name) ?? ValueCounter(query.budget)
                if isAll, let (list, counts) = try view.block.valueCounts(number) {
                    try counter.add(list, counts)
                } else {
                    try counter.add(try view.column(number), view.matching)
                }
                if counter.count > valuesMax { tooMany.insert(name) } else { counters[name] = counter }
            }
        }
        return counters.map { $1.facet($0, limit: limit) }.filter { !$0.values.isEmpty }
            .sorted { $0.field < $1.field }
    }
}

/// Counts records by a field's values.
struct ValueCounter {
    private var groups: ValueGroups
    private var counts: [Int] = []
    private var recordCount = 0

    init(_ budget: LogBudget) { groups = ValueGroups(budget) }

    var count: Int { groups.count }

    mutating func add(_ column: DecodedColumn?, _ rows: RowBitmap) throws(LogQueryError) {
        guard let column, column.entryCount > 0 else { return }
        var perValue = [Int](repeating: 0, count: column.list.count)
        for entry in 0..<column.entryCount where rows[column.row(of: entry)] {
            perValue[column.place(of: entry)] += 1
        }
        try add(column.list, perValue)
    }

    mutating func add(_ list: ValueList, _ perValue: [Int]) throws(LogQueryError) {
        let numbers = try groups.numbers(of: list, isWanted: perValue.map { $0 > 0 })
        for (place, number) in numbers.enumerated() where number >= 0 {
            while counts.count <= Int(number) { counts.append(0) }
            counts[Int(number)] += perValue[place]
            recordCount += perValue[place]
        }
    }

    func facet(_ field: String, limit: Int) -> LogFacet {
        let order = counts.indices.sorted { counts[$0] > counts[$1] }
        // Those that tie with the last one are looked at too, so that the answer is the same every time.
        let bound = order.count > limit && limit > 0 ? counts[order[limit - 1]] : 0
        let entries = order.prefix { counts[$0] >= bound }.compactMap { group in
            groups.value(group).map { LogFacet.Entry(value: $0, count: counts[group]) }
        }
        let sorted = entries.sorted { $0.count != $1.count ? $0.count > $1.count : $0.value.text < $1.value.text }
        return LogFacet(
            field: field, values: Array(sorted.prefix(limit)), recordCount: recordCount, valueCount: counts.count)
    }
}
