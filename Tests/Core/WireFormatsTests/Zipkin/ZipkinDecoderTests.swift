import SignalModel
import TestKit
import Testing

@testable import WireFormats

@Suite struct ZipkinDecoderTests {
    static func decode(_ bytes: [UInt8]) throws -> (batch: SpanBatch, report: SpanReport) {
        try bytes.withUnsafeBytes { try ZipkinDecoder($0, receivedNanoseconds: 77).decode() }
    }

    static func decode(_ text: String) throws -> (batch: SpanBatch, report: SpanReport) {
        try decode(Array(text.utf8))
    }

    @Test("what py_zipkin sends is taken whole")
    func captured() throws {
        let (batch, report) = try Self.decode(try Fixture.bytes("traces/py-zipkin.json"))
        #expect((report.accepted, report.rejected) == (2, 0))
        let (call, server) = (batch.spans[0], batch.spans[1])
        #expect((call.kind, server.kind) == (.client, .server))
        #expect(call.parent == server.id && call.trace == server.trace && server.parent == 0)
        #expect((call.status, call.durationNanoseconds) == (.error, 2000))
        #expect(call.resource == server.resource && batch.service(of: call) == "front")
        #expect(batch.name(batch.events[Int(call.events.lowerBound)].name) == "sent")
    }

    @Test("client and server that share an id are two spans, told apart by kind")
    func shared() throws {
        let (batch, _) = try Self.decode(
            """
            [{"traceId":"a","id":"1","kind":"CLIENT","timestamp":1,"localEndpoint":{"serviceName":"front"},
              "remoteEndpoint":{"serviceName":"cart","ipv4":"10.0.0.7","port":8080}},
             {"traceId":"a","id":"1","kind":"SERVER","shared":true,"localEndpoint":{"serviceName":"cart"}}]
            """)
        #expect(batch.spans.map(\.id) == [1, 1])
        #expect(batch.spans.map(\.flags) == [[], .shared])
        #expect(batch.spans.map(\.startNanoseconds) == [1000, 77])
        #expect(batch.spans.map { batch.service(of: $0) } == ["front", "cart"])
    }

    @Test("what a refused span was the first to say of its service, later spans have")
    func resourceOfRefused() throws {
        let service = #""localEndpoint":{"serviceName":"front","ipv4":"10.0.0.1"}"#
        let (batch, report) = try Self.decode(
            """
            [{"traceId":"a","id":"1","tags":{"x":"y"},"annotations":[{}],\(service)},
             {"traceId":"a","id":"2","timestamp":1,"tags":{"kept":"whole"},\(service)}]
            """)
        #expect((report.accepted, report.rejected) == (1, 1))
        let again = try batch.encoded().withUnsafeBytes { try SpanBatch(encoded: $0) }
        #expect(again.encoded() == batch.encoded())
        let resource = again.resources[Int(again.spans[0].resource)]
        let texts = resource.fields.map { again.text(of: again.fields[Int($0)]) }
        #expect(texts.contains("front") && texts.contains("10.0.0.1"))
        #expect(again.spans[0].fields.map { again.text(of: again.fields[Int($0)]) } == ["whole"])
    }

    @Test(
        "a span that is not valid is refused with its place and reason, its neighbours are kept",
        arguments: [
            (#"{"id":"1"}"#, "traceId is missing: 16 or 32 hexadecimal digits"),
            (#"{"traceId":"0","id":"1"}"#, "traceId must be 16 or 32 hexadecimal digits that are not all zero"),
            (#"{"traceId":"a"}"#, "id is missing: 16 hexadecimal digits"),
            (#"{"traceId":"a","id":"xyz"}"#, "id must be 16 hexadecimal digits that are not all zero"),
            (#"{"traceId":"a","id":"1","tags":{"a":{}}}"#, "tags.a is an object, not a text"),
            (#"{"traceId":"a","id":"1","tags":[]}"#, "tags is an array, not an object of texts"),
            (#"{"traceId":"a","id":"1","timestamp":"x"}"#, "timestamp must be a whole number of microseconds"),
            (
                #"{"traceId":"a","id":"1","timestamp":9223372036854775807}"#,
                "timestamp is past the year 2262, in microseconds"
            ),
            (#"{"traceId":"a","id":"1","annotations":[{}]}"#, "annotations: each has a timestamp and a value"),
            ("7", "a number where a span was expected"),
        ])
    func badSpans(bad: String, reason: String) throws {
        let good = #"{"traceId":"a","id":"2","timestamp":1}"#
        let (batch, report) = try Self.decode("[\(good),\(bad),\(good)]")
        #expect(batch.spans.count == 2)
        #expect((report.accepted, report.rejected, report.message) == (2, 1, "[1]: \(reason)"))
    }

    @Test(
        "JSON that is not whole is refused with its byte",
        arguments: [
            ("", "byte 0: the JSON is cut off"), ("{}", "byte 0: expected an array"),
            ("[{\"traceId\":\"a\",\"id\":\"1\"}", "byte 25: the JSON is cut off"),
            ("[] x", "byte 3: expected nothing behind the array"), ("[1 2]", "byte 3: expected a comma or ]"),
        ])
    func badJSON(text: String, message: String) throws {
        let error = #expect(throws: WireFormatError.self) { _ = try Self.decode(text) }
        #expect(error.map { "\($0)" } == message)
    }

    @Test("an empty array is no error")
    func empty() throws {
        #expect(try Self.decode(" [ ] ").batch.isEmpty)
    }
}
