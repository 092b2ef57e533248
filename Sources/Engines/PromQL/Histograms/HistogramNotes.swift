import SignalModel

/// What histograms give cause to tell beside an answer. The texts are Prometheus' (util/annotations), and tools look
/// for them.
struct HistogramNotes {
    let context: QueryContext
    let position: PositionRange
    /// Of the series at hand; empty where names are dropped.
    var name: String

    init(_ context: QueryContext, at position: PositionRange, name: String = "") {
        self.context = context
        self.position = position
        self.name = name
    }

    func mixedWithFloats() {
        context.warn(
            "encountered a mix of histograms and floats for metric name \(quotedText(name))", at: position)
    }

    func mixedInAggregation() {
        context.warn("encountered a mix of histograms and floats for aggregation", at: position)
    }

    func ignored(in aggregation: AggregationOperator) {
        context.inform("ignored histogram in \(aggregation.rawValue) aggregation", at: position)
    }

    func ignoredInRange() {
        context.inform(
            "ignored histograms in a range containing both floats and histograms for metric name \(quotedText(name))",
            at: position)
    }

    func notCounter() {
        context.warn("this native histogram metric is not a counter: \(quotedText(name))", at: position)
    }

    func notGauge() {
        context.warn("this native histogram metric is not a gauge: \(quotedText(name))", at: position)
    }

    func mixedSchemas() {
        context.warn(
            "vector contains a mix of histograms with exponential and custom buckets schemas for metric name "
                + quotedText(name), at: position)
    }

    func mixedWithClassic() {
        context.warn("vector contains a mix of classic and native histograms" + forName, at: position)
    }

    enum Operation: String {
        case addition, subtraction, aggregation
    }

    func boundsDiffered(in operation: Operation) {
        context.inform("mismatched custom buckets were reconciled during \(operation.rawValue)", at: position)
    }

    func countersCollided(in operation: Operation) {
        context.warn("conflicting counter resets during histogram \(operation.rawValue)", at: position)
    }

    func incompatible(_ left: String, _ operation: BinaryOperator, _ right: String) {
        let sign = operation.rawValue
        context.inform(
            "incompatible sample types encountered for binary operator \(quotedText(sign)): \(left) \(sign) \(right)",
            at: position)
    }

    func incompatibleLayout(_ operation: BinaryOperator) {
        context.warn(
            "incompatible bucket layout encountered for binary operator \(operation.rawValue)", at: position)
    }

    func quantile(_ nan: NaNObservations) {
        switch nan {
        case .none: break
        case .result:
            context.inform("input to histogram_quantile has NaN observations, result is NaN" + forName, at: position)
        case .skew:
            context.inform(
                "input to histogram_quantile has NaN observations, result is skewed higher" + forName, at: position)
        }
    }

    func fraction(_ nan: NaNObservations) {
        if case .none = nan { return }
        context.inform(
            "input to histogram_fraction has NaN observations, which are excluded from all fractions" + forName,
            at: position)
    }

    private var forName: String { name.isEmpty ? "" : " for metric name \(quotedText(name))" }
}
