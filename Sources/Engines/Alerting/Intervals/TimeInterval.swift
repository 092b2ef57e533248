package import Basics

/// Recurring times, as Alertmanager's `time_intervals` write them. A list that is empty says nothing; what is said must
/// all hold.
package struct TimeInterval: Sendable, Hashable, Codable {
    /// Both ends inclusive, but minutes, whose end is exclusive.
    package struct Range: Sendable, Hashable, Codable {
        package var first: Int
        package var last: Int

        package init(_ first: Int, _ last: Int) {
            self.first = first
            self.last = last
        }

        func contains(_ value: Int) -> Bool { value >= first && value <= last }
    }

    /// Minutes of the day; 1440 ends it.
    package var times: [Range] = []
    /// 0 is Sunday.
    package var weekdays: [Range] = []
    /// Negative days count from the end of the month, −1 being the last.
    package var daysOfMonth: [Range] = []
    package var months: [Range] = []
    package var years: [Range] = []
    package var zone = ZoneRules.utc

    package init() {}

    package func contains(_ time: Timestamp) -> Bool {
        let local = zone.localSeconds(at: time)
        let days = (local - (local % 86_400 + 86_400) % 86_400) / 86_400
        let minute = Int((local - days * 86_400) / 60)
        let date = CivilDate(daysSinceEpoch: days)
        guard times.isEmpty || times.contains(where: { minute >= $0.first && minute < $0.last }) else { return false }
        // 1970-01-01 was a Thursday.
        let weekday = Int(((days + 4) % 7 + 7) % 7)
        return (weekdays.isEmpty || weekdays.contains { $0.contains(weekday) })
            && (daysOfMonth.isEmpty || daysOfMonth.contains { Self.contains($0, date) })
            && (months.isEmpty || months.contains { $0.contains(Int(date.month)) })
            && (years.isEmpty || years.contains { $0.contains(Int(date.year)) })
    }

    private static func contains(_ range: Range, _ date: CivilDate) -> Bool {
        let length = Int(CivilDate.daysInMonth(year: date.year, month: date.month))
        let first = range.first < 0 ? length + range.first + 1 : range.first
        let last = range.last < 0 ? length + range.last + 1 : range.last
        // A range that begins after the month's end has no day in it; the rest is cut to the month.
        if first > length { return false }
        return Int(date.day) >= first && Int(date.day) <= min(last, length)
    }
}
