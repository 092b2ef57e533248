internal import SignalModel

extension LogSnapshot {
    /// Runs an ES|QL query over the records of `query`, which has the filter of `pipes` in it.
    package func run(
        _ pipes: PipeQuery, _ query: LogQuery, extractors: PipeExtractor.Maker? = nil
    ) throws(LogQueryError) -> PipeQuery.Answer {
        let budget = AggregationBudget(memoryBytesMax: query.budget.memoryBytesMax)
        var sources = pipes.sourceColumns
        if sources.isOpen {
            for field in try fieldNames(query) where !sources.names.contains(field.name) {
                sources.names.append(field.name)
            }
            sources.names.sort()
        }
        let plan = try PipePlan(pipes, columns: sources.names, budget, query.cancellation, extractors)
        let collected = PipeCollectStage(budget)
        let first = plan.stages(to: collected)
        try visit(query) { view throws(LogQueryError) in
            let reader = try PipeRowReader(sources.names, view)
            for row in view.matching.rows { try first.take(reader.row(row)) }
        }
        try first.finish()
        return PipeQuery.Answer(plan.columns, collected.rows)
    }
}

extension PipeQuery {
    /// Fields that are read of records; open when the query takes whatever there is.
    var sourceColumns: (names: [String], isOpen: Bool) {
        var names: [String] = []
        var made: Set<String> = []
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
            case .stats: return (names, false)
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
            let types = Set(rows.map { $0[place].type }).subtracting(["null"])
            var type = types.count == 1 ? types.first ?? "null" : types.isEmpty ? "null" : "keyword"
            if types == ["long", "double"] {
                type = "double"
                for index in rows.indices {
                    if case .long(let value) = rows[index][place] { rows[index][place] = .double(Double(value)) }
                }
            } else if types.count > 1 {
                for index in rows.indices where rows[index][place] != .null {
                    rows[index][place] = rows[index][place].string.map { .text($0) } ?? .null
                }
            }
            columns.append((name, type))
        }
        self.rows = rows
    }
}

/// Makes rows of the records of one block.
struct PipeRowReader {
    private enum Source {
        case times([Int64])
        case identities([UInt64], DecodedColumn?)
        case column(DecodedColumn, [PipeValue])
        case missing
    }

    private let sources: [Source]

    init(_ names: [String], _ view: LogBlockView) throws(LogQueryError) {
        var sources: [Source] = []
        for name in names {
            if name == "@timestamp" {
                sources.append(.times(try view.timestamps()))
            } else if name == "_id" {
                sources.append(.identities(try view.sequences(), try view.column(name)))
            } else if let column = try view.column(name) {
                sources.append(.column(column, (0..<column.list.count).map { PipeValue(column.list[$0]) }))
            } else {
                sources.append(.missing)
            }
        }
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
            case .missing: return .null
            }
        }
    }
}
