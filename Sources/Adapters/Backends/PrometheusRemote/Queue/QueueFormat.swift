import Basics

/// The layout of the queue's files (docs/formats/remote-queue.md). All numbers are little-endian.
enum QueueFormat {
    /// `SBXQ`, the version, three zeros.
    static let segmentHead: [UInt8] = [0x53, 0x42, 0x58, 0x51, 1, 0, 0, 0]
    /// Length of the payload (4), checksum of what follows (4), samples (4), newest timestamp (8).
    static let recordHeadBytes = 20
    /// A record that claims a larger payload is damaged: no encoder of ours makes one.
    static let payloadBytesMax = 256 << 20

    static let positionName = "acknowledged"
    /// Segment (8), offset (8), checksum of both (4).
    static let positionBytes = 20
    /// A longer file of positions is begun anew.
    static let positionsBytesMax = 64 << 10

    static func segmentName(_ number: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, 8 - digits.utf8.count)) + digits
    }

    /// The number of a segment file, nil for other names.
    static func segmentNumber(_ name: String) -> Int? {
        guard name.utf8.count >= 8, name.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int(name)
    }

    static func append<Number: FixedWidthInteger>(_ number: Number, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
    }

    static func number<Number: FixedWidthInteger>(
        _ type: Number.Type, _ bytes: UnsafeRawBufferPointer, at offset: Int
    ) -> Number {
        Number(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: type))
    }
}

/// A place between two records.
struct QueuePosition: Sendable, Hashable, Comparable {
    var segment: Int
    var offset: Int

    static func < (left: QueuePosition, right: QueuePosition) -> Bool {
        (left.segment, left.offset) < (right.segment, right.offset)
    }
}
