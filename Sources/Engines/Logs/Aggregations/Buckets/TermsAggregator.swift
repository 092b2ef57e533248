internal import Basics
internal import SignalModel

/// Records by the values of a field: exact, however many there are within the memory a query may take.
final class TermsAggregator: Aggregator {
    private static let sizeMax = AggregationBudget.bucketsMax

    private let field: String
    private let size: Int
    private let minDocCount: Int
    private let orders: [BucketOrder]
    private let missing: FieldValue?
    private let wanted: TermChoice
    private let level: AggregationLevel
    private let budget: AggregationBudget
    private var values: ValueGroups
    private var buckets: BucketNumbers<Int32>

    init(
        _ parameters: AggregationParameters, _ level: AggregationLevel, _ budget: AggregationBudget,
        _ limits: LogBudget
    ) throws(LogQueryError) {
        field = try parameters.field()
        let size = try parameters.integer("size") ?? 10
        guard size >= 0 else { throw parameters.error("[size] must be greater than 0. Found [\(size)]") }
        self.size = size == 0 ? Self.sizeMax : min(size, Self.sizeMax)
        minDocCount = max(1, try parameters.integer("min_doc_count") ?? 1)
        let orders = try BucketOrder.list(parameters)
        self.orders = orders.isEmpty ? [BucketOrder(key: .count, isDescending: true)] : orders
        missing = try parameters.object["missing"].flatMap { value throws(LogQueryError) -> FieldValue? in
            switch try QueryParameters.constant(value, parameters.type) {
            case .bool(let value): .bool(value)
            case .integer(let value): .integer(value)
            case .double(let value): .double(value)
            case .string(let value): .string(value)
            case .time: nil
            }
        }
        wanted = try TermChoice(parameters)
        self.level = level
        self.budget = budget
        values = ValueGroups(limits)
        buckets = BucketNumbers(budget)
    }

    override func collect(_ view: LogBlockView, _ selection: RowSelection) throws(LogQueryError) {
        var inner = RowSelection()
        inner.reserve(level.isEmpty ? 0 : selection.rows.count)
        let column: DecodedColumn? =
            field == "@timestamp"
            ? DecodedColumn(
                values: .plain(.integers(try view.timestamps().map { floorDivide($0, 1_000_000) })), rows: nil,
                entryCount: view.rowCount, rowCount: view.rowCount) : try view.column(field)
        var groups: [Int32] = []
        if let column {
            var isWanted = [Bool](repeating: false, count: column.list.count)
            for row in selection.rows {
                for entry in column.entries(of: Int(row)) { isWanted[column.place(of: entry)] = true }
            }
            if !wanted.isEverything {
                for place in isWanted.indices where isWanted[place] {
                    isWanted[place] = wanted.contains(column.list[place].text)
                }
            }
            groups = try values.numbers(of: column.list, isWanted: isWanted)
        }
        var missingGroup: Int32 = -1
        if let missing { missingGroup = try values.numbers(of: Self.list(missing), isWanted: nil)[0] }
        for (row, parent) in zip(selection.rows, selection.buckets) {
            var hasValue = false
            if let column {
                let entries = column.entries(of: Int(row))
                for entry in entries {
                    let place = column.place(of: entry)
                    if column.list.kind(place) != .null { hasValue = true }
                    let group = groups[place]
                    guard group >= 0 else { continue }
                    // A value that stands twice in one record counts once.
                    if entries.count > 1,
                        (entries.lowerBound..<entry).contains(where: { groups[column.place(of: $0)] == group })
                    {
                        continue
                    }
                    let number = try buckets.count(group, in: parent)
                    if !level.isEmpty { inner.append(row, number) }
                }
            }
            if !hasValue, missingGroup >= 0 {
                let number = try buckets.count(missingGroup, in: parent)
                if !level.isEmpty { inner.append(row, number) }
            }
        }
        try level.collect(view, inner)
    }

    private static func list(_ value: FieldValue) -> ValueList {
        switch value {
        case .integer(let number): return .integers([number])
        case .double(let number): return .doubles([number])
        case .null, .bool, .string:
            var strings = PackedStrings()
            strings.append(value.text)
            return .mixed(strings, kinds: [value.kind])
        }
    }

