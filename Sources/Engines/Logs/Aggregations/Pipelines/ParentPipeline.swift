internal import SignalModel

/// Computed bucket by bucket, in their order, from numbers within them: `derivative`, `moving_fn` and their kin.
struct ParentPipeline {
    private enum Kind {
        case derivative(unitNanoseconds: Int64?)
        case cumulativeSum
        case serialDifference(lag: Int)
        case moving(MovingFunction)
        case script(ArithmeticExpression, [(name: String, path: BucketPath)])
        case selector(ArithmeticExpression, [(name: String, path: BucketPath)])
        case sort([BucketOrder], from: Int, size: Int?)
    }

    private let kind: Kind
    private let path: BucketPath?
    private let insertsZeros: Bool

    /// Nil when the parameters are those of another kind.
    init?(_ parameters: AggregationParameters) throws(LogQueryError) {
        var needsPath = true
        switch parameters.type {
        case "derivative":
            kind = .derivative(
                unitNanoseconds: try parameters.text("unit").map { text throws(LogQueryError) in
                    if let seconds = CalendarUnit(name: text)?.seconds { return seconds * ZonedCalendar.second }
                    return try DateInterval.nanoseconds(text)
                })
        case "cumulative_sum": kind = .cumulativeSum
        case "serial_diff":
            let lag = try parameters.integer("lag") ?? 1
            guard lag > 0 else { throw parameters.error("[lag] must be a positive, non-zero integer") }
            kind = .serialDifference(lag: lag)
        case "moving_fn", "moving_avg": kind = .moving(try MovingFunction(parameters))
        case "bucket_script", "bucket_selector":
            needsPath = false
            let variables = try Self.variables(parameters)
            let script = try ArithmeticExpression(try Self.script(parameters), names: variables.map(\.name))
            kind = parameters.type == "bucket_script" ? .script(script, variables) : .selector(script, variables)
        case "bucket_sort":
            needsPath = false
            var orders: [BucketOrder] = []
            for order in try SortOrder.list(parameters.object["sort"]) {
                let key: BucketOrder.Key =
                    order.field == "_key"
                    ? .key : (order.field == "_count" ? .count : .metric(BucketPath(order.field)))
                orders.append(BucketOrder(key: key, isDescending: order.isDescending))
            }
            kind = .sort(
                orders, from: max(0, try parameters.integer("from") ?? 0), size: try parameters.integer("size"))
        default: return nil
        }
        insertsZeros = try parameters.text("gap_policy") == "insert_zeros"
        guard needsPath else {
            path = nil
            return
        }
        guard let value = parameters.elements("buckets_path")?.first else {
            throw parameters.error("[buckets_path] is missing")
        }
        path = BucketPath(try QueryParameters.constant(value, parameters.type).text)
    }

    private static func variables(
        _ parameters: AggregationParameters
    ) throws(LogQueryError) -> [(name: String, path: BucketPath)] {
        switch parameters.object["buckets_path"] {
        case .string(let path): return [("_value", BucketPath(path))]
        case .array(let elements):
            var variables: [(name: String, path: BucketPath)] = []
            for (place, element) in elements.enumerated() {
                variables.append(
                    ("_value\(place)", BucketPath(try QueryParameters.constant(element, parameters.type).text)))
            }
            return variables
        case .object(let object):
            var variables: [(name: String, path: BucketPath)] = []
            for member in object.members {
                variables.append(
                    (member.name, BucketPath(try QueryParameters.constant(member.value, parameters.type).text)))
            }
            return variables
        default: throw parameters.error("[buckets_path] is missing")
        }
    }

    /// `"params.a / 2"` or `{"source": …}`.
    static func script(_ parameters: AggregationParameters) throws(LogQueryError) -> String {
        switch parameters.object["script"] {
        case .string(let source): return source
        case .object(let object):
            if case .string(let source) = object["source"] ?? object["inline"] { return source }
            throw parameters.error("[script] must be given as its source")
        default: throw parameters.error("[script] is missing")
        }
    }

    func apply(_ name: String, _ buckets: inout [DocumentObject]) throws(LogQueryError) {
        switch kind {
        case .script(let script, let variables):
            for index in buckets.indices {
                guard let values = values(of: variables, in: buckets[index]) else { continue }
                let value = script.value(values)
                buckets[index][name] = .members(["value": value.isFinite ? .double(value) : .null])
            }
        case .selector(let script, let variables):
            buckets = buckets.filter { bucket in
                values(of: variables, in: bucket).map { script.value($0) != 0 } ?? false
            }
        case .sort(let orders, let from, let size):
            let sorted = orders.isEmpty ? buckets : buckets.sorted(by: orders)
            buckets = Array(sorted.dropFirst(from).prefix(size ?? sorted.count))
        default: try applySeries(name, &buckets)
        }
    }

    private func values(of variables: [(name: String, path: BucketPath)], in bucket: DocumentObject) -> [Double]? {
        var values: [Double] = []
        for (_, path) in variables {
            let isGap = BucketPath.number(bucket["doc_count"]) == 0 && path.text != "_count"
            if let number = path.number(in: bucket), number.isFinite, !isGap {
                values.append(number)
            } else if insertsZeros {
                values.append(0)
            } else {
                return nil
            }
        }
        return values
    }

    private func applySeries(_ name: String, _ buckets: inout [DocumentObject]) throws(LogQueryError) {
        guard let path else { return }
        let numbers = buckets.map { bucket -> Double? in
            let number = path.number(in: bucket)
            let isGap = BucketPath.number(bucket["doc_count"]) == 0 && path.text != "_count"
            if number == nil || isGap { return insertsZeros ? 0 : (isGap ? nil : number) }
            return number
        }
        func put(_ value: Double?, _ index: Int) {
            buckets[index][name] = .members(["value": value.map { $0.isFinite ? .double($0) : .null } ?? .null])
        }
        switch kind {
        case .derivative(let unit):
            for index in buckets.indices.dropFirst() {
                // Beside a gap there is no difference.
                guard let now = numbers[index], let before = numbers[index - 1] else {
                    put(nil, index)
                    continue
                }
                var object = DocumentObject(["value": .double(now - before)])
                let key = BucketPath.number(buckets[index]["key"]) ?? 0
                let keyBefore = BucketPath.number(buckets[index - 1]["key"]) ?? 0
                if let unit, key > keyBefore {
                    object["normalized_value"] = .double((now - before) / ((key - keyBefore) * 1e6 / Double(unit)))
                }
                buckets[index][name] = .object(object)
            }
        case .cumulativeSum:
            var sum = 0.0
            for index in buckets.indices {
                sum += numbers[index] ?? 0
                put(sum, index)
            }
        case .serialDifference(let lag):
            for index in buckets.indices where index >= lag {
                guard let now = numbers[index], let before = numbers[index - lag] else { continue }
                put(now - before, index)
            }
        case .moving(let function):
            for index in buckets.indices { put(function.value(numbers, at: index), index) }
        case .script, .selector, .sort: break
        }
    }
}
