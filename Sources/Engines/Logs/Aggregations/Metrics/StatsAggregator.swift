internal import Basics
internal import SignalModel

/// Count, sum and extremes of a field's numbers, as much of them as was asked for.
final class StatsAggregator: Aggregator {
    private let field: String
    private let missing: Double?
    private let kind: String
    private let sigma: Double
    private var numbers: [RunningNumbers] = []
    private let budget: AggregationBudget

    init(_ parameters: AggregationParameters, _ budget: AggregationBudget) throws(LogQueryError) {
        field = try parameters.field()
        missing = try parameters.number("missing")
        kind = parameters.type
        sigma = try parameters.number("sigma") ?? 2
        self.budget = budget
    }

    override func collect(_ view: LogBlockView, _ selection: RowSelection) throws(LogQueryError) {
        let values = try FieldNumbers(field, missing: missing, view)
        for (row, bucket) in zip(selection.rows, selection.buckets) {
            if Int(bucket) >= numbers.count {
                let more = Int(bucket) + 1 - numbers.count
                try budget.hold(more * MemoryLayout<RunningNumbers>.stride)
                numbers.append(contentsOf: repeatElement(RunningNumbers(), count: more))
            }
            values.each(row) { numbers[Int(bucket)].add($0) }
        }
    }

    override func result(_ bucket: Int?, _ span: BucketSpan) -> DocumentValue {
        let numbers = bucket.flatMap { $0 < self.numbers.count ? self.numbers[$0] : nil } ?? RunningNumbers()
        func dated(_ value: Double?) -> DocumentValue {
            var object = DocumentObject(["value": value.map { .double($0) } ?? .null])
            // Of times the extremes are times again.
            if field == "@timestamp", let value {
                object["value_as_string"] = .string(
                    DateWriter.iso(Int64(value * 1e6), zone: .utc, withNanoseconds: false))
            }
            return .object(object)
        }
        switch kind {
        case "avg": return dated(numbers.average)
        case "min": return dated(numbers.count > 0 ? numbers.min : nil)
        case "max": return dated(numbers.count > 0 ? numbers.max : nil)
        case "sum": return .object(DocumentObject(["value": .double(numbers.sum)]))
        default: return .object(numbers.stats(isExtended: kind == "extended_stats", sigma: sigma))
        }
    }
}

/// What is kept of numbers to say their count, sum, extremes and spread.
struct RunningNumbers {
    private(set) var count = 0
    private(set) var sum = 0.0
    /// What the sum lost to rounding (Kahan).
    private var lost = 0.0
    private(set) var min = Double.infinity
    private(set) var max = -Double.infinity
    private(set) var squares = 0.0

    mutating func add(_ value: Double) {
        count += 1
        let corrected = value - lost
        let next = sum + corrected
        lost = (next - sum) - corrected
        sum = next
        squares += value * value
        if value < min { min = value }
        if value > max { max = value }
    }

    var average: Double? { count > 0 ? sum / Double(count) : nil }

    /// Of all the numbers there are.
    var variance: Double {
        guard count > 0 else { return .nan }
        return Swift.max(0, (squares - sum * sum / Double(count)) / Double(count))
    }

    var sampleVariance: Double { count > 1 ? variance * Double(count) / Double(count - 1) : .nan }

    func stats(isExtended: Bool, sigma: Double = 2) -> DocumentObject {
        func value(_ number: Double) -> DocumentValue { count > 0 && number.isFinite ? .double(number) : .null }
        var object = DocumentObject([
            "count": .integer(Int64(count)), "min": value(min), "max": value(max),
            "avg": average.map { .double($0) } ?? .null, "sum": .double(sum),
        ])
        guard isExtended else { return object }
        let deviation = variance.squareRoot()
        let sampleDeviation = sampleVariance.squareRoot()
        let mean = average ?? .nan
        object["sum_of_squares"] = value(squares)
        object["variance"] = value(variance)
        object["variance_population"] = value(variance)
        object["variance_sampling"] = value(sampleVariance)
        object["std_deviation"] = value(deviation)
        object["std_deviation_population"] = value(deviation)
        object["std_deviation_sampling"] = value(sampleDeviation)
        object["std_deviation_bounds"] = .members([
            "upper": value(mean + sigma * deviation), "lower": value(mean - sigma * deviation),
            "upper_population": value(mean + sigma * deviation), "lower_population": value(mean - sigma * deviation),
            "upper_sampling": value(mean + sigma * sampleDeviation),
            "lower_sampling": value(mean - sigma * sampleDeviation),
        ])
        return object
    }
}

extension DocumentValue {
    static func members(_ members: KeyValuePairs<String, DocumentValue>) -> DocumentValue {
        .object(DocumentObject(members))
    }
}

/// How many values a field has.
final class ValueCountAggregator: Aggregator {
    private let field: String
    private var counts: [Int] = []

    init(_ field: String) { self.field = field }

    override func collect(_ view: LogBlockView, _ selection: RowSelection) throws(LogQueryError) {
        let column = try view.column(field)
        for (row, bucket) in zip(selection.rows, selection.buckets) {
            while counts.count <= Int(bucket) { counts.append(0) }
            if let column {
                for entry in column.entries(of: Int(row)) where column.list.kind(column.place(of: entry)) != .null {
                    counts[Int(bucket)] += 1
                }
            } else if field == "@timestamp" || field == "_id" {
                counts[Int(bucket)] += 1
            }
        }
    }

    override func result(_ bucket: Int?, _ span: BucketSpan) -> DocumentValue {
        let count = bucket.flatMap { $0 < counts.count ? counts[$0] : nil } ?? 0
        return .members(["value": .integer(Int64(count))])
    }
}
