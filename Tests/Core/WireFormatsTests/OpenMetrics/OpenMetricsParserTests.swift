import Basics
import SignalModel
import TestKit
import Testing

@testable import WireFormats

@Suite struct OpenMetricsParserTests {
    private static let time = Timestamp(milliseconds: 42)

    private func parse(_ text: String, honorsTimestamps: Bool = true) throws -> ScrapeBatch {
        var parser = OpenMetricsParser(honorsTimestamps: honorsTimestamps)
        var batch = ScrapeBatch()
        try parser.parse(Array(text.utf8), at: Self.time, into: &batch)
        return batch
    }

    private func lines(_ batch: ScrapeBatch) -> [String] {
        batch.samples.entries.indices.map { number in
            let entry = batch.samples.entries[number]
            let sample = batch.samples.samples[entry.samplesStart]
            var line = "\(batch.samples.labels(of: entry)) \(sample.value) @\(sample.timestamp.milliseconds)"
            for place in batch.samples.exemplars.indices where batch.samples.exemplars[place].entry == number {
                let exemplar = batch.samples.exemplar(place)
                line +=
                    " # \(exemplar.labels) \(exemplar.value) @\(exemplar.timestamp.milliseconds)"
                    + (exemplar.isTimed ? "" : " untimed")
            }
            return line
        }
    }

