import Basics
import SignalModel
import TestKit
import Testing
import WireFormats

@testable import Logs

@Suite("Patterns of lines")
struct LogPatternTests {
    private static let request = LogPatternRequest(
        startNanoseconds: 0, stepNanoseconds: 10_000_000_000, stepCount: 3)

    private static func batch(_ lines: [(second: Int, text: String?)], from first: Int = 1) -> LogBatch {
        var batch = LogBatch()
        let index = batch.number(of: "logs-a-default")
        let message = batch.number(of: "message")
        for (place, line) in lines.enumerated() {
            if let text = line.text { batch.add(message, string: text) }
            batch.endRecord(
                timestampNanoseconds: Int64(line.second) * 1_000_000_000, sequence: UInt64(first + place),
                index: index)
        }
        return batch
    }

    /// Half of the lines in a part, the other half in memory.
    private static func store(_ lines: [(second: Int, text: String?)]) throws -> LogStore {
        let store = try LogStore(
            directory: "logs", fileSystem: MemoryFileSystem(randomness: SeededRandomness(seed: 1)))
        let half = lines.count / 2
        try store.append(batch(Array(lines[..<half])), through: UInt64(half))
        try store.flush()
        try store.append(batch(Array(lines[half...]), from: half + 1), through: UInt64(lines.count))
        return store
    }

