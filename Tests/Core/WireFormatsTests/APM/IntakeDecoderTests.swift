import Basics
import SignalModel
import TestKit
import Testing

@testable import WireFormats

@Suite struct IntakeDecoderTests {
    private static let metadata =
        #"{"metadata":{"service":{"name":"shop","environment":"test","agent":{"name":"x"}}}}"#
    private static let ids = #""id":"1","trace_id":"a""#

    /// What the lines came to, and what was wrong with them.
    static func decode(
        _ lines: [String], forced: ForcedResourceLabels = .none
    ) -> (events: IntakeEvents, problems: [String]) {
        var decoder = IntakeDecoder(receivedNanoseconds: 77_000, forced: forced)
        var problems: [String] = []
        for line in lines {
            Array(line.utf8).withUnsafeBytes { bytes in
                do throws(IntakeProblem) { try decoder.line(bytes) } catch { problems.append(error.message) }
            }
        }
        return (decoder.take(), problems)
    }

    @Test("what Python's agent sends for a Flask application is taken whole")
    func captured() throws {
        let text = String(decoding: try Fixture.bytes("traces/elastic-apm-python.ndjson"), as: UTF8.self)
        let (events, problems) = Self.decode(text.split(separator: "\n").map(String.init))
        #expect(problems.isEmpty && events.report.accepted == 6)
        let batch = events.batch
        let (inner, transaction) = (batch.spans[0], batch.spans[1])
        #expect(batch.spans.map { batch.name(of: $0) } == ["inner", "GET /bad"])
        #expect(batch.spans.map(\.kind) == [.client, .server])
        #expect((inner.status, transaction.status) == (.ok, .error))
        #expect(transaction.flags == .transaction && inner.parent != 0)
        #expect(batch.service(of: transaction) == "shop")
        #expect(batch.name(batch.resource(of: transaction).environment) == "test")
        let error = try #require(batch.errors.first)
        #expect(batch.name(error.type) == "RuntimeError" && batch.text(error.message) == "RuntimeError: broken")
        #expect(error.trace == transaction.trace && error.handling == .unhandled)
        #expect(batch.name(batch.frames[Int(error.frames.lowerBound)].function).isEmpty == false)
        #expect(events.metrics.map(\.name).contains("span.self_time.sum.us"))
        let labels = try #require(events.metrics.first { $0.name == "span.self_time.count" }).labels
        #expect(labels.value(of: "__name__") == "span_self_time_count")
        #expect(labels.value(of: "transaction_name") == "GET /bad" && labels.value(of: "service_name") == "shop")
    }

    @Test("what a refused event was the first to say of its service, later events have")
    func resourceOfRefused() throws {
        let service = #""context":{"service":{"name":"cart","version":"2.1"}}"#
        let (events, problems) = Self.decode([
            Self.metadata,
            #"{"error":{"id":"1","exception":{"message":"m","stacktrace":[7]},\#(service)}}"#,
            #"{"transaction":{"id":"2","trace_id":"a","type":"request","duration":1,"span_count":{"started":0},"#
                + #"\#(service)}}"#,
        ])
        #expect(problems.count == 1 && events.report.accepted == 1)
        let again = try events.batch.encoded().withUnsafeBytes { try SpanBatch(encoded: $0) }
        #expect(again.encoded() == events.batch.encoded())
        #expect(again.service(of: again.spans[0]) == "cart")
        let fields = again.resource(of: again.spans[0]).fields
        #expect(fields.map { again.text(of: again.fields[Int($0)]) }.contains("2.1"))
    }

