import Basics
import SignalModel

/// What each function of the language does, by name: the registry. Its types stand in `FunctionSignature`.
enum FunctionTable {
    typealias Body = @Sendable (Evaluator, CallExpression) throws -> Evaluated

    static func body(of name: String) -> Body? { bodies[name] }

    private static let bodies: [String: Body] = [
        ofRanges, ofValues, ofDates, ofLabels, ofScalars, ofVectors, ofHistograms,
    ].reduce(into: [:]) { all, some in all.merge(some) { first, _ in first } }

    private static let ofRanges: [String: Body] = [
        "absent_over_time": { try $0.absentOverTime($1) },
        "avg_over_time": { try $0.over($1, AverageOverTime()) },
        "changes": { try $0.events($1, Changes()) },
        "count_over_time": { try $0.over($1, CountOverTime()) },
        "delta": { try $0.change($1, isCounter: false, isRate: false) },
        "deriv": { try $0.over($1, Derivative()) },
        "double_exponential_smoothing": { try $0.doubleExponentialSmoothing($1) },
        "first_over_time": { try $0.over($1, FirstOverTime(), keepsNames: true) },
        "idelta": { try $0.over($1, LastChange(isRate: false)) },
        "increase": { try $0.change($1, isCounter: true, isRate: false) },
        "irate": { try $0.over($1, LastChange(isRate: true)) },
        "last_over_time": { try $0.over($1, LastOverTime(), keepsNames: true) },
        "mad_over_time": { try $0.over($1, MedianDeviationOverTime()) },
        "max_over_time": { try $0.over($1, MaximumOverTime()) },
        "min_over_time": { try $0.over($1, MinimumOverTime()) },
        "predict_linear": { try $0.predictLinear($1) },
        "present_over_time": { try $0.over($1, PresentOverTime()) },
        "quantile_over_time": { try $0.quantileOverTime($1) },
        "rate": { try $0.change($1, isCounter: true, isRate: true) },
        "resets": { try $0.events($1, Resets()) },
        "stddev_over_time": { try $0.over($1, VarianceOverTime(isRoot: true)) },
        "stdvar_over_time": { try $0.over($1, VarianceOverTime(isRoot: false)) },
        "sum_over_time": { try $0.over($1, SumOverTime()) },
        "ts_of_first_over_time": { try $0.over($1, TimeOfFirst()) },
        "ts_of_last_over_time": { try $0.over($1, TimeOfLast()) },
        "ts_of_max_over_time": { try $0.over($1, TimeOfMaximum()) },
        "ts_of_min_over_time": { try $0.over($1, TimeOfMinimum()) },
    ]

    private static let ofValues: [String: Body] = [
        "abs": { try $0.map($1, Magnitude.self) },
        "acos": { try $0.map($1, ArcCosine.self) },
        "acosh": { try $0.map($1, AreaHyperbolicCosine.self) },
        "asin": { try $0.map($1, ArcSine.self) },
        "asinh": { try $0.map($1, AreaHyperbolicSine.self) },
        "atan": { try $0.map($1, ArcTangent.self) },
        "atanh": { try $0.map($1, AreaHyperbolicTangent.self) },
        "ceil": { try $0.map($1, Ceiling.self) },
        "clamp": { try $0.clamp($1) },
        "clamp_max": { try $0.clampMaximum($1) },
        "clamp_min": { try $0.clampMinimum($1) },
        "cos": { try $0.map($1, Cosine.self) },
        "cosh": { try $0.map($1, HyperbolicCosine.self) },
        "deg": { try $0.map($1, Degrees.self) },
        "exp": { try $0.map($1, Exponential.self) },
        "floor": { try $0.map($1, Floor.self) },
        "ln": { try $0.map($1, NaturalLogarithm.self) },
        "log10": { try $0.map($1, DecimalLogarithm.self) },
        "log2": { try $0.map($1, BinaryLogarithm.self) },
        "rad": { try $0.map($1, Radians.self) },
        "round": { try $0.round($1) },
        "sgn": { try $0.map($1, Sign.self) },
        "sin": { try $0.map($1, Sine.self) },
        "sinh": { try $0.map($1, HyperbolicSine.self) },
        "sqrt": { try $0.map($1, SquareRoot.self) },
        "tan": { try $0.map($1, Tangent.self) },
        "tanh": { try $0.map($1, HyperbolicTangent.self) },
    ]

    private static let ofDates: [String: Body] = [
        "day_of_month": { try $0.datePart($1, DayOfMonth.self) },
        "day_of_week": { try $0.datePart($1, DayOfWeek.self) },
        "day_of_year": { try $0.datePart($1, DayOfYear.self) },
        "days_in_month": { try $0.datePart($1, DaysInMonth.self) },
        "hour": { try $0.datePart($1, Hour.self) },
        "minute": { try $0.datePart($1, Minute.self) },
        "month": { try $0.datePart($1, Month.self) },
        "year": { try $0.datePart($1, Year.self) },
    ]

    private static let ofLabels: [String: Body] = [
        "info": { try $0.info($1) },
        "label_join": { try $0.labelJoin($1) },
        "label_replace": { try $0.labelReplace($1) },
        "sort_by_label": { try $0.sortByLabel($1, isDescending: false) },
        "sort_by_label_desc": { try $0.sortByLabel($1, isDescending: true) },
    ]

    private static let ofScalars: [String: Body] = [
        "end": { evaluator, _ in .scalar(try evaluator.constant(Double(evaluator.context.end) / 1000)) },
        "max_of": { try $0.extremeOf($1, isMaximum: true) },
        "min_of": { try $0.extremeOf($1, isMaximum: false) },
        "pi": { evaluator, _ in .scalar(try evaluator.constant(.pi)) },
        "range": { evaluator, _ in
            .scalar(try evaluator.constant(Double(evaluator.context.end - evaluator.context.start) / 1000))
        },
        "start": { evaluator, _ in .scalar(try evaluator.constant(Double(evaluator.context.start) / 1000)) },
        "step": { evaluator, _ in .scalar(try evaluator.constant(evaluator.context.step.seconds)) },
        "time": { evaluator, _ in try evaluator.time() },
    ]

    private static let ofVectors: [String: Body] = [
        "absent": { try $0.absent($1) },
        "scalar": { try $0.toScalar($1) },
        "sort": { try $0.sort($1, isDescending: false) },
        "sort_desc": { try $0.sort($1, isDescending: true) },
        "timestamp": { try $0.timestamp($1) },
        "vector": { evaluator, node in .vector(SeriesTable(scalar: try evaluator.scalar(node.arguments[0]))) },
    ]

    private static let ofHistograms: [String: Body] = [
        "histogram_avg": { try $0.ofHistograms($1) { $0.sum / $0.count } },
        "histogram_count": { try $0.ofHistograms($1, \.count) },
        "histogram_fraction": { try $0.histogramFraction($1) },
        "histogram_quantile": { try $0.histogramQuantile($1) },
        "histogram_quantiles": { try $0.histogramQuantiles($1) },
        "histogram_stddev": { try $0.ofHistograms($1) { $0.variance.squareRoot() } },
        "histogram_stdvar": { try $0.ofHistograms($1, \.variance) },
        "histogram_sum": { try $0.ofHistograms($1, \.sum) },
    ]
}
