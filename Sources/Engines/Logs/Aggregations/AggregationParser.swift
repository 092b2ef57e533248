internal import SignalModel

/// Reads aggregations as Elasticsearch defines them.
struct AggregationParser {
    /// Aggregations within aggregations.
    private static let depthMax = 20
    private static let countMax = 1000

    let query: LogQuery
    let context: LogQueryContext
    let budget: AggregationBudget
    let renderHit: HitRenderer
    private var depth = 0
    private var count = 0

    init(_ query: LogQuery, _ context: LogQueryContext, renderHit: @escaping HitRenderer) {
        self.query = query
        self.context = context
        self.renderHit = renderHit
        budget = AggregationBudget(memoryBytesMax: query.budget.memoryBytesMax)
    }

    mutating func level(_ definition: DocumentValue) throws(LogQueryError) -> AggregationLevel {
        guard case .object(let object) = definition else {
            throw LogQueryError(.malformed, "[aggs] must be an object of named aggregations")
        }
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.depthMax else {
            throw LogQueryError(.tooLarge, "aggregations are nested deeper than \(Self.depthMax)")
        }
        var level = AggregationLevel()
        for member in object.members { try add(member.name, member.value, to: &level) }
        return level
    }

    private mutating func add(
        _ name: String, _ definition: DocumentValue, to level: inout AggregationLevel
    ) throws(LogQueryError) {
        count += 1
        guard count <= Self.countMax else {
            throw LogQueryError(.tooLarge, "more than \(Self.countMax) aggregations")
        }
        guard case .object(let object) = definition else {
            throw LogQueryError(.malformed, "Aggregation definition for [\(name)] must be an object")
        }
        var type: DocumentObject.Member?
        var inner = AggregationLevel()
        var meta: DocumentValue?
        for member in object.members {
            switch member.name {
            case "aggs", "aggregations": inner = try self.level(member.value)
            case "meta": meta = member.value
            default:
                if let type {
                    throw LogQueryError(
                        .malformed,
                        "Found two aggregation type definitions in [\(name)]: [\(type.name)] and [\(member.name)]")
                }
                type = member
            }
        }
        guard let type else { throw LogQueryError(.malformed, "Missing definition for aggregation [\(name)]") }
        guard case .object(let body) = type.value else {
            throw LogQueryError(.malformed, "Expected [START_OBJECT] under [\(type.name)] in [\(name)]")
        }
        let parameters = AggregationParameters(name: name, type: type.name, object: body)
        if let pipeline = try SiblingPipeline(parameters) {
            level.siblings.append((name, pipeline))
        } else if let pipeline = try ParentPipeline(parameters) {
            level.parents.append((name, pipeline))
        } else {
            var aggregator = try metric(parameters)
            if aggregator == nil { aggregator = try bucket(parameters, inner) }
            guard let aggregator else { return }
            level.aggregators.append(.init(name: name, aggregator: aggregator, meta: meta))
        }
    }

    private func metric(_ parameters: AggregationParameters) throws(LogQueryError) -> Aggregator? {
        switch parameters.type {
        case "avg", "sum", "min", "max", "stats", "extended_stats": return try StatsAggregator(parameters, budget)
        case "value_count": return ValueCountAggregator(try parameters.field())
        case "cardinality": return try CardinalityAggregator(parameters, budget)
        case "percentiles", "percentile_ranks": return try PercentilesAggregator(parameters, budget)
        case "top_metrics": return try TopMetricsAggregator(parameters, budget)
        case "top_hits": return try TopHitsAggregator(parameters, query, budget, renderHit)
        case "rate": return try RateAggregator(parameters)
        default: return nil
        }
    }

    private func bucket(
        _ parameters: AggregationParameters, _ inner: AggregationLevel
    ) throws(LogQueryError) -> Aggregator {
        switch parameters.type {
        case "date_histogram": return try DateHistogramAggregator(parameters, inner, context, budget)
        case "histogram": return try HistogramAggregator(parameters, inner, budget)
        case "geohash_grid": return try GeohashGridAggregator(parameters, inner, budget)
        case "terms": return try TermsAggregator(parameters, inner, budget, query.budget)
        case "range": return try RangeAggregator(parameters, inner, budget)
        case "date_range": return try RangeAggregator(dates: parameters, inner, context, budget)
        case "global" where depth > 1:
            throw LogQueryError(
                .argument,
                "Aggregator [\(parameters.name)] of type [global] can only be defined as a top level aggregator")
        case "filters", "filter", "missing", "nested", "reverse_nested", "global", "sampler":
            return try FiltersAggregator(parameters, inner, query, context, budget)
        default:
            throw LogQueryError(
                .malformed, "Unknown aggregation type [\(parameters.type)] in [\(parameters.name)]")
        }
    }
}
