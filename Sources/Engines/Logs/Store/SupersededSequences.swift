internal import Basics

/// Documents of the queue whose records were replaced or deleted, or lost to one that was there before: read again they
/// must not come back.
///
/// docs/formats/logs-superseded.md tells the bytes.
struct SupersededSequences: Sendable {
    /// Sequences below it came before anything was remembered.
    private(set) var first: UInt64
    /// 4096 sequences each, a bit a sequence.
    private var chunks: [UInt64: [UInt64]] = [:]
    /// Places in parts whose sequences are not looked up yet.
    private(set) var places: [RecordPlace] = []
    /// Grows with each change.
    private(set) var changeCount: UInt64 = 1

    private static let chunkShift: UInt64 = 12
    private static let chunkWords = 64

    init(from first: UInt64) { self.first = first }

    func contains(_ sequence: UInt64) -> Bool {
        guard let words = chunks[sequence >> Self.chunkShift] else { return false }
        return words[Int(sequence >> 6) & (Self.chunkWords - 1)] >> (sequence & 63) & 1 == 1
    }

    mutating func insert(_ sequence: UInt64) {
        guard sequence >= first else { return }
        let word = Int(sequence >> 6) & (Self.chunkWords - 1)
        chunks[sequence >> Self.chunkShift, default: [UInt64](repeating: 0, count: Self.chunkWords)][word] |=
            1 << (sequence & 63)
        changeCount += 1
    }

    mutating func insert(_ place: RecordPlace) {
        places.append(place)
        changeCount += 1
    }

    mutating func takePlaces() -> [RecordPlace] {
        defer { places = [] }
        return places
    }

    /// What is below is not in the queue any more.
    mutating func removeAll(below sequence: UInt64) {
        let chunk = sequence >> Self.chunkShift
        guard chunks.keys.contains(where: { $0 < chunk }) else { return }
        chunks = chunks.filter { $0.key >= chunk }
        changeCount += 1
    }

    // MARK: Bytes

    static let fileName = "superseded"
    static let bytesMax = 1 << 30
    private static let magic: [UInt8] = Array("SBLS".utf8) + [1]

    var bytes: [UInt8] {
        var writer = CheckpointWriter(magic: Self.magic)
        writer.append(first)
        writer.append(UInt64(chunks.values.reduce(0) { $0 + $1.count { $0 != 0 } }))
        for (key, words) in chunks.sorted(by: { $0.key < $1.key }) {
            for (number, bits) in zip((key << 6)..., words) where bits != 0 {
                writer.append(number)
                writer.append(bits)
            }
        }
        return writer.finish()
    }

    init(_ bytes: [UInt8]) throws(CheckpointError) {
        var reader = try CheckpointReader(bytes, magic: Self.magic)
        first = try reader.number()
        for _ in 0..<(try reader.count()) {
            let (number, bits) = (try reader.number(), try reader.number())
            let chunk = number >> 6
            guard chunk <= UInt64.max >> Self.chunkShift else { throw CheckpointError("a sequence that is none") }
            chunks[chunk, default: [UInt64](repeating: 0, count: Self.chunkWords)][Int(number & 63)] = bits
        }
        try reader.finish()
    }
}
