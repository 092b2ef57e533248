import Basics
import PromQL
import SignalModel
import Synchronization
import TestKit
import Testing

@Suite("Query engine")
struct QueryEngineTests {
    private let store: LoadedStore

    init() throws {
        store = try LoadedStore(
            """
            load 1m
              b{i="2"} 1 2 3
              b{i="1"} 4 5 6
              a 7 8 9
            """)
    }

    private func engine(_ change: (inout QueryLimits) -> Void = { _ in }) -> QueryEngine {
        var limits = QueryLimits()
        change(&limits)
        return QueryEngine(source: store, limits: limits, clock: VirtualClock())
    }

    private let time = Timestamp(milliseconds: 120_000)

    @Test("a range answer is sorted by labels")
    func order() throws {
        let expression = try PromQLParser.parse("{__name__=~\".+\"}")
        let result = try engine().range(expression, from: .epoch, through: time, step: .seconds(60))
        guard case .matrix(let series) = result.value else { throw Mismatch("\(result.value)") }
        #expect(series.map(\.labels.description) == ["a", "b{i=\"1\"}", "b{i=\"2\"}"])
        #expect(series.map(\.samples.count) == [3, 3, 3])
        #expect(result.samplesTouched == 9)
    }

    @Test("a range vector is an answer of its own, sorted by labels")
    func rangeVector() throws {
        let result = try engine().instant(try PromQLParser.parse("b[90s]"), at: time)
        guard case .matrix(let series) = result.value else { throw Mismatch("\(result.value)") }
        #expect(series.map(\.labels.description) == ["b{i=\"1\"}", "b{i=\"2\"}"])
        #expect(series[0].samples.map(\.value) == [5, 6])
    }

