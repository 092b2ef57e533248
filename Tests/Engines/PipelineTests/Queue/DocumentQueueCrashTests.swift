import Basics
import Pipeline
import TestKit
import Testing

/// The power goes after each byte in turn, and at random places over several starts.
///
/// Invariant: what was acknowledged before is there after, once, at its ordinal and in order; nothing is there that
/// was not sent; ordinals of what is there are not given again.
@Suite("Document queue: power cuts")
struct DocumentQueueCrashTests {
    private static var options: DocumentQueueOptions {
        var options = DocumentQueueOptions()
        options.segmentBytes = 300
        options.recentBytesMax = 100
        return options
    }

    @Test("after any number of bytes")
    func everyByte() throws {
        var bytes = 0
        while true {
            let disk = MemoryFileSystem(randomness: SeededRandomness(seed: UInt64(bytes)))
            disk.cutPower(afterBytes: bytes)
            var model = Model()
            if let queue = try? openQueue(disk, Self.options) {
                model.send(to: queue, batches: 12, SeededRandomness(seed: 7))
                queue.close()
            }
            let isThrough = !disk.isDown
            disk.crash()
            let queue = try openQueue(disk, Self.options)
            try model.check(queue, "\(bytes) bytes")
            queue.close()
            if isThrough { return }
            bytes += 1
        }
    }

    @Test("at random, with failing syncs, truncations and full disks between", arguments: 0..<40)
    func random(seed: UInt64) throws {
        let chance = SeededRandomness(seed: seed)
        let disk = MemoryFileSystem(randomness: chance)
        var model = Model()
        for _ in 0..<6 {
            let queue = try openQueue(disk, Self.options)
            try model.check(queue, "seed \(seed)")
            for _ in 0..<8 {
                switch chance.next() % 8 {
                case 0: disk.cutPower(afterBytes: Int(chance.next() % 400))
                case 1: disk.failSyncs(Int(chance.next() % 3))
                case 2: disk.failTruncates(1)
                case 3: disk.spaceLeft = Int(chance.next() % 300)
                case 4: disk.tearNextWrite(after: Int(chance.next() % 60))
                case 5: disk.spaceLeft = nil
                case 6:
                    let ordinal = chance.next() % (queue.nextOrdinal + 1)
                    queue.trim(below: ordinal)
                    model.trimmedBelow = max(model.trimmedBelow, ordinal)
                default: break
                }
                model.send(to: queue, batches: 3, chance)
            }
            disk.crash()
            queue.close()
        }
    }

    private struct Model {
        var acknowledged: [UInt64: String] = [:]
        var sent: Set<String> = []
        var trimmedBelow: UInt64 = 0
        var number = 0

        mutating func send(to queue: DocumentQueue, batches: Int, _ chance: SeededRandomness) {
            for _ in 0..<batches {
                let sources = (0..<1 + chance.next() % 4).map { _ in
                    number += 1
                    return "{\"number\":\(number)}"
                }
                sent.formUnion(sources)
                guard let ordinals = try? queue.appendAndWait(DocumentBatch(sources), receivedAt: 1) else { continue }
                for (ordinal, source) in zip(ordinals, sources) {
                    #expect(acknowledged[ordinal] == nil, "ordinal \(ordinal) given twice")
                    acknowledged[ordinal] = source
                }
            }
        }

        func check(_ queue: DocumentQueue, _ hint: String) throws {
            let found = try contents(of: queue, from: trimmedBelow)
            let byOrdinal = Dictionary(uniqueKeysWithValues: found)
            for (ordinal, source) in acknowledged where ordinal >= trimmedBelow {
                #expect(byOrdinal[ordinal] == source, "\(hint): ordinal \(ordinal)")
            }
            #expect(found.map(\.0) == found.map(\.0).sorted(), "\(hint): in order")
            #expect(Set(found.map(\.1)).count == found.count, "\(hint): once each")
            #expect(found.allSatisfy { sent.contains($0.1) }, "\(hint): nothing from nowhere")
            #expect(queue.nextOrdinal >= (acknowledged.keys.max().map { $0 + 1 } ?? 0), "\(hint): next ordinal")
        }
    }
}
