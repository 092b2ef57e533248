import Basics
import SignalModel
import TestKit
import Testing
import WireFormats

@Suite struct ProtobufExpositionParserTests {
    private static let time = Timestamp(milliseconds: 42)

    private func parse(
        _ bytes: [UInt8], _ change: (inout ProtobufExpositionParser.Options) -> Void = { _ in }
    ) throws -> ScrapeBatch {
        var options = ProtobufExpositionParser.Options()
        change(&options)
        var parser = ProtobufExpositionParser(options)
        var batch = ScrapeBatch()
        try parser.parse(bytes, at: Self.time, into: &batch)
        return batch
    }

    private func lines(_ batch: ScrapeBatch) -> [String] {
        batch.samples.entries.indices.map { number in
            let entry = batch.samples.entries[number]
            let sample = batch.samples.samples[entry.samplesStart]
            var value = "\(sample.value)"
            if HistogramBox.isBox(sample.value) {
                let histogram = batch.samples.histograms[HistogramBox.place(sample.value)]
                value =
                    "h\(histogram.schema) \(histogram.count)/\(histogram.sum) \(histogram.zeroCount)"
                    + "≤\(histogram.zeroThreshold) +\(histogram.positive.indexes)\(histogram.positive.counts)"
                    + " -\(histogram.negative.indexes)\(histogram.negative.counts) \(histogram.counterReset)"
                    + (histogram.isFloat ? " float" : "")
            }
            var line = "\(batch.samples.labels(of: entry)) \(value) @\(sample.timestamp.milliseconds)"
            for place in batch.samples.exemplars.indices where batch.samples.exemplars[place].entry == number {
                let exemplar = batch.samples.exemplar(place)
                line +=
                    " # \(exemplar.labels["trace"]) \(exemplar.value)"
                    + (exemplar.isTimed ? " @\(exemplar.timestamp.milliseconds)" : "")
            }
            return line
        }
    }

    private typealias Message = ProtobufMessage

    /// Two observations in a native histogram and in classic buckets.
    private static let both = Message().varint(1, 3).fixed64(2, 4.5)
        .bucket(1, 0.5, exemplar: .exemplar("b1", 0.4, seconds: 2))
        .bucket(2, 1000, exemplar: .exemplar("b2", 7))
        .varint(5, Varint.zigZag(1)).fixed64(6, 0.001).varint(7, 1)
        .span(12, 0, 2).deltas(13, [1, 0])

