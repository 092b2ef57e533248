import Basics
import Logs
import SignalModel
import TestKit
import Testing
import Traces

/// The store behind its queue, whose documents are read again from `durableOrdinal`, on a disk that fails.
@Suite("Spans survive whatever the disk does")
struct TraceStoreCrashTests {
    private static let traceCount: UInt64 = 5

    /// Document `ordinal` of the queue: late spans for each trace, with parents in earlier documents.
    private static func document(_ ordinal: UInt64) -> SpanBatch {
        var fixture = SpanFixture()
        for place in 0..<10 as Range<UInt64> {
            let trace = 1 + place % traceCount
            let id = ordinal * 100 + place
            fixture.add(
                trace: trace, id, parent: ordinal == 1 ? 0 : id - 100, "step \(ordinal)",
                service: place % 2 == 0 ? "cart" : "mail", status: place == 3 ? .error : .unset,
                at: Int64(ordinal) * 7_000_000 + Int64(place), duration: Int64(place), [("attempt", "\(ordinal)")])
        }
        return fixture.batch
    }

    private static let documents: [SpanBatch] = (1...6).map(document)

    private static func store(_ disk: MemoryFileSystem) throws -> TraceStore {
        var settings = TraceStore.settings(retention: nil)
        settings.mergeCount = 2
        return TraceStore(try LogStore(directory: "traces", fileSystem: disk, settings: settings))
    }

    private static func fill(_ store: TraceStore) throws {
        for ordinal in 1...UInt64(documents.count) where ordinal > store.durableOrdinal {
            // What the store took before it could not write is in memory still.
            if store.statistics.pendingRecordCount > 0 { try store.flush() }
            guard ordinal > store.durableOrdinal else { continue }
            try store.append(documents[Int(ordinal) - 1], through: ordinal)
            if ordinal % 2 == 0 { try store.flush() }
            try store.maintain(now: Timestamp(milliseconds: 0))
        }
        try store.flush()
        try store.maintain(now: Timestamp(milliseconds: 0))
    }

    private static func expectWhole(_ store: TraceStore, _ when: String) throws {
        let reader = TraceReader(store)
        for trace in 1...traceCount {
            let spans = try reader.spans(of: TraceID(high: 0xabcd, low: trace)).spans.sorted { $0.id < $1.id }
            let expected = documents.indices.flatMap { document in
                [trace - 1, trace + traceCount - 1].map { UInt64(document + 1) * 100 + $0 }
            }
            try #require(spans.map(\.id) == expected, "\(when), trace \(trace)")
            for span in spans {
                try #require(span.parent == (span.id < 200 ? 0 : span.id - 100), "\(when), span \(span.id)")
                try #require(span.name == "step \(span.id / 100)")
                try #require(span.service == (span.id % 2 == 0 ? "cart" : "mail"))
                try #require(span.attributes.first?.values == [.integer(Int64(span.id / 100))])
            }
        }
        let failed = try reader.search(
            TraceSearch(filter: .field(SpanFields.status, "error"), limit: 100))
        try #require(failed.map(\.trace.low) == [4], "\(when)")
        try #require(failed[0].matchCount == documents.count, "\(when)")
    }

    @Test("power that goes at any operation costs nothing that the queue still has", arguments: [1, 2] as [UInt64])
    func powerCut(seed: UInt64) throws {
        var allowed = 0
        var isThrough = false
        while !isThrough {
            let disk = MemoryFileSystem(randomness: SeededRandomness(seed: seed &* 1000 &+ UInt64(allowed)))
            var durable: UInt64 = 0
            if let store = try? Self.store(disk) {
                disk.cutPower(afterOperations: allowed)
                isThrough = (try? Self.fill(store)) != nil
                durable = store.durableOrdinal
            }
            disk.crash()
            let store = try Self.store(disk)
            let when = "seed \(seed), \(allowed) operations"
            #expect(store.durableOrdinal >= durable, "\(when)")
            #expect(store.statistics.setAside.isEmpty, "\(when)")
            try Self.fill(store)
            try Self.expectWhole(store, when)
            allowed += 1
        }
        #expect(allowed > 20)
    }

    @Test("a disk that is full from any operation on loses nothing, and is written to once there is room")
    func fullDisk() throws {
        var operations = 0
        var isThrough = false
        while !isThrough {
            let disk = MemoryFileSystem(randomness: SeededRandomness(seed: 1))
            let store = try Self.store(disk)
            disk.fillUp(afterOperations: operations)
            isThrough = (try? Self.fill(store)) != nil
            disk.spaceLeft = nil
            try Self.fill(store)
            try Self.expectWhole(store, "\(operations) operations")
            operations += 1
        }
        #expect(operations > 20)
    }
}
