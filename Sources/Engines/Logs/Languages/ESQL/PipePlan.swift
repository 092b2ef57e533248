internal import Basics

/// An ES|QL query put together for the columns that records have.
struct PipePlan {
    private let query: PipeQuery
    private let evaluation: PipeEvaluation
    private let budget: AggregationBudget
    private let cancellation: LogCancellation
    private let extractors: PipeExtractor.Maker?
    private(set) var columns: [String]
    /// Columns that are no longer, or never were, those of records.
    private var made: Set<String> = []
    /// Rows are still records, or made of one.
    private var isOfRecords = true
    private var makers: [(PipeStage) -> PipeStage] = []

    init(
        _ query: PipeQuery, columns: [String], _ budget: AggregationBudget, _ cancellation: LogCancellation,
        _ extractors: PipeExtractor.Maker?
    ) throws(LogQueryError) {
        self.query = query
        self.columns = columns
        self.budget = budget
        self.cancellation = cancellation
        self.extractors = extractors
        evaluation = PipeEvaluation(context: query.context)
        isOfRecords = query.hasRecords
        var commands = query.commands
        if case .limit = commands.last {} else { commands.append(.limit(PipeQuery.rowsAbsent)) }
        for (index, command) in commands.enumerated() {
            var following: Int?
            if index + 1 < commands.count, case .limit(let count) = commands[index + 1] {
                following = min(count, PipeQuery.rowsMax)
            }
            try add(command, followingLimit: following)
        }
        let seen = self.columns.indices.filter { !PipeQuery.isHidden(self.columns[$0]) }
        if seen.count < self.columns.count { project(seen, keepsHidden: false) }
    }

    /// The first stage, which leads to `last`.
    func stages(to last: PipeStage) -> PipeStage {
        var stage = last
        for maker in makers.reversed() { stage = maker(stage) }
        return stage
    }

    private func resolved(_ expression: PipeExpression) throws(LogQueryError) -> PipeExpression {
        let columns = columns
        return try expression.replacing { part throws(LogQueryError) in
            switch part {
            case .column(let name, let place):
                guard let slot = columns.firstIndex(of: name) else {
                    throw query.text.error("Unknown column [\(name)]", at: place)
                }
                return .slot(slot)
            case .found(let filter, let field, let place):
                return .slot(try slot(of: filter, field, at: place))
            case .aggregate(let aggregate, _, _):
                throw LogQueryError(
                    .argument, "\(aggregate.rawValue.uppercased()) is an aggregate: it stands behind STATS only")
            default: return nil
            }
        }
    }

    /// Where rows say whether their record is found by a search.
    private func slot(of filter: LogFilter, _ field: String?, at place: Int) throws(LogQueryError) -> Int {
        guard isOfRecords else {
            throw query.text.error(
                "searching stands before STATS and behind FROM: there are no records here", at: place)
        }
        if let field, made.contains(field) {
            throw query.text.error("[\(field)] is no field of the records: fields alone are searched", at: place)
        }
        guard let number = query.searches.firstIndex(of: filter),
            let slot = columns.firstIndex(of: PipeQuery.hiddenName(number))
        else { throw query.text.error("searching is not possible here", at: place) }
        return slot
    }

    private mutating func add(_ command: PipeCommand, followingLimit: Int?) throws(LogQueryError) {
        let (evaluation, budget) = (evaluation, budget)
        switch command {
        case .filter(let expression):
            let condition = try resolved(expression)
            makers.append { next in PipeFilterStage(condition, evaluation, next: next) }
        case .limit(let count):
            let limit = min(count, PipeQuery.rowsMax)
            makers.append { next in PipeLimitStage(limit, next: next) }
        case .sort(let orders):
            var compiled: [PipeCommand.Order] = []
            for var order in orders {
                order.expression = try resolved(order.expression)
                compiled.append(order)
            }
            let sorted = compiled
            var isByTime = false
            if isOfRecords, !made.contains("@timestamp"), sorted[0].isDescending,
                case .slot(let slot) = sorted[0].expression
            {
                isByTime = columns[slot] == "@timestamp"
            }
            makers.append { next in
                PipeSortStage(sorted, limit: followingLimit, isByTime: isByTime, evaluation, budget, next: next)
            }
        case .evaluate(let named): try addEvaluation(named)
        case .stats(let aggregates, let groups, let isInline): try addStats(aggregates, groups, isInline)
        case .keep(let patterns):
            var order: [Int] = []
            for pattern in patterns {
                for slot in try slots(pattern) where !order.contains(slot) { order.append(slot) }
            }
            project(order)
        case .drop(let patterns):
            var dropped: Set<Int> = []
            for pattern in patterns { dropped.formUnion(try slots(pattern)) }
            project(columns.indices.filter { !dropped.contains($0) })
        case .rename(let pairs):
            for (from, to) in pairs {
                guard let slot = columns.firstIndex(of: from.pattern) else {
                    throw query.text.error("Unknown column [\(from.pattern)]", at: from.at)
                }
                let order = columns.indices.filter { $0 == slot || columns[$0] != to }
                columns[slot] = to
                made.formUnion([from.pattern, to])
                project(order)
            }
        case .expand(let column):
            guard let slot = columns.firstIndex(of: column.pattern) else {
                throw query.text.error("Unknown column [\(column.pattern)]", at: column.at)
            }
            made.insert(column.pattern)
            makers.append { next in PipeExpandStage(slot, next: next) }
        case .extract(let input, let extraction, let place):
            try addExtraction(try resolved(input), extraction, place)
        }
    }

