import Glibc

/// Numbers as Go reads them in source and prints them.
package enum GoNumber {
    /// A Go integer literal: decimal, `0x`, `0o`, `0b`, leading-zero octal, with `_` between digits.
    static func integer(_ text: String) -> Int? {
        var digits = text.lowercased()
        let isNegative = digits.hasPrefix("-")
        if isNegative || digits.hasPrefix("+") { digits.removeFirst() }
        digits = digits.filter { $0 != "_" }
        let value: Int? =
            if digits.hasPrefix("0x") {
                Int(digits.dropFirst(2), radix: 16)
            } else if digits.hasPrefix("0b") {
                Int(digits.dropFirst(2), radix: 2)
            } else if digits.hasPrefix("0o") {
                Int(digits.dropFirst(2), radix: 8)
            } else if digits.hasPrefix("0"), digits.utf8.count > 1 {
                Int(digits.dropFirst(), radix: 8)
            } else {
                digits.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 } ? Int(digits) : nil
            }
        guard let value, value >= 0 else { return nil }
        return isNegative ? -value : value
    }

    static func float(_ text: String) -> Double? {
        let digits = text.filter { $0 != "_" }
        let first = digits.utf8.first { $0 != 0x2b && $0 != 0x2d }
        guard let first, first == 0x2e || (first >= 0x30 && first <= 0x39) else { return nil }
        // Beyond a double's range Go reports an error, too.
        guard let value = Double(digits), value.isFinite else { return nil }
        return value
    }

    /// `strconv.ParseFloat`: what the humanizing functions accept as text.
    static func parsed(_ text: String) -> Double? {
        switch text.lowercased() {
        case "inf", "+inf", "infinity", "+infinity": .infinity
        case "-inf", "-infinity": -.infinity
        case "nan": .nan
        default: float(text)
        }
    }

    /// `%v`: the shortest digits that read back, in exponent form below 10⁻⁴ and from 10⁶.
    static func general(_ value: Double) -> String {
        guard value.isFinite else { return infinite(value) }
        let parts = decimal(value)
        let exponent = parts.point - 1
        if parts.digits != "0", exponent < -4 || exponent >= 6 { return exponential(parts) }
        return (parts.isNegative ? "-" : "") + positional(parts.digits, point: parts.point)
    }

    /// `strconv.FormatFloat(value, 'e', -1, 64)`: `1e+00`.
    package static func exponential(_ value: Double) -> String {
        value.isFinite ? exponential(decimal(value)) : infinite(value)
    }

    /// C's and Go's `%.*f`, `%.*e`, `%.*g`; Go differs only in how it writes infinities.
    static func formatted(_ value: Double, _ verb: Character, precision: Int) -> String {
        guard value.isFinite else { return infinite(value) }
        let format = "%.*\(verb)"
        // The longest double has 309 digits before the point.
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 400 + precision) { buffer in
            let count = withVaList([Int32(precision), value]) {
                vsnprintf(buffer.baseAddress, buffer.count, format, $0)
            }
            return String(decoding: buffer.prefix(Int(count)).map(UInt8.init(bitPattern:)), as: UTF8.self)
        }
    }

    static func infinite(_ value: Double) -> String {
        value.isNaN ? "NaN" : value < 0 ? "-Inf" : "+Inf"
    }

    // MARK: Shortest digits

    private struct Decimal {
        var isNegative: Bool
        /// Without leading or trailing zeros; `0` for zero.
        var digits: String
        /// The value is 0.DIGITS × 10^point.
        var point: Int
    }

    /// From Swift's own shortest form, `123.0`, `1e-05`, `1.5e+300`.
    private static func decimal(_ value: Double) -> Decimal {
        let parts = value.magnitude.description.split(separator: "e", maxSplits: 1)
        let mantissa = parts[0].split(separator: ".", maxSplits: 1)
        let whole = String(mantissa[0])
        let fraction = mantissa.count > 1 && mantissa[1] != "0" ? String(mantissa[1]) : ""
        let exponent = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
        var digits = whole + fraction
        var point = whole.utf8.count + exponent
        while digits.hasPrefix("0"), digits.utf8.count > 1 {
            digits.removeFirst()
            point -= 1
        }
        while digits.hasSuffix("0"), digits.utf8.count > 1 { digits.removeLast() }
        if digits == "0" { point = 1 }
        return Decimal(isNegative: value.sign == .minus, digits: digits, point: point)
    }

    private static func exponential(_ parts: Decimal) -> String {
        let exponent = parts.point - 1
        let head = String(parts.digits.prefix(1))
        let tail = parts.digits.utf8.count > 1 ? "." + String(parts.digits.dropFirst()) : ""
        let size = exponent.magnitude < 10 ? "0\(exponent.magnitude)" : String(exponent.magnitude)
        return (parts.isNegative ? "-" : "") + head + tail + "e" + (exponent < 0 ? "-" : "+") + size
    }

    private static func positional(_ digits: String, point: Int) -> String {
        if point <= 0 { return "0." + String(repeating: "0", count: -point) + digits }
        let count = digits.utf8.count
        if point >= count { return digits + String(repeating: "0", count: point - count) }
        return String(digits.prefix(point)) + "." + String(digits.dropFirst(point))
    }
}
