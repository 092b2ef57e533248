import Basics
import Glibc

/// The chunk a series is still growing, in memory of its own that is grown in small steps: a million series hold
/// one each, so slack is the largest waste there is.
///
/// Trivial on purpose, so that a record stays a plain struct: whoever holds it frees it with `release`.
struct OpenChunk {
    private(set) var buffer: UnsafeMutablePointer<UInt8>?
    private(set) var firstTime: Int64 = 0
    /// Newest sample of the series; kept when the chunk is finished, because order is judged by it.
    private(set) var lastTime = Int64.min
    private(set) var lastBits: UInt64 = 0
    private var lastDelta: Int64 = 0
    /// Bits written, the two count bytes included.
    private var bitCount: UInt32 = 0
    private var capacity: UInt16 = 0
    private(set) var sampleCount: UInt16 = 0
    private var leading = Self.noWindow
    private var trailing: UInt8 = 0
    /// The last number written was a whole number of bytes long.
    private var endsWithBytes = false

    /// `leading` before the first value that differs from its predecessor.
    private static let noWindow: UInt8 = 0xff
    private static let capacityFirst = 40
    private static let capacityStep = 64
    /// What one sample may need beyond the bits already there; writing stores whole words, hence the last 8.
    private static let roomMin = XORChunk.headBytesMax + (XORChunk.sampleBitsMax + 7) / 8 + 8

    init() {}

