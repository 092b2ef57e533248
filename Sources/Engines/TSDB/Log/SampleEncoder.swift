import Basics

/// Writes one samples record into memory that has room for it: base ref and time, then for each sample the
/// varint distance to both and the value's bits, big endian.
struct SampleEncoder {
    static let headBytes = 17
    static let sampleBytesMax = 10 + 10 + 8

    private let start: UnsafeMutablePointer<UInt8>
    private var cursor: UnsafeMutablePointer<UInt8>
    private var baseRef: UInt64 = 0
    private var baseTime: Int64 = 0

    init(_ start: UnsafeMutablePointer<UInt8>) {
        self.start = start
        cursor = start
    }

    var count: Int { cursor - start }

    @inline(__always)
    mutating func append(_ ref: UInt64, _ milliseconds: Int64, _ bits: UInt64) {
        if cursor == start {
            baseRef = ref
            baseTime = milliseconds
            cursor[0] = LogFormat.Record.samples.rawValue
            cursor += 1
            store(ref)
            store(UInt64(bitPattern: milliseconds))
        }
        store(varint: Varint.zigZag(Int64(bitPattern: ref &- baseRef)))
        store(varint: Varint.zigZag(milliseconds &- baseTime))
        store(bits)
    }

    @inline(__always)
    private mutating func store(_ value: UInt64) {
        UnsafeMutableRawPointer(cursor).storeBytes(of: value.bigEndian, as: UInt64.self)
        cursor += 8
    }

    @inline(__always)
    private mutating func store(varint value: UInt64) {
        var left = value
        while left >= 0x80 {
            cursor[0] = UInt8(truncatingIfNeeded: left) | 0x80
            cursor += 1
            left >>= 7
        }
        cursor[0] = UInt8(truncatingIfNeeded: left)
        cursor += 1
    }
}
