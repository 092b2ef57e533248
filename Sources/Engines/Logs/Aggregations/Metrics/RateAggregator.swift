internal import Basics
internal import SignalModel

/// Records, or a field's sum, per unit of time, within a histogram over time.
final class RateAggregator: Aggregator {
    private let field: String?
    private let countsValues: Bool
    private let unit: CalendarUnit
    private var sums: [Double] = []

    init(_ parameters: AggregationParameters) throws(LogQueryError) {
        field = try parameters.text("field")
        countsValues = try parameters.text("mode") == "value_count"
        let name = try parameters.text("unit") ?? "day"
        guard let unit = CalendarUnit(name: name) else {
            throw parameters.error("[unit] must be one of second, minute, hour, day, week, month, quarter, year")
        }
        self.unit = unit
    }

    override func collect(_ view: LogBlockView, _ selection: RowSelection) throws(LogQueryError) {
        var values: FieldNumbers?
        if let field { values = try FieldNumbers(field, view) }
        for (row, bucket) in zip(selection.rows, selection.buckets) {
            while sums.count <= Int(bucket) { sums.append(0) }
            guard let values else {
                sums[Int(bucket)] += 1
                continue
            }
            values.each(row) { sums[Int(bucket)] += countsValues ? 1 : $0 }
        }
    }

    override func result(_ bucket: Int?, _ span: BucketSpan) throws(LogQueryError) -> DocumentValue {
        guard let times = span.times else {
            throw LogQueryError(
                .argument, "The rate aggregation can only be used inside a date histogram aggregation")
        }
        let sum = bucket.flatMap { $0 < sums.count ? sums[$0] : nil } ?? 0
        let calendar = ZonedCalendar(.utc)
        let unitNanoseconds =
            calendar.start(of: unit, after: calendar.start(of: unit, at: times.lowerBound))
            &- calendar.start(of: unit, at: times.lowerBound)
        let units = (Double(times.upperBound) - Double(times.lowerBound)) / Double(unitNanoseconds)
        return .members(["value": .double(sum / units)])
    }
}
