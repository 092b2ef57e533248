/// The shortest decimal that reads back as a number, never in exponent form (Go's `FormatFloat(v, 'f', -1, 64)`): how
/// PromQL prints literals, `count_values` labels its groups, and bounds of OpenTelemetry's histograms become labels.
package enum PlainDecimal {
    package static func text(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        let shortest = value.magnitude.description
        let sign = value.sign == .minus ? "-" : ""
        let parts = shortest.split(separator: "e", maxSplits: 1)
        let mantissa = parts[0].split(separator: ".", maxSplits: 1)
        let whole = String(mantissa[0])
        var fraction = mantissa.count > 1 ? String(mantissa[1]) : ""
        if fraction == "0" { fraction = "" }
        let exponent = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
        return sign + shifted(whole, fraction, by: exponent)
    }

    private static func shifted(_ whole: String, _ fraction: String, by exponent: Int) -> String {
        if exponent == 0 { return fraction.isEmpty ? whole : whole + "." + fraction }
        if exponent > 0 {
            let digits = whole + fraction
            let zeros = exponent - fraction.utf8.count
            if zeros >= 0 { return digits + String(repeating: "0", count: zeros) }
            return String(digits.dropLast(-zeros)) + "." + String(digits.suffix(-zeros))
        }
        return "0." + String(repeating: "0", count: -exponent - whole.utf8.count) + whole + fraction
    }
}
