import Basics
import SignalModel
import TestKit

@testable import Logs

/// Any bytes as the file of a part: refused as damaged at the start or by the query that meets it, or read through and
/// through.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzz(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let disk = MemoryFileSystem(randomness: SeededRandomness(seed: 1))
    do {
        try disk.createDirectory("d")
        let file = try disk.openForAppending("d/p")
        try file.append(UnsafeRawBufferPointer(start: data, count: count))
        let part = try LogPart(
            disk, directory: "d", name: "p", number: 1, day: 0, SectionCache(bytesMax: 1 << 20))
        _ = part.places(of: 0)
        _ = part.identitiesOfBlocks
        let snapshot = LogSnapshot(sources: part.blocks.map { LogSnapshot.Source(content: .block($0)) })
        let tests: [ValueTest] = [
            .match(.string("circuit breaker"), .phrase(slop: 0)), .match(.integer(200), .allWords),
            .match(.string("order"), .anyWord), .prefix("a", ignoresCase: false), .exists,
            .range(lower: .init(.integer(3), isInclusive: true), upper: nil),
        ]
        for test in tests { _ = try? snapshot.count(LogQuery(filter: .test(.any, test))) }
        let some = LogQuery(times: .min..<part.blocks[0].times.upperBound)
        _ = try? snapshot.rows(LogQuery(), LogRowsRequest(limit: 3))
        _ = try? snapshot.rows(some, LogRowsRequest(isDescending: false, limit: 1000))
        _ = try? snapshot.facets(LogQuery())
        _ = try? snapshot.facets(some, fields: ["message", "log.level"])
        _ = try? snapshot.fieldNames(some)
        if let terms = part.file.terms {
            var cursor = try TermCursor(terms)
            while cursor.term != nil { try cursor.advance() }
        }
    } catch { return 0 }
    return 0
}
