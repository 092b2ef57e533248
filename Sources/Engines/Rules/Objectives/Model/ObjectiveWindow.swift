package import Basics

/// The time over which an objective is counted.
package enum ObjectiveWindow: Sendable, Hashable {
    /// The latest so-and-so many minutes, always.
    case rolling(Duration)
    /// Periods of the calendar in a zone's time, one after another: counting begins anew with each.
    case calendar(CalendarPeriod, ZoneRules)
}

/// A length of the calendar, and a local time at which one of its periods begins.
package struct CalendarPeriod: Sendable, Hashable {
    package enum Unit: String, Sendable, Hashable, CaseIterable {
        case day, week, month, quarter, year
    }

    package var unit: Unit
    /// Local seconds since 1970 at which a period begins.
    package var anchorSeconds: Int64

    package init(unit: Unit, anchorSeconds: Int64) {
        self.unit = unit
        self.anchorSeconds = anchorSeconds
    }

    /// The `index`-th period's begin in local seconds. Months keep the anchor's day, cut to the month's length.
    private func begin(_ index: Int64) -> Int64 {
        switch unit {
        case .day: anchorSeconds + index * 86_400
        case .week: anchorSeconds + index * 7 * 86_400
        case .month: addingMonths(index)
        case .quarter: addingMonths(index * 3)
        case .year: addingMonths(index * 12)
        }
    }

    private func addingMonths(_ count: Int64) -> Int64 {
        let anchor = CivilDate(daysSinceEpoch: floorDivide(anchorSeconds, 86_400))
        let months = anchor.year * 12 + anchor.month - 1 + count
        let (year, month) = (floorDivide(months, 12), floorModulo(months, 12) + 1)
        let day = min(anchor.day, CivilDate.daysInMonth(year: year, month: month))
        let days = CivilDate(year: year, month: month, day: day).daysSinceEpoch
        return days * 86_400 + floorModulo(anchorSeconds, 86_400)
    }

    /// The period that local time `seconds` lies in.
    package func period(containing seconds: Int64) -> (begin: Int64, end: Int64) {
        let shortest: Int64 =
            switch unit {
            case .day: 86_400
            case .week: 7 * 86_400
            case .month: 31 * 86_400
            case .quarter: 92 * 86_400
            case .year: 366 * 86_400
            }
        // At most a few steps too early, never too late.
        var index = floorDivide(seconds - anchorSeconds, shortest) - 1
        while begin(index + 1) <= seconds { index += 1 }
        while begin(index) > seconds { index -= 1 }
        return (begin(index), begin(index + 1))
    }
}

extension ObjectiveWindow {
    /// Start and end of the window at `time`, both whole minutes. A rolling one ends there.
    package func bounds(at time: Timestamp) -> (start: Timestamp, end: Timestamp) {
        switch self {
        case .rolling(let length): return (time - length, time)
        case .calendar(let period, let zone):
            // The minute that ends at `time` belongs to the period that ends there.
            let local = zone.latestLocalSeconds(at: time - .milliseconds(1))
            let found = period.period(containing: local)
            return (zone.instant(ofLocalSeconds: found.begin), zone.instant(ofLocalSeconds: found.end))
        }
    }

    /// The whole length, to plan by: a calendar period's own where it is known, else the longest.
    package var length: Duration {
        switch self {
        case .rolling(let length): length
        case .calendar(let period, _):
            switch period.unit {
            case .day: .seconds(86_400)
            case .week: .seconds(7 * 86_400)
            case .month: .seconds(30 * 86_400)
            case .quarter: .seconds(90 * 86_400)
            case .year: .seconds(365 * 86_400)
            }
        }
    }
}
