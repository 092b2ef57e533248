import Basics

/// The layout of Prometheus' blocks: tsdb/docs/format/{index,chunks,tombstones}.md, index version 2. Numbers of fixed
/// width are big endian, checksums CRC-32C. Ours: docs/formats/blocks.md.
enum BlockFormat {
    static let indexMagic: UInt32 = 0xbaaa_d700
    static let indexVersion: UInt8 = 2
    static let chunkMagic: UInt32 = 0x85bd_40dd
    static let chunkVersion: UInt8 = 1
    static let tombstoneMagic: UInt32 = 0x0130_ba30
    static let tombstoneVersion: UInt8 = 1

    static let indexFile = "index"
    static let chunkFolder = "chunks"
    static let tombstoneFile = "tombstones"
    static let metaFile = "meta.json"
    /// A block under this suffix is half made; the next start removes it.
    static let draftSuffix = ".tmp-for-creation"

    /// A series' entry lies at a multiple of this, so that a reference to it fits 32 bits.
    static let seriesAlignment = 16
    static let chunkSegmentBytesMax = 512 << 20
    /// Magic, version and padding.
    static let chunkHeadBytes = 8
    /// Six offsets and a checksum.
    static let contentsBytes = 6 * 8 + 4

    static func segmentName(_ number: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, 6 - digits.count)) + digits
    }
}

/// How a chunk's samples are encoded.
enum ChunkEncoding {
    static let xor: UInt8 = 1
    static let histogram: UInt8 = 2
    static let floatHistogram: UInt8 = 3
}

extension Array where Element == UInt8 {
    mutating func appendBigEndian(_ value: UInt32) {
        Swift.withUnsafeBytes(of: value.bigEndian) { append(contentsOf: $0) }
    }

    mutating func appendBigEndian(_ value: UInt64) {
        Swift.withUnsafeBytes(of: value.bigEndian) { append(contentsOf: $0) }
    }
}

extension UnsafeRawBufferPointer {
    /// Nil past the end.
    func bigEndian32(_ offset: Int) -> UInt32? {
        guard offset >= 0, offset <= count - 4 else { return nil }
        return UInt32(bigEndian: loadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }

    func bigEndian64(_ offset: Int) -> UInt64? {
        guard offset >= 0, offset <= count - 8 else { return nil }
        return UInt64(bigEndian: loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    /// `byteCount` bytes from `offset`; nil when they are not all there.
    func slice(_ offset: Int, _ byteCount: Int) -> UnsafeRawBufferPointer? {
        guard offset >= 0, byteCount >= 0, offset <= count, byteCount <= count - offset else { return nil }
        return UnsafeRawBufferPointer(rebasing: self[offset..<offset + byteCount])
    }
}