    var isEmpty: Bool { sampleCount == 0 }
    var byteCount: Int { (Int(bitCount) + 7) / 8 }
    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: buffer, count: byteCount) }

    /// `milliseconds` must be greater than `lastTime`, and fewer than `samplesTarget` samples present.
    mutating func append(_ milliseconds: Int64, _ bits: UInt64) {
        reserve()
        guard let buffer else { return }
        var writer = BitWriter(buffer: buffer, bitCount: Int(bitCount))
        switch sampleCount {
        case 0:
            writer.append(0, count: 16)
            writer.appendVarint(Varint.zigZag(milliseconds))
            writer.append(bits, count: 64)
            firstTime = milliseconds
            endsWithBytes = true
        case 1:
            lastDelta = milliseconds &- lastTime
            writer.appendVarint(UInt64(bitPattern: lastDelta))
            appendValue(bits, to: &writer)
        default:
            let delta = milliseconds &- lastTime
            Self.appendTime(delta &- lastDelta, to: &writer)
            lastDelta = delta
            appendValue(bits, to: &writer)
        }
        bitCount = UInt32(truncatingIfNeeded: writer.finish())
        lastTime = milliseconds
        lastBits = bits
        sampleCount += 1
        buffer[0] = UInt8(truncatingIfNeeded: sampleCount >> 8)
        buffer[1] = UInt8(truncatingIfNeeded: sampleCount)
    }

    /// Another kind of sample, kept elsewhere, is the series' newest. This chunk must be empty.
    mutating func note(_ milliseconds: Int64, _ bits: UInt64) {
        lastTime = milliseconds
        lastBits = bits
    }

    @inline(__always)
    private static func appendTime(_ deltaOfDelta: Int64, to writer: inout BitWriter) {
        let bits = UInt64(bitPattern: deltaOfDelta)
        switch deltaOfDelta {
        case 0: writer.append(0, count: 1)
        case -8191...8192: writer.append(0b10 << 14 | bits & 0x3fff, count: 16)
        case -65535...65536: writer.append(0b110 << 17 | bits & 0x1_ffff, count: 20)
        case -524_287...524_288: writer.append(0b1110 << 20 | bits & 0xf_ffff, count: 24)
        default:
            writer.append(0b1111, count: 4)
            writer.append(bits, count: 64)
        }
    }

    @inline(__always)
    private mutating func appendValue(_ bits: UInt64, to writer: inout BitWriter) {
        let delta = bits ^ lastBits
        guard delta != 0 else {
            endsWithBytes = false
            return writer.append(0, count: 1)
        }
        // Five bits hold at most 31.
        let newLeading = UInt8(min(31, delta.leadingZeroBitCount))
        let newTrailing = UInt8(delta.trailingZeroBitCount)
        if leading != Self.noWindow, newLeading >= leading, newTrailing >= trailing {
            // Fast path: the significant bits fit the window of the sample before.
            let significant = 64 - Int(leading) - Int(trailing)
            writer.append(0b10, count: 2)
            writer.append(delta >> UInt64(trailing), count: significant)
            endsWithBytes = significant & 7 == 0
            return
        }
        leading = newLeading
        trailing = newTrailing
        let significant = 64 - Int(newLeading) - Int(newTrailing)
        // Six bits hold at most 63; 64 is written as 0, which cannot occur otherwise.
        let head = 0b11 << 11 | UInt64(newLeading) << 6 | UInt64(significant & 63)
        writer.append(head, count: 13)
        writer.append(delta >> UInt64(newTrailing), count: significant)
        endsWithBytes = significant & 7 == 0
    }

    private mutating func reserve() {
        let needed = byteCount + Self.roomMin
        guard needed > Int(capacity) else { return }
        let grown = max(needed, buffer == nil ? Self.capacityFirst : Int(capacity) + Self.capacityStep)
        guard let memory = realloc(buffer, grown) else { preconditionFailure("out of memory") }
        buffer = memory.assumingMemoryBound(to: UInt8.self)
        capacity = UInt16(grown)
    }

    /// The chunk as it stands, in exactly the bytes it needs.
    func copy() -> EncodedChunk {
        var copied = Array(bytes)
        // Prometheus' bit stream opens the next byte as soon as it has written a whole one at a byte's edge.
        if endsWithBytes, bitCount & 7 == 0 { copied = copied + [0] }
        return EncodedChunk(minTime: firstTime, maxTime: lastTime, bytes: copied)
    }

    /// The same; this one starts anew after the newest sample.
    mutating func finish() -> EncodedChunk {
        let finished = copy()
        release()
        return finished
    }

    /// Everything there is, so that appending goes on where it was.
    func encode(to target: inout [UInt8]) {
        Varint.append(UInt64(sampleCount), to: &target)
        Varint.append(Varint.zigZag(firstTime), to: &target)
        Varint.append(Varint.zigZag(lastTime), to: &target)
        target.appendBigEndian(lastBits)
        guard sampleCount > 0 else { return }
        Varint.append(UInt64(bitPattern: lastDelta), to: &target)
        Varint.append(UInt64(bitCount), to: &target)
        target += [leading, trailing, endsWithBytes ? 1 : 0]
        target.append(contentsOf: bytes)
    }

    /// Nil when the bytes are not what `encode` wrote.
    init?(decoding source: UnsafeRawBufferPointer, at cursor: inout Int) {
        guard let count = Varint.read(source, at: &cursor).flatMap({ UInt16(exactly: $0) }),
            let first = Varint.read(source, at: &cursor), let last = Varint.read(source, at: &cursor),
            let bits = source.bigEndian64(cursor), count < XORChunk.samplesTarget
        else { return nil }
        cursor += 8
        firstTime = Varint.unZigZag(first)
        lastTime = Varint.unZigZag(last)
        lastBits = bits
        guard count > 0 else { return }
        guard let delta = Varint.read(source, at: &cursor),
            let written = Varint.read(source, at: &cursor).flatMap({ UInt32(exactly: $0) }),
            let state = source.slice(cursor, 3), state[0] <= 31 || state[0] == Self.noWindow, state[1] <= 64,
            let content = source.slice(cursor + 3, (Int(written) + 7) / 8), content.count <= XORChunk.bytesMax
        else { return nil }
        cursor += 3 + content.count
        sampleCount = count
        lastDelta = Int64(bitPattern: delta)
        bitCount = written
        leading = state[0]
        trailing = state[1]
        endsWithBytes = state[2] == 1
        reserve()
        if let start = content.baseAddress, let buffer { memcpy(buffer, start, content.count) }
    }

    /// Gives the memory back; `lastTime` and `lastBits` stay.
    mutating func release() {
        free(buffer)
        buffer = nil
        capacity = 0
        bitCount = 0
        sampleCount = 0
        leading = Self.noWindow
        trailing = 0
    }
}
