/// Numbers as Prometheus prints them.
package enum ValueFormat {
    /// The shortest digits that read back the same, with an exponent below 1e-6 and from 1e21 (util/jsonutil).
    package static func json(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        let magnitude = abs(value)
        if magnitude != 0, magnitude < 1e-6 || magnitude >= 1e21 { return exponential(value) }
        return NumberText.positional(value)
    }

    private static func exponential(_ value: Double) -> String {
        // Swift writes 1.5e-07 as 1.5e-07; Go drops a leading zero of two-digit exponents in this format.
        var text = value.description
        guard let mark = text.firstIndex(of: "e") else { return text }
        var mantissa = String(text[..<mark])
        var exponent = String(text[text.index(after: mark)...])
        if mantissa.hasSuffix(".0") { mantissa.removeLast(2) }
        var sign = "+"
        if exponent.hasPrefix("-") || exponent.hasPrefix("+") { sign = String(exponent.removeFirst()) }
        while exponent.hasPrefix("0"), exponent.count > 1 { exponent.removeFirst() }
        text = mantissa + "e" + sign + exponent
        return text
    }
}
