internal import Basics
internal import SignalModel

/// Records by ranges of a number, or of a time, that are given. Ranges may overlap; a record counts in each.
final class RangeAggregator: Aggregator {
    private struct Range {
        var key: String
        var from: Double?
        var to: Double?
        /// Of times, as they are written.
        var fromText: String?
        var toText: String?
    }

    private let field: String
    private let missing: Double?
    private let isKeyed: Bool
    private let isDates: Bool
    private let ranges: [Range]
    private let level: AggregationLevel
    private let budget: AggregationBudget
    private var buckets: BucketNumbers<Int32>

    init(
        _ parameters: AggregationParameters, _ level: AggregationLevel, _ budget: AggregationBudget
    ) throws(LogQueryError) {
        field = try parameters.field()
        missing = try parameters.number("missing")
        isKeyed = try parameters.flag("keyed")
        isDates = false
        var ranges: [Range] = []
        for element in parameters.elements("ranges") ?? [] {
            guard case .object(let object) = element else { throw parameters.error("[ranges] are objects") }
            let ends = AggregationParameters(name: parameters.name, type: parameters.type, object: object)
            let from = try ends.number("from")
            let to = try ends.number("to")
            let key = try ends.text("key") ?? "\(from?.description ?? "*")-\(to?.description ?? "*")"
            ranges.append(Range(key: key, from: from, to: to))
        }
        guard !ranges.isEmpty else {
            throw parameters.error("No [ranges] specified for the [\(parameters.name)] aggregation")
        }
        self.ranges = ranges
        self.level = level
        self.budget = budget
        buckets = BucketNumbers(budget)
    }

    init(
        dates parameters: AggregationParameters, _ level: AggregationLevel, _ context: LogQueryContext,
        _ budget: AggregationBudget
    ) throws(LogQueryError) {
        field = try parameters.field()
        missing = nil
        isKeyed = try parameters.flag("keyed")
        isDates = true
        var zone = ZoneRules.utc
        if let name = try parameters.text("time_zone") { zone = try context.zone(named: name) }
        let formats = try DateFormat.list(try parameters.text("format"))
        let dates = DateMath(context, zone: zone)
        var ranges: [Range] = []
        for element in parameters.elements("ranges") ?? [] {
            guard case .object(let object) = element else { throw parameters.error("[ranges] are objects") }
            let ends = AggregationParameters(name: parameters.name, type: parameters.type, object: object)
            func end(_ name: String) throws(LogQueryError) -> Int64? {
                try ends.text(name).map { text throws(LogQueryError) in
                    try dates.resolve(text, roundingUp: false, formats: formats + DateFormat.standard)
                }
            }
            let from = try end("from")
            let to = try end("to")
            let fromText = from.map { formats[0].text($0, zone: zone) }
            let toText = to.map { formats[0].text($0, zone: zone) }
            ranges.append(
                Range(
                    key: try ends.text("key") ?? "\(fromText ?? "*")-\(toText ?? "*")",
                    from: from.map { Double($0) / 1e6 }, to: to.map { Double($0) / 1e6 }, fromText: fromText,
                    toText: toText))
        }
        guard !ranges.isEmpty else {
            throw parameters.error("No [ranges] specified for the [\(parameters.name)] aggregation")
        }
        self.ranges = ranges
        self.level = level
        self.budget = budget
        buckets = BucketNumbers(budget)
    }

    override func collect(_ view: LogBlockView, _ selection: RowSelection) throws(LogQueryError) {
        var inner = RowSelection()
        var values: [Double] = []
        let numbers = isDates ? nil : try FieldNumbers(field, missing: missing, view)
        let times = isDates ? try FieldTimes(field, view) : nil
        for (row, parent) in zip(selection.rows, selection.buckets) {
            values.removeAll(keepingCapacity: true)
            numbers?.each(row) { values.append($0) }
            try times?.each(row) { time throws(LogQueryError) in values.append(Double(time) / 1e6) }
            for (place, range) in ranges.enumerated()
            where values.contains(where: { $0 >= range.from ?? -.infinity && $0 < range.to ?? .infinity }) {
                inner.append(row, try buckets.count(Int32(place), in: parent))
            }
        }
        try level.collect(view, inner)
    }

    override func result(_ bucket: Int?, _ span: BucketSpan) throws(LogQueryError) -> DocumentValue {
        var found: [Int32: Int32] = [:]
        for number in buckets.of(bucket) { found[buckets.keys[Int(number)]] = number }
        try budget.answer(ranges.count)
        var answered: [DocumentObject] = []
        let order = ranges.indices.sorted {
            (ranges[$0].from ?? -.infinity, ranges[$0].to ?? .infinity)
                < (ranges[$1].from ?? -.infinity, ranges[$1].to ?? .infinity)
        }
        for place in order {
            let range = ranges[place]
            let number = found[Int32(place)]
            var object = DocumentObject(["key": .string(range.key)])
            if let from = range.from {
                object["from"] = .double(from)
                if let text = range.fromText { object["from_as_string"] = .string(text) }
            }
            if let to = range.to {
                object["to"] = .double(to)
                if let text = range.toText { object["to_as_string"] = .string(text) }
            }
            object["doc_count"] = .integer(Int64(number.map { buckets.counts[Int($0)] } ?? 0))
            try level.add(to: &object, number.map(Int.init), .none)
            answered.append(object)
        }
        try level.addParents(to: &answered)
        return isKeyed ? Self.keyed(answered) : BucketAnswer.object(answered, isKeyed: false)
    }

    private static func keyed(_ buckets: [DocumentObject]) -> DocumentValue {
        var object = DocumentObject()
        for var bucket in buckets {
            guard case .string(let key) = bucket["key"] else { continue }
            bucket["key"] = nil
            object[key] = .object(bucket)
        }
        return .members(["buckets": .object(object)])
    }
}