    @Test("a range query takes no string and no range vector", arguments: ["\"text\"", "a[5m]"])
    func types(_ text: String) throws {
        let expression = try PromQLParser.parse(text)
        let error = #expect(throws: QueryError.self) {
            try engine().range(expression, from: .epoch, through: time, step: .seconds(60))
        }
        #expect(error?.code == .parse)
        #expect(error?.message.hasSuffix("for range query, must be Scalar or instant Vector") == true)
    }

    @Test(
        "a query that would hold too many points ends before it takes the memory",
        arguments: [
            "b", "b * 2", "rate(b[2m])", "vector(1)", "sum(b)", "b and b", "1", "time()",
            "max_over_time(b[90y:1ms])",
        ])
    func samplesLimit(_ text: String) throws {
        let expression = try PromQLParser.parse(text)
        let error = #expect(throws: QueryError.self) {
            try engine { $0.samplesMax = 100 }.range(
                expression, from: .epoch, through: Timestamp(milliseconds: 120_000), step: .milliseconds(1))
        }
        #expect(error?.code == .execution)
        #expect(
            error?.message == "query processing would load too many samples into memory in query execution")
    }

    @Test("what an operator no longer needs does not count against the limit")
    func release() throws {
        // Held at once: the 9 points of one selector, its function's 9, a sum of 3, and what was summed before.
        let text = "sum(abs({__name__=~\"a|b\"} * 1)) + sum(abs({__name__=~\"a|b\"} * 2))"
        let result = try engine { $0.samplesMax = 40 }.range(
            try PromQLParser.parse(text), from: .epoch, through: time, step: .seconds(60))
        #expect(result.samplesPeak <= 40)
        #expect(result.samplesTouched == 18)
    }

    @Test("a query ends when its time is over", arguments: ["b", "rate(b[5m])", "1 + 1"])
    func timeout(_ text: String) throws {
        let engine = QueryEngine(source: store, limits: QueryLimits(), clock: HastyClock())
        let error = #expect(throws: QueryError.self) {
            try engine.range(try PromQLParser.parse(text), from: .epoch, through: time, step: .seconds(1))
        }
        #expect(error?.code == .timeout)
        #expect(error?.message == "query timed out in expression evaluation")
    }

    @Test("a query ends when whoever asked has gone")
    func cancellation() throws {
        let error = #expect(throws: QueryError.self) {
            try engine().instant(try PromQLParser.parse("b"), at: time, cancellation: Gone())
        }
        #expect(error?.code == .canceled)
    }

    @Test("a failing store fails the query with its own error")
    func storage() throws {
        let engine = QueryEngine(source: FailingSource(), limits: QueryLimits(), clock: VirtualClock())
        let error = #expect(throws: SampleStoreError.self) {
            try engine.instant(try PromQLParser.parse("b"), at: time)
        }
        #expect(error?.code == .corrupt)
    }

    @Test("the lookback is the one of the limits")
    func lookback() throws {
        let late = Timestamp(milliseconds: 150_000)
        for (seconds, count) in [(30, 0), (31, 2), (600, 2)] {
            let result = try engine { $0.lookback = .seconds(seconds) }.instant(
                try PromQLParser.parse("b"), at: late)
            guard case .vector(let elements) = result.value else { throw Mismatch("\(result.value)") }
            #expect(elements.count == count, "\(seconds) s")
        }
    }

    @Test("without the text of the query a warning names no place; with it, line and column")
    func places() throws {
        let text = "\n  quantile(7, b)"
        let expression = try PromQLParser.parse(text)
        let said = "PromQL warning: quantile value should be between 0 and 1, got 7"
        #expect(try engine().instant(expression, at: time).warnings == [said])
        #expect(try engine().instant(expression, at: time, text: text).warnings == [said + " (2:12)"])
    }

    @Test("no query brings the engine down", arguments: hostileQueries)
    func hostile(_ text: String) throws {
        guard let expression = try? PromQLParser.parse(text, options: .everything) else { return }
        let engine = engine { $0.samplesMax = 100_000 }
        do {
            _ = try engine.instant(expression, at: time)
            _ = try engine.range(
                expression, from: time - .seconds(100), through: time, step: .milliseconds(700))
        } catch let error as QueryError {
            #expect(error.code != .storage)
        }
    }

    private static let hostileQueries =
        [
            "count_over_time(vector(1)[5m:0.0001])", "count_over_time(b[0.0001])", "b[290y:1ms]",
            "max_over_time((vector(1) @ 1)[290y:1ms])", "b @ 9e15", "b @ -9e15 offset 290y", "b @ 1e300",
            "b offset 290y", "b offset -290y", "rate(b[290y] offset -290y)", "minute(vector(1e300))",
            "year(vector(-9e15))", "days_in_month(vector(NaN))", "topk(-1, b)", "topk(9e18, b)", "topk(1e19, b)",
            "limitk(-Inf, b)", "limit_ratio(Inf, b)", "quantile(NaN, b)", "histogram_quantile(0.5, b)",
            "count_over_time((b)[1m:1ms])", "sum_over_time(time()[90y:1ms])", "vector(1)[90y:1ms]",
            "predict_linear(b[5m], Inf)", "round(b, 0)", "clamp(b, NaN, NaN)", "b % 0", "0 ^ b", "-b ^ 0.5",
            "label_replace(b, \"x\", \"$99999999999999999999\", \"i\", \".*\")",
        ] + [nested(30, "label_join(", "b", ", \"i\", \"\", \"i\", \"i\")"), nested(100, "abs(", "b", ")")]

    private static func nested(_ depth: Int, _ head: String, _ inner: String, _ tail: String) -> String {
        String(repeating: head, count: depth) + inner + String(repeating: tail, count: depth)
    }

    @Test("labels that double with each call end the query")
    func growingLabels() throws {
        let text = Self.nested(20, "label_join(", "b", ", \"i\", \"\", \"i\", \"i\")")
        let error = #expect(throws: QueryError.self) { try engine().instant(try PromQLParser.parse(text), at: time) }
        #expect(error?.message == "a value of label \"i\" would be longer than 65536 bytes")
    }

    @Test("every function of the language is answered, or known to be missing")
    func functions() {
        let missing = FunctionSignature.all.map(\.name).filter { !QueryEngine.answers($0) }
        #expect(missing == ["start_timestamp"])
    }
}

/// A minute passes between any two looks.
private final class HastyClock: WallClock {
    private let looks = Mutex(0)
    func now() -> Timestamp { .epoch }
    func uptime() -> Duration {
        looks.withLock { looks in
            looks += 1
            return .seconds(150 * looks)
        }
    }
    func sleep(until deadline: Timestamp) async throws {}
}

private struct Gone: QueryCancellation {
    var isCancelled: Bool { true }
    func note(samplesHeld: Int, samplesRead: Int) {}
}

private struct FailingSource: SampleSource {
    private let error = SampleStoreError(.corrupt, "block 7: bad checksum")
    func select(_: [Matcher], from: Timestamp, through: Timestamp, sorted: Bool) throws -> [any SelectedSeries] {
        throw error
    }
    func labelNames(_: [Matcher], from: Timestamp, through: Timestamp) throws -> [String] { throw error }
    func labelValues(_: String, _: [Matcher], from: Timestamp, through: Timestamp) throws -> [String] { throw error }
}
