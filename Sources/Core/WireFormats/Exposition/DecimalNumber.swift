import SignalModel

/// Reads numbers as Prometheus' text formats write them: decimal, `Inf` and `NaN` in any case, no hexadecimal.
enum DecimalNumber {
    /// Exactly these powers of ten are doubles (Clinger 1990).
    private static let powers: [Double] = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22,
    ]

    /// Exponents are read up to here; any beyond is as good as infinite.
    private static let exponentMax = 100_000

    /// The nearest double; nil for what is no number, and for one too large to be finite.
    static func parse(_ bytes: UnsafeRawBufferPointer) -> Double? {
        var cursor = 0
        let isNegative = sign(bytes, &cursor)
        let digitsStart = cursor
        var mantissa: UInt64 = 0
        var isExact = true
        var fraction = 0
        digits(bytes, &cursor, &mantissa, &isExact)
        var digitCount = cursor - digitsStart
        if cursor < bytes.count, bytes[cursor] == UInt8(ascii: ".") {
            cursor += 1
            let start = cursor
            digits(bytes, &cursor, &mantissa, &isExact)
            fraction = cursor - start
            digitCount += fraction
        }
        guard digitCount > 0 else { return word(bytes, from: digitsStart, isNegative: isNegative) }
        guard var exponent = exponent(bytes, &cursor), cursor == bytes.count else { return nil }
        exponent -= fraction
        // Fast path: both operands are exact, so the one operation rounds correctly.
        if isExact, mantissa <= 1 << 53, abs(exponent) < powers.count {
            let magnitude =
                exponent < 0 ? Double(mantissa) / powers[-exponent] : Double(mantissa) * powers[exponent]
            return isNegative ? -magnitude : magnitude
        }
        // Slow path: correctly rounded whatever the length. The grammar is checked above: this one knows more.
        guard let value = Double(String(decoding: bytes, as: UTF8.self)), value.isFinite else { return nil }
        return value
    }

    /// A whole number, as timestamps are; nil for anything else and beyond 64 bits.
    static func parseInteger(_ bytes: UnsafeRawBufferPointer) -> Int64? {
        var cursor = 0
        let isNegative = sign(bytes, &cursor)
        guard cursor < bytes.count else { return nil }
        var value: Int64 = 0
        while cursor < bytes.count {
            guard let digit = digit(bytes[cursor]) else { return nil }
            let (shifted, overflow) = value.multipliedReportingOverflow(by: 10)
            let (next, overflowToo) = shifted.subtractingReportingOverflow(Int64(digit))
            if overflow || overflowToo { return nil }
            value = next
            cursor += 1
        }
        // Counted downwards, because the most negative number has no positive twin.
        if isNegative { return value }
        return value == .min ? nil : -value
    }

    @inline(__always)
    private static func sign(_ bytes: UnsafeRawBufferPointer, _ cursor: inout Int) -> Bool {
        guard let first = bytes.first, first == UInt8(ascii: "-") || first == UInt8(ascii: "+") else { return false }
        cursor = 1
        return first == UInt8(ascii: "-")
    }

    @inline(__always)
    private static func digit(_ byte: UInt8) -> UInt8? {
        let value = byte &- UInt8(ascii: "0")
        return value < 10 ? value : nil
    }

    @inline(__always)
    private static func digits(
        _ bytes: UnsafeRawBufferPointer, _ cursor: inout Int, _ mantissa: inout UInt64, _ isExact: inout Bool
    ) {
        while cursor < bytes.count, let digit = digit(bytes[cursor]) {
            // Beyond this a further digit might not fit.
            if mantissa > UInt64.max / 10 - 1 { isExact = false } else { mantissa = mantissa * 10 + UInt64(digit) }
            cursor += 1
        }
    }

    /// Zero when there is none; nil when it is not one.
    private static func exponent(_ bytes: UnsafeRawBufferPointer, _ cursor: inout Int) -> Int? {
        guard cursor < bytes.count else { return 0 }
        guard bytes[cursor] | 0x20 == UInt8(ascii: "e") else { return nil }
        cursor += 1
        guard cursor < bytes.count else { return nil }
        let isNegative = bytes[cursor] == UInt8(ascii: "-")
        if isNegative || bytes[cursor] == UInt8(ascii: "+") { cursor += 1 }
        let start = cursor
        var value = 0
        while cursor < bytes.count, let digit = digit(bytes[cursor]) {
            value = min(value * 10 + Int(digit), exponentMax)
            cursor += 1
        }
        guard cursor > start else { return nil }
        return isNegative ? -value : value
    }

    private static func word(_ bytes: UnsafeRawBufferPointer, from start: Int, isNegative: Bool) -> Double? {
        switch String(decoding: bytes[min(start, bytes.count)...].prefix(9), as: UTF8.self).lowercased() {
        case "inf", "infinity": isNegative ? -Double.infinity : Double.infinity
        // A NaN has no sign in Go's grammar.
        case "nan" where start == 0: StaleMarker.plainNaN
        default: nil
        }
    }
}
