import Basics
import Logs
import SignalModel
import Testing

@Suite("Metrics from log records")
struct LogMetricsTests {
    private func batch(
        _ records: [(service: String?, status: Int64, seconds: String?)], from first: Int = 1
    ) -> LogBatch {
        var batch = LogBatch()
        let index = batch.number(of: "logs-web-default")
        let names = ["service.name", "http.response.status_code", "seconds"].map { batch.number(of: $0) }
        for (place, record) in records.enumerated() {
            if let service = record.service { batch.add(names[0], string: service) }
            batch.add(names[1], integer: record.status)
            if let seconds = record.seconds { batch.add(names[2], string: seconds) }
            batch.endRecord(timestampNanoseconds: Int64(place), sequence: UInt64(place + first), index: index)
        }
        return batch
    }

    private func told(_ metrics: LogMetrics) -> [String: Double] {
        let batch = metrics.cut(at: Timestamp(milliseconds: 1000)).samples
        return Dictionary(
            uniqueKeysWithValues: batch.entries.map {
                (batch.labels(of: $0).description, batch.samples(of: $0).last!.value)
            })
    }

    private let failed = LogFilter.test(
        .named("http.response.status_code"), .range(lower: .init(.integer(500), isInclusive: true), upper: nil))

    @Test("a counter counts the records that match, by the labels it takes from them")
    func counter() throws {
        let metrics = LogMetrics([
            LogMetricRule(
                name: "web_errors", kind: .counter, filter: failed,
                labels: [.init(name: "service", field: "service.name")])
        ])
        try metrics.observe(
            batch([("cart", 500, nil), ("cart", 200, nil), ("pay", 503, nil), (nil, 502, nil)]), through: 4)
        try metrics.observe(batch([("cart", 504, nil)], from: 5), through: 5)
        #expect(
            told(metrics) == [
                #"web_errors_total{service="cart"}"#: 2, #"web_errors_total{service="pay"}"#: 1,
                "web_errors_total": 1,
            ])
    }

    @Test("a histogram takes numbers, also those that were sent as text, and leaves out what is none")
    func histogram() throws {
        let metrics = LogMetrics([
            LogMetricRule(name: "took_seconds", kind: .histogram(field: "seconds", bounds: [0.1, 1]), filter: .all)
        ])
        try metrics.observe(
            batch([(nil, 200, "0.1"), (nil, 200, "0.5"), (nil, 200, "7"), (nil, 200, "soon"), (nil, 200, nil)]),
            through: 5)
        #expect(
            told(metrics) == [
                #"took_seconds_bucket{le="0.1"}"#: 1, #"took_seconds_bucket{le="1.0"}"#: 2,
                #"took_seconds_bucket{le="+Inf"}"#: 3, "took_seconds_sum": 7.6, "took_seconds_count": 3,
            ])
    }

    @Test("a rule for other indices sees nothing")
    func indices() throws {
        let metrics = LogMetrics([LogMetricRule(name: "a", kind: .counter, indices: ["logs-app-*"], filter: .all)])
        try metrics.observe(batch([("cart", 500, nil)]), through: 1)
        #expect(told(metrics).isEmpty)
    }

    @Test("a label with a value for each record fills no store")
    func many() throws {
        let metrics = LogMetrics([
            LogMetricRule(
                name: "a", kind: .counter, filter: .all, labels: [.init(name: "service", field: "service.name")])
        ])
        try metrics.observe(batch((0..<2500).map { ("s\($0)", 200, nil) }), through: 2500)
        #expect(told(metrics).count == LogMetrics.seriesOfRuleMax)
        #expect(metrics.leftOutCount == 500)
    }

    @Test("a record with a label as long as a page is left out and counted")
    func long() throws {
        let metrics = LogMetrics([
            LogMetricRule(
                name: "a", kind: .counter, filter: .all, labels: [.init(name: "service", field: "service.name")])
        ])
        let texts = [2048, 2049, 100_000].map { String(repeating: "s", count: $0) }
        try metrics.observe(batch(texts.map { ($0, 200, nil) }), through: 3)
        #expect(told(metrics) == [#"a_total{service="\#(texts[0])"}"#: 1] && metrics.leftOutCount == 2)
        #expect(metrics.checkpoint.count < 3000)
    }
}
