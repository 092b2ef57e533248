import SignalModel
import TestKit
import Testing

@testable import Logs

@Suite("Words in long lists of strings")
struct WordFinderTests {
    private static let pieces = [
        "time", "TIME", "Timeout", "out", "_", "-", " ", "a", "A", "aa", "\u{212a}", "k", "i", "\u{130}", "ü", "Ü",
        "ß", "7",
        "\u{7f}", "\u{10}", "0", "日本", "\t", "",
    ]
    private static let constants = [
        "time", "timeout", "aa", "a", "k", "i", "ü time", "out a", "time ü", "0", "_", "日本", "a k 7", "!",
    ]

    @Test("a list says of each string what the string says by itself", arguments: 1...20 as ClosedRange<UInt64>)
    func lists(seed: UInt64) throws {
        let random = SeededRandomness(seed: seed)
        func next(_ bound: Int) -> Int { Int(random.next() % UInt64(bound)) }
        let texts = (0..<300).map { _ in (0..<next(12)).map { _ in Self.pieces[next(Self.pieces.count)] }.joined() }
        var values = PackedStrings()
        for text in texts { values.append(text) }
        for constant in Self.constants {
            let value = QueryValue.string(constant)
            let tests: [ValueTest] = [
                .match(value, .anyWord), .match(value, .allWords), .match(value, .phrase(slop: 0)),
                .match(value, .phrase(slop: 2)), .match(value, .phrasePrefix), .anyOf([value, .string("out")]),
                .prefix(constant, ignoresCase: true),
            ]
            for test in tests {
                let compiled = try CompiledTest(test, .text)
                let alone = texts.map { text in Array(text.utf8).withUnsafeBytes { compiled.passes($0) } }
                #expect(compiled.passes(.strings(values)) == alone, "\(test)")
            }
        }
    }

    @Test("a word is found wherever it begins and ends in a text")
    func places() throws {
        let finder = try #require(WordFinder(Array("needle".utf8)))
        for before in 0..<20 {
            for after in 0..<20 {
                let text = String(repeating: "n", count: before) + "NeEdLe" + String(repeating: "e", count: after)
                Array(text.utf8).withUnsafeBytes {
                    #expect(finder.next(in: $0, from: 0) == before)
                    #expect(finder.next(in: $0, from: before + 1) == nil)
                }
            }
        }
    }
}
