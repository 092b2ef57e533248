package import Basics

extension Schedule {
    /// Every shift between the two times, in order and cut to them. Two turns of one person are two shifts.
    package func expand(_ zone: ZoneRules, from: Timestamp, through: Timestamp) -> [Shift] {
        layers.reduce(into: []) { shifts, layer in
            shifts = shifts.overlaid(with: layer.expand(zone, from: from, through: through))
        }
    }
}

extension ScheduleLayer {
    /// The layer by itself.
    func expand(_ zone: ZoneRules, from: Timestamp, through: Timestamp) -> [Shift] {
        guard from < through, !people.isEmpty, turn.length > 0 else { return [] }
        // An hour that is repeated counts once, so the clocks may show an hour less than what counts.
        let first = max(zone.latestLocalSeconds(at: from), startLocalSeconds)
        let last = min(zone.latestLocalSeconds(at: through) + 1, endLocalSeconds ?? .max)
        guard first < last else { return [] }
        var shifts: [Shift] = []
        for span in openSpans(from: first, through: last) {
            var number = turn.number(at: span.lowerBound, from: anchorLocalSeconds)
            var start = span.lowerBound
            while start < span.upperBound {
                let end = min(turn.start(of: number + 1, from: anchorLocalSeconds), span.upperBound)
                let shift = Shift(
                    person: people[Int(floorModulo(number, Int64(people.count)))],
                    fromMilliseconds: zone.instant(ofLocalSeconds: start).milliseconds,
                    throughMilliseconds: zone.instant(ofLocalSeconds: end).milliseconds, layer: name)
                if let shift = shift.clipped(from: from.milliseconds, through: through.milliseconds) {
                    shifts.append(shift)
                }
                start = end
                number += 1
            }
        }
        return shifts
    }

    /// When the layer has somebody, on the local clock, in order and without overlap.
    private func openSpans(from first: Int64, through last: Int64) -> [Range<Int64>] {
        guard !windows.isEmpty else { return [first..<last] }
        var spans: [Range<Int64>] = []
        // A window may run into the following week.
        var week = CivilWeek.start(ofWeekAt: first) - CivilWeek.weekSeconds
        let sorted = windows.sorted { ($0.startSeconds, $0.lengthSeconds) < ($1.startSeconds, $1.lengthSeconds) }
        while week < last {
            for window in sorted {
                var start = max(week + window.startSeconds, first)
                let end = min(week + window.startSeconds + window.lengthSeconds, last)
                if let previous = spans.last { start = max(start, previous.upperBound) }
                if start < end { spans.append(start..<end) }
            }
            week += CivilWeek.weekSeconds
        }
        return spans
    }
}

extension ScheduleLayer.Turn {
    var length: Int64 {
        switch self {
        case .seconds(let length), .months(let length): length
        }
    }

    /// Which turn has a time; the one that begins at `anchor` is 0.
    func number(at local: Int64, from anchor: Int64) -> Int64 {
        switch self {
        case .seconds(let length): return floorDivide(local - anchor, length)
        case .months(let length):
            let number = floorDivide(Self.month(of: local) - Self.month(of: anchor), length)
            return start(of: number, from: anchor) <= local ? number : number - 1
        }
    }

    func start(of number: Int64, from anchor: Int64) -> Int64 {
        switch self {
        case .seconds(let length): return anchor + number * length
        case .months(let length):
            let month = Self.month(of: anchor) + number * length
            let (year, ofYear) = (floorDivide(month, 12), floorModulo(month, 12) + 1)
            let day = min(Self.date(of: anchor).day, CivilDate.daysInMonth(year: year, month: ofYear))
            let days = CivilDate(year: year, month: ofYear, day: day).daysSinceEpoch
            return days * CivilWeek.daySeconds + floorModulo(anchor, CivilWeek.daySeconds)
        }
    }

    private static func date(of local: Int64) -> CivilDate {
        CivilDate(daysSinceEpoch: floorDivide(local, CivilWeek.daySeconds))
    }

    private static func month(of local: Int64) -> Int64 {
        let date = date(of: local)
        return date.year * 12 + date.month - 1
    }
}
