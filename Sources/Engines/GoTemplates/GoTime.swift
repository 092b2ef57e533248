import Basics

/// Times and spans as Go prints them.
enum GoTime {
    /// Go's zero time, 0001-01-01T00:00:00Z.
    static let zero = Timestamp(milliseconds: -62_135_596_800_000)

    /// `time.Time.String`: `2015-06-23 13:19:44.128 +0000 UTC`, elsewhere `+0200 +02`.
    static func text(_ time: Timestamp, aheadSeconds ahead: Int64? = nil) -> String {
        let text = RFC3339.format(time + .seconds(ahead ?? 0))
        let parts = text.dropLast().split(separator: "T", maxSplits: 1)
        let zone = ahead.map { "\(offset($0, colon: false)) \(name($0))" } ?? "+0000 UTC"
        return "\(parts[0]) \(parts.count > 1 ? parts[1] : "") \(zone)"
    }

    /// As `encoding/json` writes it.
    static func json(_ time: Timestamp, aheadSeconds ahead: Int64) -> String {
        String(RFC3339.format(time + .seconds(ahead)).dropLast()) + (ahead == 0 ? "Z" : offset(ahead, colon: true))
    }

    /// `+0200`, `-03:30`.
    static func offset(_ ahead: Int64, colon: Bool) -> String {
        let minutes = ahead.magnitude / 60
        func two(_ number: UInt64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return (ahead < 0 ? "-" : "+") + two(minutes / 60) + (colon ? ":" : "") + two(minutes % 60)
    }

    /// What stands for the letters of a zone, which its rules do not say: Go's way with zones that have none.
    static func name(_ ahead: Int64) -> String {
        let text = offset(ahead, colon: false)
        return text.hasSuffix("00") ? String(text.dropLast(2)) : text
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
