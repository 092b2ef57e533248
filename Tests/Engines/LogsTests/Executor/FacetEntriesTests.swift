import SignalModel
import TestKit
import Testing

@testable import Logs

@Suite("Top values")
struct FacetEntriesTests {
    @Test("are those of sorting all of them, however many tie", arguments: [1, 2, 3] as [UInt64])
    func ties(seed: UInt64) {
        let randomness = SeededRandomness(seed: seed)
        for limit in [1, 3, 50, 700] {
            let entries = (0..<2000).map { _ in
                LogFacet.Entry(
                    value: .string("v\(randomness.next() % 100_000)"), count: Int(randomness.next() % 4) + 1)
            }
            let sorted = entries.sorted {
                $0.count != $1.count ? $0.count > $1.count : $0.value.text < $1.value.text
            }
            let bound = sorted[limit - 1].count
            var found = FacetEntries(limit: limit, bound: bound)
            for entry in entries where entry.count >= bound { found.add(entry) }
            #expect(found.sorted.map(\.value.text) == sorted.prefix(limit).map(\.value.text), "seed \(seed)")
        }
    }

    @Test("keys are counted once each, however full the table")
    func keys() {
        let randomness = SeededRandomness(seed: 1)
        var counts = KeyCounts()
        var expected: [KeyCounts.Key: Int] = [:]
        for _ in 0..<40_000 {
            let key = KeyCounts.Key(Array("k\(randomness.next() % 9000)".utf8))
            counts.add(key, .string, 1)
            expected[key, default: 0] += 1
        }
        #expect(counts.count == expected.count && counts.bytesCount <= 4 * 24 * counts.count)
        #expect(Dictionary(uniqueKeysWithValues: counts.entries.map { ($0.key, $0.count) }) == expected)
    }
}
