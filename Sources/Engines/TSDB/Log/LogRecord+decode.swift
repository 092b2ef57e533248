import Basics
import SignalModel

extension LogRecord {
    /// Labels of one series in a log may take this much; beyond it the record is damaged.
    static let labelsBytesMax = 16 << 20

    /// Calls `body` with the ref and the packed labels of each series of a record. False when the record's
    /// content is not what its type says.
    static func forEachSeries(
        _ record: UnsafeRawBufferPointer, _ body: (UInt64, UnsafeRawBufferPointer) throws -> Void
    ) rethrows -> Bool {
        var cursor = 1
        while cursor < record.count {
            guard cursor + 8 <= record.count else { return false }
            let ref = loadBigEndian(record, cursor)
            cursor += 8
            guard let count = Varint.read(record, at: &cursor), count <= UInt64(record.count) else { return false }
            let start = cursor
            for _ in 0..<count {
                guard PackedLabels.next(record, at: &cursor) != nil else { return false }
            }
            guard cursor - start <= labelsBytesMax else { return false }
            let packed = UnsafeRawBufferPointer(rebasing: record[start..<cursor])
            if isCanonical(packed) {
                try body(ref, packed)
            } else {
                // Another writer's order, or an empty value: the same label set in our form.
                try Labels(Labels(packed: Array(packed)).pairs).packed.withUnsafeBytes { try body(ref, $0) }
            }
        }
        return true
    }

    /// Names ascending and unique, values not empty.
    private static func isCanonical(_ packed: UnsafeRawBufferPointer) -> Bool {
        var cursor = 0
        var previous = UnsafeRawBufferPointer(start: nil, count: 0)
        while let label = PackedLabelWalk.next(packed, at: &cursor) {
            guard label.value.count > 0, compareBytes(previous, label.name) < 0 else { return false }
            previous = label.name
        }
        return true
    }

    /// Samples of one record, one after another, without a call through a closure.
    struct SampleReader {
        private let record: UnsafeRawBufferPointer
        private var cursor: Int
        private let baseRef: UInt64
        private let baseTime: Int64

        /// Nil when even the head is not there.
        init?(_ record: UnsafeRawBufferPointer) {
            guard record.count >= SampleEncoder.headBytes else { return nil }
            self.record = record
            baseRef = loadBigEndian(record, 1)
            baseTime = Int64(bitPattern: loadBigEndian(record, 9))
            cursor = SampleEncoder.headBytes
        }

        var isAtEnd: Bool { cursor >= record.count }

        /// Nil when the bytes end inside a sample.
        @inline(__always)
        mutating func next() -> (ref: UInt64, time: Int64, bits: UInt64)? {
            guard let ref = Varint.read(record, at: &cursor), let time = Varint.read(record, at: &cursor),
                cursor + 8 <= record.count
            else { return nil }
            let bits = loadBigEndian(record, cursor)
            cursor += 8
            return (
                baseRef &+ UInt64(bitPattern: Varint.unZigZag(ref)), baseTime &+ Varint.unZigZag(time), bits
            )
        }
    }

    @inline(__always)
    static func loadBigEndian(_ bytes: UnsafeRawBufferPointer, _ offset: Int) -> UInt64 {
        UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }
}
