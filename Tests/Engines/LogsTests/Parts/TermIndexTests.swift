import Basics
import SignalModel
import TestKit
import Testing

@testable import Logs

@Suite("An index of words says where they are")
struct TermIndexTests {
    /// An index as a part has it, of blocks and what they hold.
    private static func index(
        _ blocks: [[UInt32]], taking sources: [(TermIndex, PartFile, [Int32])] = [], count: Int? = nil
    ) throws -> (TermIndex, PartFile) {
        var writer = TermIndexWriter()
        for (number, terms) in blocks.enumerated() { writer.add(terms.sorted(), block: number) }
        for (index, file, numbers) in sources { try writer.add(index, of: file, numbers: numbers) }
        var bytes: [UInt8] = []
        let bits = try writer.write { bytes.append(contentsOf: $0) }
        let content = FileContent(copying: bytes)
        let index = try TermIndex(
            content, 0..<bytes.count, bucketBits: bits, blockCount: count ?? blocks.count)
        return (index, PartFile(path: "p", content: content, terms: index, SectionCache(bytesMax: 0)))
    }

    private static func blocks(_ index: TermIndex, _ term: UInt32) throws -> [Int] {
        try index.blocks(of: term).rows
    }

    @Test("each term's blocks are found, others' are none", arguments: [1, 2, 3] as [UInt64])
    func lookup(seed: UInt64) throws {
        let randomness = SeededRandomness(seed: seed)
        // Some that are close to each other, at both ends too, and many that are not.
        let near: [UInt32] = [0, 1, 2, .max, .max - 1, 1 << 31, 1 << 31 - 1]
        let blocks = (0..<40).map { _ in
            Set(near.filter { _ in randomness.next() % 3 == 0 })
                .union((0..<randomness.next() % 900).map { _ in UInt32(truncatingIfNeeded: randomness.next() >> 20) })
        }
        let (index, _) = try Self.index(blocks.map(Array.init))
        #expect(index.bucketBits > 3)
        for term in blocks.reduce(into: Set(near), { $0.formUnion($1) }) {
            let expected = blocks.indices.filter { blocks[$0].contains(term) }
            try #require(try Self.blocks(index, term) == expected, "seed \(seed), \(term)")
        }
        for term in (0..<1000).map({ _ in UInt32(truncatingIfNeeded: randomness.next()) }) {
            let expected = blocks.indices.filter { blocks[$0].contains(term) }
            try #require(try Self.blocks(index, term) == expected)
        }
    }

    @Test("blocks that are taken over have their words, those that are not do not")
    func merging() throws {
        let first = try Self.index([[1, 5, 9], [5, 70_000], [.max]])
        let second = try Self.index([[5], [6]])
        let (merged, _) = try Self.index(
            [[5, 8]], taking: [(first.0, first.1, [3, -1, 1]), (second.0, second.1, [2, 4])], count: 5)
        let expected: [UInt32: [Int]] = [
            1: [3], 5: [0, 2, 3], 6: [4], 8: [0], 9: [3], 70_000: [], .max: [1], 7: [],
        ]
        for (term, blocks) in expected { #expect(try Self.blocks(merged, term) == blocks, "\(term)") }
    }

    @Test("an index of nothing has nothing")
    func empty() throws {
        #expect(try Self.blocks(try Self.index([], count: 3).0, 17) == [])
    }

    @Test("a bucket with a wrong byte is damage, never a word that is not there")
    func damage() throws {
        var writer = TermIndexWriter()
        writer.add((0..<500).map { UInt32($0) << 23 }, block: 0)
        var bytes: [UInt8] = []
        let bits = try writer.write { bytes.append(contentsOf: $0) }
        for place in bytes.indices {
            var broken = bytes
            broken[place] ^= 0x10
            let index = try TermIndex(
                FileContent(copying: broken), 0..<broken.count, bucketBits: bits, blockCount: 1)
            for term in [0, 250 << 23, 499 << 23] as [UInt32] {
                do throws(Damage) { #expect(try index.blocks(of: term).rows == [0], "\(place)") } catch {}
            }
        }
    }
}
