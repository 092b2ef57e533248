import Basics
import TestKit
import Testing

@Suite struct HashTests {
    @Test("each bit of texts of every short length changes the hash, and so does the length")
    func bits() {
        var seen: Set<UInt64> = []
        var count = 0
        for length in 0...70 {
            let base = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 37) }
            var texts = [base]
            for bit in 0..<length * 8 {
                var copy = base
                copy[bit / 8] ^= 1 << UInt8(bit % 8)
                texts.append(copy)
            }
            for text in texts {
                seen.insert(text.withUnsafeBytes { hash64($0) })
                count += 1
            }
        }
        #expect(seen.count == count)
    }

    @Test("hashes of like names spread over a table's places")
    func spread() {
        var buckets = [Int](repeating: 0, count: 256)
        for number in 0..<25_600 {
            buckets[Int(Array("pod-7cfbd47d5b-\(number)".utf8).withUnsafeBytes { hash64($0) } & 255)] += 1
        }
        // A hundred each on average; of chance alone hardly one lies beyond five deviations.
        #expect(buckets.allSatisfy { (50...150).contains($0) })
    }

    @Test("the same bytes hash the same wherever they lie, another seed otherwise")
    func placeAndSeed() {
        let random = SeededRandomness(seed: 11)
        let bytes = random.bytes(100)
        let shifted = [0, 0, 0] + bytes
        let there = shifted.withUnsafeBytes { hash64(UnsafeRawBufferPointer(rebasing: $0[3...])) }
        #expect(bytes.withUnsafeBytes { hash64($0) } == there)
        #expect(bytes.withUnsafeBytes { hash64($0, seed: 1) } != there)
    }
}
