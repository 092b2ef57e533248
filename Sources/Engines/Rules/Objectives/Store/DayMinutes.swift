import Basics

/// The minutes of one day of one series of counts, in memory, with the sums of its hours.
struct DayMinutes: Sendable {
    /// Below zero: no data.
    private var totals: [Int64]
    private var bads: [Int64]
    private var hours: [CountSum]

    static let hourCount = 24
    static let minutesPerHour = 60
    private static let none: Int64 = -1

    init() {
        totals = Array(repeating: Self.none, count: Int(Minute.perDay))
        bads = Array(repeating: 0, count: Int(Minute.perDay))
        hours = Array(repeating: .zero, count: Self.hourCount)
    }

    /// By the minute of the day.
    subscript(minute: Int) -> MinuteCount? {
        get { totals[minute] < 0 ? nil : MinuteCount(bad: bads[minute], total: totals[minute]) }
        set {
            let hour = minute / Self.minutesPerHour
            if totals[minute] >= 0 {
                hours[hour] -= CountSum(bad: bads[minute], total: totals[minute], minutes: 1)
            }
            totals[minute] = newValue?.total ?? Self.none
            bads[minute] = newValue?.bad ?? 0
            if let newValue { hours[hour] += CountSum(bad: newValue.bad, total: newValue.total, minutes: 1) }
        }
    }

    /// Of the minutes before `minute`.
    func prefix(_ minute: Int) -> CountSum {
        let hour = minute / Self.minutesPerHour
        var sum = CountSum.zero
        for place in 0..<hour { sum += hours[place] }
        for place in hour * Self.minutesPerHour..<minute where totals[place] >= 0 {
            sum += CountSum(bad: bads[place], total: totals[place], minutes: 1)
        }
        return sum
    }

    /// The latest minute with data.
    var latest: Int? { totals.lastIndex { $0 >= 0 } }
}