    override func result(_ bucket: Int?, _ span: BucketSpan) throws(LogQueryError) -> DocumentValue {
        var candidates = buckets.of(bucket).filter { buckets.counts[Int($0)] >= minDocCount }
        let total = buckets.of(bucket).reduce(0) { $0 + buckets.counts[Int($1)] }
        // Fast path: when counts or keys decide, answers are put together for those that remain only.
        let needsMetrics = orders.contains { if case .metric = $0.key { true } else { false } }
        if !needsMetrics {
            candidates.sort(by: precedes)
            candidates = Array(candidates.prefix(size))
        }
        var answered: [DocumentObject] = []
        answered.reserveCapacity(candidates.count)
        for number in candidates {
            var object = DocumentObject()
            put(values.value(Int(buckets.keys[Int(number)])) ?? .null, into: &object)
            object["doc_count"] = .integer(Int64(buckets.counts[Int(number)]))
            try level.add(to: &object, Int(number), .none)
            answered.append(object)
        }
        if needsMetrics {
            answered = Array(
                answered.sorted(by: orders + [BucketOrder(key: .key, isDescending: false)]).prefix(size))
        }
        try budget.answer(answered.count)
        try level.addParents(to: &answered)
        let shown = answered.reduce(0) { $0 + Int(BucketPath.number($1["doc_count"]) ?? 0) }
        return .members([
            "doc_count_error_upper_bound": .integer(0), "sum_other_doc_count": .integer(Int64(total - shown)),
            "buckets": .array(answered.map { .object($0) }),
        ])
    }

    private func precedes(_ left: Int32, _ right: Int32) -> Bool {
        for order in orders {
            switch order.key {
            case .count:
                let (first, second) = (buckets.counts[Int(left)], buckets.counts[Int(right)])
                if first != second { return order.isDescending ? first > second : first < second }
            case .key:
                if let isBefore = keyPrecedes(left, right) { return order.isDescending ? !isBefore : isBefore }
            case .metric: continue
            }
        }
        return keyPrecedes(left, right) ?? (left < right)
    }

    /// Numbers by size, before texts by their order; nil when the two are equal.
    private func keyPrecedes(_ left: Int32, _ right: Int32) -> Bool? {
        let first = values.value(Int(buckets.keys[Int(left)])) ?? .null
        let second = values.value(Int(buckets.keys[Int(right)])) ?? .null
        switch (first.number, second.number) {
        case (let first?, let second?): return first == second ? nil : first < second
        case (_?, nil): return true
        case (nil, _?): return false
        case (nil, nil): return first.text == second.text ? nil : first.text < second.text
        }
    }

    private func put(_ value: FieldValue, into object: inout DocumentObject) {
        if field == "@timestamp", case .integer(let milliseconds) = value {
            object["key"] = .integer(milliseconds)
            object["key_as_string"] = .string(
                DateWriter.iso(milliseconds * 1_000_000, zone: .utc, withNanoseconds: false))
        } else if case .bool(let flag) = value {
            object["key"] = .integer(flag ? 1 : 0)
            object["key_as_string"] = .string(flag ? "true" : "false")
        } else {
            object["key"] = DocumentValue(value)
        }
    }
}

extension FieldValue {
    /// Of numbers alone.
    fileprivate var number: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .double(let value): value
        case .null, .bool, .string: nil
        }
    }
}

/// Which values `include` and `exclude` leave.
struct TermChoice {
    private enum Set {
        case values(Swift.Set<String>)
        case expression(RegularExpression)

        func contains(_ text: String) -> Bool {
            switch self {
            case .values(let values): values.contains(text)
            case .expression(let expression): expression.matchesWhole(text)
            }
        }
    }

    private let include: Set?
    private let exclude: Set?

    var isEverything: Bool { include == nil && exclude == nil }

    init(_ parameters: AggregationParameters) throws(LogQueryError) {
        func set(_ member: String) throws(LogQueryError) -> Set? {
            switch parameters.object[member] {
            case nil, .null: return nil
            case .string(let source):
                do { return .expression(try RegularExpression(try LuceneExpression.translated(source))) } catch {
                    throw parameters.error("[\(member)]: \(error)")
                }
            case .array(let elements):
                var values: Swift.Set<String> = []
                for element in elements { values.insert(try QueryParameters.constant(element, parameters.type).text) }
                return .values(values)
            default: throw parameters.error("[\(member)] must be a regular expression or an array of values")
            }
        }
        include = try set("include")
        exclude = try set("exclude")
    }

    func contains(_ text: String) -> Bool { include?.contains(text) ?? true && !(exclude?.contains(text) ?? false) }
}
