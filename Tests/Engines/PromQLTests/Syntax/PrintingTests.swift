import SignalModel
import TestKit
import Testing

@testable import PromQL

@Suite("Printed PromQL")
struct PrintingTests {
    private func parse(_ text: String) throws -> Expression { try PromQLParser.parse(text, options: .everything) }

    @Test(
        "an expression prints as Prometheus prints it",
        arguments: [
            ("sum by() (task:errors:rate10s{job=\"s\"})", "sum(task:errors:rate10s{job=\"s\"})"),
            ("sum without() (a)", "sum without () (a)"),
            ("sum(a) by(code, \"x y\")", "sum by (code, \"x y\") (a)"),
            ("topk(5,a)", "topk(5, a)"),
            ("count_values('value', a)", "count_values(\"value\", a)"),
            ("a-on(b)c", "a - on (b) c"),
            ("a - ignoring() c", "a - c"),
            ("a - on() group_left c", "a - on () group_left () c"),
            ("a - ignoring() group_right(x) c", "a - ignoring () group_right (x) c"),
            ("up>bool 0", "up > bool 0"),
            ("a + fill(0) b", "a + fill (0) b"),
            ("a offset 1m", "a offset 1m"),
            ("a offset -7d", "a offset -1w"),
            ("a{d=\"e\", c=~'b'}", "a{c=~\"b\",d=\"e\"}"), ("{__name__!=\"\"}", "{__name__!=\"\"}"),
            ("a[step():1m]", "a[step():1m]"),
            ("{__name__=\"\",a=\"x\"}", "{__name__=\"\",a=\"x\"}"),
            ("{\"with space\", b=\"c\"}", "{__name__=\"with space\",b=\"c\"}"),
            ("a[300] @ 10", "a[5m] @ 10.000"),
            ("a{b=\"c\"}[5m] offset 1m @ start()", "a{b=\"c\"}[5m] @ start() offset 1m"),
            ("a[1h30m:] offset 90s", "a[1h30m:] offset 1m30s"),
            ("a[5m:1s] @ -3.14", "a[5m:1s] @ -3.140"),
            ("a anchored @ 3", "a @ 3.000 anchored"),
            ("a[5m] smoothed offset 2", "a[5m] smoothed offset 2s"),
            ("a[5m*2]", "a[5m * 2]"),
            ("a[-(5m - 2d)+step()]", "a[-(5m - 2d) + step()]"),
            ("a[max(range(),5s)]", "a[max_of(range(), 5s)]"),
            ("1e21", "1000000000000000000000"), ("1e-7", "0.0000001"), ("-inf", "-Inf"), ("nan", "NaN"),
            ("1.5e3", "1500"), ("123456789.125", "123456789.125"), ("1e5", "100000"), ("5e-324", nil),
            ("'a\"\\\\\\n\\u200b'", "\"a\\\"\\\\\\n\\u200b\""), ("1h", "1h"), ("365d", "1y"), ("- a", "-a"),
        ] as [(String, String?)])
    func oneLine(text: String, printed: String?) throws {
        guard let printed else {
            #expect(try parse(parse(text).description).withoutPositions.description == parse(text).description)
            return
        }
        #expect(try parse(text).description == printed)
    }

    @Test("a short expression stays on its line")
    func short() throws {
        #expect(try parse("sum( rate(a [5m]) )by(b)").prettyPrinted == "sum by (b) (rate(a[5m]))")
    }

    @Test("a long expression is broken at each level that is too long")
    func long() throws {
        let text = """
            histogram_quantile(0.99, sum by (le, cluster) (rate(http_request_duration_seconds_bucket{job="api"}[5m]))) \
            > on (cluster) group_left (team) -abs(max_over_time(deriv(a_rather_long_metric_name_total{job="api"}[5m])[30m:1m] offset 1h)) \
            or (up{job="a_job_whose_name_is_long_enough_to_need_a_line"} == bool 1 unless down{job="another_long_one"})
            """
        let pretty = """
                histogram_quantile(
                  0.99,
                  sum by (le, cluster) (rate(http_request_duration_seconds_bucket{job="api"}[5m]))
                )
              > on (cluster) group_left (team)
                -abs(max_over_time(deriv(a_rather_long_metric_name_total{job="api"}[5m])[30m:1m] offset 1h))
            or
              (
                  up{job="a_job_whose_name_is_long_enough_to_need_a_line"} == bool 1
                unless
                  down{job="another_long_one"}
              )
            """
        #expect(try parse(text).prettyPrinted == pretty)
        #expect(try parse(pretty).withoutPositions == parse(text).withoutPositions)
    }

    @Test("what is printed reads back as the same tree", arguments: [UInt64(11), 12, 13, 14])
    func roundTrip(seed: UInt64) throws {
        let generator = ExpressionGenerator(SeededRandomness(seed: seed))
        for _ in 0..<400 {
            let expression = try generator.expression(.vector, depth: 4)
            let text = expression.description
            #expect(try parse(text).withoutPositions == expression, "seed \(seed): \(text)")
            #expect(try parse(expression.prettyPrinted).withoutPositions == expression, "seed \(seed): \(text)")
        }
    }

    @Test(
        "durations print shortest and read back",
        arguments: [
            (0, "0s"), (1, "1ms"), (4180, "4s180ms"), (5_400_000, "1h30m"), (86_400_000 * 8, "8d"),
            (86_400_000 * 14, "2w"), (86_400_000 * 366, "366d"), (86_400_000 * 730, "2y"), (3_599_999, "59m59s999ms"),
        ] as [(Int64, String)])
    func durations(milliseconds: Int64, text: String) throws {
        #expect(DurationText.text(milliseconds: milliseconds) == text)
        #expect(try DurationText.milliseconds(text) == milliseconds)
    }

    @Test("duration arithmetic is in seconds")
    func durationArithmetic() throws {
        func length(_ text: String) throws -> Int64 {
            guard case .vectorSelector(let selector) = try parse("a offset (\(text))") else { return .min }
            return try selector.modifiers.offset.milliseconds(
                step: .seconds(15), range: .seconds(3600), mayBeNegative: true)
        }
        #expect(try length("5m * 2") == 600_000)
        #expect(try length("5m + 30") == 330_000)
        #expect(try length("-2 ^ 2") == -4000)
        #expect(try length("range() / step()") == 240_000)
        #expect(try length("max_of(step(), 1m) % 7s") == 4000)
        #expect(throws: QueryError(.execution, "division by zero")) { try length("1 / (step() - 15)") }
        guard case .matrixSelector(let node) = try parse("a[step() - 1m]") else { return }
        #expect(throws: QueryError(.execution, "duration must be greater than 0")) {
            try node.range.milliseconds(step: .seconds(15), range: .zero)
        }
    }
}
