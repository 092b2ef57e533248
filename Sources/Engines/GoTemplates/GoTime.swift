import Basics

/// Times and spans as Go prints them.
enum GoTime {
    /// Go's zero time, 0001-01-01T00:00:00Z.
    static let zero = Timestamp(milliseconds: -62_135_596_800_000)

    /// `time.Time.String` in UTC: `2015-06-23 13:19:44.128 +0000 UTC`.
    static func text(_ time: Timestamp) -> String {
        let text = RFC3339.format(time)
        let parts = text.dropLast().split(separator: "T", maxSplits: 1)
        return "\(parts[0]) \(parts.count > 1 ? parts[1] : "") +0000 UTC"
    }

    /// `time.Duration.String`: `1h15m30.5s`, `1.5ms`, `0s`.
    static func text(_ span: Duration) -> String {
        let nanoseconds = span.components.seconds * 1_000_000_000 + span.components.attoseconds / 1_000_000_000
        if nanoseconds == 0 { return "0s" }
        let sign = nanoseconds < 0 ? "-" : ""
        let size = nanoseconds.magnitude
        if size < 1000 { return "\(sign)\(size)ns" }
        if size < 1_000_000 { return "\(sign)\(decimal(size, unit: 1000))µs" }
        if size < 1_000_000_000 { return "\(sign)\(decimal(size, unit: 1_000_000))ms" }
        let minutes = size / 60_000_000_000
        var text = sign
        if minutes >= 60 { text += "\(minutes / 60)h" }
        if minutes > 0 { text += "\(minutes % 60)m" }
        return text + decimal(size % 60_000_000_000, unit: 1_000_000_000) + "s"
    }

    private static func decimal(_ size: UInt64, unit: UInt64) -> String {
        let rest = size % unit
        if rest == 0 { return String(size / unit) }
        var fraction = String(unit + rest).dropFirst()
        while fraction.hasSuffix("0") { fraction.removeLast() }
        return "\(size / unit).\(fraction)"
    }
}
