import Basics

/// Parts of a time given in seconds since the epoch, UTC.
enum DateFunctions {
    static let table: [String: @Sendable (Int64) -> Double] = [
        "minute": { Double(secondOfDay($0) / 60 % 60) }, "hour": { Double(secondOfDay($0) / 3600) },
        "day_of_week": { Double((((day($0) + 4) % 7) + 7) % 7) }, "day_of_month": { Double(date($0).day) },
        "day_of_year": { Double(day($0) - CivilDate(year: date($0).year, month: 1, day: 1).daysSinceEpoch + 1) },
        "days_in_month": { Double(CivilDate.daysInMonth(year: date($0).year, month: date($0).month)) },
        "month": { Double(date($0).month) }, "year": { Double(date($0).year) },
    ]

    private static func day(_ seconds: Int64) -> Int64 {
        seconds >= 0 ? seconds / 86_400 : -((-seconds + 86_399) / 86_400)
    }
    private static func secondOfDay(_ seconds: Int64) -> Int64 { seconds - day(seconds) * 86_400 }
    private static func date(_ seconds: Int64) -> CivilDate { CivilDate(daysSinceEpoch: day(seconds)) }
}
