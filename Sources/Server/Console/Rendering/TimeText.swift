import Basics

/// A time as people read it, with what scripts need to keep it current.
struct TimeText: Sendable, Hashable {
    let milliseconds: Int64
    /// `2026-11-23T06:04:11Z`, for `datetime` attributes.
    let iso: String
    /// `2026-11-23 06:04:11 UTC`
    let absolute: String
    /// `3 min ago`, `in 4 min`
    let relative: String

    init(milliseconds: Int64, now: Timestamp) {
        self.milliseconds = milliseconds
        // A whole second: nobody reads milliseconds here.
        let seconds = Timestamp(milliseconds: milliseconds - Self.remainder(milliseconds))
        iso = RFC3339.format(seconds)
        var text = ""
        for character in iso where character != "Z" { text.append(character == "T" ? " " : character) }
        absolute = text + " UTC"
        let span = Duration.milliseconds(now.milliseconds - milliseconds)
        if span < .zero {
            relative = "in \(DurationWords.short(.zero - span))"
        } else {
            relative = span < .seconds(1) ? "just now" : "\(DurationWords.short(span)) ago"
        }
    }

    private static func remainder(_ milliseconds: Int64) -> Int64 {
        let rest = milliseconds % 1000
        return rest < 0 ? rest + 1000 : rest
    }
}

/// Spans of time in their largest unit or two.
enum DurationWords {
    /// `42 s`, `3 min`, `2 h 5 min`, `4 d 3 h`
    static func short(_ span: Duration) -> String {
        let seconds = span.milliseconds / 1000
        switch seconds {
        case ..<60: return "\(seconds) s"
        case ..<3600: return "\(seconds / 60) min"
        case ..<86_400: return pair(seconds / 3600, "h", seconds % 3600 / 60, "min")
        default: return pair(seconds / 86_400, "d", seconds % 86_400 / 3600, "h")
        }
    }

    /// `850 µs`, `2.4 ms`, `1.25 s`: what something took.
    static func precise(_ span: Duration) -> String {
        let seconds = span.seconds
        if seconds < 0.001 { return "\(Int((seconds * 1e6).rounded())) µs" }
        if seconds < 1 { return FigureText.significant(seconds * 1000) + " ms" }
        return FigureText.significant(seconds) + " s"
    }

    private static func pair(_ large: Int64, _ largeUnit: String, _ small: Int64, _ smallUnit: String) -> String {
        small == 0 ? "\(large) \(largeUnit)" : "\(large) \(largeUnit) \(small) \(smallUnit)"
    }
}
