import SignalModel
import TestKit
import Testing

@testable import WireFormats

struct RecordFlattenerTests {
    private static let header = RecordFlattener.Header(index: "logs", sequence: 7, receivedNanoseconds: 5)

    private func flattened(_ text: String) throws -> Flattened {
        var flattener = RecordFlattener()
        _ = try flattener.append(json: Array(text.utf8), Self.header)
        return Flattened(flattener.take())
    }

    private func flattenedTree(_ text: String) throws -> Flattened {
        var flattener = RecordFlattener()
        _ = try flattener.append(try DocumentReader.object(Array(text.utf8)), Self.header)
        return Flattened(flattener.take())
    }

    private static let documents: [(String, [String], keepsSource: Bool)] = [
        (#"{}"#, [], false),
        (
            #"{"a":1,"b":{"c":"x","d":{"e":true}},"f":null,"g":1.5}"#,
            ["a=1", "b.c='x'", "b.d.e=true", "f=null", "g=1.5"], false
        ),
        (#"{"tags":["x","y"],"n":[1]}"#, ["tags[]='x'", "tags[]='y'", "n[]=1"], false),
        (#"{"a.b":1,"a":{"c":2},"a.d":3}"#, ["a.b=1", "a.c=2", "a.d=3"], false),
        (#"{"log.level":"info","log":{"logger":"x"}}"#, ["log.level='info'", "log.logger='x'"], false),
        (#"{"a":[{"b":1},{"b":2,"c":[3]}]}"#, ["a.b[]=1", "a.b[]=2", "a.c[]=3"], true),
        (#"{"a":[[1],[2]]}"#, ["a[]=1", "a[]=2"], true), (#"{"a":{},"b":1}"#, ["b=1"], true),
        (#"{"a":[]}"#, [], true), (#"{"":1}"#, ["=1"], true), (#"{"a..b":1}"#, ["a..b=1"], true),
        (#"{"a":1,"a.b":2}"#, ["a=1", "a.b=2"], true), (#"{"a":{"b":1},"a.b":2}"#, ["a.b=1", "a.b=2"], true),
        (#"{"a":12345678901234567890}"#, ["a='12345678901234567890'"], true),
        (#"{"a":"x\ny\u00fc"}"#, ["a='x\nyü'"], false), (#"{"\u0061":1}"#, ["a=1"], false),
    ]

    @Test(arguments: documents)
    func fieldsHaveDottedNamesAndTheSourceIsKeptWhereTheyAreNotEnough(
        text: String, fields: [String], keepsSource: Bool
    ) throws {
        let result = try flattened(text)
        #expect(result.fields == fields)
        #expect(result.source == (keepsSource ? text : ""))
        #expect(result.timestampNanoseconds == 5)
    }

    @Test(arguments: documents.filter { !$0.0.contains("123456789") })
    func theTreeGivesTheSameRecord(text: String, fields: [String], keepsSource: Bool) throws {
        #expect(try flattenedTree(text) == flattened(text))
    }

    @Test func ofTwoMembersWithOneNameTheLaterOneCounts() throws {
        #expect(try flattened(#"{"a":1,"b":2,"a":3}"#).fields == ["a=3", "b=2"])
        #expect(try flattened(#"{"a":{"x":1},"a":{"y":2}}"#).fields == ["a.y=2"])
        #expect(
            try flattened(#"{"@timestamp":"2020-01-01","@timestamp":"1970-01-01T00:00:01Z"}"#).timestampNanoseconds
                == 1_000_000_000)
    }

    @Test(arguments: [
        (#""2026-11-23T00:00:00.188Z""#, Int64(1_795_392_000_188_000_000)),
        (#""2026-11-23T01:00:00.123456789+01:00""#, 1_795_392_000_123_456_789),
        (#""2026-11-23T00:00:00.1234567891Z""#, 1_795_392_000_123_456_789),
        (#""2026-11-22T19:30:00-0430""#, 1_795_392_000_000_000_000), (#""2026-11-23""#, 1_795_392_000_000_000_000),
        (#""2026-11-23 00:00:00,5""#, 1_795_392_000_500_000_000), ("1795392000188", 1_795_392_000_188_000_000),
        (#""1795392000188""#, 1_795_392_000_188_000_000), ("1795392000188.5", 1_795_392_000_188_500_000),
        ("-1000", -1_000_000_000), (#""1970-01-01T00:00:00Z""#, 0),
        (#""2099-12-31T23:59:59Z""#, 4_102_444_799_000_000_000),
        (#""2026-11-23T00:00Z""#, 1_795_392_000_000_000_000), (#""2026""#, 1_767_225_600_000_000_000),
    ])
    func timesAreTakenOut(text: String, nanoseconds: Int64) throws {
        var flattener = RecordFlattener()
        let origin = try flattener.append(json: Array(#"{"@timestamp":\#(text),"a":1}"#.utf8), Self.header)
        let result = Flattened(flattener.take())
        #expect(origin == .document && result.timestampNanoseconds == nanoseconds && result.fields == ["a=1"])
    }

    @Test(arguments: [
        #""yesterday""#, #""2026-13-01""#, #""2026-02-30""#, #""2026-11-23T25:00:00Z""#, "1e30", "99999999999999999",
        "true",
        #""""#, #""3000-01-01T00:00:00Z""#, #""2026-11-23T00:00:00Zx""#,
    ])
    func whatIsNoTimeIsReportedAndKept(text: String) throws {
        var flattener = RecordFlattener()
        let origin = try flattener.append(json: Array(#"{"@timestamp":\#(text)}"#.utf8), Self.header)
        let result = Flattened(flattener.take())
        #expect(origin == .unreadable && result.timestampNanoseconds == 5)
        let kept = text.hasPrefix("\"") ? String(text.dropFirst().dropLast()) : text
        #expect(result.fields == ["event.original_timestamp='\(kept)'"])
    }

    @Test func aTimeThatHasPartsIsKeptAsFields() throws {
        var flattener = RecordFlattener()
        let origin = try flattener.append(json: Array(#"{"@timestamp":{"x":1}}"#.utf8), Self.header)
        #expect(origin == .unreadable && Flattened(flattener.take()).fields == ["@timestamp.x=1"])
        #expect(
            try flattener.append(json: Array(#"{"@timestamp":null,"b":{"@timestamp":"x"}}"#.utf8), Self.header)
                == .missing)
        #expect(Flattened(flattener.take()).fields == ["b.@timestamp='x'"])
    }

    @Test func aBadDocumentLeavesNothing() throws {
        var flattener = RecordFlattener()
        _ = try flattener.append(json: Array(#"{"a":1}"#.utf8), Self.header)
        for text in [#"{"b":1,"c":"#, #"{"b":{"c":1}"#, #"[1]"#, #"{"b":[1,}"#, #"{"b":1}}"#, #"{"b":nul}"#, ""] {
            #expect(throws: WireFormatError.self) { try flattener.append(json: Array(text.utf8), Self.header) }
        }
        _ = try flattener.append(json: Array(#"{"c":2}"#.utf8), Self.header)
        let batch = flattener.take()
        #expect(
            batch.records.count == 2 && Flattened(batch, 0).fields == ["a=1"] && Flattened(batch, 1).fields == ["c=2"]
        )
    }

    @Test func numbersOfNamesAreThoseOfTheBatchUnderWay() throws {
        var flattener = RecordFlattener()
        for text in [#"{"a":1,"b":2}"#, #"{"b":3}"#, #"{"b":4,"a":5}"#] {
            _ = try flattener.append(json: Array(text.utf8), Self.header)
            let batch = flattener.take()
            let expected = text.dropFirst().dropLast().split(separator: ",").map {
                String($0.replacing("\"", with: "").replacing(":", with: "="))
            }
            #expect(Flattened(batch).fields == expected && batch.records[0].sequence == 7)
        }
    }

    @Test func bytesThatAreNotUTF8AreReplacedInTheSourceToo() throws {
        var flattener = RecordFlattener()
        let bytes = Array(#"{"a":[{"b":""#.utf8) + [0xff, 0x00] + Array(#""}]}"#.utf8)
        _ = try flattener.append(json: bytes, Self.header)
        let result = Flattened(flattener.take())
        #expect(result.fields == ["a.b[]='\u{fffd}\0'"] && result.source == #"{"a":[{"b":"\#u{fffd}\u0000"}]}"#)
    }

    @Test func depthIsBoundedAndManyFieldsAreNot() throws {
        var flattener = RecordFlattener()
        func nested(_ depth: Int) -> [UInt8] {
            Array((String(repeating: #"{"a":"#, count: depth) + "1" + String(repeating: "}", count: depth)).utf8)
        }
        _ = try flattener.append(json: nested(1000), Self.header)
        #expect(throws: WireFormatError(.tooLarge, .byte(5000), "nested deeper than 1000")) {
            try flattener.append(json: nested(1001), Self.header)
        }
        let fields = (0..<5000).map { #""f\#($0)":{"x":\#($0)}"# }.joined(separator: ",")
        _ = try flattener.append(json: Array("{\(fields)}".utf8), Self.header)
        #expect(Flattened(flattener.take(), 1).fields.count == 5000)
    }

    @Test func mutatedDocumentsAreReadAlikeByBothReaders() throws {
        let text =
            #"{"@timestamp":"2026-11-23T00:00:00.188Z","a":{"b":"x\n","c":[1,2.5,{"d":null}]},"e.f":true,"g":-12e3}"#
        let random = SeededRandomness(seed: 5)
        for _ in 0..<3000 {
            let bytes = Mutation.of(Array(text.utf8), random)
            var flattener = RecordFlattener()
            let direct = (try? flattener.append(json: bytes, Self.header)).map { _ in Flattened(flattener.take()) }
            let document = try? DocumentReader.object(bytes)
            #expect((direct == nil) == (document == nil), "\(String(decoding: bytes, as: UTF8.self))")
            guard let document, let direct, direct.source.isEmpty else { continue }
            _ = try flattener.append(document, Self.header)
            #expect(Flattened(flattener.take()) == direct)
        }
    }
}
