/// Days of the week and clocks, counted from Monday and midnight.
package enum CivilWeek {
    package static let daySeconds: Int64 = 86_400
    package static let weekSeconds: Int64 = 7 * 86_400
    /// The Monday before 1970-01-01, a Thursday.
    package static let firstMondayDays: Int64 = -3

    /// Monday is zero.
    package static func weekday(ofDay daysSinceEpoch: Int64) -> Int64 {
        floorModulo(daysSinceEpoch - firstMondayDays, 7)
    }

    /// The Monday 00:00 at or before `localSeconds`.
    package static func start(ofWeekAt localSeconds: Int64) -> Int64 {
        let monday = firstMondayDays * daySeconds
        return monday + floorDivide(localSeconds - monday, weekSeconds) * weekSeconds
    }
}
