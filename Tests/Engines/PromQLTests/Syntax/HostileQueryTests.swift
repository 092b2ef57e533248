import TestKit
import Testing

@testable import PromQL

@Suite("Hostile queries")
struct HostileQueryTests {
    /// A text repeated many times behind a beginning; its description stays short.
    struct Repetition: Sendable, CustomTestStringConvertible {
        var head = ""
        var piece: String
        var tail = ""
        var query: String { head + String(repeating: piece, count: 100_000) + tail }
        var testDescription: String { "\(head) \(piece)… \(tail)" }
    }

    @Test(
        "nesting beyond the limit is refused, however it is nested",
        arguments: [
            Repetition(piece: "("), Repetition(piece: "-", tail: "a"), Repetition(piece: "abs("),
            Repetition(piece: "sum("), Repetition(head: "a", piece: "+a"), Repetition(head: "a", piece: "^a"),
            Repetition(head: "a", piece: "[5m:]"), Repetition(head: "a[", piece: "("),
            Repetition(head: "a[", piece: "-"), Repetition(head: "a[5m", piece: "+5m", tail: "]"),
            Repetition(head: "a[", piece: "min_of(1,"), Repetition(head: "a offset ", piece: "("),
        ])
    func depth(_ repetition: Repetition) throws {
        #expect {
            try PromQLParser.parse(repetition.query, options: .everything)
        } throws: {
            ($0 as? QueryError)?.message.hasSuffix("nested more than 500 levels deep") == true
        }
    }

    @Test("what is within the limit parses, prints and reads back")
    func atTheLimit() throws {
        let chain = "a" + String(repeating: " + a", count: PromQLParser.heightMax - 1)
        let nested = String(repeating: "(", count: 498) + "a" + String(repeating: ")", count: 498)
        for query in [chain, nested] {
            let expression = try PromQLParser.parse(query)
            #expect(expression.description == query)
            #expect(expression.prettyPrinted.utf8.count > query.utf8.count)
            #expect(expression.withoutPositions.hashValue == expression.withoutPositions.hashValue)
        }
    }

    @Test("a query over the size limit is refused before it is read")
    func size() {
        let query = String(repeating: " ", count: PromQLParser.queryBytesMax) + "1"
        #expect(
            throws: QueryError(
                .parse, "1:1: parse error: query of 1048577 bytes exceeds the limit of 1048576")
        ) { try PromQLParser.parse(query) }
    }

    @Test("short patterns that compile to megabytes do not add up without end")
    func patterns() throws {
        let literal = (0..<20_000).map { "10.0.\($0 / 256).\($0 % 256):9100" }.joined(separator: "|")
        #expect(try PromQLParser.parse("up{a=~\"\(literal)\",b=~\"\(literal)\"}").selectors.count == 1)
        let bomb = "{" + String(repeating: #"a=~`\pL{90}`,"#, count: 10_000) + "}"
        #expect {
            try PromQLParser.parse(bomb)
        } throws: {
            ($0 as? QueryError)?.message.hasSuffix("exceed the limit on their compiled size") == true
        }
    }

    @Test("wide queries are no deep queries")
    func width() throws {
        let list = (0..<5000).map { "\"label_\($0)\"" }.joined(separator: ", ")
        #expect(try PromQLParser.parse("label_join(a, \"b\", \",\", \(list))").children.count == 5003)
    }

    /// Bytes that matter to the lexer, so that random texts get past it now and then.
    private static let pieces = [
        "a", "sum", "by", "(", ")", "{", "}", "[", "]", ":", "5m", "1", "+", "-", "*", "^", "=", "=~", "!=", "\"x\"",
        "'", "`", "\\", "@", "offset", "start", "step", "range", "min_of", ",", " ", "\n", "#", ".", "0x", "e5", "_",
        "and", "on", "bool", "group_left", "<", ">/", "é", "\u{fffd}", "rate", "without", "Inf",
    ]

    @Test("no text brings the parser down", arguments: [UInt64(1), 2, 3])
    func random(seed: UInt64) {
        let chance = SeededRandomness(seed: seed)
        var parsed = 0
        for _ in 0..<4000 {
            let count = Int(chance.next() % 14) + 1
            let text = (0..<count).map { _ in Self.pieces[Int(chance.next() % UInt64(Self.pieces.count))] }.joined()
            guard let expression = try? PromQLParser.parse(text, options: .everything) else { continue }
            parsed += 1
            let again = try? PromQLParser.parse(expression.description, options: .everything)
            #expect(
                again?.description == expression.description,
                "seed \(seed): \(text) prints as \(expression.description)")
        }
        #expect(parsed > 20)
    }
}
