/// The XOR encoding bit by bit, as the paper and Prometheus' source tell it: slow, and with nothing in common
/// with the encoder under test.
struct NaiveChunkEncoder {
    private var stream: [UInt8] = []
    /// Bits still free in the last byte.
    private var free = 0
    private var count = 0
    private var time: Int64 = 0
    private var delta: Int64 = 0
    private var value: UInt64 = 0
    private var window: (leading: Int, trailing: Int)?

    mutating func append(_ newTime: Int64, _ newValue: UInt64) {
        if count == 0 {
            varint(UInt64(bitPattern: newTime << 1 ^ newTime >> 63))
            write(newValue, 64)
        } else {
            let newDelta = newTime - time
            if count == 1 { varint(UInt64(newDelta)) } else { timeBits(newDelta - delta) }
            delta = newDelta
            valueBits(newValue ^ value)
        }
        time = newTime
        value = newValue
        count += 1
    }

    private mutating func timeBits(_ difference: Int64) {
        if difference == 0 { return write(0, 1) }
        for (prefix, width) in [(0b10, 14), (0b110, 17), (0b1110, 20)] {
            let half = Int64(1) << (width - 1)
            if -(half - 1) <= difference, difference <= half {
                write(UInt64(prefix), String(prefix, radix: 2).count)
                return write(UInt64(bitPattern: difference), width)
            }
        }
        write(0b1111, 4)
        write(UInt64(bitPattern: difference), 64)
    }

    private mutating func valueBits(_ difference: UInt64) {
        if difference == 0 { return write(0, 1) }
        write(1, 1)
        let leading = min(difference.leadingZeroBitCount, 31)
        let trailing = difference.trailingZeroBitCount
        if let window, leading >= window.leading, trailing >= window.trailing {
            write(0, 1)
            return write(difference >> UInt64(window.trailing), 64 - window.leading - window.trailing)
        }
        window = (leading, trailing)
        let significant = 64 - leading - trailing
        write(1, 1)
        write(UInt64(leading), 5)
        write(UInt64(significant == 64 ? 0 : significant), 6)
        write(difference >> UInt64(trailing), significant)
    }

    private mutating func varint(_ number: UInt64) {
        var left = number
        while left >= 0x80 {
            write(left & 0x7f | 0x80, 8)
            left >>= 7
        }
        write(left, 8)
    }

    private mutating func write(_ number: UInt64, _ width: Int) {
        var left = width
        while left >= 8 {
            left -= 8
            writeByte(UInt8(truncatingIfNeeded: number >> UInt64(left)))
        }
        while left > 0 {
            left -= 1
            writeBit(number >> UInt64(left) & 1 == 1)
        }
    }

    private mutating func writeBit(_ bit: Bool) {
        if free == 0 {
            stream.append(0)
            free = 8
        }
        if bit { stream[stream.count - 1] |= 1 << UInt8(free - 1) }
        free -= 1
    }

    /// Leaves an empty byte behind when it ends at a byte's edge, as Prometheus does.
    private mutating func writeByte(_ byte: UInt8) {
        if free == 0 {
            stream.append(0)
            free = 8
        }
        stream[stream.count - 1] |= byte >> UInt8(8 - free)
        stream.append(free == 8 ? 0 : byte << UInt8(free))
    }

    var bytes: [UInt8] { [UInt8(count >> 8), UInt8(count & 0xff)] + stream }
}
