import TestKit
import Testing

@testable import Logs

@Suite("Templates stand for their strings")
struct TemplateTests {
    private static let pieces = [
        "timeout", "Timeout", "42", "007", "a1b2c3d4", "A1B2", "dead", "beef12", "zq7x9needle4417",
        "12345678901234567890",
        "é9", "Größe", "→", "x_1", "_", "-", " ", ":", "e4", "0", "\t", "v2", "ff00ff00", "٣", "ΟΔΟΣ1",
    ]

    private static func text(_ randomness: SeededRandomness, _ most: UInt64) -> String {
        (0...randomness.next() % most).map { _ in
            pieces[Int(randomness.next() % UInt64(pieces.count))] + (randomness.next() % 3 == 0 ? "" : " ")
        }.joined()
    }

    @Test("strings come back, one by one and all", arguments: [1, 2, 3] as [UInt64])
    func roundTrip(seed: UInt64) throws {
        let randomness = SeededRandomness(seed: seed)
        let shapes = (0..<6).map { _ in Self.text(randomness, 8) }
        var strings = PackedStrings()
        for index in 0..<300 {
            let long = index % 50 == 0 ? String(repeating: "at com.example.Main(Main.java:17) ", count: 20) : ""
            strings.append(
                shapes[index % 6] + String(index * 977) + "/f" + String(1000 + index) + long)
        }
        let compressor = Compressor()
        var bytes: [UInt8] = []
        let words = StringCodec.append(strings, compressor, to: &bytes)
        #expect(words != nil)
        try bytes.withUnsafeBytes { bytes in
            var reader = ByteReader(bytes)
            let decoded = try StringCodec.read(300, &reader)
            #expect(reader.left == 0)
            #expect(decoded.unpacked == strings)
            for index in 0..<300 { #expect(decoded[index] == strings[index]) }
        }
    }

    @Test("what a template says of its strings is so", arguments: [1, 2] as [UInt64])
    func fits(seed: UInt64) throws {
        let randomness = SeededRandomness(seed: seed)
        for _ in 0..<600 {
            let text = Self.text(randomness, 6)
            var parser = TemplateParser()
            try #require(Array(text.utf8).withUnsafeBytes { parser.parse($0) })
            let wanted = randomness.next() % 2 == 0 ? text : Self.text(randomness, 2)
            let part = String(wanted.unicodeScalars.prefix(Int(randomness.next() % 8)))
            let tests: [ValueTest] = [
                .match(.string(wanted), .allWords), .match(.string(wanted), .phrase(slop: 0)),
                .match(.string(part), .phrasePrefix), .match(.string(wanted), .anyWord),
                .match(.string(wanted), .phrase(slop: 2)), .prefix(part, ignoresCase: false),
                .wildcard("*" + part + "*", ignoresCase: true), .anyOf([.string(wanted), .integer(42)]),
                .expression("[a-z]+[0-9]*", ignoresCase: false), .exists,
            ]
            for test in tests {
                for fieldClass in [FieldClasses.Class.keyword, .text] {
                    let compiled = try CompiledTest(test, fieldClass)
                    let passes = Array(text.utf8).withUnsafeBytes { compiled.passes($0) }
                    let fit = parser.template.withUnsafeBytes { TemplateTest(compiled).fit(template: $0) }
                    switch fit {
                    case .yes: #expect(passes, "'\(text)' \(test) \(fieldClass)")
                    case .no: #expect(!passes, "'\(text)' \(test) \(fieldClass)")
                    case .maybe: break
                    }
                    var words: Set<[UInt8]> = []
                    parser.template.withUnsafeBytes { WordList.collect($0, into: &words) }
                    var list = PackedStrings()
                    for word in words.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
                        word.withUnsafeBytes { list.append($0) }
                    }
                    if passes { #expect(TemplateTest(compiled).mayPass(list), "'\(text)' \(test) \(fieldClass)") }
                }
            }
        }
    }
}

@Suite("Integers come back")
struct IntegerCodecTests {
    @Test(
        "whatever they are",
        arguments: [
            [], [7], [7, 7, 7], [1, 2, 3, 4], [.min, .max, 0, -1], [1000, 2000, 500_000], [-5, 10, -5, 10],
            (0..<2000).map { $0 * 1_000_000 + 17 }, (0..<3000).map { ($0 * 7919) % 100_003 },
            (0..<700).map { $0 % 2 == 0 ? Int64.max - $0 : Int64.min + $0 },
        ] as [[Int64]])
    func roundTrip(values: [Int64]) throws {
        var bytes: [UInt8] = []
        IntegerCodec.append(values, Compressor(), to: &bytes)
        try bytes.withUnsafeBytes { bytes in
            var reader = ByteReader(bytes)
            let read = try IntegerCodec.read(values.count, &reader)
            #expect(read == values)
            #expect(reader.left == 0)
        }
    }
}