    @Test("numbers, identifiers and some words are holes; counts are exact, over time too")
    func grouped() throws {
        var lines: [(second: Int, text: String?)] = []
        for number in 0..<60 {
            lines.append((number / 2, "user \(["ann", "bob", "eve"][number % 3]) logged in from 10.0.\(number).1"))
            if number % 2 == 0 { lines.append((number / 2, "took \(number) ms")) }
            if number % 6 == 0 { lines.append((number / 2, nil)) }
        }
        let found = try Self.store(lines).snapshot().patterns(LogQuery(), Self.request)
        #expect(found.total == 100 && found.withField == 90 && found.patternCount == 2)
        #expect(found.patterns.map(\.text) == ["user <*> logged in from <*>", "took <*> ms"])
        #expect(found.patterns.map(\.counts) == [[20, 20, 20], [10, 10, 10]])
        #expect(
            found.patterns.map(\.query) == [
                "message:\"user\" and message:\"logged in from\"", "message:\"took\" and message:\"ms\"",
            ])
        #expect(found.patterns[1].example.hasPrefix("took ") && found.patterns[1].example.hasSuffix(" ms"))
    }

    @Test(
        "what varies within a word is a hole",
        arguments: [
            ("2026-11-26T10:00:05.123Z done", "<*>Z done"), ("id 550e8400-e29b-41d4-a716-446655440000", "id <*>"),
            ("GET /orders/17/items/3 200", "GET /orders/<*>/items/<*> <*>"), ("a=1 b=x2", "a=<*> b=x<*>"),
            ("first line 1\n at stack", "first line <*>"), ("  two   blanks ", "two blanks"),
            ("deadbeef0 x", "<*> x"),
        ])
    func holes(_ line: String, _ pattern: String) throws {
        let store = LogStore()
        try store.append(Self.batch([(1, line)]), through: 1)
        let found = try store.snapshot().patterns(LogQuery(), Self.request)
        #expect(found.patterns.map(\.text) == [pattern])
        #expect(found.patterns.map(\.example) == [line])
    }

    @Test("a query asks for words that no hole touches, and finds every line of its pattern", arguments: 1...3)
    func queries(seed: UInt64) throws {
        let randomness = SeededRandomness(seed: seed)
        func pick<Value>(_ values: [Value]) -> Value { values[Int(randomness.next() % UInt64(values.count))] }
        let words = [
            "user", "failed", "with", "code", "or", "v\(randomness.next() % 9)", "(retry)", "x=5", "a\"b", "not",
        ]
        let lines = (0..<400).map { number -> (second: Int, text: String?) in
            (number % 30, (0..<3 + Int(randomness.next() % 4)).map { _ in pick(words) }.joined(separator: " "))
        }
        let snapshot = try Self.store(lines).snapshot()
        var request = Self.request
        request.limit = 1000
        let found = try snapshot.patterns(LogQuery(), request)
        #expect(
            found.patterns.reduce(0) { $0 + $1.count } == lines.count && found.patternCount == found.patterns.count)
        for pattern in found.patterns {
            guard let query = pattern.query else { continue }
            let filter = try KQLParser.filter(query, QueryClock.context)
            try #require(
                try snapshot.count(LogQuery(filter: filter)) >= pattern.count,
                "seed \(seed): \(query) of \(pattern.text)")
        }
    }

    @Test("of a keyword the query is a wildcard over the whole value")
    func keywords() throws {
        let store = try StoredRecords(
            (0..<20).map {
                #"{"@timestamp":"2026-11-26T10:00:00Z","url.path":"/a b/\#($0)/(x) or y"}"#
            })
        let start = try QueryClock.context.instant("2026-11-26T10:00:00Z", roundingUp: false)
        let found = try store.snapshot.patterns(
            LogQuery(),
            LogPatternRequest(
                field: "url.path", startNanoseconds: start, stepNanoseconds: 1_000_000_000, stepCount: 1))
        let query = try #require(found.patterns.first?.query)
        #expect(query == #"url.path:/a b/*/\(x\) \or y"#)
        #expect(try store.snapshot.count(LogQuery(filter: try KQLParser.filter(query, QueryClock.context))) == 20)
    }

    @Test("who may not see a field or a record sees no pattern of it")
    func access() throws {
        let store = try Self.store([(1, "secret 1"), (1, "secret 2"), (2, "open 3"), (2, nil)])
        let masked = LogQuery(access: LogAccess(maskedFields: ["message"]))
        let none = try store.snapshot().patterns(masked, Self.request)
        #expect(none.total == 4 && none.withField == 0 && none.patterns.isEmpty)
        let restricted = LogQuery(
            access: LogAccess(restriction: .test(.named("message"), .match(.string("open"), .allWords))))
        #expect(try store.snapshot().patterns(restricted, Self.request).patterns.map(\.text) == ["open <*>"])
    }

    @Test("of many patterns that begin alike the rarest are one, and every line is counted")
    func alike() throws {
        let letters = Array("ghijklmnopqrstuvwxyz")
        func word(_ number: Int) -> String {
            String([letters[number / 400], letters[number / 20 % 20], letters[number % 20]])
        }
        let store = LogStore()
        let lines = (0..<600).flatMap { number in
            (0..<(number < 499 ? 2 : 1)).map { _ in
                (second: 1, text: "go \(word(number)) \(word(number + 1))" as String?)
            }
        }
        try store.append(Self.batch(lines), through: UInt64(lines.count))
        var request = Self.request
        request.limit = 1000
        let found = try store.snapshot().patterns(LogQuery(), request)
        #expect(found.patternCount == LineClusters.alikeMax)
        #expect(found.patterns.first?.text == "go <*> <*>" && found.patterns.first?.count == 101)
        #expect(found.patterns.reduce(0) { $0 + $1.count } == lines.count)
    }

    @Test("long texts are compared by their first lines and charged; a query that was cancelled ends")
    func bounded() throws {
        let store = LogStore()
        let long = String(repeating: "ghi ", count: 20_000)
        try store.append(
            Self.batch((0..<50).map { (1, "word\($0 % 2 == 0 ? "" : "s") \(long)\n\($0)\(long)") }), through: 50)
        let snapshot = store.snapshot()
        #expect(try snapshot.patterns(LogQuery(), Self.request).patternCount == 2)
        var query = LogQuery(budget: LogBudget(memoryBytesMax: 500))
        #expect(throws: LogQueryError.self) { _ = try snapshot.patterns(query, Self.request) }
        query = LogQuery()
        query.cancellation.cancel()
        #expect(throws: LogQueryError.self) { _ = try snapshot.patterns(query, Self.request) }
    }

    @Test("lines that have nothing in common are an error, not a part of the answer")
    func tooMany() throws {
        let store = LogStore()
        let letters = Array("ghijklmnopqrstuvwxyz")
        func word(_ number: Int) -> String {
            var (text, rest) = ("", number)
            repeat {
                text.append(letters[rest % 20])
                rest /= 20
            } while rest > 0
            return text
        }
        try store.append(Self.batch((0..<21_000).map { (1, word($0)) }), through: 21_000)
        #expect(throws: LogQueryError.self) { _ = try store.snapshot().patterns(LogQuery(), Self.request) }
    }
}
