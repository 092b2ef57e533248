import SignalModel

/// Numbers as Prometheus prints them.
package enum ValueFormat {
    /// A sample's value in JSON: the shortest digits that read back the same, with an exponent below 1e-6 and
    /// from 1e21 (util/jsonutil). Scalars have none: see `PlainDecimal.text`.
    package static func json(_ value: Double) -> String {
        let magnitude = value.magnitude
        guard magnitude.isFinite, magnitude != 0, magnitude < 1e-6 || magnitude >= 1e21 else {
            return PlainDecimal.text(value)
        }
        return exponential(value)
    }

    /// Go's `%g`: an exponent below 1e-4 and from 1e21, as in messages.
    static func general(_ value: Double) -> String {
        let magnitude = value.magnitude
        guard magnitude.isFinite, magnitude != 0, magnitude < 1e-4 || magnitude >= 1e21 else {
            return PlainDecimal.text(value)
        }
        return exponential(value)
    }

    /// A number as a label's value: with a point or an exponent, so that `1` is `1.0`.
    static func openMetrics(_ value: Double) -> String {
        let text = general(value)
        return text.utf8.allSatisfy { $0 == 0x2d || (0x30...0x39).contains($0) } ? text + ".0" : text
    }

    /// Go's `%e` with the shortest digits: one before the point, the exponent signed and of at least two digits.
    private static func exponential(_ value: Double) -> String {
        let parts = value.magnitude.description.split(separator: "e", maxSplits: 1)
        let mantissa = parts[0].split(separator: ".", maxSplits: 1)
        let whole = String(mantissa[0])
        var fraction = mantissa.count > 1 ? String(mantissa[1]) : ""
        if fraction == "0" { fraction = "" }
        var exponent = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
        // Swift writes 0.00025 without an exponent where Go already wants one.
        var digits = whole + fraction
        exponent += whole.utf8.count - 1
        while digits.hasPrefix("0"), digits.utf8.count > 1 {
            digits.removeFirst()
            exponent -= 1
        }
        while digits.hasSuffix("0"), digits.utf8.count > 1 { digits.removeLast() }
        let sign = value.sign == .minus ? "-" : ""
        let power = String(exponent.magnitude)
        return sign + digits.prefix(1) + (digits.utf8.count > 1 ? "." + digits.dropFirst() : "")
            + "e" + (exponent < 0 ? "-" : "+") + (power.utf8.count < 2 ? "0" : "") + power
    }
}
