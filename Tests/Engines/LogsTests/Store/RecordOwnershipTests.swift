import Logs
import SignalModel
import TestKit
import Testing

@Suite("Who may replace and delete a record")
struct RecordOwnershipTests {
    private struct Run {
        var store: LogStore
        var sequence: UInt64 = 0

        mutating func add(
            _ conflict: LogBatch.Conflict, team: [String] = [], owner: Labels? = nil, isArray: Bool = false
        ) throws {
            sequence += 1
            var batch = LogBatch()
            let name = batch.number(of: "team")
            for value in team { batch.add(name, string: value, isElement: isArray) }
            batch.add(batch.number(of: "n"), integer: Int64(sequence))
            let index = batch.number(of: "a")
            Array("x".utf8).withUnsafeBytes {
                batch.endRecord(
                    timestampNanoseconds: 0, sequence: sequence, index: index, identity: $0, conflict: conflict,
                    owner: owner)
            }
            try store.append(batch, through: sequence)
        }

        func found() throws -> Int64? {
            guard case .integer(let n)? = try store.record(index: "a", identity: "x")?["n"] else { return nil }
            return n
        }
    }

    private static let own = Labels([("team", "a")])

    @Test(
        "a record is replaced and deleted by who has its labels, in memory and on disk",
        arguments: [LogBatch.Conflict.replaces, .deletes], [false, true])
    func owners(conflict: LogBatch.Conflict, isFlushed: Bool) throws {
        let disk = MemoryFileSystem(randomness: SeededRandomness(seed: 1))
        for (team, isArray, isOwn) in [
            (["a"], false, true), (["b"], false, false), ([], false, false), (["a", "b"], true, false),
            (["a"], true, false),
        ] {
            var run = Run(store: try LogStore(directory: "logs-\(team)-\(isArray)", fileSystem: disk))
            try run.add(.keepsFirst, team: team, isArray: isArray)
            if isFlushed { try run.store.flush() }
            #expect(run.store.isOwned(index: "a", identity: "x", by: Self.own) == isOwn)
            try run.add(conflict, team: ["a"], owner: Self.own)
            let expected: Int64? = !isOwn ? 1 : conflict == .replaces ? 2 : nil
            #expect(try run.found() == expected, "\(team) \(isArray)")
            #expect(run.store.statistics.refusedCount == (isOwn ? 0 : 1))
            #expect(try run.store.snapshot().count(LogQuery()) == (expected == nil ? 0 : 1))
            // Without labels everything may be replaced.
            try run.add(.replaces)
            #expect(try run.found() == 3)
        }
    }

    @Test("each of several labels must be there")
    func several() throws {
        var run = Run(store: LogStore())
        try run.add(.keepsFirst, team: ["a"])
        try run.add(.replaces, team: ["a"], owner: Labels([("team", "a"), ("cluster", "c")]))
        #expect(try run.found() == 1)
        #expect(run.store.isOwned(index: "a", identity: "y", by: Self.own) == nil)
    }
}
