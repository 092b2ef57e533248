internal import Basics

/// A part of a date, as `DATE_EXTRACT` names it: one of Java's `ChronoField`.
enum PipeDatePart: String, CaseIterable {
    case alignedDayOfWeekInMonth = "aligned_day_of_week_in_month"
    case alignedDayOfWeekInYear = "aligned_day_of_week_in_year"
    case alignedWeekOfMonth = "aligned_week_of_month"
    case alignedWeekOfYear = "aligned_week_of_year"
    case ampmOfDay = "ampm_of_day"
    case clockHourOfAmpm = "clock_hour_of_ampm"
    case clockHourOfDay = "clock_hour_of_day"
    case dayOfMonth = "day_of_month"
    case dayOfWeek = "day_of_week"
    case dayOfYear = "day_of_year"
    case epochDay = "epoch_day"
    case era
    case hourOfAmpm = "hour_of_ampm"
    case hourOfDay = "hour_of_day"
    case instantSeconds = "instant_seconds"
    case microOfDay = "micro_of_day"
    case microOfSecond = "micro_of_second"
    case milliOfDay = "milli_of_day"
    case milliOfSecond = "milli_of_second"
    case minuteOfDay = "minute_of_day"
    case minuteOfHour = "minute_of_hour"
    case monthOfYear = "month_of_year"
    case nanoOfDay = "nano_of_day"
    case nanoOfSecond = "nano_of_second"
    case offsetSeconds = "offset_seconds"
    case prolepticMonth = "proleptic_month"
    case secondOfDay = "second_of_day"
    case secondOfMinute = "second_of_minute"
    case year
    case yearOfEra = "year_of_era"

    func value(of nanoseconds: Int64, _ calendar: ZonedCalendar) -> Int64 {
        let local = calendar.localSeconds(nanoseconds)
        let fraction = floorModulo(nanoseconds, ZonedCalendar.second)
        let day = floorDivide(local, 86_400)
        let seconds = floorModulo(local, 86_400)
        let hour = seconds / 3600
        let date = CivilDate(daysSinceEpoch: day)
        let dayOfYear = day - CivilDate(year: date.year, month: 1, day: 1).daysSinceEpoch + 1
        switch self {
        case .alignedDayOfWeekInMonth: return (date.day - 1) % 7 + 1
        case .alignedDayOfWeekInYear: return (dayOfYear - 1) % 7 + 1
        case .alignedWeekOfMonth: return (date.day - 1) / 7 + 1
        case .alignedWeekOfYear: return (dayOfYear - 1) / 7 + 1
        case .ampmOfDay: return hour / 12
        case .clockHourOfAmpm: return hour % 12 == 0 ? 12 : hour % 12
        case .clockHourOfDay: return hour == 0 ? 24 : hour
        case .dayOfMonth: return date.day
        case .dayOfWeek: return floorModulo(day + 3, 7) + 1
        case .dayOfYear: return dayOfYear
        case .epochDay: return day
        case .era: return date.year > 0 ? 1 : 0
        case .hourOfAmpm: return hour % 12
        case .hourOfDay: return hour
        case .instantSeconds: return floorDivide(nanoseconds, ZonedCalendar.second)
        case .microOfDay: return seconds * 1_000_000 + fraction / 1000
        case .microOfSecond: return fraction / 1000
        case .milliOfDay: return seconds * 1000 + fraction / 1_000_000
        case .milliOfSecond: return fraction / 1_000_000
        case .minuteOfDay: return seconds / 60
        case .minuteOfHour: return seconds / 60 % 60
        case .monthOfYear: return date.month
        case .nanoOfDay: return seconds * 1_000_000_000 + fraction
        case .nanoOfSecond: return fraction
        case .offsetSeconds: return calendar.offsetSeconds(floorDivide(nanoseconds, ZonedCalendar.second))
        case .prolepticMonth: return date.year * 12 + date.month - 1
        case .secondOfDay: return seconds
        case .secondOfMinute: return seconds % 60
        case .year: return date.year
        case .yearOfEra: return date.year > 0 ? date.year : 1 - date.year
        }
    }
}
