import Basics
import Logs
import SignalModel
import TestKit
import Testing

@testable import Traces

@Suite("Who calls whom")
struct ServiceMapTests {
    private static let always: Range<Int64> = 0..<Int64.max

    private static func store(_ disk: MemoryFileSystem, blockRowsMax: Int = 8) throws -> TraceStore {
        var settings = TraceStore.settings(retention: nil)
        settings.mergeCount = 2
        settings.blockRowsMax = blockRowsMax
        return TraceStore(try LogStore(directory: "traces", fileSystem: disk, settings: settings))
    }

    private static func disk(_ seed: Int = 1) -> MemoryFileSystem {
        MemoryFileSystem(randomness: SeededRandomness(seed: UInt64(seed)))
    }

    private static func expect(_ oracle: CallOracle, _ store: TraceStore, _ place: String) throws {
        let start = Int64(oracle.pick(3000)) * 1_000_000
        let part = start..<start + Int64(1 + oracle.pick(3000)) * 1_000_000
        for times in [always, part] {
            func found(_ filter: LogFilter = .all, _ access: LogAccess = .everything) throws -> Set<ServiceDependency>
            {
                let found = try TraceReader(store, access: access).dependencies(times: times, filter: filter)
                #expect(!found.isTruncated)
                return Set(found.edges)
            }
            let production = LogFilter.field(SpanFields.environment, "production")
            let ofTrace = LogFilter.field(SpanFields.trace, TraceID(high: 0xabcd, low: 7).hexadecimal)
            try #require(try found() == oracle.edges(times), "\(place)")
            let ofProduction = oracle.edges(times) { $0.environment == "production" }
            try #require(try found(production) == ofProduction, "\(place)")
            try #require(try found(.all, LogAccess(restriction: production)) == ofProduction, "\(place)")
            try #require(
                try found(.not(production), LogAccess(restriction: .not(.field(SpanFields.service, "pay"))))
                    == oracle.edges(times) { $0.environment != "production" && $0.service != "pay" }, "\(place)")
            try #require(try found(ofTrace) == oracle.edges(times) { $0.span.trace.low == 7 }, "\(place)")
            // What is hidden is not summed up for who may not see it.
            let failed = LogFilter.field(SpanFields.status, "error")
            try #require(
                try found(.all, LogAccess(restriction: failed)) == oracle.edges(times) { $0.span.status == .error },
                "\(place)")
        }
    }

    @Test("is what a look at every span says, however spans are split into parts, for any time", arguments: 1...6)
    func oracle(seed: Int) throws {
        var oracle = CallOracle(seed: seed)
        let disk = Self.disk(seed)
        // Of some a trace lies in many blocks.
        let rows = [8, 32, TraceStore.blockRowsMax][seed % 3]
        var store = try Self.store(disk, blockRowsMax: rows)
        for round: UInt64 in 1...6 {
            try store.append(oracle.add(1 + oracle.pick(60)), through: round)
            if oracle.pick(3) > 0 { try store.flush() }
            switch oracle.pick(4) {
            case 0: while try store.maintain(now: Timestamp(milliseconds: 0)) {}
            case 1: _ = try store.sumUpCalls()
            default: break
            }
            if round % 2 == 0 { try Self.expect(oracle, store, "seed \(seed), round \(round)") }
        }
        try store.flush()
        while try store.maintain(now: Timestamp(milliseconds: 0)) {}
        try Self.expect(oracle, store, "seed \(seed), merged")
        let gone = oracle.pick(40) + 1
        let deleted = try store.store.delete(
            LogQuery(filter: .field(SpanFields.trace, TraceID(high: 0xabcd, low: UInt64(gone)).hexadecimal)))
        oracle.remove { $0.span.trace.low == gone }
        try Self.expect(oracle, store, "seed \(seed), \(deleted) deleted")
        while try store.maintain(now: Timestamp(milliseconds: 0)) {}
        try Self.expect(oracle, store, "seed \(seed), deleted and summed up anew")
        store = try Self.store(disk, blockRowsMax: rows)
        #expect(try !store.sumUpCalls())
        try Self.expect(oracle, store, "seed \(seed), opened again")
    }

    private static func derived(_ disk: MemoryFileSystem) throws -> [String] {
        try disk.list("traces").filter { $0.hasPrefix("1970") }.flatMap { folder in
            try disk.list("traces/\(folder)").filter { $0.hasSuffix(".derived") }.map { "traces/\(folder)/\($0)" }
        }
    }

    @Test("sums that are damaged are not used, and made anew", arguments: 0..<20)
    func damage(place: Int) throws {
        var oracle = CallOracle(seed: 3)
        let disk = Self.disk()
        var store = try Self.store(disk)
        try store.append(oracle.add(80), through: 1)
        try store.flush()
        #expect(try store.sumUpCalls() && !store.sumUpCalls())
        let path = try #require(try Self.derived(disk).first)
        disk.damage(path) { bytes in
            if place < 4 {
                bytes.removeLast(bytes.count * (4 - place) / 4)
            } else {
                bytes[bytes.count * (place - 4) / 16] ^= 1 << UInt8(place % 8)
            }
        }
        store = try Self.store(disk)
        #expect(Set(try TraceReader(store).dependencies(times: Self.always).edges) == oracle.edges(Self.always))
        while try store.maintain(now: Timestamp(milliseconds: 0)) {}
        #expect(Set(try TraceReader(store).dependencies(times: Self.always).edges) == oracle.edges(Self.always))
    }

    @Test("sums of a part go with it: when it is merged, when it is too old, and after a crash")
    func removal() throws {
        var oracle = CallOracle(seed: 4)
        let disk = Self.disk()
        var store = try Self.store(disk, blockRowsMax: TraceStore.blockRowsMax)
        for ordinal: UInt64 in 1...2 {
            try store.append(oracle.add(50), through: ordinal)
            try store.flush()
            _ = try store.sumUpCalls()
        }
        #expect(try Self.derived(disk).count == 2)
        while try store.maintain(now: Timestamp(milliseconds: 0)) {}
        #expect(store.statistics.partCount == 1)
        #expect(try Self.derived(disk).count == 1)
        // Left by a crash.
        try disk.replace("traces/1970-01-01/99.derived", with: [1])
        try disk.replace("traces/1970-01-01/98.derived.tmp", with: [1])
        store = try Self.store(disk)
        #expect(try Self.derived(disk).count == 1 && !disk.exists("traces/1970-01-01/98.derived.tmp"))
        var settings = TraceStore.settings(retention: .seconds(86_400))
        settings.mergeCount = 2
        store = TraceStore(try LogStore(directory: "traces", fileSystem: disk, settings: settings))
        while try store.maintain(now: Timestamp(milliseconds: 10 * 86_400_000)) {}
        #expect(try !disk.exists("traces/1970-01-01") && Self.derived(disk).isEmpty)
    }
}
