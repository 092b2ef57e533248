import Basics
import SignalModel
import TestKit
import Testing

/// Valid bytes made wrong, and what must hold of whatever was accepted of them.
enum Mutation {
    static func of(_ original: [UInt8], _ random: SeededRandomness) -> [UInt8] {
        var bytes = original
        for _ in 0...random.next() % 4 {
            guard !bytes.isEmpty else { return bytes }
            let place = Int(random.next() % UInt64(bytes.count))
            let interesting: [UInt8] = [0, 1, 0x7f, 0x80, 0xff, 0x0a, 0x22, 0x5c, 0x7b, 0x7d, 0x20, 0x12]
            switch random.next() % 6 {
            case 0: bytes[place] ^= 1 << UInt8(random.next() % 8)
            case 1: bytes[place] = interesting[Int(random.next() % UInt64(interesting.count))]
            case 2: bytes.remove(at: place)
            case 3: bytes.insert(UInt8(truncatingIfNeeded: random.next()), at: place)
            case 4: bytes.removeSubrange(place..<min(bytes.count, place + Int(random.next() % 20)))
            default:
                bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + Int(random.next() % 40))], at: place)
            }
        }
        return bytes
    }

    /// Labels sorted, unique, with values and a name; samples in order.
    static func expectSound(_ batch: SampleBatch, _ note: Comment, emptyAllowed: Bool = false) {
        for entry in batch.entries {
            let pairs = batch.labels(of: entry).pairs
            #expect(pairs.contains { $0.name == "__name__" }, note)
            #expect(pairs.allSatisfy { !$0.name.isEmpty && (emptyAllowed || !$0.value.isEmpty) }, note)
            let names = pairs.map { Array($0.name.utf8) }
            #expect(zip(names, names.dropFirst()).allSatisfy { $0.lexicographicallyPrecedes($1) }, note)
            let samples = batch.samples[entry.samplesStart..<entry.samplesStart + entry.samplesCount]
            #expect(zip(samples, samples.dropFirst()).allSatisfy { $0.timestamp <= $1.timestamp }, note)
        }
        for place in batch.exemplars.indices {
            #expect(batch.entries.indices.contains(batch.exemplars[place].entry), note)
            let labels = batch.exemplar(place).labels
            #expect(labels == Labels(labels.pairs), note)
        }
    }
}
