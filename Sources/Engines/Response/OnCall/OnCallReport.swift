package import Basics

/// How the load of being on call is spread.
package struct OnCallReport: Sendable, Hashable {
    package struct Row: Sendable, Hashable {
        package var person: String
        package var milliseconds: Int64 = 0
        /// Nights, 22:00 to 06:00 on the schedule's clocks, of which any part was on call.
        package var nights = 0
        /// Saturdays and Sundays, of which any part was on call, counted by weekends.
        package var weekends = 0
        /// Stretches on call without a break.
        package var shifts = 0

        init(person: String) { self.person = person }
    }

    /// Who was on call longest comes first.
    package var rows: [Row] = []

    private static let nightFromSeconds: Int64 = 22 * 3600
    private static let nightThroughSeconds: Int64 = 30 * 3600
    private static let saturday: Int64 = 5

    package init() {}

    /// Of one schedule's shifts, in order. Several schedules are added up: a night on two counts twice.
    package mutating func add(_ shifts: [Shift], _ zone: ZoneRules) {
        var counted = Dictionary(rows.map { ($0.person, $0) }) { $1 }
        for (person, own) in Dictionary(grouping: shifts, by: \.person) {
            var row = counted[person] ?? Row(person: person)
            var nights: Set<Int64> = []
            var weekends: Set<Int64> = []
            var end = Int64.min
            for shift in own {
                row.milliseconds += shift.lengthMilliseconds
                if shift.fromMilliseconds != end { row.shifts += 1 }
                end = shift.throughMilliseconds
                let first = floorDivide(zone.localSeconds(at: shift.from), CivilWeek.daySeconds) - 2
                let last = floorDivide(zone.localSeconds(at: shift.through), CivilWeek.daySeconds)
                for day in first...last {
                    let start = day * CivilWeek.daySeconds
                    func touches(_ from: Int64, _ through: Int64) -> Bool {
                        zone.instant(ofLocalSeconds: start + from) < shift.through
                            && zone.instant(ofLocalSeconds: start + through) > shift.from
                    }
                    if touches(Self.nightFromSeconds, Self.nightThroughSeconds) { nights.insert(day) }
                    if CivilWeek.weekday(ofDay: day) == Self.saturday, touches(0, 2 * CivilWeek.daySeconds) {
                        weekends.insert(day)
                    }
                }
            }
            row.nights += nights.count
            row.weekends += weekends.count
            counted[person] = row
        }
        rows = counted.values.sorted { ($1.milliseconds, $0.person) < ($0.milliseconds, $1.person) }
    }

    /// A person's part of all the time on call, from 0 to 1.
    package func share(of row: Row) -> Double {
        let all = rows.reduce(0) { $0 + $1.milliseconds }
        return all > 0 ? Double(row.milliseconds) / Double(all) : 0
    }
}
