import Basics
import PromQL
import SignalModel
import TestKit
import Testing

/// The engine computes whole rows and slides windows; Prometheus computes step by step. This holds the first to
/// the second: a range query must say at each step, to the last bit, what an instant query says there.
@Suite("Steps of a range query")
struct StepConsistencyTests {
    @Test("each step of a range query is what an instant query gives there", arguments: expressions)
    func steps(_ text: String) throws {
        let store = RandomStore.make(seed: Self.seed)
        let engine = QueryEngine(source: store, limits: QueryLimits(), clock: VirtualClock())
        let expression = try PromQLParser.parse(text, options: .everything)
        let start = Timestamp(milliseconds: 200_000)
        let end = Timestamp(milliseconds: 1_400_000)
        let step = Duration.milliseconds(47_300)
        guard
            case .matrix(let series) = try engine.range(expression, from: start, through: end, step: step).value
        else {
            Issue.record("no matrix")
            return
        }
        #expect(series.map(\.labels) == series.map(\.labels).sorted(), "sorted by labels")
        #expect(Set(series.map(\.labels)).count == series.count, "labels are unique")
        var time = start
        while time <= end {
            let wanted = try values(engine.instant(expression, at: time).value)
            var found: [Labels: UInt64] = [:]
            for one in series {
                for sample in one.samples where sample.timestamp == time { found[one.labels] = bits(sample.value) }
            }
            #expect(found == wanted, "\(text) at \(time.seconds), seed \(Self.seed)")
            time = time + step
        }
    }

    private static let seed: UInt64 = 20_261_123

    private func values(_ value: QueryValue) -> [Labels: UInt64] {
        switch value {
        case .scalar(let sample): [.empty: bits(sample.value)]
        case .vector(let elements):
            Dictionary(uniqueKeysWithValues: elements.map { ($0.labels, bits($0.sample.value)) })
        default: [:]
        }
    }

    /// All NaN are one.
    private func bits(_ value: Double) -> UInt64 { value.isNaN ? Double.nan.bitPattern : value.bitPattern }

    private static let expressions: [String] = plain + overWindows + parameters + aggregations + operators

    private static let plain = [
        "m", "c_total", "m offset 90s", "m @ 500", "{job=\"a\"}", "1 + 2", "time()", "-m", "vector(1) / 3",
        "timestamp(m)", "timestamp(m offset 1m)", "timestamp(m + 0)", "day_of_week() + hour()",
        "minute(m * 1000)", "clamp(m, 10, 60)", "round(m, 7)", "abs(m)", "sqrt(m)", "sgn(m - 50)",
        "scalar(m{job=\"a\", i=\"0\"})", "absent(m{i=\"3\"})",
        "label_replace(m, \"x\", \"$1\", \"job\", \"(.)\")", "label_join(m, \"x\", \"-\", \"job\", \"i\")",
    ]

    private static let overWindows: [String] = [
        "rate", "increase", "irate", "delta", "idelta", "deriv", "changes", "resets", "avg_over_time",
        "min_over_time", "max_over_time", "sum_over_time", "count_over_time", "stddev_over_time",
        "stdvar_over_time", "last_over_time", "first_over_time", "present_over_time", "mad_over_time",
        "ts_of_max_over_time", "ts_of_min_over_time", "absent_over_time",
    ].flatMap { name in
        ["c_total[3m]", "m[2m30s]", "m[4m:33s]", "m[1m] @ 700 offset 1m"].map { "\(name)(\($0))" }
    }

    private static let parameters = [
        "quantile_over_time(0.7, m[3m])", "quantile_over_time(scalar(vector(time() % 100 / 100)), m[3m])",
        "predict_linear(m[3m], 100)", "predict_linear(m[3m] @ 600, 100)",
        "double_exponential_smoothing(m[4m], 0.3, 0.6)", "histogram_quantile(0.9, h_bucket)",
        "histogram_quantile(0.5, sum by (le) (rate(h_bucket[3m])))", "histogram_fraction(0.3, 1.5, h_bucket)",
        "max_over_time(rate(c_total[1m])[3m:20s])", "sum_over_time(sum by (job) (m)[2m:30s] offset 30s)",
        "min_over_time(m[2m:30s] @ 600)",
    ]

    private static let aggregations: [String] =
        AggregationOperator.allCases.filter { !$0.takesParameter }.map(\.rawValue).flatMap { name in
            ["(m)", " by (job) (m)", " without (i) (rate(c_total[2m]))"].map { name + $0 }
        } + [
            "topk(2, m)", "bottomk by (job) (1, m)", "topk(scalar(vector(time() % 4)), m)", "limitk(2, m)",
            "limit_ratio(0.5, m)", "quantile(0.3, m)", "count_values(\"v\", round(m, 50))",
        ]

    private static let operators = [
        "m + c_total", "m > c_total", "m <= bool c_total", "m > 50", "50 > m", "m ^ 2 % 7", "m atan2 c_total",
        "m * on (job) group_left avg by (job) (c_total)", "m and c_total", "m unless c_total > 400",
        "m > 50 or c_total", "m > 50 or -m", "(m > 30) * (m < 70)", "sum(m) / count(m)",
    ]
}
