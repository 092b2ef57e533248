internal import SignalModel

extension LogSnapshot {
    /// Runs an ES|QL query over the records of `query`, which has the filter of `pipes` in it.
    package func run(
        _ pipes: PipeQuery, _ query: LogQuery, extractors: PipeExtractor.Maker? = nil
    ) throws(LogQueryError) -> PipeQuery.Answer {
        let budget = AggregationBudget(memoryBytesMax: query.budget.memoryBytesMax)
        var sources = pipes.sourceColumns
        if sources.isOpen, pipes.hasRecords {
            for field in try fieldNames(query) where !sources.names.contains(field.name) {
                sources.names.append(field.name)
            }
            sources.names.sort()
        }
        sources.names += pipes.searches.indices.map(PipeQuery.hiddenName)
        let plan = try PipePlan(pipes, columns: sources.names, budget, query.cancellation, extractors)
        let collected = PipeCollectStage(budget)
        let first = plan.stages(to: collected)
        if pipes.hasRecords {
            let searches = try pipes.searches.map { filter throws(LogQueryError) in
                try CompiledFilter(filter, query.classes, FieldMask(query.access.maskedFields))
            }
            try visitNewestFirst(query, while: first.wants) { view throws(LogQueryError) in
                let reader = try PipeRowReader(sources.names, searches, view)
                let times = try view.timestamps()
                for (place, row) in view.matching.rows.reversed().enumerated() where first.wants(times[row]) {
                    // A row may cost as much as a query may have conditions.
                    if place % 64 == 63 { try query.cancellation.check() }
                    try first.take(reader.row(row))
                }
            }
        } else {
            try first.take(sources.names.map { _ in .null })
        }
        try first.finish()
        return PipeQuery.Answer(plan.columns, collected.rows)
    }
}

extension PipeQuery {
    /// What the query searches records for, beside its conditions on columns.
    var searches: [LogFilter] {
        var found: [LogFilter] = []
        for command in commands {
            for expression in command.expressions { expression.collectSearches(&found) }
        }
        return found
    }

    /// Columns that say whether a record is found by a search; nobody sees them.
    static func hiddenName(_ number: Int) -> String { "\u{0}\(number)" }

    static func isHidden(_ name: String) -> Bool { name.utf8.first == 0 }

    /// Fields that are read of records; open when the query takes whatever there is.
    var sourceColumns: (names: [String], isOpen: Bool) {
        var names = metadata
        var made: Set<String> = []
        guard hasRecords else { return ([], false) }
        func need(_ name: String) { if !made.contains(name), !names.contains(name) { names.append(name) } }
        for command in commands {
            if case .evaluate(let entries) = command {
                // Later expressions see earlier ones.
                for entry in entries {
                    for column in entry.expression.columns { need(column.name) }
                    made.insert(entry.name)
                }
                continue
            }
            for column in command.expressions.flatMap(\.columns) { need(column.name) }
            switch command {
            case .stats(_, _, isInline: false): return (names, false)
            case .stats(let aggregates, let groups, isInline: true): made.formUnion((aggregates + groups).map(\.name))
            case .expand(let column): need(column.pattern)
            case .keep(let patterns):
                guard patterns.allSatisfy({ !$0.pattern.contains("*") }) else {
                    need("@timestamp")
                    return (names, true)
                }
                for pattern in patterns { need(pattern.pattern) }
                return (names, false)
            case .rename(let pairs):
                for (from, to) in pairs {
                    need(from.pattern)
                    made.insert(to)
                }
            case .filter, .evaluate, .sort, .limit, .drop, .extract: continue
            }
        }
        need("@timestamp")
        return (names, true)
    }
}

extension PipeQuery.Answer {
    /// Columns get the type of the values that are there; of several types, one that takes them all.
    init(_ names: [String], _ rows: [[PipeValue]]) {
        var rows = rows
        columns = []
        for (place, name) in names.enumerated() {
            var types: Set<String> = []
            for row in rows { for value in row[place].values { types.insert(value.type) } }
            switch types.count {
            case 0: columns.append((name, "null"))
            case 1: columns.append((name, types.first ?? "null"))
            default:
                let areNumbers = types == ["long", "double"]
                columns.append((name, areNumbers ? "double" : "keyword"))
                for index in rows.indices {
                    rows[index][place] = rows[index][place].each { value in
                        if areNumbers { return value.number.map { .double($0) } ?? .null }
                        return value.string.map { .text($0) } ?? .null
                    }
                }
            }
        }
        self.rows = rows
    }
}

/// Makes rows of the records of one block.
struct PipeRowReader {
    private enum Source {
        case times([Int64])
        case identities([UInt64], DecodedColumn?)
        case found(RowBitmap)
        case same(PipeValue)
        case column(DecodedColumn, [PipeValue])
        case missing
    }

    private let sources: [Source]

    /// The last columns are those of `searches`.
    init(_ names: [String], _ searches: [CompiledFilter], _ view: LogBlockView) throws(LogQueryError) {
        var sources: [Source] = []
        for name in names.dropLast(searches.count) {
            if name == "@timestamp" {
                sources.append(.times(try view.timestamps()))
            } else if name == "_score" {
                // Records are found or not, and not ranked.
                sources.append(.same(.double(1)))
            } else if name == "_id" {
                sources.append(.identities(try view.sequences(), try view.column(name)))
            } else if let column = try view.column(name) {
                sources.append(.column(column, (0..<column.list.count).map { PipeValue(column.list[$0]) }))
            } else {
                sources.append(.missing)
            }
        }
        for search in searches { sources.append(.found(try search.rows(of: view))) }
        self.sources = sources
    }

    func row(_ row: Int) -> [PipeValue] {
        sources.map { source in
            switch source {
            case .times(let times): return .date(times[row])
            case .identities(let sequences, let column):
                if let column, let entry = column.entries(of: row).first { return PipeValue(column[entry]) }
                return .text(GeneratedIdentity.text(of: sequences[row]))
            case .column(let column, let values):
                let entries = column.entries(of: row)
                if entries.count == 1 { return values[column.place(of: entries.lowerBound)] }
                let all = entries.map { values[column.place(of: $0)] }.filter { $0 != .null }
                return all.isEmpty ? .null : (all.count == 1 ? all[0] : .several(all))
            case .found(let rows): return .bool(rows[row])
            case .same(let value): return value
            case .missing: return .null
            }
        }
    }
}
