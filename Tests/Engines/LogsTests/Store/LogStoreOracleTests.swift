import Basics
import Logs
import SignalModel
import TestKit
import Testing

@Suite("Random records and filters, against a look at every document")
struct LogStoreOracleTests {
    @Test(
        "in memory, in parts and merged, filters find what they mean, in order",
        arguments: [1, 2, 3, 6, 8] as [UInt64])
    func oracle(seed: UInt64) throws {
        let randomness = SeededRandomness(seed: seed)
        let next = { randomness.next() }
        let disk = MemoryFileSystem(randomness: SeededRandomness(seed: seed))
        var settings = LogStoreSettings()
        settings.mergeCount = 3
        // Of some the rows stand in groups, which no query may notice.
        if seed > 5 {
            settings.grouping = RowGrouping(field: "user.id", references: ["level": "user.id"])
            settings.blockRowsMax = 64
        }
        let store = try LogStore(directory: "logs", fileSystem: disk, settings: settings)
        var documents: [LogOracle.Document] = []
        for round in 0..<12 {
            let added = (0..<20 + next() % 100).map { _ in
                LogOracle.document(next, sequence: UInt64(documents.count + 1) + next() % 1)
            }
            var numbered: [LogOracle.Document] = []
            for var document in added {
                document.sequence = UInt64(documents.count + numbered.count + 1)
                numbered.append(document)
            }
            documents += numbered
            try store.append(LogOracle.batch(numbered), through: UInt64(documents.count))
            if round % 3 == 1 { try store.flush() }
            if round == 8 { while try store.maintain(now: Timestamp(milliseconds: 0)) {} }
        }
        #expect(store.statistics.mergeCount > 0 || store.statistics.partCount < 6)
        let snapshot = store.snapshot()
        for number in 0..<150 {
            let filter = LogOracle.filter(next)
            let expected = documents.filter { $0.passes(filter) }
                .sorted { ($0.time, $0.sequence) < ($1.time, $1.sequence) }
            let query = LogQuery(filter: filter)
            let rows = try snapshot.rows(query, LogRowsRequest(isDescending: false, limit: 10_000))
            try #require(rows.map(\.place.sequence) == expected.map(\.sequence), "seed \(seed), \(number): \(filter)")
            #expect(try snapshot.count(query) == expected.count)
            let last = try snapshot.rows(query, LogRowsRequest(limit: 7))
            #expect(last.map(\.place.sequence) == expected.suffix(7).reversed().map(\.sequence))
            for (row, document) in zip(rows, expected) where number < 10 {
                #expect(row.index == document.index)
                let fields = Dictionary(uniqueKeysWithValues: row.fields.map { ($0.name, $0) })
                #expect(fields.count == document.fields.count)
                for field in document.fields {
                    #expect(fields[field.name]?.values == field.values)
                    #expect(fields[field.name]?.isArray == field.isArray)
                }
            }
        }
    }

    @Test("top values, facets and histograms add up", arguments: [4, 5] as [UInt64])
    func counts(seed: UInt64) throws {
        let randomness = SeededRandomness(seed: seed)
        let next = { randomness.next() }
        let disk = MemoryFileSystem(randomness: SeededRandomness(seed: seed))
        let store = try LogStore(directory: "logs", fileSystem: disk)
        let documents = (1...900).map { LogOracle.document(next, sequence: $0) }
        try store.append(LogOracle.batch(Array(documents[..<600])), through: 600)
        try store.flush()
        try store.append(LogOracle.batch(Array(documents[600...])), through: 900)
        let snapshot = store.snapshot()
        for filter in [.all, LogFilter.test(.named("status"), .exists)] {
            let query = LogQuery(times: 0..<200_000_000_000_000, filter: filter)
            let meant = documents.filter { $0.passes(filter) }
            for name in ["level", "status", "tags", "user.id"] {
                var expected: [String: Int] = [:]
                for document in meant {
                    for field in document.fields where field.name == name {
                        for value in field.values where value != .null { expected[value.text, default: 0] += 1 }
                    }
                }
                let top = try snapshot.topValues(query, of: name, limit: 100_000)
                #expect(Dictionary(uniqueKeysWithValues: top.values.map { ($0.value.text, $0.count) }) == expected)
                #expect(top.valueCount == expected.count)
                let facet = try snapshot.facets(query, limit: 3).first { $0.field == name }
                #expect(facet?.values ?? [] == Array(top.values.prefix(3)))
            }
            let histogram = try snapshot.histogram(query, stepNanoseconds: 7_000_000_000_000, by: "level")
            for series in histogram.series {
                for (step, count) in series.counts.enumerated() {
                    let expected = meant.filter { document in
                        let level = document.fields.first { $0.name == "level" }?.values[0]
                        return level == series.value && Int(document.time / 7_000_000_000_000) == step
                    }
                    #expect(count == expected.count)
                }
            }
            for summary in try snapshot.fieldNames(query) {
                let count = meant.filter { document in
                    document.fields.contains { $0.name == summary.name && $0.values.contains { $0 != .null } }
                }.count
                #expect(summary.count == count, "\(summary.name)")
            }
        }
    }
}
