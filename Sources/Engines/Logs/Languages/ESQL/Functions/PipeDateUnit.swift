internal import Basics

/// What `DATE_DIFF` counts, whole ones only.
enum PipeDateUnit {
    case nanoseconds(Int64)
    case months(Int64)

    static let names = [
        "year", "quarter", "month", "week", "day", "hour", "minute", "second", "millisecond", "microsecond",
        "nanosecond",
    ]

    /// In lower case.
    init?(named name: String) {
        let second: Int64 = 1_000_000_000
        switch name {
        case "year", "years", "yy", "yyyy": self = .months(12)
        case "quarter", "quarters", "qq", "q": self = .months(3)
        case "month", "months", "mm", "m": self = .months(1)
        case "week", "weeks", "wk", "ww": self = .nanoseconds(7 * 86_400 * second)
        case "day", "days", "dd", "d", "dayofyear", "dy", "y", "weekday", "weekdays", "dw":
            self = .nanoseconds(86_400 * second)
        case "hour", "hours", "hh": self = .nanoseconds(3600 * second)
        case "minute", "minutes", "mi", "n": self = .nanoseconds(60 * second)
        case "second", "seconds", "ss", "s": self = .nanoseconds(second)
        case "millisecond", "milliseconds", "ms": self = .nanoseconds(1_000_000)
        case "microsecond", "microseconds", "mcs": self = .nanoseconds(1000)
        case "nanosecond", "nanoseconds", "ns": self = .nanoseconds(1)
        default: return nil
        }
    }

    /// Nil when there are more than 64 bits hold.
    func count(from first: Int64, to second: Int64) -> Int64? {
        switch self {
        case .nanoseconds(let length):
            let (span, isTooLong) = second.subtractingReportingOverflow(first)
            return isTooLong ? nil : span / length
        case .months(let length):
            if second < first { return count(from: second, to: first).map { -$0 } }
            let from = Self.month(first)
            let to = Self.month(second)
            return (to.number - from.number - (to.rest < from.rest ? 1 : 0)) / length
        }
    }

    /// A month counted from the year 0, and how many nanoseconds of it have passed.
    private static func month(_ nanoseconds: Int64) -> (number: Int64, rest: Int64) {
        let day = 86_400 * ZonedCalendar.second
        let date = CivilDate(daysSinceEpoch: floorDivide(nanoseconds, day))
        return (date.year * 12 + date.month, (date.day - 1) * day + floorModulo(nanoseconds, day))
    }
}
