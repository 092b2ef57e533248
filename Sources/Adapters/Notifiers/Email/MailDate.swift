internal import Basics

/// RFC 5322 §3.3: `Mon, 23 Nov 2026 04:00:12 +0000`.
package enum MailDate {
    package static func format(milliseconds: Int64) -> String {
        let dayMilliseconds: Int64 = 86_400_000
        let milliseconds = max(0, milliseconds)
        let days = milliseconds / dayMilliseconds
        let seconds = milliseconds % dayMilliseconds / 1000
        let date = CivilDate(daysSinceEpoch: days)
        // 1970-01-01 was a Thursday.
        let weekday = weekdays[Int((days + 4) % 7)]
        let time = [seconds / 3600, seconds / 60 % 60, seconds % 60].map(twoDigits).joined(separator: ":")
        return "\(weekday), \(twoDigits(date.day)) \(months[Int(date.month) - 1]) \(date.year) \(time) +0000"
    }

    private static func twoDigits(_ value: Int64) -> String { value < 10 ? "0\(value)" : "\(value)" }
    private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
}
