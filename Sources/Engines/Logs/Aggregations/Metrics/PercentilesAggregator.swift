internal import SignalModel

/// `percentiles` and `percentile_ranks`, by `QuantileSketch`.
final class PercentilesAggregator: Aggregator {
    private let field: String
    private let missing: Double?
    private let asked: [Double]
    private let isRanks: Bool
    private let isKeyed: Bool
    private var sketches: [QuantileSketch] = []
    private let budget: AggregationBudget

    init(_ parameters: AggregationParameters, _ budget: AggregationBudget) throws(LogQueryError) {
        field = try parameters.field()
        missing = try parameters.number("missing")
        isRanks = parameters.type == "percentile_ranks"
        isKeyed = parameters.object["keyed"] != .bool(false)
        var asked: [Double] = []
        for element in parameters.elements(isRanks ? "values" : "percents") ?? [] {
            guard let number = Double(try QueryParameters.constant(element, parameters.type).text),
                isRanks || (0...100).contains(number)
            else { throw parameters.error("percents are numbers from 0 to 100") }
            asked.append(number)
        }
        self.asked = asked.isEmpty && !isRanks ? [1, 5, 25, 50, 75, 95, 99] : asked
        self.budget = budget
    }

    override func collect(_ view: LogBlockView, _ selection: RowSelection) throws(LogQueryError) {
        let values = try FieldNumbers(field, missing: missing, view)
        let count = Int(selection.buckets.max() ?? -1) + 1
        var grown = max(0, count - sketches.count) * MemoryLayout<QuantileSketch>.stride
        while sketches.count < count { sketches.append(QuantileSketch()) }
        // Reached once for all rows.
        sketches.withUnsafeMutableBufferPointer { sketches in
            for (row, bucket) in zip(selection.rows, selection.buckets) {
                values.each(row) { grown += sketches[Int(bucket)].add($0) }
            }
        }
        try budget.hold(grown)
    }

    override func result(_ bucket: Int?, _ span: BucketSpan) -> DocumentValue {
        let sketch = bucket.flatMap { $0 < sketches.count ? sketches[$0] : nil } ?? QuantileSketch()
        let answers =
            isRanks
            ? sketch.shares(upTo: asked).map { $0.map { $0 * 100 } } : sketch.quantiles(asked.map { $0 / 100 })
        func value(_ number: Double?) -> DocumentValue { number.map { .double($0) } ?? .null }
        if isKeyed {
            var values = DocumentObject()
            for (key, answer) in zip(asked, answers) { values[key.description] = value(answer) }
            return .members(["values": .object(values)])
        }
        return .members([
            "values": .array(
                zip(asked, answers).map { .members(["key": .double($0), "value": value($1)]) })
        ])
    }
}
