internal import SignalModel

/// Records that pass a query, or one of several: `filter`, `filters`, `missing`; and those that only pass on what is
/// above them.
final class FiltersAggregator: Aggregator {
    private enum Shape {
        /// One bucket, which is the answer itself.
        case single
        case named([String])
        case numbered
    }

    private static let filtersMax = 1000

    private let shape: Shape
    private let filters: [CompiledFilter]
    /// What no filter takes.
    private let otherKey: String?
    private let level: AggregationLevel
    private let budget: AggregationBudget
    private var buckets: BucketNumbers<Int32>

    init(
        _ parameters: AggregationParameters, _ level: AggregationLevel, _ query: LogQuery,
        _ context: LogQueryContext, _ budget: AggregationBudget
    ) throws(LogQueryError) {
        var plain: [LogFilter] = []
        var shape = Shape.single
        var otherKey: String?
        switch parameters.type {
        case "filter": plain = [try QueryDSL.filter(.object(parameters.object), context)]
        case "missing": plain = [.not(.test(FieldSelector(name: try parameters.field()), .exists))]
        case "filters":
            switch parameters.object["filters"] {
            case .object(let named):
                try Self.check(named.count, parameters)
                shape = .named(named.members.map(\.name))
                for member in named.members { plain.append(try QueryDSL.filter(member.value, context)) }
            case .array(let elements):
                try Self.check(elements.count, parameters)
                shape = .numbered
                for element in elements { plain.append(try QueryDSL.filter(element, context)) }
            default: throw parameters.error("[filters] must be an object or an array of queries")
            }
            otherKey = try parameters.text("other_bucket_key")
            let hasOther = try parameters.flag("other_bucket")
            if otherKey == nil, hasOther { otherKey = "_other_" }
        // Fields are flat here: what is below a path is in the same record.
        default: plain = [.all]
        }
        self.shape = shape
        self.otherKey = otherKey
        let mask = FieldMask(query.access.maskedFields)
        var compiled: [CompiledFilter] = []
        for filter in plain { compiled.append(try CompiledFilter(filter, query.classes, mask)) }
        filters = compiled
        self.level = level
        self.budget = budget
        buckets = BucketNumbers(budget)
    }

    private static func check(_ count: Int, _ parameters: AggregationParameters) throws(LogQueryError) {
        guard count <= filtersMax else {
            throw LogQueryError(
                .tooLarge, "[filters] takes at most \(filtersMax) queries; [\(parameters.name)] has \(count)")
        }
    }

    override func collect(_ view: LogBlockView, _ selection: RowSelection) throws(LogQueryError) {
        var inner = RowSelection()
        var isTaken = otherKey == nil ? [] : [Bool](repeating: false, count: selection.rows.count)
        for (place, filter) in filters.enumerated() {
            let passing = try filter.rows(of: view)
            for index in selection.rows.indices where passing[Int(selection.rows[index])] {
                inner.append(
                    selection.rows[index], try buckets.count(Int32(place), in: selection.buckets[index]))
                if otherKey != nil { isTaken[index] = true }
            }
        }
        if otherKey != nil {
            for index in selection.rows.indices where !isTaken[index] {
                inner.append(
                    selection.rows[index], try buckets.count(Int32(filters.count), in: selection.buckets[index]))
            }
        }
        try level.collect(view, inner)
    }

    override func result(_ bucket: Int?, _ span: BucketSpan) throws(LogQueryError) -> DocumentValue {
        var found: [Int32: Int32] = [:]
        for number in buckets.of(bucket) { found[buckets.keys[Int(number)]] = number }
        func object(_ place: Int) throws(LogQueryError) -> DocumentObject {
            let number = found[Int32(place)]
            var object = DocumentObject([
                "doc_count": .integer(Int64(number.map { buckets.counts[Int($0)] } ?? 0))
            ])
            // Within one bucket the span above stays the same.
            try level.add(to: &object, number.map(Int.init), span)
            return object
        }
        if case .single = shape { return .object(try object(0)) }
        let count = filters.count + (otherKey == nil ? 0 : 1)
        try budget.answer(count)
        var answered: [DocumentObject] = []
        for place in 0..<count { answered.append(try object(place)) }
        try level.addParents(to: &answered)
        guard case .named(let names) = shape else { return BucketAnswer.object(answered, isKeyed: false) }
        var keyed = DocumentObject()
        for (place, bucket) in answered.enumerated() {
            keyed[place < names.count ? names[place] : otherKey ?? "_other_"] = .object(bucket)
        }
        return .members(["buckets": .object(keyed)])
    }
}
