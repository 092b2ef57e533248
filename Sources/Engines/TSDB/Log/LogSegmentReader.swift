import Basics
import CSnappy

/// Walks the records of one segment, which is in memory whole.
final class LogSegmentReader {
    /// Why reading stopped before the end, and where: the first byte of the first record that is not whole.
    struct Damage: Error {
        enum Kind {
            /// The bytes end too early, as a write that was cut short leaves them.
            case cutShort
            case altered
            /// Whole, but in a form we do not read. No reason to cut anything.
            case unsupported
        }

        var kind: Kind
        var offset: Int
        /// Where exactly, which may be a later fragment of that record.
        var fragmentOffset: Int
        var reason: String
    }

    private struct Fragment {
        var kind: LogFormat.Fragment
        var flags: UInt8
        var content: Range<Int>
    }

    let bytes: [UInt8]
    private(set) var offset = 0
    /// Where the record last returned begins.
    private(set) var recordOffset = 0
    private var assembled: [UInt8] = []
    private var unpacked: [UInt8] = []

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Calls `body` with the next record's bytes, good only inside; false at the end.
    func next(_ body: (UnsafeRawBufferPointer) throws -> Void) throws -> Bool {
        assembled.removeAll(keepingCapacity: true)
        guard var fragment = try nextFragment(isInside: false) else { return false }
        let flags = fragment.flags
        if fragment.kind == .full {
            // Fast path: the record lies in the segment in one piece.
            try bytes.withUnsafeBytes {
                try unpack(UnsafeRawBufferPointer(rebasing: $0[fragment.content]), flags, body)
            }
            return true
        }
        assembled.append(contentsOf: bytes[fragment.content])
        while fragment.kind != .last {
            guard let following = try nextFragment(isInside: true) else {
                throw damage("the segment ends inside a record", .cutShort)
            }
            guard following.flags == flags else { throw damage("fragments of one record differ in compression") }
            fragment = following
            assembled.append(contentsOf: bytes[fragment.content])
        }
        try assembled.withUnsafeBytes { try unpack($0, flags, body) }
        return true
    }

    /// Moves over one fragment and checks it; nil at the end of the segment.
    private func nextFragment(isInside: Bool) throws(Damage) -> Fragment? {
        try skipPageEnds()
        guard offset < bytes.count else { return nil }
        if !isInside { recordOffset = offset }
        guard offset + LogFormat.fragmentHeaderBytes <= bytes.count else {
            throw damage("a fragment's header is cut short", .cutShort)
        }
        let type = bytes[offset]
        let length = Int(bytes[offset + 1]) << 8 | Int(bytes[offset + 2])
        let start = offset + LogFormat.fragmentHeaderBytes
        guard let kind = LogFormat.Fragment(rawValue: type & LogFormat.typeMask), kind != .pageEnd else {
            throw damage("unknown fragment type \(type)")
        }
        let flags = type & ~LogFormat.typeMask
        guard flags & ~(LogFormat.snappyFlag | LogFormat.zstdFlag) == 0 else {
            throw damage("unknown fragment flags \(flags)")
        }
        guard offset % LogFormat.pageBytes + LogFormat.fragmentHeaderBytes + length <= LogFormat.pageBytes else {
            throw damage("a fragment of \(length) bytes crosses its page")
        }
        guard start + length <= bytes.count else { throw damage("a fragment is cut short", .cutShort) }
        let expected = bytes[offset + 3..<offset + 7].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        let isWhole = bytes.withUnsafeBytes {
            CRC32C.matches(expected, UnsafeRawBufferPointer(rebasing: $0[start..<start + length]))
        }
        guard isWhole else { throw damage("a wrong checksum") }
        let isBeginning = kind == .full || kind == .first
        guard isBeginning != isInside else { throw damage("a fragment of another record in between") }
        offset = start + length
        return Fragment(kind: kind, flags: flags, content: start..<start + length)
    }

    /// Zeros to the end of a page close it. Prometheus and we end a page so when no further header fits.
    private func skipPageEnds() throws(Damage) {
        while offset < bytes.count {
            let left = LogFormat.pageBytes - offset % LogFormat.pageBytes
            guard left < LogFormat.fragmentHeaderBytes || bytes[offset] == LogFormat.Fragment.pageEnd.rawValue else {
                return
            }
            let end = min(bytes.count, offset + left)
            guard bytes[offset..<end].allSatisfy({ $0 == 0 }) else {
                recordOffset = assembled.isEmpty ? offset : recordOffset
                throw damage("bytes behind the end of a page")
            }
            offset = end
        }
    }

    private func unpack(
        _ record: UnsafeRawBufferPointer, _ flags: UInt8, _ body: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        if flags & LogFormat.zstdFlag != 0 {
            throw damage("the record is compressed with zstd; write it with snappy", .unsupported)
        }
        guard flags & LogFormat.snappyFlag != 0 else { return try body(record) }
        let packed = record.assumingMemoryBound(to: CChar.self).baseAddress
        var length = 0
        guard snappy_uncompressed_length(packed, record.count, &length) == SNAPPY_OK,
            length <= LogFormat.recordBytesMax
        else { throw damage("the record claims more bytes than \(LogFormat.recordBytesMax), or none") }
        if unpacked.count < length { unpacked = [UInt8](repeating: 0, count: length) }
        let status = unpacked.withUnsafeMutableBytes { target in
            snappy_uncompress(packed, record.count, target.assumingMemoryBound(to: CChar.self).baseAddress, &length)
        }
        guard status == SNAPPY_OK else { throw damage("the record's snappy bytes do not unpack") }
        try unpacked.withUnsafeBytes { try body(UnsafeRawBufferPointer(rebasing: $0[..<length])) }
    }

    func damage(_ reason: String, _ kind: Damage.Kind = .altered) -> Damage {
        Damage(kind: kind, offset: recordOffset, fragmentOffset: offset, reason: reason)
    }
}
