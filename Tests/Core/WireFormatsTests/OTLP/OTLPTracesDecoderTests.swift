import SignalModel
import TestKit
import Testing

@testable import WireFormats

@Suite struct OTLPTracesDecoderTests {
    static let trace = Array(1...16) as [UInt8]
    static let id = Array(1...8) as [UInt8]

    static func span(
        trace: [UInt8] = trace, id: [UInt8] = id, start: UInt64 = 1_000, end: UInt64 = 3_500
    ) -> ProtobufMessage {
        ProtobufMessage().data(1, trace).data(2, id).text(5, "GET /").varint(6, 2)
            .fixed64(7, Double(bitPattern: start)).fixed64(8, Double(bitPattern: end))
    }

    static func request(_ spans: [ProtobufMessage], _ resource: [(String, String)] = [("service.name", "cart")])
        -> [UInt8]
    {
        OTLPMessage.request(spans, resource: resource)
    }

    static func decode(
        _ bytes: [UInt8], forced: ForcedResourceLabels = .none, limits: SpanLimits = SpanLimits()
    ) throws -> (batch: SpanBatch, report: SpanReport) {
        try bytes.withUnsafeBytes { try OTLPTracesDecoder($0, forced: forced, limits: limits).decode() }
    }

    @Test("what Python's SDK sends is taken whole: attributes, lists, links, events, the exception")
    func captured() throws {
        let (batch, report) = try Self.decode(try Fixture.bytes("traces/opentelemetry-python.otlp"))
        #expect(
            report
                == {
                    var report = SpanReport()
                    report.accepted = 3
                    return report
                }())
        #expect(batch.spans.map { batch.name(of: $0) } == ["SELECT orders", "charge", "POST /orders"])
        let root = try #require(batch.spans.last)
        #expect(batch.service(of: root) == "cart")
        #expect(batch.name(batch.resource(of: root).environment) == "test")
        #expect(batch.name(batch.resource(of: root).version) == "1.4.0")
        #expect((root.kind, root.parent) == (.server, 0))
        #expect(batch.spans[0].parent == root.id && batch.spans[0].trace == root.trace)
        #expect(batch.spans[0].links.count == 1)
        let attributes = root.fields.map { index -> String in
            let field = batch.fields[Int(index)]
            let value =
                switch field.kind {
                case .string: batch.text(of: field)
                case .integer: String(Int64(bitPattern: field.payload))
                case .double: String(Double(bitPattern: field.payload))
                case .bool: field.payload == 1 ? "true" : "false"
                case .null: "null"
                }
            return batch.name(field.name) + (field.isElement ? "[]=" : "=") + value
        }
        #expect(
            attributes == [
                "http.request.method=POST", "tags[]=a", "tags[]=b", "ratio=0.5", "retry=true", "size=12",
            ])
        let error = try #require(batch.errors.first)
        #expect(batch.name(error.type) == "ValueError" && batch.text(error.message) == "card refused")
        #expect(error.span == batch.spans[1].id && batch.name(error.operation) == "charge")
        #expect(batch.spans[1].status == .error)
    }

    @Test(
        "a span that is not valid is refused with its place and reason, its neighbours are kept",
        arguments: [
            (span(trace: [1, 2]), "a trace_id of 2 bytes, not 16"),
            (
                span(trace: Array(repeating: 0, count: 16)),
                "no trace_id, which must be 16 bytes that are not all zero"
            ),
            (span(id: [1]), "a span_id of 1 bytes, not 8"),
            (span(id: Array(repeating: 0, count: 8)), "no span_id, which must be 8 bytes that are not all zero"),
            (span().data(4, [1, 2]), "a parent_span_id of 2 bytes, not 8"),
            (span(start: UInt64.max), "a time past the year 2262, in nanoseconds since 1970"),
        ])
    func badSpans(bad: ProtobufMessage, reason: String) throws {
        let (batch, report) = try Self.decode(Self.request([Self.span(), bad, Self.span(), bad]))
        #expect((report.accepted, report.rejected) == (2, 2))
        #expect(report.message == "resource_spans[0].scope_spans[0].spans[1]: \(reason)")
        #expect(batch.spans.count == 2)
    }

    @Test("durations stay as they were sent: negative, of thirty years, without an end")
    func durations() throws {
        let years = UInt64(30 * 365 * 86_400) * 1_000_000_000
        let spans = [(5_000, 2_000), (0, years), (9, 0)].map { Self.span(start: $0.0, end: $0.1) }
        let (batch, _) = try Self.decode(Self.request(spans))
        #expect(batch.spans.map(\.durationNanoseconds) == [-3_000, Int64(years), 0])
    }

    @Test("a text of a megabyte is cut off at a character, and the sender is told")
    func longTexts() throws {
        let long = String(repeating: "é", count: 500_000)
        let (batch, report) = try Self.decode(
            Self.request([Self.span().message(9, OTLPMessage.attribute("body", long))]))
        let field = batch.fields[Int(batch.spans[0].fields.lowerBound)]
        #expect(batch.text(of: field).utf8.count == SpanLimits().textBytesMax)
        #expect((report.accepted, report.rejected, report.cut) == (1, 0, 1))
        #expect(report.message == "1 texts longer than 65536 bytes were cut off")
    }

    @Test("a span with too many attributes or events is refused by itself")
    func tooMany() throws {
        var limits = SpanLimits()
        limits.fieldsMax = 3
        limits.eventsMax = 2
        let attributes = (0..<4).reduce(Self.span()) { $0.message(9, OTLPMessage.attribute("a\($1)", "b")) }
        let events = (0..<3).reduce(Self.span()) { span, _ in span.message(11, ProtobufMessage().text(2, "e")) }
        let (_, report) = try Self.decode(Self.request([attributes, events, Self.span()]), limits: limits)
        #expect((report.accepted, report.rejected) == (1, 2))
        #expect(report.message.hasSuffix("4 attributes, more than 3"))
    }

    @Test("a map becomes dotted names, what is nested too deep refuses its span alone")
    func maps() throws {
        func map(_ depth: Int) -> ProtobufMessage {
            guard depth > 0 else { return ProtobufMessage().text(1, "x") }
            let entry = ProtobufMessage().text(1, "m").message(2, map(depth - 1))
            return ProtobufMessage().message(6, ProtobufMessage().message(1, entry))
        }
        func span(_ depth: Int) -> ProtobufMessage {
            Self.span().message(9, ProtobufMessage().text(1, "a").message(2, map(depth)))
        }
        let (batch, report) = try Self.decode(Self.request([span(2), span(30)]))
        #expect(batch.name(batch.fields[Int(batch.spans[0].fields.lowerBound)].name) == "a.m.m")
        #expect((report.accepted, report.rejected) == (1, 1))
        #expect(report.message.contains("nested deeper than 16"))
    }

    @Test("what a token forces takes the place of what a sender says")
    func forced() throws {
        let forced = ForcedResourceLabels([("cluster", "aks-1"), ("environment", "production")])
        let (batch, _) = try Self.decode(
            Self.request(
                [Self.span()],
                [("service.name", "cart"), ("cluster", "mine"), ("deployment.environment", "dev")]), forced: forced)
        let resource = batch.resource(of: batch.spans[0])
        #expect(batch.name(resource.environment) == "production")
        let texts = resource.fields.map {
            batch.name(batch.fields[Int($0)].name) + "=" + batch.text(of: batch.fields[Int($0)])
        }
        #expect(texts == ["service.name=cart", "cluster=aks-1", "deployment.environment.name=production"])
    }

    @Test(
        "the rate of sampling weighs a span",
        arguments: [
            ("es=s:0.01", 100), ("rojo=1, es=s:0.5;x:1", 2), ("ot=th:c", 4), ("ot=th:8;rv:1,es=s:0.01", 2),
            ("ot=th:0", 1), ("es=s:0", 1), ("es=s:1e-300", 1), ("es=s:nan", 1), ("es=x", 1), ("", 1),
        ] as [(String, Double)])
    func weights(traceState: String, weight: Double) throws {
        let (batch, _) = try Self.decode(Self.request([Self.span().text(3, traceState)]))
        #expect(batch.spans[0].weight == weight)
    }

    @Test("what Jaeger's remote sampler says of the root holds for the spans of its trace, of either side of it")
    func rootWeights() throws {
        func attribute(_ key: String, _ value: ProtobufMessage) -> ProtobufMessage {
            ProtobufMessage().text(1, key).message(2, value)
        }
        let root = Self.span().message(9, attribute("sampler.type", ProtobufMessage().text(1, "probabilistic")))
            .message(9, attribute("sampler.param", ProtobufMessage().fixed64(4, 0.1)))
        let child = Self.span(id: [8] + Self.id.dropFirst()).data(4, Self.id)
        let said = Self.span(id: [9] + Self.id.dropFirst()).data(4, Self.id).text(3, "es=s:0.5")
        let other = Self.span(trace: Self.trace.reversed()).data(4, Self.id)
        let (batch, _) = try Self.decode(Self.request([child, root, said, other]))
        #expect(batch.spans.map(\.weight) == [10, 10, 2, 1])
    }

    @Test("JSON says the same as protobuf, and its errors name the byte")
    func json() throws {
        let text = """
            {"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"cart"}}]},
            "scopeSpans":[{"scope":{"name":"shop"},"spans":[{"traceId":"0102030405060708090a0b0c0d0e0f10",
            "spanId":"0102030405060708","name":"GET /","kind":2,"startTimeUnixNano":"1000","endTimeUnixNano":3500,
            "unknown":{"a":[1]},"status":{"code":2,"message":"broken"}}]}]}]}
            """
        let (batch, report) = try Self.decode(try OTLPTracesJSON.protobuf(Array(text.utf8)))
        #expect(report.accepted == 1)
        let span = batch.spans[0]
        #expect((span.kind, span.status, span.durationNanoseconds) == (.server, .error, 2500))
        #expect(batch.text(span.statusMessage) == "broken")
        let bad = text.replacing("\"0102030405060708\"", with: "\"01x2\"")
        let error = #expect(throws: WireFormatError.self) { _ = try OTLPTracesJSON.protobuf(Array(bad.utf8)) }
        #expect(error?.message.contains("hexadecimal") == true)
    }

    @Test("a body that is cut off is refused whole")
    func cutOff() {
        let whole = Self.request([Self.span()])
        #expect(throws: WireFormatError.self) { _ = try Self.decode(Array(whole.dropLast(3))) }
    }

    @Test("any bytes are refused or give a batch that is sound")
    func mutated() throws {
        let original = try Fixture.bytes("traces/opentelemetry-python.otlp")
        let random = SeededRandomness(seed: 20_261_127)
        for _ in 0..<2000 {
            guard let (batch, _) = try? Self.decode(Mutation.of(original, random)) else { continue }
            let bytes = batch.encoded()
            _ = try bytes.withUnsafeBytes { try SpanBatch(encoded: $0) }
        }
    }
}
