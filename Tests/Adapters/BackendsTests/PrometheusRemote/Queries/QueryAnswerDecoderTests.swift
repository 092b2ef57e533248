import Basics
import PromQL
import SignalModel
import TestKit
import Testing
import WireFormats

@testable import Backends

@Suite("Answers of a backend")
struct QueryAnswerDecoderTests {
    private func decode(_ data: String) throws -> QueryResult {
        var reader = JSONScanner(Array(data.utf8))
        var decoder = QueryAnswerDecoder()
        let value = try decoder.value(&reader)
        try reader.expectEnd()
        return QueryResult(value: value, histograms: decoder.histograms)
    }

    private func vector(_ value: String) throws -> Double? {
        let result = try decode(
            #"{"resultType":"vector","result":[{"metric":{"__name__":"x","a":"ü"},"value":[1.5,"\#(value)"]}]}"#)
        guard case .vector(let series) = result.value, series.count == 1 else { return nil }
        #expect(series[0].labels == Labels([(name: "__name__", value: "x"), (name: "a", value: "ü")]))
        #expect(series[0].sample.timestamp.milliseconds == 1500)
        return series[0].sample.value
    }

    @Test(
        "values",
        arguments: [
            ("0", 0), ("-0.5", -0.5), ("1e+06", 1e6), ("1.7976931348623157e+308", .greatestFiniteMagnitude),
            ("+Inf", .infinity), ("-Inf", -.infinity), ("5e-324", .leastNonzeroMagnitude),
        ])
    func values(text: String, expected: Double) throws { #expect(try vector(text) == expected) }

    @Test("NaN, and one that would pass for a histogram's box")
    func notANumber() throws {
        for text in ["NaN", "nan(0xfff4000000000000)", "-nan(0x4000000000000)"] {
            guard let value = try? vector(text) else { continue }
            #expect(value.isNaN && !HistogramBox.isBox(value))
        }
        #expect(try vector("NaN")?.isNaN == true)
    }

    @Test("scalars, strings, empty and missing results, and the type after the result")
    func kinds() throws {
        guard case .scalar(let sample) = try decode(#"{"resultType":"scalar","result":[1700000000.123,"2"]}"#).value
        else {
            Issue.record("no scalar")
            return
        }
        #expect(sample == Sample(timestamp: Timestamp(milliseconds: 1_700_000_000_123), value: 2))
        #expect(
            try decode(#"{"resultType":"string","result":[1,"x\"y"]}"#).value
                == .string("x\"y", at: Timestamp(milliseconds: 1000)))
        #expect(try decode(#"{"result":[],"stats":{"a":[1]},"resultType":"vector"}"#).value == .vector([]))
        #expect(try decode(#"{"resultType":"matrix","result":null}"#).value == .matrix([]))
        #expect(
            try decode(#"{"result":[{"values":[[1,"2"],[2,"3"]],"metric":{}}],"resultType":"matrix"}"#).value
                == .matrix([
                    RangeSeries(
                        labels: .empty,
                        samples: [
                            Sample(timestamp: Timestamp(milliseconds: 1000), value: 2),
                            Sample(timestamp: Timestamp(milliseconds: 2000), value: 3),
                        ])
                ]))
    }

    @Test(
        "malformed answers are refused",
        arguments: [
            "", "null", "[]", "{}", #"{"resultType":"vector"}"#, #"{"result":[]}"#,
            #"{"resultType":"table","result":[]}"#, #"{"resultType":"vector","result":{}}"#,
            #"{"resultType":"vector","result":[{"metric":{}}]}"#,
            #"{"resultType":"vector","result":[{"metric":{},"value":[1]}]}"#,
            #"{"resultType":"vector","result":[{"metric":{},"value":[1,"2",3]}]}"#,
            #"{"resultType":"vector","result":[{"metric":{},"value":[1,"two"]}]}"#,
            #"{"resultType":"vector","result":[{"metric":{},"value":["1","2"]}]}"#,
            #"{"resultType":"vector","result":[{"metric":{},"value":[1e300,"2"]}]}"#,
            #"{"resultType":"vector","result":[{"metric":{"a":1},"value":[1,"2"]}]}"#,
            #"{"resultType":"vector","result":[{"metric":{},"histogram":[1,{"count":1}]}]}"#,
            #"{"resultType":"vector","result":[{"metric":{},"histogram":[1,{"buckets":[[4,"0","1","1"]]}]}]}"#,
            #"{"resultType":"vector","result":[{"metric":{},"histogram":[1,{"buckets":[[0,"2","1","1"]]}]}]}"#,
            #"{"resultType":"vector","result":[{"metric":{},"histogram":[1,{"buckets":[[0,"1","2"]]}]}]}"#,
            #"{"resultType":"matrix","result":[{"metric":{},"values":[[1,"2"]]}"#,
        ])
    func malformed(json: String) { #expect(throws: WireFormatError.self) { try decode(json) } }

    private func histogram(_ buckets: String) throws -> NativeHistogram {
        let result = try decode(
            #"{"resultType":"matrix","result":[{"metric":{},"histograms":[[1,{"count":"9","sum":"NaN","#
                + #""buckets":[\#(buckets)]}]],"values":[[0.5,"3"]]}]}"#)
        guard case .matrix(let series) = result.value else { throw WireFormatError(.malformed, .whole, "no matrix") }
        #expect(series[0].samples.map(\.timestamp.milliseconds) == [500, 1000])
        #expect(series[0].samples.map { HistogramBox.isBox($0.value) } == [false, true])
        return result.histograms[HistogramBox.place(series[0].samples[1].value)]
    }

    @Test("histograms of every schema come back with the buckets they had", arguments: -4...8)
    func schemas(schema: Int) throws {
        var original = NativeHistogram(schema: schema, zeroThreshold: 1e-40, zeroCount: 2)
        original.positive = HistogramBuckets(indexes: [-3, 0, 1, 5], counts: [1, 2, 1, 1])
        original.negative = HistogramBuckets(indexes: [0, 2], counts: [1, 1])
        let read = try histogram(json(original.buckets))
        #expect(read.schema == schema && read.zeroThreshold == 1e-40 && read.zeroCount == 2)
        #expect(read.positive.isIdentical(to: original.positive))
        #expect(read.negative.isIdentical(to: original.negative))
        #expect(read.count == 9 && read.sum.isNaN)
    }

    @Test("a bucket that reaches into the zero bucket is found all the same")
    func cutByZero() throws {
        var original = NativeHistogram(schema: 0, zeroThreshold: 0.6, zeroCount: 2)
        original.positive = HistogramBuckets(indexes: [0, 2], counts: [1, 2])
        let read = try histogram(json(original.buckets))
        #expect(read.schema == 0 && read.positive.isIdentical(to: original.positive))
    }

    @Test("bounds of its own")
    func custom() throws {
        let original = NativeHistogram(
            schema: NativeHistogram.customSchema,
            positive: HistogramBuckets(indexes: [0, 1, 3], counts: [1, 2, 3]), customBounds: [0.1, 0.5, 7])
        let read = try histogram(json(original.buckets))
        #expect(read.hasCustomBounds && read.customBounds == [0.1, 0.5, 7])
        #expect(read.positive.isIdentical(to: original.positive))
    }

    @Test("an answer damaged anywhere is refused or read, and nothing else")
    func damage() throws {
        let whole = Array(
            (#"{"resultType":"matrix","result":[{"metric":{"a":"\u00fc"},"values":[[1.25,"-Inf"],[2,"1e5"]],"#
                + #""histograms":[[3,{"count":"3","sum":"2","buckets":[[3,"-0.1","0.1","1"],[0,"1","2","1"],"#
                + #"[1,"-2","-1","1"]]}]]}]}"#).utf8)
        var readings = 0
        for seed in UInt64(1)...3000 {
            let chance = SeededRandomness(seed: seed)
            var bytes = whole
            for _ in 0...chance.next() % 3 {
                let place = Int(chance.next() % UInt64(bytes.count))
                switch chance.next() % 3 {
                case 0: bytes[place] = bytes[Int(chance.next() % UInt64(bytes.count))]
                case 1: bytes.remove(at: place)
                default: bytes.insert(UInt8(truncatingIfNeeded: chance.next()), at: place)
                }
            }
            var reader = JSONScanner(bytes)
            var decoder = QueryAnswerDecoder()
            if (try? decoder.value(&reader)) != nil { readings += 1 }
        }
        #expect(readings > 100 && readings < 2900)
    }

    @Test("buckets that belong to no histogram are refused or read, and nothing else")
    func oddBuckets() {
        let bounds = ["0", "-0", "1", "1", "5e-324", "1.7976931348623157e+308", "+Inf", "-Inf", "NaN", "-1", "2"]
        for seed in UInt64(1)...3000 {
            let chance = SeededRandomness(seed: seed)
            func one(_ texts: [String]) -> String { texts[Int(chance.next() % UInt64(texts.count))] }
            let buckets = (0...chance.next() % 3).map { _ in
                #"[\#(chance.next() % 4),"\#(one(bounds))","\#(one(bounds))","\#(one(bounds))"]"#
            }
            let text = #"{"count":"1","sum":"1","buckets":[\#(buckets.joined(separator: ","))]}"#
            var reader = JSONScanner(Array(text.utf8))
            _ = try? RemoteHistogram(&reader).native(reader).buckets
        }
    }

    private func json(_ buckets: [HistogramBucket]) -> String {
        buckets.map { bucket in
            let rule = bucket.holdsUpper ? (bucket.holdsLower ? 3 : 0) : (bucket.holdsLower ? 1 : 2)
            func text(_ value: Double) -> String { value.isInfinite ? (value > 0 ? "+Inf" : "-Inf") : "\(value)" }
            return #"[\#(rule),"\#(text(bucket.lower))","\#(text(bucket.upper))","\#(text(bucket.count))"]"#
        }.joined(separator: ",")
    }
}
