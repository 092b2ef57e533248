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
        var inner: RowSelection?
        if !level.isEmpty {
            inner = RowSelection()
            inner?.reserve(selection.rows.count)
        }
        let column: DecodedColumn? =
            field == "@timestamp"
            ? DecodedColumn(
                values: .plain(.integers(try view.timestamps().map { floorDivide($0, 1_000_000) })), rows: nil,
                entryCount: view.rowCount, rowCount: view.rowCount) : try view.column(field)
        var missingGroup: Int32 = -1
        if let missing { missingGroup = try values.numbers(of: Self.list(missing), isWanted: nil)[0] }
        // Fast path: a row has one value at most.
        if let column, column.arrayRows.isEmpty, missingGroup < 0 {
            try count(column, selection, &inner)
        } else {
            try countSeveral(column, selection, missingGroup, &inner)
        }
        if let inner { try level.collect(view, inner) }
    }

    private func count(
        _ column: DecodedColumn, _ selection: RowSelection, _ inner: inout RowSelection?
    ) throws(LogQueryError) {
        var places = column.ofRows((0..<column.list.count).map(Int32.init), none: -1)
        var isMeant = [Bool](repeating: false, count: column.list.count)
        for row in selection.rows where places[Int(row)] >= 0 { isMeant[Int(places[Int(row)])] = true }
        let groups = try groups(of: column.list, isMeant)
        for row in places.indices where places[row] >= 0 { places[row] = groups[Int(places[row])] }
        try buckets.count(selection, keys: places, into: &inner)
    }

    /// The groups of the values that are meant and wanted; below zero for the others.
    private func groups(of list: ValueList, _ isMeant: [Bool]) throws(LogQueryError) -> [Int32] {
        var isMeant = isMeant
        if !wanted.isEverything {
            for place in isMeant.indices where isMeant[place] { isMeant[place] = wanted.contains(list[place].text) }
        }
        return try values.numbers(of: list, isWanted: isMeant)
    }

    private func countSeveral(
        _ column: DecodedColumn?, _ selection: RowSelection, _ missingGroup: Int32, _ inner: inout RowSelection?
    ) throws(LogQueryError) {
        var groups: [Int32] = []
        if let column {
            var isMeant = [Bool](repeating: false, count: column.list.count)
            for row in selection.rows {
                for entry in column.entries(of: Int(row)) { isMeant[column.place(of: entry)] = true }
            }
            groups = try self.groups(of: column.list, isMeant)
        }
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
                    inner?.append(row, number)
                }
            }
            if !hasValue, missingGroup >= 0 {
                let number = try buckets.count(missingGroup, in: parent)
                inner?.append(row, number)
            }
        }
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
