/// Numbers without an exponent, as Go's `strconv.FormatFloat(…, 'f', -1, 64)` writes them: how the bounds of
/// OpenTelemetry's histograms and summaries become labels in Prometheus.
enum PlainDecimal {
    static func text(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        let sign = value.sign == .minus ? "-" : ""
        // Swift's shortest digits, in other clothes.
        let parts = value.magnitude.description.split(separator: "e")
        let sides = parts[0].split(separator: ".")
        let fraction = sides.count == 2 && sides[1] != "0" ? sides[1] : ""
        let exponent = parts.count == 2 ? Int(parts[1]) ?? 0 : 0
        var digits = String(sides[0] + fraction)
        var pointAt = sides[0].count + exponent
        if pointAt <= 0 {
            digits = String(repeating: "0", count: 1 - pointAt) + digits
            pointAt = 1
        }
        if pointAt >= digits.count { return sign + digits + String(repeating: "0", count: pointAt - digits.count) }
        return sign + digits.prefix(pointAt) + "." + digits.dropFirst(pointAt)
    }
}
