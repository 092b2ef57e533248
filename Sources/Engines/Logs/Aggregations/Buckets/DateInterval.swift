internal import Basics

/// The width of buckets over time: a fixed one, or a unit of a zone's calendar.
struct DateInterval {
    private enum Width {
        case fixed(nanoseconds: Int64)
        case calendar(CalendarUnit)
    }

    private let width: Width
    private let calendar: ZonedCalendar
    private let offset: Int64

    init(_ parameters: AggregationParameters, _ zone: ZoneRules) throws(LogQueryError) {
        calendar = ZonedCalendar(zone)
        let units: [String: CalendarUnit] = [
            "1s": .second, "1m": .minute, "1h": .hour, "1d": .day, "1w": .week, "1M": .month, "1q": .quarter,
            "1y": .year,
        ]
        if let name = try parameters.text("calendar_interval") {
            guard let unit = units[name] ?? CalendarUnit(name: name) else {
                throw LogQueryError(
                    .argument,
                    "The supplied interval [\(name)] could not be parsed as a calendar interval: write 1m, 1h, 1d, 1w, "
                        + "1M, 1q or 1y, or use fixed_interval.")
            }
            width = .calendar(unit)
        } else if let text = try parameters.text("fixed_interval") {
            width = .fixed(nanoseconds: try Self.nanoseconds(text))
        } else if let text = try parameters.text("interval") {
            if let unit = units[text] ?? CalendarUnit(name: text) {
                width = .calendar(unit)
            } else {
                width = .fixed(nanoseconds: try Self.nanoseconds(text))
            }
        } else {
            throw LogQueryError(
                .argument, "Required one of fields [calendar_interval, fixed_interval], but none were specified.")
        }
        var offset: Int64 = 0
        if let text = try parameters.text("offset") {
            let isBefore = text.hasPrefix("-")
            let amount = try Self.nanoseconds(
                isBefore || text.hasPrefix("+") ? String(text.dropFirst()) : text, least: 0)
            offset = isBefore ? -amount : amount
        }
        self.offset = offset
    }

    /// `30s`, `500ms`, `1.5h`: whole units of days and smaller.
    static func nanoseconds(_ text: String, least: Int64 = 1) throws(LogQueryError) -> Int64 {
        let units: [(String, Int64)] = [
            ("ms", 1_000_000), ("micros", 1000), ("nanos", 1), ("s", 1_000_000_000), ("m", 60_000_000_000),
            ("h", 3_600_000_000_000), ("d", 86_400_000_000_000), ("", 1_000_000),
        ]
        for (unit, size) in units where text.hasSuffix(unit) {
            guard let number = Double(text.dropLast(unit.utf8.count)), number.isFinite,
                number * Double(size) >= Double(least), number * Double(size) < 9e18
            else { break }
            return Int64((number * Double(size)).rounded())
        }
        throw LogQueryError(
            .argument,
            "failed to parse [\(text)] as a length of time: write a number and one of ms, s, m, h and d, as in 30s")
    }

    /// The start of the bucket that a time lies in.
    func start(_ nanoseconds: Int64) -> Int64 {
        let shifted = nanoseconds &- offset
        switch width {
        case .calendar(let unit): return calendar.start(of: unit, at: shifted) &+ offset
        case .fixed(let size):
            // Whole intervals of the zone's clocks, so that buckets of a day begin at midnight.
            let ahead = calendar.offsetSeconds(floorDivide(shifted, ZonedCalendar.second)) * ZonedCalendar.second
            return floorDivide(shifted &+ ahead, size) &* size &- ahead &+ offset
        }
    }

    /// The start of the next bucket.
    func next(_ start: Int64) -> Int64 {
        switch width {
        case .calendar(let unit): return calendar.start(of: unit, after: start &- offset) &+ offset
        case .fixed(let size):
            // Clocks may have been set in between.
            let next = self.start(start &+ size)
            return next > start ? next : start &+ size
        }
    }
}

extension CalendarUnit {
    /// `minute`, `day`, `1d` and so on.
    init?(name: String) {
        switch name {
        case "second", "1s", "s": self = .second
        case "minute", "1m", "m": self = .minute
        case "hour", "1h", "h": self = .hour
        case "day", "1d", "d": self = .day
        case "week", "1w", "w": self = .week
        case "month", "1M", "M": self = .month
        case "quarter", "1q", "q": self = .quarter
        case "year", "1y", "y": self = .year
        default: return nil
        }
    }
}
