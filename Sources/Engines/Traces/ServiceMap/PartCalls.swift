import Basics
import Logs

/// The calls of one part, summed over all of it and for each block, and those that wait for callers in other parts:
/// kept beside the part, so that nobody has to read its spans again to see who calls whom.
struct PartCalls {
    static let magic = Array("SBTC".utf8) + [1, 0, 0, 0]
    /// Of magic, deleted rows, bytes of the directory and their checksum.
    private static let headCount = 28
    private static let directoryBytesMax = 64 << 20
    private static let sectionBytesMax = 256 << 20

    /// Over all of the part; what waits; then two of each block, of callers in the block and in others of the part.
    enum Place {
        static let whole = 0
        static let waiting = 1
        static func own(_ block: Int) -> Int { 2 + 2 * block }
        static func others(_ block: Int) -> Int { 3 + 2 * block }
    }

    private struct Section {
        var offset: Int
        var count: Int
        var checksum: UInt32
    }

    let ends: [CallEnd]
    /// Calls are left out, since too many waited.
    let isTruncated: Bool
    private let sections: [Section]
    private let content: FileContent

    /// Whether there are sums of this part as it is now.
    static func isCurrent(_ content: FileContent?, _ part: StoredPart) -> Bool {
        guard let content, content.bytes.count >= headCount, content.bytes.prefix(8).elementsEqual(magic) else {
            return false
        }
        let deleted = content.bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
        return UInt64(littleEndian: deleted) == UInt64(part.deletedCount)
    }

    /// Of what is kept beside the part; nil where that is missing or of an earlier moment.
    init?(_ content: FileContent?, _ part: StoredPart) throws(Damage) {
        guard let content, Self.isCurrent(content, part) else { return nil }
        var reader = ByteReader(content.bytes)
        _ = try reader.take(16)
        let count = try reader.fixed64()
        let checksum = try reader.fixed32()
        guard count <= UInt64(reader.left) else { throw Damage("a directory that is cut off") }
        let packed = try reader.take(Int(count))
        guard CRC32C.matches(checksum, packed) else { throw Damage("the checksum of the directory") }
        var packedReader = ByteReader(packed)
        let directory = try packedReader.compressed(max: Self.directoryBytesMax)
        let read = directory.withUnsafeBytes { bytes -> Result<(Bool, [CallEnd], [Section]), Damage> in
            do throws(Damage) {
                var reader = ByteReader(bytes)
                return .success(try Self.directory(&reader, at: Self.headCount + Int(count)))
            } catch { return .failure(error) }
        }
        (isTruncated, ends, sections) = try read.get()
        guard sections.count == Place.own(part.blockCount),
            sections.allSatisfy({ $0.count <= content.bytes.count - $0.offset })
        else { throw Damage("sums of another part") }
        self.content = content
    }

    private static func directory(
        _ reader: inout ByteReader, at start: Int
    ) throws(Damage) -> (Bool, [CallEnd], [Section]) {
        let isTruncated = try reader.byte() != 0
        var ends: [CallEnd] = []
        for _ in 0..<(try reader.count(max: reader.left)) {
            ends.append(CallEnd(service: try reader.string(), environment: try reader.string()))
        }
        var sections: [Section] = []
        var offset = start
        for _ in 0..<(try reader.count(max: reader.left)) {
            let count = try reader.count(max: sectionBytesMax)
            sections.append(Section(offset: offset, count: count, checksum: try reader.fixed32()))
            offset += count
        }
        return (isTruncated, ends, sections)
    }

    private func read<Value>(
        _ number: Int, absent: Value, _ body: (inout ByteReader) throws(Damage) -> Value
    ) throws(Damage) -> Value {
        let section = sections[number]
        guard section.count > 0 else { return absent }
        let packed = UnsafeRawBufferPointer(
            rebasing: content.bytes[section.offset..<section.offset + section.count])
        guard CRC32C.matches(section.checksum, packed) else { throw Damage("the checksum of section \(number)") }
        var packedReader = ByteReader(packed)
        let bytes = try packedReader.compressed(max: Self.sectionBytesMax)
        let value = bytes.withUnsafeBytes { bytes -> Result<Value, Damage> in
            var reader = ByteReader(bytes)
            do throws(Damage) { return .success(try body(&reader)) } catch { return .failure(error) }
        }
        return try value.get()
    }

    /// Of all of the part.
    func whole() throws(Damage) -> CallSums { try sums(Place.whole) }

    /// Of the calls that came in one block.
    func sums(ofBlock number: Int) throws(Damage) -> CallSums {
        var sums = try sums(Place.own(number))
        sums.merge(try self.sums(Place.others(number)))
        return sums
    }

    private func sums(_ place: Int) throws(Damage) -> CallSums {
        try read(place, absent: CallSums()) { reader throws(Damage) in
            try CallCodec.sums(&reader, endCount: ends.count)
        }
    }

    /// What waits for callers in other parts, with the block it is in.
    func waiting() throws(Damage) -> [(call: WaitingCall, block: Int)] {
        try read(Place.waiting, absent: []) { reader throws(Damage) in
            try CallCodec.waiting(&reader, endCount: ends.count)
        }
    }
}
