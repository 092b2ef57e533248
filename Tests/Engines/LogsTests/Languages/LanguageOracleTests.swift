import Basics
import SignalModel
import TestKit
import Testing
import WireFormats

@testable import Logs

@Suite("Random questions in every language, against a look at every document")
struct LanguageOracleTests {
    private static func store(_ documents: [LogOracle.Document]) throws -> LogStore {
        let disk = MemoryFileSystem(randomness: SeededRandomness(seed: 1))
        let store = try LogStore(directory: "logs", fileSystem: disk)
        let half = documents.count / 2
        try store.append(LogOracle.batch(Array(documents[..<half])), through: UInt64(half))
        try store.flush()
        try store.append(LogOracle.batch(Array(documents[half...])), through: UInt64(documents.count))
        return store
    }

    @Test("KQL, Lucene, Elasticsearch's JSON and ES|QL find the same records", arguments: [1, 2, 3] as [UInt64])
    func languages(seed: UInt64) throws {
        let randomness = SeededRandomness(seed: seed)
        let next = { randomness.next() }
        let documents = (1...400).map { LogOracle.document(next, sequence: $0) }
        let snapshot = try Self.store(documents).snapshot()
        func found(_ filter: LogFilter) throws -> [UInt64] {
            try snapshot.rows(LogQuery(filter: filter), LogRowsRequest(limit: 10_000, fields: []))
                .map(\.place.sequence).sorted()
        }
        for _ in 0..<200 {
            let question = LanguageQuestion.random(next)
            let expected = documents.filter { $0.passes(question.filter) }.map(\.sequence)
            let context = QueryClock.context
            let kql = try KQLParser.filter(question.kql, context)
            try #require(try found(kql) == expected, "seed \(seed), KQL: \(question.kql)")
            let lucene = try LuceneParser.filter(question.lucene, LuceneOptions(), context)
            try #require(try found(lucene) == expected, "seed \(seed), Lucene: \(question.lucene)")
            let json = try QueryDSL.filter(try DocumentReader.value(Array(question.json.utf8)), context)
            try #require(try found(json) == expected, "seed \(seed), JSON: \(question.json)")
            guard let text = question.pipes else { continue }
            let pipes = try PipeQuery("FROM * | WHERE \(text) | STATS n = COUNT(*)", context)
            let answer = try snapshot.run(pipes, LogQuery(indices: pipes.indices, filter: pipes.filter))
            let count = documents.filter { question.isTrue($0) == true }.count
            let number = answer.rows.first.map { DocumentWriter.string(of: $0[0].json) }
            try #require(number == String(count), "seed \(seed), ES|QL: \(text)")
        }
    }
}
