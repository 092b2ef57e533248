internal import Basics
internal import SignalModel

/// Records over time.
final class DateHistogramAggregator: Aggregator {
    private let field: String
    private let interval: DateInterval
    private let zone: ZoneRules
    private let format: DateFormat
    private let missing: Int64?
    private let minDocCount: Int
    private let extended: ClosedRange<Int64>?
    private let hard: ClosedRange<Int64>?
    private let isKeyed: Bool
    private let orders: [BucketOrder]
    private let level: AggregationLevel
    private let budget: AggregationBudget
    private var buckets: BucketNumbers<Int64>

    init(
        _ parameters: AggregationParameters, _ level: AggregationLevel, _ context: LogQueryContext,
        _ budget: AggregationBudget
    ) throws(LogQueryError) {
        field = try parameters.field()
        var zone = ZoneRules.utc
        if let name = try parameters.text("time_zone") { zone = try context.zone(named: name) }
        self.zone = zone
        interval = try DateInterval(parameters, zone)
        let formats = try DateFormat.list(try parameters.text("format"))
        format = formats[0]
        let dates = DateMath(context, zone: zone)
        missing = try parameters.text("missing").map { text throws(LogQueryError) in
            try dates.resolve(text, roundingUp: false)
        }
        minDocCount = try parameters.integer("min_doc_count") ?? 0
        isKeyed = try parameters.flag("keyed")
        orders = try BucketOrder.list(parameters)
        func bounds(_ member: String) throws(LogQueryError) -> ClosedRange<Int64>? {
            guard let object = parameters.inner(member) else { return nil }
            func end(_ name: String) throws(LogQueryError) -> Int64? {
                guard let value = object[name], value != .null else { return nil }
                let text = try QueryParameters.constant(value, parameters.type).text
                return try dates.resolve(text, roundingUp: false, formats: formats + DateFormat.standard)
            }
            let low = try end("min") ?? .min
            let high = try end("max") ?? .max
            guard low <= high else {
                throw parameters.error("[\(member).min] cannot be greater than [\(member).max]")
            }
            return low...high
        }
        extended = try bounds("extended_bounds")
        hard = try bounds("hard_bounds")
        self.level = level
        self.budget = budget
        buckets = BucketNumbers(budget)
    }

    override func collect(_ view: LogBlockView, _ selection: RowSelection) throws(LogQueryError) {
        let times = try FieldTimes(field, missing: missing, view)
        var inner = RowSelection()
        if !level.isEmpty { inner.reserve(selection.rows.count) }
        var start = Int64.max
        var end = Int64.min
        for (row, parent) in zip(selection.rows, selection.buckets) {
            try times.each(row) { time throws(LogQueryError) in
                if let hard, !hard.contains(time) { return }
                // Fast path: records come in the order of time.
                if time < start || time >= end {
                    start = interval.start(time)
                    end = interval.next(start)
                }
                let number = try buckets.count(start, in: parent)
                if !level.isEmpty { inner.append(row, number) }
            }
        }
        try level.collect(view, inner)
    }

    override func result(_ bucket: Int?, _ span: BucketSpan) throws(LogQueryError) -> DocumentValue {
        var found = buckets.of(bucket).map { (key: buckets.keys[Int($0)], number: $0) }
        found.sort { $0.key < $1.key }
        var keys: [(key: Int64, number: Int32?)] = []
        if minDocCount == 0 {
            var low = found.first?.key
            var high = found.last?.key
            if let extended {
                if extended.lowerBound > .min { low = min(low ?? .max, interval.start(extended.lowerBound)) }
                if extended.upperBound < .max { high = max(high ?? .min, interval.start(extended.upperBound)) }
            }
            if let low, let high {
                var next = low
                var place = 0
                while next <= high {
                    if place < found.count, found[place].key <= next {
                        next = found[place].key
                        keys.append((next, found[place].number))
                        place += 1
                    } else {
                        keys.append((next, nil))
                    }
                    try budget.answer(1)
                    next = interval.next(next)
                }
            }
        } else {
            keys = found.filter { buckets.counts[Int($0.number)] >= minDocCount }.map { ($0.key, $0.number) }
            try budget.answer(keys.count)
        }
        var answered: [DocumentObject] = []
        answered.reserveCapacity(keys.count)
        for (key, number) in keys {
            var object = DocumentObject([
                "key_as_string": .string(format.text(key, zone: zone)), "key": .integer(floorDivide(key, 1_000_000)),
                "doc_count": .integer(Int64(number.map { buckets.counts[Int($0)] } ?? 0)),
            ])
            let span = BucketSpan(times: key..<interval.next(key))
            try level.add(to: &object, number.map(Int.init), span)
            answered.append(object)
        }
        try level.addParents(to: &answered)
        if !orders.isEmpty { answered = answered.sorted(by: orders) }
        return BucketAnswer.object(answered, isKeyed: isKeyed)
    }
}

/// Buckets as an array, or as an object by their names.
enum BucketAnswer {
    static func object(_ buckets: [DocumentObject], isKeyed: Bool) -> DocumentValue {
        guard isKeyed else { return .members(["buckets": .array(buckets.map { .object($0) })]) }
        var object = DocumentObject()
        for bucket in buckets {
            let name: String =
                switch bucket["key_as_string"] ?? bucket["key"] {
                case .string(let text): text
                case .integer(let number): String(number)
                case .double(let number): number.description
                default: ""
                }
            object[name] = .object(bucket)
        }
        return .members(["buckets": .object(object)])
    }
}
