extension DocumentScanner {
    /// Whole numbers keep 64 bits, others are doubles; what neither can hold stays as its text.
    enum Number {
        case integer(Int64)
        case double(Double)
        case text(Range<Int>)
    }

    /// The number at the cursor, in the grammar of JSON.
    @inline(__always)
    mutating func number() throws(WireFormatError) -> Number {
        let start = cursor
        var position = cursor
        let isNegative = base[position] == UInt8(ascii: "-")
        if isNegative { position += 1 }
        let digits = position
        var value: UInt64 = 0
        while position < count, base[position] &- 48 < 10, position - digits < 19 {
            value = value &* 10 &+ UInt64(base[position] &- 48)
            position += 1
        }
        // Fast path: a whole number of up to 18 digits. A zero stands alone.
        let length = position - digits
        if length > 0, length < 19, length == 1 || base[digits] != 48 {
            let next = position < count ? base[position] : 0
            if next != UInt8(ascii: "."), next | 0x20 != UInt8(ascii: "e"), !(isNegative && value == 0) {
                cursor = position
                return .integer(isNegative ? -Int64(value) : Int64(value))
            }
        }
        return try numberSlowly(from: start)
    }

    private mutating func numberSlowly(from start: Int) throws(WireFormatError) -> Number {
        cursor = start
        let isNegative = take("-")
        var mantissa: UInt64 = 0
        var digits = 0
        var exponent = 0
        var isWhole = true
        if byte == 48 {
            cursor += 1
        } else {
            try passDigits(&mantissa, &digits)
        }
        if take(".") {
            isWhole = false
            let before = cursor
            try passDigits(&mantissa, &digits)
            exponent -= cursor - before
        }
        if byte | 0x20 == UInt8(ascii: "e") {
            isWhole = false
            cursor += 1
            let isBelow = byte == UInt8(ascii: "-")
            if isBelow || byte == UInt8(ascii: "+") { cursor += 1 }
            var value: UInt64 = 0
            var count = 0
            try passDigits(&value, &count)
            exponent += (isBelow ? -1 : 1) * Int(min(value, 99_999))
        }
        let text = UnsafeBufferPointer(start: base + start, count: cursor - start)
        if isWhole, let whole = Int64(String(decoding: text, as: UTF8.self)), !(isNegative && whole == 0) {
            return .integer(whole)
        }
        // Both are exact, so one operation rounds once (Clinger's fast path).
        if digits <= 15, (-22...22).contains(exponent) {
            let magnitude =
                exponent < 0
                ? Double(mantissa) / Self.powersOfTen[-exponent] : Double(mantissa) * Self.powersOfTen[exponent]
            return .double(isNegative ? -magnitude : magnitude)
        }
        let isPastIntegers = isWhole && !(isNegative && mantissa == 0)
        guard !isPastIntegers, let value = Double(String(decoding: text, as: UTF8.self)), value.isFinite else {
            return .text(start..<cursor)
        }
        return .double(value)
    }

    private mutating func passDigits(_ value: inout UInt64, _ digits: inout Int) throws(WireFormatError) {
        let start = cursor
        while byte &- 48 < 10 {
            value = value &* 10 &+ UInt64(byte &- 48)
            if value != 0 { digits += 1 }
            cursor += 1
            // Past what is used, and kept from running over.
            if digits > 18 { value = UInt64.max / 20 }
        }
        if cursor == start { throw expected("a digit") }
    }

    private static let powersOfTen: [Double] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22,
    ]
}
