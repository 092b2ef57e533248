import Basics

/// How OpenMetrics writes the bounds of buckets and quantiles: `1.0`, `0.25`, `1e+06`, `+Inf`. Prometheus brings
/// those of every format to it, so that a series stays the same when a target changes its format.
enum BoundText {
    /// Longer than any.
    static let bytesMax = 32

    /// Whether a label of such a family's series has a bound for its value.
    @inline(__always)
    static func isBound(_ name: Range<Int>, of type: MetricType, _ bytes: UnsafeRawBufferPointer) -> Bool {
        switch type {
        case .histogram: name.count == 2 && bytes[name].elementsEqual("le".utf8)
        case .summary: name.count == 8 && bytes[name].elementsEqual("quantile".utf8)
        default: false
        }
    }

    /// Go's shortest form with an exponent from a million on (`strconv.FormatFloat(…, 'g', -1, 64)`), and a point in it.
    static func text(_ bound: Double) -> String {
        if bound.isNaN { return "NaN" }
        if bound.isInfinite { return bound < 0 ? "-Inf" : "+Inf" }
        // Swift's shortest digits, in other clothes.
        let sign = bound.sign == .minus ? "-" : ""
        let parts = bound.magnitude.description.split(separator: "e")
        let sides = parts[0].split(separator: ".")
        var digits = sides.count == 2 && sides[1] != "0" ? String(sides[0] + sides[1]) : String(sides[0])
        var pointAt = sides[0].count + (parts.count == 2 ? Int(parts[1]) ?? 0 : 0)
        let zeros = digits.prefix { $0 == "0" }.count
        if zeros == digits.count { return "0.0" }
        digits.removeFirst(zeros)
        pointAt -= zeros
        while digits.hasSuffix("0") { digits.removeLast() }
        let exponent = pointAt - 1
        if exponent < -4 || exponent >= 6 {
            let rest = digits.dropFirst()
            let size = String(abs(exponent))
            return sign + digits.prefix(1) + (rest.isEmpty ? "" : "." + rest) + "e" + (exponent < 0 ? "-" : "+")
                + (size.count < 2 ? "0" + size : size)
        }
        if pointAt <= 0 { return sign + "0." + String(repeating: "0", count: -pointAt) + digits }
        if pointAt >= digits.count {
            return sign + digits + String(repeating: "0", count: pointAt - digits.count) + ".0"
        }
        return sign + digits.prefix(pointAt) + "." + digits.dropFirst(pointAt)
    }

    static func write(
        _ bound: Double, to scratch: Range<Int>, in bytes: UnsafeMutableRawBufferPointer
    ) -> Range<Int> {
        var end = scratch.lowerBound
        for byte in text(bound).utf8 where end < scratch.upperBound {
            bytes[end] = byte
            end += 1
        }
        return scratch.lowerBound..<end
    }

    /// True only for what `text` would write. Knows plain decimals of few digits and infinity; of others false.
    static func isCanonical(_ range: Range<Int>, _ bytes: UnsafeRawBufferPointer) -> Bool {
        let value = UnsafeRawBufferPointer(rebasing: bytes[range])
        if value.elementsEqual("+Inf".utf8) { return true }
        // Below 10^-4 and from 10^6 on there is an exponent; beyond 15 digits the shortest text may be another.
        guard let point = value.firstIndex(of: UInt8(ascii: ".")), (1...6).contains(point), value.count <= 16 else {
            return false
        }
        let fraction = value[(point + 1)...]
        let isDigits = { (part: Slice<UnsafeRawBufferPointer>) in part.allSatisfy { $0 &- UInt8(ascii: "0") < 10 } }
        guard !fraction.isEmpty, isDigits(value[..<point]), isDigits(fraction) else { return false }
        if point > 1, value[0] == UInt8(ascii: "0") { return false }
        if fraction.count == 1 { return true }
        if value[value.count - 1] == UInt8(ascii: "0") { return false }
        return value[0] != UInt8(ascii: "0") || fraction.prefix(4).contains { $0 != UInt8(ascii: "0") }
    }
}
