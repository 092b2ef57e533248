internal import Basics

/// Writes a time by a pattern.
enum DateWriter {
    static func text(nanoseconds: Int64, _ pattern: DatePattern, _ zone: DateZone) -> String {
        let seconds = floorDivide(nanoseconds, 1_000_000_000)
        let offset = zone.offsetSeconds(atSeconds: seconds)
        var result = ""
        write(pattern.elements, seconds + offset, nanoseconds - seconds * 1_000_000_000, offset, zone, to: &result)
        return result
    }

    private static func write(
        _ elements: [DatePattern.Element], _ local: Int64, _ nanosecond: Int64, _ offset: Int64, _ zone: DateZone,
        to result: inout String
    ) {
        let day = floorDivide(local, 86_400)
        let date = CivilDate(daysSinceEpoch: day)
        let time = local - day * 86_400
        let weekday = Int(floorModulo(day + 3, 7))
        for element in elements {
            switch element {
            case .literal(let text): result += text
            case .year(let width): result += padded(width == 2 ? floorModulo(date.year, 100) : date.year, width)
            case .month(let width): result += padded(date.month, width)
            case .monthName(let isFull): result += name(DatePattern.months[Int(date.month) - 1], isFull)
            case .day(let width): result += padded(date.day, width)
            case .dayOfYear(let width):
                result += padded(day - CivilDate(year: date.year, month: 1, day: 1).daysSinceEpoch + 1, width)
            case .weekday(let isFull): result += name(DatePattern.weekdays[weekday], isFull)
            case .weekdayNumber: result += String((weekday + 1) % 7 + 1)
            case .half: result += time < 43_200 ? "AM" : "PM"
            case .hour(let width, let isHalf, let fromOne):
                let hour = time / 3600 % (isHalf ? 12 : 24)
                result += padded(fromOne && hour == 0 ? (isHalf ? 12 : 24) : hour, width)
            case .minute(let width): result += padded(time / 60 % 60, width)
            case .second(let width): result += padded(time % 60, width)
            case .fraction(let width): result += padded(nanosecond, 9).prefix(width)
            case .nanosecond(let width): result += padded(nanosecond, width)
            case .offset(let style): result += self.offset(offset, style)
            case .zone:
                if case .rules(let rules) = zone {
                    result += rules.name
                } else {
                    result += offset == 0 ? "Z" : self.offset(offset, "xxx")
                }
            case .optional(let inner): write(inner, local, nanosecond, offset, zone, to: &result)
            }
        }
    }

    private static func name(_ name: String, _ isFull: Bool) -> String { isFull ? name : String(name.prefix(3)) }

    private static func padded(_ value: Int64, _ width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    private static func offset(_ seconds: Int64, _ style: String) -> String {
        if style == "O" { return seconds == 0 ? "GMT" : "GMT" + offset(seconds, "xxx") }
        if style.first == "X", seconds == 0 { return "Z" }
        let size = seconds.magnitude
        let (hours, minutes) = (padded(Int64(size / 3600), 2), padded(Int64(size / 60 % 60), 2))
        let sign = seconds < 0 ? "-" : "+"
        if style.count == 1 { return sign + hours + (minutes == "00" ? "" : minutes) }
        return sign + hours + (style.count % 2 == 1 ? ":" : "") + minutes
    }
}
