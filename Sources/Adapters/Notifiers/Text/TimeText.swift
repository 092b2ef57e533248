internal import Basics

/// Times as a person woken at night reads them: UTC to the second, spans in two units.
package enum TimeText {
    /// `2026-11-23 04:00:12 UTC`.
    package static func instant(milliseconds: Int64) -> String {
        let whole = milliseconds - ((milliseconds % 1000) + 1000) % 1000
        let text = RFC3339.format(Timestamp(milliseconds: whole))
        return text.dropLast().replacing("T", with: " ") + " UTC"
    }

    /// `45 s`, `12 min`, `3 h 5 min`, `2 d 3 h`; never negative.
    package static func span(milliseconds: Int64) -> String {
        let seconds = max(0, milliseconds) / 1000
        let minutes = seconds / 60
        let hours = minutes / 60
        switch seconds {
        case ..<60: return "\(seconds) s"
        case ..<3600: return "\(minutes) min"
        case ..<86_400: return minutes % 60 == 0 ? "\(hours) h" : "\(hours) h \(minutes % 60) min"
        default: return hours % 24 == 0 ? "\(hours / 24) d" : "\(hours / 24) d \(hours % 24) h"
        }
    }
}