    private mutating func project(_ chosen: [Int], keepsHidden: Bool = true) {
        let hidden = columns.indices.filter { PipeQuery.isHidden(columns[$0]) && !chosen.contains($0) }
        let order = chosen + (keepsHidden ? hidden : [])
        columns = order.map { columns[$0] }
        let evaluation = evaluation
        makers.append { next in PipeProjectStage([], order: order, evaluation, next: next) }
    }

    private func slots(_ pattern: PipeCommand.Pattern) throws(LogQueryError) -> [Int] {
        let slots = columns.indices.filter {
            !PipeQuery.isHidden(columns[$0]) && Wildcard.matches(columns[$0], pattern.pattern)
        }
        guard !slots.isEmpty else { throw query.text.error("Unknown column [\(pattern.pattern)]", at: pattern.at) }
        return slots
    }

    private mutating func addEvaluation(_ named: [PipeCommand.Named]) throws(LogQueryError) {
        var appended: [PipeExpression] = []
        let before = columns.count
        var order = Array(columns.indices)
        for (place, entry) in named.enumerated() {
            appended.append(try resolved(entry.expression))
            // The new column takes the place of one of its name, and stands last.
            order.removeAll { columns[$0] == entry.name }
            order.append(before + place)
            if let old = columns.firstIndex(of: entry.name) { columns[old] = "\u{0}" }
            columns.append(entry.name)
            made.insert(entry.name)
        }
        columns = order.map { columns[$0] }
        let evaluation = evaluation
        let (expressions, places) = (appended, order)
        makers.append { next in
            PipeProjectStage(expressions, order: places, evaluation, next: next)
        }
    }

    private mutating func addExtraction(
        _ input: PipeExpression, _ extraction: PipeExtraction, _ place: Int
    ) throws(LogQueryError) {
        guard let extractors else { throw query.text.error("DISSECT and GROK are not available here", at: place) }
        let extractor: PipeExtractor
        do { extractor = try extractors(extraction) } catch { throw query.text.error("\(error)", at: place) }
        let names = extractor.columns
        let before = columns.count
        // A new column takes the place of one of its name, and stands last.
        let order = columns.indices.filter { !names.contains(columns[$0]) } + names.indices.map { before + $0 }
        columns = order.map { $0 < before ? columns[$0] : names[$0 - before] }
        made.formUnion(names)
        let (evaluation, cancellation, position) = (evaluation, cancellation, query.text.place(place))
        makers.append { next in
            PipeExtractStage(input, extractor, order: order, evaluation, cancellation, at: position, next: next)
        }
    }

    private mutating func addStats(
        _ named: [PipeCommand.Named], _ groups: [PipeCommand.Named], _ isInline: Bool
    ) throws(LogQueryError) {
        var aggregates: [PipeGroups.Aggregate] = []
        var results: [PipeExpression] = []
        for entry in named {
            results.append(
                try entry.expression.replacing { part throws(LogQueryError) in
                    guard case .aggregate(let kind, let arguments, let filter) = part else { return nil }
                    var compiled: [PipeExpression] = []
                    for argument in arguments { compiled.append(try resolved(argument)) }
                    var condition: PipeExpression?
                    if let filter { condition = try resolved(filter) }
                    aggregates.append(.init(kind: kind, arguments: compiled, filter: condition))
                    return .slot(aggregates.count - 1)
                })
        }
        var keys: [PipeExpression] = []
        for group in groups { keys.append(try resolved(group.expression)) }
        let collected = PipeGroups(aggregates, by: keys, results: results, evaluation, budget)
        let names = named.map(\.name) + groups.map(\.name)
        // Of columns of one name the last one stays.
        let last = names.indices.filter { !names[($0 + 1)...].contains(names[$0]) }
        if isInline {
            let before = columns.count
            let order = columns.indices.filter { !names.contains(columns[$0]) } + last.map { before + $0 }
            columns = order.map { $0 < before ? columns[$0] : names[$0 - before] }
            made.formUnion(names)
            let budget = budget
            makers.append { next in PipeInlineStatsStage(collected, order: order, budget, next: next) }
            return
        }
        columns = names
        isOfRecords = false
        makers.append { next in PipeStatsStage(collected, next: next) }
        if last.count < names.count { project(last) }
    }
}
