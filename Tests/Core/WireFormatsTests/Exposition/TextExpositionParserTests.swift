import Basics
import SignalModel
import TestKit
import Testing
import WireFormats

@Suite struct TextExpositionParserTests {
    private static let time = Timestamp(milliseconds: 42)

    private func parse(_ text: String, honorsTimestamps: Bool = true) throws -> ScrapeBatch {
        var parser = TextExpositionParser(honorsTimestamps: honorsTimestamps)
        var batch = ScrapeBatch()
        try parser.parse(Array(text.utf8), at: Self.time, into: &batch)
        return batch
    }

    private func lines(_ batch: ScrapeBatch) -> [String] {
        batch.samples.entries.map { entry in
            let sample = batch.samples.samples[entry.samplesStart]
            return "\(batch.samples.labels(of: entry)) \(sample.value) @\(sample.timestamp.milliseconds)"
        }
    }

    private static let wellFormed: [(String, String?)] = [
        ("m 1", "m 1.0 @42"),
        ("m 1\n", "m 1.0 @42"),
        ("  m\t1 ", "m 1.0 @42"),
        (":a:b 2", ":a:b 2.0 @42"),
        ("m{} 1", "m 1.0 @42"),
        ("m {a=\"b\"} 1", #"m{a="b"} 1.0 @42"#),
        ("m{ b = \"2\" , a=\"1\" , } 3", #"m{a="1", b="2"} 3.0 @42"#),
        ("m{a=\"\"} 1", "m{a=\"\"} 1.0 @42"),
        (#"m{a="x\\y\"z\nw\q"} 1"#, #"m{a="x\\y\"z\nw\\q"} 1.0 @42"#),
        ("m{a=\"x\ny\"} 1", #"m{a="x\ny"} 1.0 @42"#),
        ("m{a=\"x=,}{# y\"} 1", #"m{a="x=,}{# y"} 1.0 @42"#),
        ("m 1 1700000000000", "m 1.0 @1700000000000"),
        ("m 1 -5", "m 1.0 @-5"),
        ("m 1 9223372036854775807", "m 1.0 @2305843009213693951"),
        (#"{"a.b"} 1"#, #"{"__name__"="a.b"} 1.0 @42"#),
        (#"{"a.b",x="y"} 1"#, #"{"__name__"="a.b", x="y"} 1.0 @42"#),
        (#"{x="y","a.b"} 1"#, #"{"__name__"="a.b", x="y"} 1.0 @42"#),
        (#"m{"x.y"="z"} 1"#, #"m{"x.y"="z"} 1.0 @42"#),
        (#"{__name__="m"} 1"#, "m 1.0 @42"),
        ("m{é=\"1\"} 1", nil),
        ("m{a=\"é😀\"} 1", #"m{a="é😀"} 1.0 @42"#),
        ("m{A=\"1\"} 1", #"m{A="1"} 1.0 @42"#),
    ]

    @Test("a line becomes a sample", arguments: wellFormed)
    func samples(text: String, expected: String?) throws {
        if let expected {
            #expect(lines(try parse(text)) == [expected])
        } else {
            #expect(throws: WireFormatError.self) { try parse(text) }
        }
    }

    private static let boundCases: [(String, String)] = [
        ("# TYPE h histogram\nh_bucket{le=\"1\"} 1", "1.0"), ("# TYPE s summary\ns{quantile=\"0.50\"} 1", "0.5"),
        ("# TYPE h histogram\nh_bucket{le=\"1e6\"} 1", "1e+06"), ("# TYPE h gauge\nh{le=\"1\"} 1", "1"),
        ("h_bucket{le=\"1\"} 1", "1"), ("# TYPE h histogram\nh_bucket{le=\"some\"} 1", "some"),
    ]

    @Test("bounds of buckets and quantiles have OpenMetrics' form", arguments: boundCases)
    func boundForms(text: String, expected: String) throws {
        let batch = try parse(text)
        let labels = batch.samples.labels(of: batch.samples.entries[0])
        #expect((labels.value(of: "le") ?? labels.value(of: "quantile")) == expected)
    }

    private static let decimals: [(String, Double)] = [
        ("0", 0), ("-0", -0.0), ("+1.5", 1.5), (".5", 0.5), ("5.", 5), ("1e3", 1000), ("1E-3", 0.001), ("1e+06", 1e6),
        ("+Inf", .infinity), ("-Inf", -.infinity), ("inf", .infinity), ("Infinity", .infinity),
        ("9007199254740993", 9_007_199_254_740_992), ("0.1", 0.1), ("123456789012345678", 123_456_789_012_345_678),
        ("1.7976931348623157e308", .greatestFiniteMagnitude), ("5e-324", 5e-324), ("1e-400", 0),
        ("0.30000000000000004", 0.30000000000000004), ("18446744073709551616", 18_446_744_073_709_551_616),
        ("0.000000000000000000000000000001", 1e-30),
    ]

    @Test("numbers are read as Go reads them", arguments: decimals)
    func numbers(text: String, expected: Double) throws {
        let batch = try parse("m \(text)")
        #expect(batch.samples.samples.map(\.value.bitPattern) == [expected.bitPattern])
    }

    @Test("NaN has Prometheus' bits", arguments: ["NaN", "nan"])
    func nan(text: String) throws {
        let bits = try parse("m \(text)").samples.samples.map(\.value.bitPattern)
        #expect(bits == [StaleMarker.plainNaN.bitPattern])
    }

    @Test("any double comes back from its shortest text and from a long one")
    func randomNumbers() throws {
        let random = SeededRandomness(seed: 7)
        var values: [Double] = []
        var text = ""
        while values.count < 4000 {
            let bits = random.next()
            let value =
                values.count % 2 == 0 ? Double(bitPattern: bits) : Double(Int64(bitPattern: bits) >> 40) / 1000
            guard value.isFinite else { continue }
            values.append(value)
            text += "m \(value)\n"
        }
        #expect(try parse(text).samples.samples.map(\.value.bitPattern) == values.map(\.bitPattern))
    }

    @Test("samples with a time of their own are known, unless times are not honoured")
    func timedEntries() throws {
        let text = "a 1\nb 1 5\nc 1\nd 1 6\n"
        #expect(try parse(text).timedEntries == [1, 3])
        let batch = try parse(text, honorsTimestamps: false)
        #expect(batch.timedEntries.isEmpty)
        #expect(batch.samples.samples.allSatisfy { $0.timestamp == Self.time })
    }

    @Test("comments describe metrics, and remarks are nothing")
    func metadata() throws {
        let batch = try parse(
            """
            # HELP a Some help \\\\ with\\nescapes \\x.
            # TYPE a counter
            #a remark
            # another TYPE x
            #
            # HELP
            # UNIT a seconds
            # HELP "b.c" Quoted.
            # TYPE "b.c" untyped
            # TYPE d gauge
            # HELP e
            a 1
            """)
        #expect(
            batch.metadata == [
                MetricMetadata(metric: "a", type: .counter, help: "Some help \\ with\nescapes \\x.", unit: "seconds"),
                MetricMetadata(metric: "b.c", type: .unknown, help: "Quoted."),
                MetricMetadata(metric: "d", type: .gauge),
                MetricMetadata(metric: "e"),
            ])
        #expect(lines(batch) == ["a 1.0 @42"])
    }

    private static let malformed: [(String, String)] = [
        ("m", "line 1, column 2: \"\" is no number"),
        ("ok 1\nm x", "line 2, column 3: \"x\" is no number"),
        ("m 0x10", "line 1, column 3: \"0x10\" is no number"),
        ("m 1_000", "line 1, column 3: \"1_000\" is no number"),
        ("m 1e", "line 1, column 3: \"1e\" is no number"),
        ("m 1e999", "line 1, column 3: \"1e999\" is no number"),
        ("m -nan", "line 1, column 3: \"-nan\" is no number"),
        ("m .", "line 1, column 3: \".\" is no number"),
        ("m 1 2.5", "line 1, column 5: \"2.5\" is no timestamp"),
        ("m 1 9223372036854775808", "line 1, column 5: \"9223372036854775808\" is no timestamp"),
        ("m 1 2 3", "line 1, column 7: expected the end of the line, found \"3\""),
        ("1m 1", "line 1, column 1: expected a metric name, found \"1\""),
        ("m{a=\"b\"", "line 1, column 8: expected a comma or a closing brace, found the end of the line"),
        ("m{a=b} 1", "line 1, column 5: expected a quoted label value, found \"b\""),
        ("m{a} 1", "line 1, column 4: expected an equals sign, found \"}\""),
        ("m{,} 1", "line 1, column 3: expected a label name or a closing brace, found \",\""),
        ("m{a=\"b\" c=\"d\"} 1", "line 1, column 9: expected a comma or a closing brace, found \"c\""),
        ("a 1\nm{a=\"b", "line 2, column 5: a quoted text that does not end"),
        ("m{a=\"b\\", "line 1, column 5: a quoted text that does not end"),
        ("{} 1", "line 1, column 1: no metric name: {}"),
        (#"{"a"="b"} 1"#, "line 1, column 1: no metric name: {\"a\"=\"b\"}"),
        (#"m{"n"} 1"#, "line 1, column 1: a label name that is not unique: {\"__name__\"=\"m\", \"__name__\"=\"n\"}"),
        (
            #"m{a="1",a="2"} 1"#,
            "line 1, column 1: a label name that is not unique: {\"__name__\"=\"m\", \"a\"=\"1\", \"a\"=\"2\"}"
        ),
        (#"m{""="1"} 1"#, "line 1, column 1: a label without a name: {\"__name__\"=\"m\", \"\"=\"1\"}"),
        ("# TYPE m nonsense", "line 1, column 10: \"nonsense\" is no metric type"),
        ("# TYPE m", "line 1, column 9: \"\" is no metric type"),
        ("# HELP 1m text", "line 1, column 8: expected a metric name after HELP, found \"1\""),
        ("m{a=\"x\ny\"} 1\nn !", "line 3, column 3: \"!\" is no number"),
    ]

    @Test("a bad line is refused with its line and column", arguments: malformed)
    func refused(text: String, expected: String) {
        let error = #expect(throws: WireFormatError.self) { try parse(text) }
        #expect(error?.description == expected)
    }

    @Test("invalid UTF-8 in a label is refused")
    func invalidUTF8() {
        var parser = TextExpositionParser()
        var batch = ScrapeBatch()
        let text = Array("m{a=\"".utf8) + [0xc3, 0x28] + Array("\"} 1".utf8)
        let error = #expect(throws: WireFormatError.self) { try parser.parse(text, at: Self.time, into: &batch) }
        #expect(error?.place == .line(1, column: 1))
    }

    @Test("an exporter's real page parses")
    func realPage() throws {
        var parser = TextExpositionParser()
        var batch = ScrapeBatch()
        try parser.parse(Fixture.bytes("exposition/node-exporter-1.5.0.txt"), at: Self.time, into: &batch)
        #expect(batch.samples.entries.count == 142)
        #expect(batch.metadata.count == 107)
        #expect(batch.metadata.allSatisfy { !$0.help.isEmpty && $0.type != .histogram })
    }

    @Test("what the writer writes is parsed to the same")
    func writer() throws {
        var writer = TextExpositionWriter()
        writer.family("a_total", .counter, help: "Line one\nand \\ two")
        writer.sample("a_total", labels: [("x", "q\"uo\\te\nd"), ("y", "é")], 1e21)
        writer.sample("a_total", 17)
        writer.family("b", .gauge, help: "")
        for value in [Double.infinity, -.infinity, 0.1, -0.0, 1e-7] { writer.sample("b", value) }
        var parser = TextExpositionParser()
        var batch = ScrapeBatch()
        try parser.parse(writer.bytes, at: Self.time, into: &batch)
        #expect(
            batch.metadata.first == MetricMetadata(metric: "a_total", type: .counter, help: "Line one\nand \\ two"))
        #expect(batch.samples.labels(of: batch.samples.entries[0]).value(of: "x") == "q\"uo\\te\nd")
        #expect(batch.samples.samples.map(\.value) == [1e21, 17, .infinity, -.infinity, 0.1, -0.0, 1e-7])
        #expect(String(decoding: writer.bytes, as: UTF8.self).contains("\na_total 17\n"))
    }
}