    private static let families: [(Message, [String])] = [
        (
            Message.family("c_total", type: 0).metric(
                3, Message().fixed64(1, 5).message(2, .exemplar("x", 1, seconds: 3, nanoseconds: 250_999_999)),
                labels: [("b", "2"), ("a", "é"), ("e", "")]),
            [#"c_total{a="é", b="2", e=""} 5.0 @42 # x 1.0 @3250"#]
        ),
        (
            Message.family("g", type: 1).metric(2, Message().fixed64(1, -1.5), time: 7).metric(2, Message()),
            ["g -1.5 @7", "g 0.0 @42"]
        ),
        (Message.family("a.b", type: 3).metric(5, Message().fixed64(1, 2)), [#"{"__name__"="a.b"} 2.0 @42"#]),
        (
            Message.family("s", type: 2).metric(
                4,
                Message().varint(1, 9).fixed64(2, 3.5).message(3, Message().fixed64(1, 0.5).fixed64(2, 1))
                    .message(3, Message().fixed64(1, 1).fixed64(2, .infinity)), labels: [("z", "1")]),
            [
                #"s{quantile="0.5", z="1"} 1.0 @42"#, #"s{quantile="1.0", z="1"} inf @42"#,
                #"s_count{z="1"} 9.0 @42"#,
                #"s_sum{z="1"} 3.5 @42"#,
            ]
        ),
        (
            Message.family("h", type: 4).metric(
                7,
                Message().varint(1, 3).fixed64(2, 4.5).bucket(1, 1, exemplar: .exemplar("y", 0.5)).bucket(2, 2e6)),
            [
                "h_count 3.0 @42", "h_sum 4.5 @42", #"h_bucket{le="1.0"} 1.0 @42 # y 0.5"#,
                #"h_bucket{le="2e+06"} 2.0 @42"#, #"h_bucket{le="+Inf"} 3.0 @42"#,
            ]
        ),
        (
            Message.family("f", type: 5).metric(
                7,
                Message().fixed64(4, 1.5).message(3, Message().fixed64(4, 1.25).fixed64(2, .infinity)).bucket(9, 8)),
            ["f_count 1.5 @42", "f_sum 0.0 @42", #"f_bucket{le="+Inf"} 1.25 @42"#]
        ),
        (
            Message.family("n", type: 4).metric(7, both),
            ["n h1 3.0/4.5 1.0≤0.001 +[0, 1][1.0, 1.0] -[][] unknown @42 # b1 0.4 @2000"]
        ),
        (
            Message.family("n", type: 5).metric(
                7,
                Message().fixed64(4, 2.5).fixed64(8, 0.5).varint(5, Varint.zigZag(-4)).span(9, -2, 1)
                    .span(9, 1, 1).fixed64(11, 1.5).fixed64(11, 0.5)
                    .message(16, .exemplar("late", 1, seconds: 9)).message(16, .exemplar("untimed", 1))
                    .message(16, .exemplar("early", 5, seconds: 8))),
            [
                "n h-4 2.5/0.0 0.5≤0.0 +[][] -[-2, 0][1.5, 0.5] gauge float @42 # early 5.0 @8000 # late 1.0 @9000"
            ]
        ),
        // One without observations says by an empty span what it is.
        (
            Message.family("n", type: 4).metric(7, Message().span(12, 0, 0)),
            ["n h0 0.0/0.0 0.0≤0.0 +[][] -[][] unknown @42"]
        ),
        (Message.family("none", type: 77), []),
    ]

    @Test("a family becomes series", arguments: families)
    private func series(family: ProtobufMessage, expected: [String]) throws {
        #expect(lines(try parse(family.delimited)) == expected)
        #expect(lines(try parse(family.delimited + family.delimited)) == expected + expected)
    }

    @Test("a histogram that is native and classic is taken as asked")
    func choices() throws {
        let bytes = ProtobufMessage.family("n", type: 4).metric(7, Self.both).delimited
        let native = "n h1 3.0/4.5 1.0≤0.001 +[0, 1][1.0, 1.0] -[][] unknown @42 # b1 0.4 @2000"
        let classic = [
            "n_count 3.0 @42", "n_sum 4.5 @42", #"n_bucket{le="0.5"} 1.0 @42 # b1 0.4 @2000"#,
            #"n_bucket{le="1000.0"} 2.0 @42 # b2 7.0"#, #"n_bucket{le="+Inf"} 3.0 @42"#,
        ]
        #expect(lines(try parse(bytes)) == [native])
        #expect(lines(try parse(bytes) { $0.keepsClassicHistograms = true }) == [native] + classic)
        #expect(lines(try parse(bytes) { $0.readsNativeHistograms = false }) == classic)
    }

    @Test("families are described, and times are honoured if wanted")
    func metadata() throws {
        let bytes =
            ProtobufMessage.family("a_seconds_total", type: 0, help: "Seconds.", unit: "seconds")
            .metric(3, ProtobufMessage(), time: 5).delimited
            + ProtobufMessage.family("b_bytes", type: 5, unit: "bytes").metric(7, ProtobufMessage()).delimited
        let batch = try parse(bytes)
        #expect(
            batch.metadata == [
                MetricMetadata(metric: "a_seconds_total", type: .counter, help: "Seconds.", unit: "seconds"),
                MetricMetadata(metric: "b_bytes", type: .gaugeHistogram, unit: "bytes"),
            ])
        #expect(batch.timedEntries == [0])
        let other = try parse(bytes) { $0.honorsTimestamps = false }
        #expect(other.timedEntries.isEmpty && other.samples.samples.allSatisfy { $0.timestamp == Self.time })
    }

    private static let gauge = Message().fixed64(1, 1)

    private static let malformed: [(Message, String)] = [
        (.family("", type: 1).metric(2, gauge), "metric \"\": no valid metric name"),
        (.family("m", type: 6).metric(2, gauge), "metric \"m\": unknown metric type 6"),
        (
            .family("m", type: 1, unit: "seconds").metric(2, gauge),
            "metric \"m\": unit \"seconds\" is not a suffix of it"
        ),
        (
            .family("m", type: 1).metric(2, gauge, labels: [("a", "1"), ("a", "2")]),
            "a label name that is not unique: {\"__name__\"=\"m\", \"a\"=\"1\", \"a\"=\"2\"}"
        ),
        (
            .family("m", type: 4).metric(7, Message().varint(1, 5).span(12, 0, 1).deltas(13, [1])),
            "metric \"m\": bad histogram: 1.0 observations found in buckets, but the Count field is 5.0"
        ),
        (
            .family("m", type: 4).metric(7, Message().span(12, 0, 2).deltas(13, [1])),
            "metric \"m\": bad histogram: spans need another number of buckets than are there"
        ),
        (
            .family("m", type: 4).metric(7, Message().varint(5, Varint.zigZag(-53)).span(12, 0, 0).fixed64(6, 1)),
            "metric \"m\": bad histogram: custom buckets: must have no zero bucket"
        ),
        (.family("m", type: 1).varint(1, 3).metric(2, gauge), "metric family name has wire type 0, not 2"),
    ]

    @Test("a message that is none is refused with its byte", arguments: malformed)
    private func errors(family: ProtobufMessage, expected: String) {
        let good = ProtobufMessage.family("ok", type: 1).metric(2, Self.gauge).delimited
        let error = #expect(throws: WireFormatError.self) { try parse(good + family.delimited) }
        #expect(error?.message == expected)
        guard case .byte(let offset) = error?.place else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(offset > good.count && offset <= good.count + family.delimited.count)
    }

    @Test("a page that is cut anywhere but between messages is refused")
    func cuts() {
        let one = ProtobufMessage.family("n", type: 4).metric(7, Self.both).delimited
        for count in 1..<one.count {
            #expect(throws: WireFormatError.self) { try parse(one + one.prefix(count)) }
        }
    }
}
