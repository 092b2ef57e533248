import Basics
import SignalModel
import TestKit
import Testing

@testable import TSDB

@Suite("XOR chunks")
struct XORChunkTests {
    @Test("what a chunk holds is bit for bit what the format says", arguments: 0..<60)
    func encoding(seed: UInt64) {
        let chance = SeededRandomness(seed: seed)
        let samples = Self.samples(chance, count: 1 + Int(chance.next() % 120))
        var chunk = OpenChunk()
        var naive = NaiveChunkEncoder()
        for (time, bits) in samples {
            chunk.append(time, bits)
            naive.append(time, bits)
        }
        let finished = chunk.finish()
        #expect(finished.bytes == naive.bytes, "seed \(seed)")
        #expect(finished.minTime == samples[0].0 && finished.maxTime == samples[samples.count - 1].0)
        #expect(Self.decode(finished.bytes)?.elementsEqual(samples, by: ==) == true, "seed \(seed)")
    }

    @Test("chunks that Prometheus wrote decode, and encode to the same bytes")
    func fixture() throws {
        let file = try Fixtures.bytes("prometheus-2.42-chunks-1")
        var offset = 8
        var counts: [Int] = []
        while offset < file.count {
            let length = try #require(file.withUnsafeBytes { Varint.read($0, at: &offset) })
            #expect(file[offset] == 1, "XOR encoding")
            let bytes = Array(file[offset + 1..<offset + 1 + Int(length)])
            let samples = try #require(Self.decode(bytes))
            var chunk = OpenChunk()
            for (time, bits) in samples { chunk.append(time, bits) }
            #expect(chunk.finish().bytes == bytes)
            counts.append(samples.count)
            offset += 1 + Int(length) + 4
        }
        #expect(counts.sorted() == [1, 110, 110, 110, 110, 110])
    }

    @Test("a cut chunk is refused, wherever it is cut, and never read past its end")
    func cut() {
        let samples = Self.samples(SeededRandomness(seed: 3), count: 40)
        var chunk = OpenChunk()
        for (time, bits) in samples { chunk.append(time, bits) }
        let bytes = chunk.finish().bytes
        for count in 0..<bytes.count { #expect(Self.decode(Array(bytes[..<count])) == nil, "\(count) bytes") }
    }

    @Test("altered bytes decode to something or are refused", arguments: 0..<40)
    func altered(seed: UInt64) {
        let chance = SeededRandomness(seed: seed)
        var chunk = OpenChunk()
        for (time, bits) in Self.samples(chance, count: 60) { chunk.append(time, bits) }
        var bytes = chunk.finish().bytes
        for _ in 0..<20 {
            bytes[Int(chance.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: chance.next())
            _ = Self.decode(bytes)
        }
    }

    @Test("a range gives the samples inside it, both ends included")
    func range() {
        var chunk = OpenChunk()
        for time in stride(from: Int64(0), to: 100, by: 10) { chunk.append(time, Double(time).bitPattern) }
        let bytes = chunk.finish().bytes
        func times(_ from: Int64, _ through: Int64) -> [Int64] {
            var buffer = SampleBuffer()
            let isWhole = bytes.withUnsafeBytes {
                XORChunkDecoder.append($0, from: from, through: through, to: &buffer)
            }
            #expect(isWhole)
            return Array(buffer.timestamps)
        }
        #expect(times(20, 40) == [20, 30, 40])
        #expect(times(21, 39) == [30])
        #expect(times(-5, 0) == [0])
        #expect(times(91, 200) == [])
        #expect(times(31, 39) == [])
    }

    static func decode(_ bytes: [UInt8]) -> [(Int64, UInt64)]? {
        var times = [Int64](repeating: 0, count: 65536)
        var values = [UInt64](repeating: 0, count: 65536)
        let count = bytes.withUnsafeBytes { raw in
            XORChunkDecoder.decode(raw, times: &times, values: &values, capacity: 65536)
        }
        return count.map { Array(zip(times, values).prefix($0)) }
    }

    /// Regular, jittered and wild intervals; steady, counting, random and odd values.
    private static func samples(_ chance: SeededRandomness, count: Int) -> [(Int64, UInt64)] {
        let odd: [Double] = [0, -0.0, .infinity, -.infinity, StaleMarker.value, StaleMarker.plainNaN, 5e-324]
        var time = Int64(bitPattern: chance.next()) >> 20
        var value = Double(chance.next() % 1000)
        let kind = chance.next() % 4
        return (0..<count).map { _ in
            switch chance.next() % 8 {
            case 0: time += 1 + Int64(chance.next() % 100_000_000)
            case 1: time += 15_000 + Int64(chance.next() % 140_000)
            case 2, 3: time += 15_000 + Int64(chance.next() % 900)
            default: time += 15_000
            }
            switch kind {
            case 0: break
            case 1: value += Double(chance.next() % 10)
            case 2: value = Double(bitPattern: chance.next())
            default: value = chance.next() % 3 == 0 ? odd[Int(chance.next() % 7)] : value * 1.5
            }
            return (time, value.bitPattern)
        }
    }
}