    private static let wellFormed: [(String, String)] = [
        ("m 1", "m 1.0 @42"),
        (":a:b 2", ":a:b 2.0 @42"),
        ("m{} 1", "m 1.0 @42"),
        ("m{b=\"2\",a=\"1\",} 3", #"m{a="1", b="2"} 3.0 @42"#),
        (#"m{a="x\\y\"z\nw\q"} 1"#, #"m{a="x\\y\"z\nw\\q"} 1.0 @42"#),
        ("m{a=\"x=,}{# y\"} 1", #"m{a="x=,}{# y"} 1.0 @42"#),
        (#"{"a.b"} 1"#, #"{"__name__"="a.b"} 1.0 @42"#),
        (#"{x="y","a.b"} 1"#, #"{"__name__"="a.b", x="y"} 1.0 @42"#),
        (#"m{"x.y"="z"} 1"#, #"m{"x.y"="z"} 1.0 @42"#),
        // Seconds, cut to milliseconds.
        ("m 1 1700000000", "m 1.0 @1700000000000"),
        ("m 1 1700000000.1239", "m 1.0 @1700000000123"),
        ("m 1 1.5e9", "m 1.0 @1500000000000"),
        ("m 1 -0.5", "m 1.0 @-500"),
        ("m 1 1e300", "m 1.0 @2305843009213693951"),
        // Exemplars.
        (#"m_total 1 # {trace_id="é"} 0.5"#, #"m_total 1.0 @42 # {trace_id="é"} 0.5 @42 untimed"#),
        (#"m_total 1 7 # {b="2",a="1"} 0.5"#, #"m_total 1.0 @7000 # {a="1", b="2"} 0.5 @7000 untimed"#),
        (#"m_total 1 7 # {} -1e3 6.25"#, "m_total 1.0 @7000 # {} -1000.0 @6250"),
        (#"m{a="b"} 1 # {a="}",} 1 2"#, #"m{a="b"} 1.0 @42 # {a="}"} 1.0 @2000"#),
        (#"m 1 # {a="x\"y\n"} +Inf 2"#, #"m 1.0 @42 # {a="x\"y\n"} inf @2000"#),
    ]

    @Test("a line becomes a sample, with its exemplar", arguments: wellFormed)
    func samples(line: String, expected: String) throws {
        #expect(lines(try parse(line + "\n# EOF\n")) == [expected])
        #expect(lines(try parse("a 1\n" + line + "\nb 1\n# EOF")) == ["a 1.0 @42", expected, "b 1.0 @42"])
    }

    private static let malformed: [(String, String)] = [
        ("", "line 1, column 1: data does not end with # EOF"),
        ("m 1\n", "line 2, column 1: data does not end with # EOF"),
        ("m 1", "line 2, column 1: data does not end with # EOF"),
        ("# EOF\nm 1\n", "line 2, column 1: unexpected data after # EOF"),
        ("# EOF\n\n", "line 2, column 1: unexpected data after # EOF"),
        ("# EOF x", "line 1, column 6: unexpected data after # EOF"),
        ("\n# EOF", "line 1, column 1: expected a metric name or a comment, found the end of the line"),
        (" m 1\n# EOF", "line 1, column 1: expected a metric name or a comment, found \" \""),
        ("m\n# EOF", "line 1, column 2: expected a blank and a value, found the end of the line"),
        ("m  1\n# EOF", "line 1, column 3: \"\" is no number"),
        ("m\t1\n# EOF", "line 1, column 2: expected a blank and a value, found \"\\t\""),
        ("ok 1\nm x\n# EOF", "line 2, column 3: \"x\" is no number"),
        ("m 0x1p3\n# EOF", "line 1, column 3: \"0x1p3\" is no number"),
        ("m 1_0\n# EOF", "line 1, column 3: \"1_0\" is no number"),
        ("m 1 NaN\n# EOF", "line 1, column 5: \"NaN\" is no timestamp"),
        ("m 1 Inf\n# EOF", "line 1, column 5: \"Inf\" is no timestamp"),
        ("m 1 x\n# EOF", "line 1, column 5: \"x\" is no timestamp"),
        ("m 1 2 3\n# EOF", "line 1, column 6: expected an exemplar or the end of the line, found \" \""),
        ("m 1 \n# EOF", "line 1, column 5: \"\" is no timestamp"),
        ("m{a=\"b\"\n# EOF", "line 1, column 8: expected a comma or a closing brace, found the end of the line"),
        ("m{a=b} 1\n# EOF", "line 1, column 5: expected a quoted label value, found \"b\""),
        ("m{a} 1\n# EOF", "line 1, column 4: expected an equals sign, found \"}\""),
        ("m{a =\"b\"} 1\n# EOF", "line 1, column 4: expected an equals sign, found \" \""),
        ("m{a=\"b\", c=\"d\"} 1\n# EOF", "line 1, column 9: expected a label name or a closing brace, found \" \""),
        ("m{a=\"x\ny\"} 1\n# EOF", "line 1, column 5: a quoted text that does not end"),
        (
            "m{a=\"b\",a=\"c\"} 1\n# EOF",
            "line 1, column 1: a label name that is not unique: {\"__name__\"=\"m\", \"a\"=\"b\", \"a\"=\"c\"}"
        ),
        ("{a=\"b\"} 1\n# EOF", "line 1, column 1: no metric name"),
        ("m{\"n\"} 1\n# EOF", "line 1, column 1: the metric name is there twice"),
        ("#no blank\n# EOF", "line 1, column 2: expected a blank after the number sign, found \"n\""),
        ("# a remark\n# EOF", "line 1, column 1: a comment other than HELP, TYPE, UNIT and EOF"),
        ("# TYPE\n# EOF", "line 1, column 7: expected a metric name after TYPE, found the end of the line"),
        (
            "# TYPE m\n# EOF",
            "line 1, column 9: expected a blank and a text after the metric name, found the end of the line"
        ),
        ("# TYPE m untyped\n# EOF", "line 1, column 10: \"untyped\" is no metric type"),
        (
            "# UNIT m_bytes seconds\n# EOF",
            "line 1, column 16: unit \"seconds\" is not a suffix of metric \"m_bytes\""
        ),
        (
            "# UNIT mseconds seconds\n# EOF",
            "line 1, column 17: unit \"seconds\" is not a suffix of metric \"mseconds\""
        ),
        ("m 1 # \n# EOF", "line 1, column 5: \"#\" is no timestamp"),
        ("m 1 # {a} 1\n# EOF", "line 1, column 9: expected an equals sign, found \"}\""),
        ("m 1 # {\"a\"} 1\n# EOF", "line 1, column 11: expected an equals sign, found \"}\""),
        ("m 1 # {a=\"b\"}\n# EOF", "line 1, column 14: expected a blank and a value, found the end of the line"),
        ("m 1 # {a=\"b\"} x\n# EOF", "line 1, column 15: \"x\" is no number"),
        ("m 1 # {a=\"b\"} 1 x\n# EOF", "line 1, column 17: \"x\" is no timestamp"),
        ("m 1 # {a=\"b\"} 1 2 3\n# EOF", "line 1, column 18: expected the end of the line, found \" \""),
        ("m 1 # {a=\"b\",a=\"c\"} 1\n# EOF", "line 1, column 4: exemplar: a label name that is not unique"),
    ]

    @Test("a line that is none is refused with its place", arguments: malformed)
    func errors(text: String, expected: String) {
        let error = #expect(throws: WireFormatError.self) { try parse(text) }
        #expect(error?.description == expected)
        #expect(error?.code == .malformed)
    }

    @Test(
        "bytes that are not UTF-8 are refused", arguments: ["m{a=\"?\"} 1\n", "# HELP m ?\n", "m 1 # {a=\"?\"} 1\n"])
    func invalidUTF8(text: String) {
        let bytes = Array((text + "# EOF\n").utf8).map { $0 == UInt8(ascii: "?") ? 0xff : $0 }
        var parser = OpenMetricsParser()
        var batch = ScrapeBatch()
        let error = #expect(throws: WireFormatError.self) { try parser.parse(bytes, at: Self.time, into: &batch) }
        #expect(error?.description.contains("UTF-8") == true && error?.description.hasPrefix("line 1") == true)
    }

    @Test("families are described by type, unit and help")
    func metadata() throws {
        let batch = try parse(
            #"""
            # TYPE a_seconds counter
            # UNIT a_seconds seconds
            # HELP a_seconds Some \"help\" \\ with\nescapes \x.
            a_seconds_total 1
            a_seconds_created 1700000000.5
            # TYPE b gaugehistogram
            # TYPE c stateset
            # TYPE d info
            # TYPE e unknown
            # HELP e 
            # UNIT e 
            # TYPE "f.g" summary
            # EOF
            """#)
        #expect(
            batch.metadata == [
                MetricMetadata(
                    metric: "a_seconds", type: .counter, help: "Some \"help\" \\ with\nescapes \\x.", unit: "seconds"),
                MetricMetadata(metric: "b", type: .gaugeHistogram), MetricMetadata(metric: "c", type: .stateSet),
                MetricMetadata(metric: "d", type: .info), MetricMetadata(metric: "e"),
                MetricMetadata(metric: "f.g", type: .summary),
            ])
        #expect(lines(batch) == ["a_seconds_total 1.0 @42", "a_seconds_created 1700000000.5 @42"])
    }

    private static let boundCases: [(type: String, line: String, expected: String)] = [
        ("histogram", #"m_bucket{le="1"} 1"#, "1.0"), ("histogram", #"m_bucket{le="0.250"} 1"#, "0.25"),
        ("histogram", #"m_bucket{le="1000000"} 1"#, "1e+06"), ("histogram", #"m_bucket{le="+Inf"} 1"#, "+Inf"),
        ("histogram", #"m_bucket{le="inf"} 1"#, "+Inf"), ("histogram", #"m_bucket{le="x"} 1"#, "x"),
        ("summary", #"m{quantile="1"} 1"#, "1.0"), ("gauge", #"m{le="1"} 1"#, "1"),
        ("summary", #"m{le="1"} 1"#, "1"), ("histogram", #"m{quantile="1"} 1"#, "1"),
    ]

    @Test("bounds of buckets and quantiles have one form, whatever the exporter writes", arguments: boundCases)
    func boundForms(type: String, line: String, expected: String) throws {
        let batch = try parse("# TYPE m \(type)\n\(line)\n# EOF\n")
        let labels = batch.samples.labels(of: batch.samples.entries[0])
        #expect((labels.value(of: "le") ?? labels.value(of: "quantile")) == expected)
    }

    @Test("samples with a time of their own are known, unless times are not honoured; exemplars keep theirs")
    func timedEntries() throws {
        let text = "a 1\nb 1 5\nc 1 6 # {} 1 5\n# EOF\n"
        #expect(try parse(text).timedEntries == [1, 2])
        let batch = try parse(text, honorsTimestamps: false)
        #expect(batch.timedEntries.isEmpty)
        #expect(batch.samples.samples.allSatisfy { $0.timestamp == Self.time })
        #expect(batch.samples.exemplars.map(\.timestamp.milliseconds) == [5000])
    }

    @Test("a batch and a parser are used again")
    func reuse() throws {
        var parser = OpenMetricsParser()
        var batch = ScrapeBatch()
        for _ in 0..<2 {
            let text = "# TYPE m histogram\nm_bucket{le=\"1\"} 1 # {a=\"b\"} 1\n# EOF\n"
            try parser.parse(Array(text.utf8), at: Self.time, into: &batch)
            #expect(lines(batch) == [#"m_bucket{le="1.0"} 1.0 @42 # {a="b"} 1.0 @42 untimed"#])
            #expect(batch.metadata.count == 1)
            try parser.parse(Array("m{le=\"1\"} 1\n# EOF".utf8), at: Self.time, into: &batch)
            #expect(lines(batch) == [#"m{le="1"} 1.0 @42"#])
        }
    }

    private static let numbers: [(Double, String)] = [
        (0, "0.0"), (-0.0, "0.0"), (1, "1.0"), (-1, "-1.0"), (0.5, "0.5"), (10, "10.0"), (999_999, "999999.0"),
        (1_000_000, "1e+06"), (1_234_567, "1.234567e+06"), (12_345.678, "12345.678"), (0.0001, "0.0001"),
        (0.00001, "1e-05"), (0.000012, "1.2e-05"), (1e21, "1e+21"), (1e100, "1e+100"), (-2.5e-7, "-2.5e-07"),
        (0.1 + 0.2, "0.30000000000000004"), (123_456.5, "123456.5"), (.infinity, "+Inf"), (-.infinity, "-Inf"),
        (.nan, "NaN"), (5e-324, "5e-324"), (.greatestFiniteMagnitude, "1.7976931348623157e+308"), (100, "100.0"),
        (2.5, "2.5"), (1e16, "1e+16"), (1e15, "1e+15"), (123_400, "123400.0"),
    ]

    @Test("a bound is written as Go writes it, with a point", arguments: numbers)
    func boundText(bound: Double, expected: String) {
        #expect(BoundText.text(bound) == expected)
        #expect(expected.utf8.count <= BoundText.bytesMax)
    }

    @Test("what passes for canonical is what would be written")
    func canonical() throws {
        let random = SeededRandomness(seed: 3)
        var texts = BoundTexts()
        let alphabet = Array("0012359.e+-".utf8)
        for _ in 0..<20_000 {
            let text = (0..<Int(random.next() % 9) + 1).map { _ in
                alphabet[Int(random.next() % UInt64(alphabet.count))]
            }
            var bytes = text + [UInt8](repeating: 0, count: BoundText.bytesMax)
            let range = bytes.withUnsafeMutableBytes {
                texts.normalised(0..<text.count, scratch: text.count..<$0.count, in: $0)
            }
            let number = text.withUnsafeBytes { DecimalNumber.parse($0) }
            let expected = number.map { Array(BoundText.text($0).utf8) } ?? text
            #expect(Array(bytes[range]) == expected, "\(String(decoding: text, as: UTF8.self))")
        }
    }
}
