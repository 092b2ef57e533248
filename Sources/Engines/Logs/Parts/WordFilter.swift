internal import Basics

/// Which words, or whole values, a column does not have: a Bloom filter in blocks of 256 bits, eight of them a key
/// (Putze, Sanders, Singler 2007; the split form of Apache Parquet).
struct WordFilter: Sendable {
    private let words: [UInt32]

    /// Bits a key; about one absent key in forty seems to be there.
    private static let bitsPerKey = 8
    private static let salts: [UInt32] = [
        0x47b6_137b, 0x4497_4d91, 0x8824_ad5b, 0xa2b7_289d, 0x7054_95c7, 0x2df1_424b, 0x9efc_4947, 0x5c6b_fb31,
    ]

    /// Of different hashes.
    init(_ hashes: [UInt64]) {
        let blocks = max(1, (hashes.count * Self.bitsPerKey + 255) / 256)
        var words = [UInt32](repeating: 0, count: blocks * 8)
        for hash in hashes {
            let block = Self.block(hash, blocks)
            for index in 0..<8 { words[block * 8 + index] |= Self.bit(hash, index) }
        }
        self.words = words
    }

    /// What `append` wrote.
    init(_ bytes: UnsafeRawBufferPointer) throws(Damage) {
        guard bytes.count >= 32, bytes.count % 32 == 0 else { throw Damage("a filter of \(bytes.count) bytes") }
        words = (0..<bytes.count / 4).map {
            UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: $0 * 4, as: UInt32.self))
        }
    }

    func append(to output: inout [UInt8]) { for word in words { output.append(fixed32: word) } }

    /// False only when it was never added.
    static func mayContain(_ hash: UInt64, _ bytes: UnsafeRawBufferPointer) -> Bool {
        let blocks = bytes.count / 32
        guard blocks > 0 else { return true }
        let block = block(hash, blocks)
        for index in 0..<8 {
            let word = bytes.loadUnaligned(fromByteOffset: (block * 8 + index) * 4, as: UInt32.self)
            if UInt32(littleEndian: word) & bit(hash, index) == 0 { return false }
        }
        return true
    }

    @inline(__always)
    private static func block(_ hash: UInt64, _ blocks: Int) -> Int {
        Int(((hash >> 32) * UInt64(blocks)) >> 32)
    }

    @inline(__always)
    private static func bit(_ hash: UInt64, _ index: Int) -> UInt32 {
        1 << ((UInt32(truncatingIfNeeded: hash) &* salts[index]) >> 27)
    }
}

/// The different words of the strings of a column, as hashes.
struct WordHashes {
    private var hashes: [UInt64] = []
    private var lowered: [UInt8] = []

    init() {}

    mutating func add(wordsOf strings: PackedStrings) {
        strings.bytes.withUnsafeBytes { bytes in
            for index in 0..<strings.count {
                add(wordsOf: UnsafeRawBufferPointer(rebasing: bytes[strings.range(index)]))
            }
        }
    }

    private mutating func add(wordsOf text: UnsafeRawBufferPointer) {
        var scanner = WordScanner(text)
        while let range = scanner.next() {
            let word = UnsafeRawBufferPointer(rebasing: text[range])
            if scanner.isWide {
                lowered = Words.lowered(word, isWide: true)
            } else {
                lowered.removeAll(keepingCapacity: true)
                for byte in word { lowered.append(Words.lowered(byte)) }
            }
            hashes.append(Self.hash(lowered))
        }
        // Most words of most columns come again and again: what is collected stays small.
        if hashes.count > limit { settle() }
    }

    private var limit = 1 << 16

    private mutating func settle() {
        hashes.sort()
        var count = 0
        for index in hashes.indices where index == 0 || hashes[index] != hashes[index - 1] {
            hashes[count] = hashes[index]
            count += 1
        }
        hashes.removeLast(hashes.count - count)
        limit = max(1 << 16, count * 2)
    }

    mutating func finish() -> [UInt64] {
        settle()
        return hashes
    }

    static func hash(_ word: [UInt8]) -> UInt64 { word.withUnsafeBytes { XXHash64.of($0) } }
}
