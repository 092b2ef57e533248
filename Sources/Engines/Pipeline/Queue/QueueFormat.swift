import Basics

/// The bytes of a segment; docs/formats/document-queue.md tells them.
enum QueueFormat {
    static let magic: [UInt8] = Array("SBXD".utf8)
    static let version: UInt8 = 1
    static let headerBytes = 20
    static let recordHeaderBytes = 28
    /// Beyond it a record is taken for damage, and a batch refused: lengths of four bytes must hold it.
    static let payloadBytesMax = 1 << 30

    static func segmentName(_ number: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, 10 - digits.count)) + digits
    }

    /// Nil for a name that is none of ours.
    static func segmentNumber(_ name: String) -> Int? {
        guard name.utf8.count >= 10, name.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else { return nil }
        return Int(name)
    }

    static func header(firstOrdinal: UInt64) -> [UInt8] {
        var bytes = magic + [version, 0, 0, 0]
        append(firstOrdinal, to: &bytes)
        append(CRC32C.checksum(bytes), to: &bytes)
        return bytes
    }

    enum Header: Equatable {
        case good(firstOrdinal: UInt64)
        /// Cut off while it was written.
        case torn
        case otherVersion(UInt8)
        case foreign
    }

    static func header(of bytes: UnsafeRawBufferPointer) -> Header {
        guard bytes.count >= headerBytes else {
            return zip(bytes, magic).allSatisfy(==) ? .torn : .foreign
        }
        guard bytes.prefix(4).elementsEqual(magic) else { return .foreign }
        guard bytes[4] == version else { return .otherVersion(bytes[4]) }
        let checked = UnsafeRawBufferPointer(rebasing: bytes[..<16])
        guard CRC32C.matches(load(bytes, 16), checked) else { return .torn }
        return .good(firstOrdinal: load(bytes, 8))
    }

    static func append(record batch: DocumentBatch, firstOrdinal: UInt64, receivedAt: Int64, to bytes: inout [UInt8])
    {
        let start = bytes.count
        append(UInt32(batch.bytes.count), to: &bytes)
        append(UInt32(0), to: &bytes)
        append(firstOrdinal, to: &bytes)
        append(UInt64(bitPattern: receivedAt), to: &bytes)
        append(UInt32(batch.count), to: &bytes)
        bytes.append(contentsOf: batch.bytes)
        bytes.withUnsafeMutableBytes { raw in
            let checked = UnsafeRawBufferPointer(rebasing: raw[(start + 8)...])
            raw.storeBytes(of: CRC32C.checksum(checked).littleEndian, toByteOffset: start + 4, as: UInt32.self)
        }
    }

    struct RecordHeader: Equatable {
        var payload: Range<Int>
        var firstOrdinal: UInt64
        var receivedAt: Int64
        var count: Int

        var ordinals: Range<UInt64> { firstOrdinal..<firstOrdinal + UInt64(count) }
    }

    /// The record at `offset`; nil when there is none whose checksum is good.
    static func record(of bytes: UnsafeRawBufferPointer, at offset: Int) -> RecordHeader? {
        guard bytes.count - offset >= recordHeaderBytes else { return nil }
        let length = Int(load(bytes, offset) as UInt32)
        let start = offset + recordHeaderBytes
        let firstOrdinal: UInt64 = load(bytes, offset + 8)
        let count = Int(load(bytes, offset + 24) as UInt32)
        guard length <= payloadBytesMax, bytes.count - start >= length, count > 0,
            firstOrdinal <= UInt64.max - UInt64(count),
            CRC32C.matches(
                load(bytes, offset + 4), UnsafeRawBufferPointer(rebasing: bytes[offset + 8..<start + length]))
        else { return nil }
        return RecordHeader(
            payload: start..<start + length, firstOrdinal: firstOrdinal,
            receivedAt: Int64(bitPattern: load(bytes, offset + 16)), count: count)
    }

    /// When the documents of a segment's first record came, its checksum unread; nil when there is none.
    static func receivedAt(ofFirstRecord bytes: UnsafeRawBufferPointer) -> Int64? {
        guard bytes.count >= headerBytes + recordHeaderBytes else { return nil }
        return Int64(bitPattern: load(bytes, headerBytes + 16))
    }

    private static func append<Number: FixedWidthInteger>(_ number: Number, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
    }

    private static func load<Number: FixedWidthInteger>(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> Number {
        Number(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Number.self))
    }
}
