internal import SignalModel

/// Records by the size of a number.
final class HistogramAggregator: Aggregator {
    private let field: String
    private let interval: Double
    private let offset: Double
    private let missing: Double?
    private let minDocCount: Int
    private let extended: (min: Double?, max: Double?)
    private let hard: (min: Double?, max: Double?)
    private let isKeyed: Bool
    private let orders: [BucketOrder]
    private let level: AggregationLevel
    private let budget: AggregationBudget
    /// Keys are counted in intervals.
    private var buckets: BucketNumbers<Int64>

    init(
        _ parameters: AggregationParameters, _ level: AggregationLevel, _ budget: AggregationBudget
    ) throws(LogQueryError) {
        field = try parameters.field()
        guard let interval = try parameters.number("interval"), interval > 0 else {
            throw parameters.error("[interval] must be >0 for histogram aggregation")
        }
        self.interval = interval
        offset = try parameters.number("offset") ?? 0
        missing = try parameters.number("missing")
        minDocCount = try parameters.integer("min_doc_count") ?? 0
        isKeyed = try parameters.flag("keyed")
        orders = try BucketOrder.list(parameters)
        func bounds(_ member: String) throws(LogQueryError) -> (min: Double?, max: Double?) {
            guard let object = parameters.inner(member) else { return (nil, nil) }
            let ends = AggregationParameters(name: parameters.name, type: parameters.type, object: object)
            return (try ends.number("min"), try ends.number("max"))
        }
        extended = try bounds("extended_bounds")
        hard = try bounds("hard_bounds")
        self.level = level
        self.budget = budget
        buckets = BucketNumbers(budget)
    }

    private func key(_ value: Double) -> Int64? {
        let key = ((value - offset) / interval).rounded(.down)
        return abs(key) < 9e15 ? Int64(key) : nil
    }

    override func collect(_ view: LogBlockView, _ selection: RowSelection) throws(LogQueryError) {
        let values = try FieldNumbers(field, missing: missing, view)
        var inner = RowSelection()
        var keys: [Int64] = []
        for (row, parent) in zip(selection.rows, selection.buckets) {
            keys.removeAll(keepingCapacity: true)
            values.each(row) { value in
                if let least = hard.min, value < least { return }
                if let most = hard.max, value > most { return }
                // Values of one record that share a bucket count once.
                if let key = key(value), !keys.contains(key) { keys.append(key) }
            }
            for key in keys { inner.append(row, try buckets.count(key, in: parent)) }
        }
        try level.collect(view, inner)
    }

    override func result(_ bucket: Int?, _ span: BucketSpan) throws(LogQueryError) -> DocumentValue {
        var found: [Int64: Int32] = [:]
        for number in buckets.of(bucket) { found[buckets.keys[Int(number)]] = number }
        var keys = found.keys.sorted()
        if minDocCount == 0 {
            var low = keys.first
            var high = keys.last
            if let least = extended.min.flatMap(key) { low = min(low ?? .max, least) }
            if let most = extended.max.flatMap(key) { high = max(high ?? .min, most) }
            if let low, let high, low <= high {
                guard high - low < AggregationBudget.bucketsMax else {
                    try budget.answer(AggregationBudget.bucketsMax + 1)
                    return .null
                }
                keys = Array(low...high)
            }
        } else {
            keys = keys.filter { found[$0].map { buckets.counts[Int($0)] >= minDocCount } ?? false }
        }
        try budget.answer(keys.count)
        var answered: [DocumentObject] = []
        for key in keys {
            let number = found[key]
            var object = DocumentObject([
                "key": .double(Double(key) * interval + offset),
                "doc_count": .integer(Int64(number.map { buckets.counts[Int($0)] } ?? 0)),
            ])
            try level.add(to: &object, number.map(Int.init), .none)
            answered.append(object)
        }
        try level.addParents(to: &answered)
        if !orders.isEmpty { answered = answered.sorted(by: orders) }
        return BucketAnswer.object(answered, isKeyed: isKeyed)
    }
}
