internal import Basics

/// An ES|QL query put together for the columns that records have.
struct PipePlan {
    private let query: PipeQuery
    private let evaluation: PipeEvaluation
    private let budget: AggregationBudget
    private let cancellation: LogCancellation
    private let extractors: PipeExtractor.Maker?
    private(set) var columns: [String]
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
        var commands = query.commands
        if case .limit = commands.last {} else { commands.append(.limit(PipeQuery.rowsAbsent)) }
        for (index, command) in commands.enumerated() {
            var following: Int?
            if index + 1 < commands.count, case .limit(let count) = commands[index + 1] {
                following = min(count, PipeQuery.rowsMax)
            }
            try add(command, followingLimit: following)
        }
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
            case .aggregate(let aggregate, _, _):
                throw LogQueryError(
                    .argument, "\(aggregate.rawValue.uppercased()) is an aggregate: it stands behind STATS only")
            default: return nil
            }
        }
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
            makers.append { next in
                PipeSortStage(sorted, limit: followingLimit, evaluation, budget, next: next)
            }
        case .evaluate(let named): try addEvaluation(named)
        case .stats(let aggregates, let groups): try addStats(aggregates, groups)
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
                project(order)
            }
        case .extract(let input, let extraction, let place):
            try addExtraction(try resolved(input), extraction, place)
        }
    }

    private mutating func project(_ order: [Int]) {
        columns = order.map { columns[$0] }
        let evaluation = evaluation
        makers.append { next in PipeProjectStage([], order: order, evaluation, next: next) }
    }

    private func slots(_ pattern: PipeCommand.Pattern) throws(LogQueryError) -> [Int] {
        let slots = columns.indices.filter { Wildcard.matches(columns[$0], pattern.pattern) }
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
        let (evaluation, cancellation, position) = (evaluation, cancellation, query.text.place(place))
        makers.append { next in
            PipeExtractStage(input, extractor, order: order, evaluation, cancellation, at: position, next: next)
        }
    }

    private mutating func addStats(
        _ named: [PipeCommand.Named], _ groups: [PipeCommand.Named]
    ) throws(LogQueryError) {
        var aggregates: [PipeStatsStage.Aggregate] = []
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
        columns = named.map(\.name) + groups.map(\.name)
        let (evaluation, budget) = (evaluation, budget)
        let (all, by, values) = (aggregates, keys, results)
        makers.append { next in
            PipeStatsStage(all, by: by, results: values, evaluation, budget, next: next)
        }
    }
}
