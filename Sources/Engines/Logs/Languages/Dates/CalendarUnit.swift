package import Basics

/// A unit of the calendar, as date arithmetic and histograms round to it.
package enum CalendarUnit: Sendable, Hashable {
    case second
    case minute
    case hour
    case day
    case week
    case month
    case quarter
    case year

    /// As one letter of date arithmetic: `now-1d/M`.
    init?(letter: Unicode.Scalar) {
        switch letter {
        case "s": self = .second
        case "m": self = .minute
        case "h", "H": self = .hour
        case "d": self = .day
        case "w": self = .week
        case "M": self = .month
        case "y": self = .year
        default: return nil
        }
    }

    /// Of those that are always equally long.
    var seconds: Int64? {
        switch self {
        case .second: 1
        case .minute: 60
        case .hour: 3600
        case .day, .week, .month, .quarter, .year: nil
        }
    }
}

/// The calendar over instants in nanoseconds, in one zone.
package struct ZonedCalendar: Sendable {
    package static let second: Int64 = 1_000_000_000
    package let zone: ZoneRules

    package init(_ zone: ZoneRules) { self.zone = zone }

    /// What clocks there show, in seconds since 1970 there.
    func localSeconds(_ nanoseconds: Int64) -> Int64 {
        let seconds = floorDivide(nanoseconds, Self.second)
        return seconds + offsetSeconds(seconds)
    }

    package func offsetSeconds(_ seconds: Int64) -> Int64 {
        zone.offsetSeconds(at: Timestamp(milliseconds: seconds * 1000))
    }

    func instant(localSeconds: Int64) -> Int64 {
        Self.nanoseconds(zone.instant(ofLocalSeconds: localSeconds).wholeSeconds)
    }

    /// Seconds and nanoseconds more, in nanoseconds. Beyond what 64 bits hold (the years 1677 to 2262) it is their end:
    /// anybody may write any date.
    static func nanoseconds(_ seconds: Int64, and more: Int64 = 0) -> Int64 {
        let product = seconds.multipliedSaturated(by: second)
        return product == .min || product == .max ? product : product.addingSaturated(more)
    }

    /// The start of the unit that `nanoseconds` lies in.
    package func start(of unit: CalendarUnit, at nanoseconds: Int64) -> Int64 {
        if unit == .second { return Self.nanoseconds(floorDivide(nanoseconds, Self.second)) }
        let local = localSeconds(nanoseconds)
        if let seconds = unit.seconds {
            // Within an hour that is repeated, local time says not which: the offset stays that of the instant.
            let offset = offsetSeconds(floorDivide(nanoseconds, Self.second))
            return Self.nanoseconds(floorDivide(local, seconds) * seconds - offset)
        }
        return instant(localSeconds: Self.localStart(of: unit, local))
    }

    /// The start of the unit `count` units later than the one that starts at `nanoseconds`.
    package func start(of unit: CalendarUnit, after nanoseconds: Int64, count: Int64 = 1) -> Int64 {
        if let seconds = unit.seconds { return Self.moved(nanoseconds, by: count, of: seconds) }
        return instant(localSeconds: Self.moved(localSeconds(nanoseconds), unit, by: count))
    }

    /// The same time of day `count` units later; days that a month lacks become its last.
    func moved(_ nanoseconds: Int64, _ unit: CalendarUnit, by count: Int64) -> Int64 {
        if let seconds = unit.seconds { return Self.moved(nanoseconds, by: count, of: seconds) }
        let whole = instant(localSeconds: Self.moved(localSeconds(nanoseconds), unit, by: count))
        if whole == .min || whole == .max { return whole }
        return whole.addingSaturated(floorModulo(nanoseconds, Self.second))
    }

    private static func moved(_ nanoseconds: Int64, by count: Int64, of seconds: Int64) -> Int64 {
        let length = count.multipliedSaturated(by: seconds * second)
        return length == .min || length == .max ? length : nanoseconds.addingSaturated(length)
    }

    private static func localStart(of unit: CalendarUnit, _ local: Int64) -> Int64 {
        let day = floorDivide(local, 86_400)
        var date = CivilDate(daysSinceEpoch: day)
        switch unit {
        case .second, .minute, .hour: return local
        case .day: return day * 86_400
        case .week: return (day - floorModulo(day + 3, 7)) * 86_400
        case .month: date.day = 1
        case .quarter: date = CivilDate(year: date.year, month: (date.month - 1) / 3 * 3 + 1, day: 1)
        case .year: date = CivilDate(year: date.year, month: 1, day: 1)
        }
        return date.daysSinceEpoch * 86_400
    }

    /// Of more units, days even, a date is beyond what 64 bits hold.
    static let unitsMax: Int64 = 100_000_000

    private static func moved(_ local: Int64, _ unit: CalendarUnit, by units: Int64) -> Int64 {
        let count = min(max(units, -unitsMax), unitsMax)
        let months: Int64
        switch unit {
        case .second, .minute, .hour: return local + count * (unit.seconds ?? 1)
        case .day: return local + count * 86_400
        case .week: return local + count * 7 * 86_400
        case .month: months = count
        case .quarter: months = 3 * count
        case .year: months = 12 * count
        }
        let day = floorDivide(local, 86_400)
        let date = CivilDate(daysSinceEpoch: day)
        let month = date.year * 12 + date.month - 1 + months
        let (year, inYear) = (floorDivide(month, 12), floorModulo(month, 12) + 1)
        let last = CivilDate.daysInMonth(year: year, month: inYear)
        let moved = CivilDate(year: year, month: inYear, day: min(date.day, last))
        return moved.daysSinceEpoch * 86_400 + (local - day * 86_400)
    }
}
