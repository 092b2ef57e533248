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
        try facets(query, fields: [field], limit: limit)[0]
    }

    /// The top values of each of `fields`, or of every field that has at most `valuesMax` different ones. One that
    /// has more in a single block, or together, is left out.
    package func facets(
        _ query: LogQuery, fields: [String]? = nil, limit: Int = 10, valuesMax: Int = 1000
    ) throws(LogQueryError) -> [LogFacet] {
        guard let fields else { return try facetsOfAll(query, limit: limit, valuesMax: valuesMax) }
        var counters = fields.map { _ in ValueCounter(query.budget) }
        try visit(query) { view throws(LogQueryError) in
            for (counter, field) in fields.enumerated() {
                if let number = view.number(of: field) { try counters[counter].add(view, number) }
            }
        }
        var facets: [LogFacet] = []
        for (counter, field) in fields.enumerated() {
            facets.append(try counters[counter].facet(field, limit: limit))
        }
        return facets
    }

    private func facetsOfAll(_ query: LogQuery, limit: Int, valuesMax: Int) throws(LogQueryError) -> [LogFacet] {
        var counters: [String: ValueCounter] = [:]
        var tooMany: Set<String> = []
        try visit(query) { view throws(LogQueryError) in
            for (number, name) in view.fields where !tooMany.contains(name) {
                if view.block.valueCount(number) ?? 0 > valuesMax {
                    tooMany.insert(name)
                    counters[name] = nil
                    continue
                }
                var counter = counters.removeValue(forKey: name) ?? ValueCounter(query.budget)
                try counter.add(view, number)
                if counter.count > valuesMax { try counter.join() }
                if counter.count > valuesMax { tooMany.insert(name) } else { counters[name] = counter }
            }
        }
        var facets: [LogFacet] = []
        for (name, counter) in counters.sorted(by: { $0.key < $1.key }) {
            var counter = counter
            let facet = try counter.facet(name, limit: limit)
            if !facet.values.isEmpty { facets.append(facet) }
        }
        return facets
    }
}
