import Basics
import Rules
import SignalModel

/// `timeWindow`: a list of exactly one.
enum WindowDecoding {
    private static let rollingMin = Duration.seconds(3600)

    static func decode(_ node: ConfigurationNode) -> (window: ObjectiveWindow, node: ConfigurationNode)? {
        let list = node.list()
        guard list.count == 1, let only = list.first else {
            node.note("\(node.path) must be a list of exactly one window, not \(list.count)")
            return nil
        }
        guard var reader = only.mapping() else { return nil }
        let durationNode = reader.required("duration")
        let isRolling = reader["isRolling"]?.bool()
        let calendar = reader["calendar"]
        reader.finish()
        guard let durationNode, let text = durationNode.string() else { return nil }
        if isRolling == true, let calendar {
            calendar.note("\(calendar.path): a rolling window has no calendar")
            return nil
        }
        if isRolling == false, calendar == nil {
            only.note("\(only.path): calendar is missing, with startTime and timeZone, or isRolling: true")
            return nil
        }
        if let calendar { return self.calendar(calendar, text, durationNode).map { ($0, durationNode) } }
        guard isRolling == true else {
            only.note("\(only.path): isRolling: true is missing, or calendar")
            return nil
        }
        guard let length = ObjectiveAnnotations.duration(text), length >= rollingMin else {
            durationNode.expected("a length of at least 1h in whole minutes, as 30d or 4w; months differ in length")
            return nil
        }
        return (.rolling(length), durationNode)
    }

    private static let units: [String: CalendarPeriod.Unit] = [
        "1d": .day, "1w": .week, "1M": .month, "1Q": .quarter, "1Y": .year, "1y": .year,
    ]

    private static func calendar(
        _ node: ConfigurationNode, _ text: String, _ durationNode: ConfigurationNode
    ) -> ObjectiveWindow? {
        guard var reader = node.mapping() else { return nil }
        let start = reader.required("startTime")
        let zone = reader.required("timeZone").flatMap { $0.timeZone() }
        reader.finish()
        guard let unit = units[text] else {
            durationNode.expected("1d, 1w, 1M, 1Q or 1Y for a window of the calendar")
            return nil
        }
        guard let start else { return nil }
        guard let anchor = start.scalarText.flatMap(localSeconds) else {
            start.expected("a local time as 2026-01-01 00:00:00")
            return nil
        }
        guard let zone else { return nil }
        return .calendar(CalendarPeriod(unit: unit, anchorSeconds: anchor), zone)
    }

    /// `2026-01-01 00:00:00`, also with a `T` between, or the date alone.
    private static func localSeconds(_ text: String) -> Int64? {
        let plain = text.count == 10 ? text + " 00:00:00" : text
        guard let match = plain.wholeMatch(of: #/(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d):(\d\d)Z?/#),
            let year = Int64(match.output.1), let month = Int64(match.output.2), (1...12).contains(month),
            let day = Int64(match.output.3), day >= 1, day <= CivilDate.daysInMonth(year: year, month: month),
            let hour = Int64(match.output.4), hour < 24, let minute = Int64(match.output.5), minute < 60,
            match.output.6 == "00"
        else { return nil }
        return CivilDate(year: year, month: month, day: day).daysSinceEpoch * 86_400 + hour * 3600 + minute * 60
    }
}
