import Basics
import SignalModel
import TestKit
import Testing
import WireFormats

@testable import Logs

@Suite("DISSECT and GROK")
struct PipeExtractionTests {
    /// A text of words, and how it is cut.
    private struct Line {
        var words: [String]
        var delimiters: [String]

        init(_ randomness: SeededRandomness) {
            func pick(_ count: Int) -> Int { Int(randomness.next() % UInt64(count)) }
            words = (0..<2 + pick(4)).map { _ in
                String((0..<1 + pick(6)).map { _ in Array("abcxyz019ü")[pick(10)] })
            }
            delimiters = words.dropFirst().map { _ in [" ", " - ", "[", "] [", ": ", ", "][pick(6)] }
        }

        var text: String {
            zip(words, delimiters + [""]).map { $0 + $1 }.joined()
        }

        func pattern(_ part: (Int) -> String, escaped: Bool) -> String {
            zip(words.indices, delimiters + [""]).map { index, delimiter in
                part(index)
                    + (escaped ? delimiter.map { "[]".contains($0) ? "\\\($0)" : String($0) }.joined() : delimiter)
            }.joined()
        }
    }

    @Test("give back the words a line was made of, and nothing for other lines", arguments: [1, 2, 3] as [UInt64])
    func words(seed: UInt64) throws {
        let randomness = SeededRandomness(seed: seed)
        for round in 0..<60 {
            let lines = (0..<8).map { _ in Line(randomness) }
            let records = try StoredRecords(
                lines.enumerated().map { number, line in
                    DocumentWriter.string(
                        of: .object(
                            DocumentObject([
                                "@timestamp": .string("2026-11-26T10:00:0\(number)Z"), "message": .string(line.text),
                            ])))
                })
            let line = lines[round % lines.count]
            let names = line.words.indices.map { "w\($0)" }
            let dissect = line.pattern({ "%{w\($0)}" }, escaped: false)
            let grok = "^" + line.pattern({ "(?<w\($0)>[^\\s\\[\\],:-]+)" }, escaped: true) + "$"
            for command in ["DISSECT message \"\"\"\(dissect)\"\"\"", "GROK message \"\"\"\(grok)\"\"\""] {
                let source =
                    "FROM * | \(command) | SORT @timestamp | KEEP message, \(names.joined(separator: ", "))"
                let pipes = try PipeQuery(source, QueryClock.context)
                let answer = try records.snapshot.run(
                    pipes, LogQuery(filter: pipes.filter), extractors: PipelinePatterns.extractor)
                try #require(answer.rows.count == lines.count)
                for (row, other) in zip(answer.rows, lines) {
                    let values = row.dropFirst().map { DocumentWriter.string(of: $0.json) }
                    if other.delimiters == line.delimiters {
                        try #require(
                            values == other.words.map { "\"\($0)\"" }, "seed \(seed): \(source) of \(other.text)")
                    } else if command.hasPrefix("GROK") {
                        try #require(values.allSatisfy { $0 == "null" }, "seed \(seed): \(source) of \(other.text)")
                    }
                }
            }
        }
    }

    @Test("a pattern that backtracks for ever ends with its place and the text")
    func endless() throws {
        let records = try StoredRecords([
            #"{"@timestamp":"2026-11-26T10:00:05Z","message":"\#(String(repeating: "a", count: 60))!"}"#
        ])
        let pipes = try PipeQuery("FROM * | GROK message \"\"\"^(?<x>(a+)+)$\"\"\"", QueryClock.context)
        let error = #expect(throws: LogQueryError.self) {
            _ = try records.snapshot.run(
                pipes, LogQuery(filter: pipes.filter), extractors: PipelinePatterns.extractor)
        }
        #expect(error?.place == LogQueryError.Place(line: 1, column: 23))
        #expect(error?.message.contains("took too many steps") == true, "\(error?.message ?? "")")
    }

    @Test(
        "patterns and place holders are bounded",
        arguments: [
            "DISSECT message \"" + (0..<1001).map { "%{a\($0)} " }.joined() + "\"",
            "GROK message \"" + String(repeating: "%{WORD} ", count: 1001) + "\"",
            "GROK message " + Array(repeating: "\"a\"", count: 1001).joined(separator: ","),
        ])
    func bounded(command: String) {
        let error = #expect(throws: LogQueryError.self) {
            _ = try PipeQuery("FROM * | " + command, QueryClock.context)
        }
        #expect(error?.code == .tooLarge)
    }

    @Test("a column that is hidden from somebody gives nothing")
    func masked() throws {
        let records = try StoredRecords([
            #"{"@timestamp":"2026-11-26T10:00:05Z","message":"password secret","service.name":"api"}"#
        ])
        let pipes = try PipeQuery("FROM * | GROK message \"%{WORD:a} %{WORD:b}\" | KEEP a, b", QueryClock.context)
        let query = LogQuery(filter: pipes.filter, access: LogAccess(maskedFields: ["message"]))
        let answer = try records.snapshot.run(pipes, query, extractors: PipelinePatterns.extractor)
        #expect(answer.rows == [[.null, .null]])
    }
}