    @Test(
        "an event that is not valid is refused with its reason, its neighbours are kept",
        arguments: [
            (#"{"transaction":{}}"#, "validation error: transaction: 'id' required"),
            (#"{"transaction":{"id":"1"}}"#, "validation error: transaction: 'trace_id' required"),
            (#"{"transaction":{\#(ids)}}"#, "validation error: transaction: 'type' required"),
            (
                #"{"transaction":{\#(ids),"type":"request","span_count":{}}}"#,
                "validation error: transaction: 'duration' required"
            ),
            (
                #"{"transaction":{"id":"zz","trace_id":"a"}}"#,
                "validation error: transaction: 'id' must be 16 hexadecimal digits that are not all zero"
            ),
            (#"{"span":{\#(ids)}}"#, "validation error: span: 'parent_id' required"),
            (
                #"{"span":{\#(ids),"parent_id":"2","name":"x","type":"db","duration":1}}"#,
                "validation error: span: 'timestamp' required"
            ),
            (#"{"error":{"id":"1"}}"#, "validation error: error: 'exception' or 'log' required"),
            (#"{"metricset":{}}"#, "validation error: metricset: 'samples' required"),
            (
                #"{"metricset":{"samples":{"a":{"value":"x"}}}}"#,
                "validation error: metricset: 'samples.a.value' must be a number"
            ),
            (#"{"log":{}}"#, "validation error: log: 'message' required"),
            (#"{"tennis":{}}"#, "did not recognize object type: \"tennis\""),
            (#"{"span":1}"#, "decode error: span is a number, not an object"),
            (#"{"span":"#, "decode error: byte 8: the JSON is cut off"),
        ])
    func badEvents(line: String, reason: String) {
        let good =
            #"{"span":{\#(Self.ids),"parent_id":"2","name":"x","type":"db.sql.query","duration":1.5,"timestamp":5}}"#
        let (events, problems) = Self.decode([Self.metadata, good, line, "", good])
        #expect(problems == [reason])
        #expect(events.batch.spans.count == 2 && events.report.accepted == 2)
        #expect(events.batch.spans[0].durationNanoseconds == 1_500_000)
        #expect(events.batch.spans[0].startNanoseconds == 5000)
    }

    @Test(
        "without its first line nothing of an intake can be taken",
        arguments: [
            (#"{"span":{}}"#, "validation error: 'metadata' required"),
            ("x", "decode error: byte 0: expected a value"),
            (#"{"metadata":{}}"#, "validation error: metadata: 'service' required"),
        ])
    func badMetadata(line: String, reason: String) {
        var decoder = IntakeDecoder(receivedNanoseconds: 0)
        let error = #expect(throws: IntakeProblem.self) {
            try Array(line.utf8).withUnsafeBytes { try decoder.line($0) }
        }
        #expect(error?.message.hasPrefix(reason) == true)
        #expect(decoder.isRefused)
    }

    @Test("a line over the limit is refused by itself")
    func longLine() {
        let long = #"{"log":{"message":""# + String(repeating: "x", count: IntakeDecoder.lineBytesMax) + "\"}}"
        let (events, problems) = Self.decode([Self.metadata, long, #"{"log":{"message":"short"}}"#])
        #expect(problems == ["event exceeded the permitted size."])
        #expect(events.logs.count == 1)
    }

    @Test("an unsampled transaction is taken and stands for nothing; a sampled one for one by its rate")
    func sampling() {
        let rest = #""type":"request","span_count":{"started":0},"duration":1"#
        let (events, problems) = Self.decode([
            Self.metadata, #"{"transaction":{\#(Self.ids),\#(rest),"sampled":false,"sample_rate":0}}"#,
            #"{"transaction":{\#(Self.ids),\#(rest),"sample_rate":0.25}}"#,
        ])
        #expect(problems.isEmpty && events.report.accepted == 2)
        #expect(events.batch.spans.map(\.weight) == [4])
    }

    @Test("a log becomes a document of its service with its time, and what a token forces counts for samples")
    func logsAndSamples() throws {
        let (events, problems) = Self.decode(
            [
                Self.metadata, #"{"log":{"@timestamp":1795743405000000,"message":"hello","log.level":"info"}}"#,
                #"{"metricset":{"timestamp":1795743405000000,"samples":{"a.b":{"value":2}},"tags":{"x.y":"z"}}}"#,
            ], forced: ForcedResourceLabels([("cluster", "aks-1"), ("environment", "production")]))
        #expect(problems.isEmpty)
        let document = try DocumentReader.object(events.logs[0].document)
        #expect(document["@timestamp"] == .string("2026-11-27T01:36:45.000Z"))
        #expect(document["service.name"] == .string("shop") && document["message"] == .string("hello"))
        #expect(events.logs[0].index == "logs-apm.app-default")
        let metric = events.metrics[0]
        #expect(metric.value == 2 && metric.timestamp.milliseconds == 1_795_743_405_000)
        #expect(metric.labels.value(of: "cluster") == "aks-1" && metric.labels.value(of: "x_y") == "z")
        #expect(metric.labels.value(of: "environment") == "production")
    }

    @Test("any bytes are refused or give a batch that is sound")
    func mutated() throws {
        let original = try Fixture.bytes("traces/elastic-apm-python.ndjson")
        let random = SeededRandomness(seed: 20_261_127)
        for _ in 0..<300 {
            let text = String(decoding: Mutation.of(original, random), as: UTF8.self)
            let (events, _) = Self.decode(text.split(separator: "\n").map(String.init))
            _ = try events.batch.encoded().withUnsafeBytes { try SpanBatch(encoded: $0) }
        }
    }
}
