import Basics
import Response

/// When in the week a layer has somebody: `{ days: [monday, friday], from: "09:00", to: "17:00" }`, or one stretch,
/// `{ from: "friday 17:00", to: "monday 09:00" }`.
enum ScheduleRestriction {
    static func windows(_ node: ConfigurationNode) -> [WeeklyWindow] {
        guard var reader = node.mapping() else { return [] }
        let days = reader["days"]
        let from = reader.required("from")
        let to = reader.required("to")
        reader.finish()
        guard let from, let to else { return [] }
        return days.map { daily($0, from, to) } ?? weekly(from, to)
    }

    private static func daily(_ days: ConfigurationNode, _ from: ConfigurationNode, _ to: ConfigurationNode)
        -> [WeeklyWindow]
    {
        let weekdays = days.list().compactMap { $0.weekday() }
        if days.isEmptyList { days.note("\(days.path): give at least one") }
        guard let start = from.timeOfDay(), let end = to.timeOfDay(isEnd: true) else { return [] }
        // Up to an earlier time, or the same: of the day after.
        let length = end > start ? end - start : end + CivilWeek.daySeconds - start
        return weekdays.map {
            WeeklyWindow(startSeconds: $0 * CivilWeek.daySeconds + start, lengthSeconds: length)
        }
    }

    private static func weekly(_ from: ConfigurationNode, _ to: ConfigurationNode) -> [WeeklyWindow] {
        guard let start = from.timeOfWeek(), let end = to.timeOfWeek() else { return [] }
        let length = floorModulo(end - start, CivilWeek.weekSeconds)
        return [WeeklyWindow(startSeconds: start, lengthSeconds: length == 0 ? CivilWeek.weekSeconds : length)]
    }
}

extension ConfigurationNode {
    private static let weekdays = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]

    /// Monday is zero.
    func weekday() -> Int64? {
        guard let text = scalarText?.lowercased(), let index = Self.weekdays.firstIndex(of: text) else {
            expected("a day such as monday")
            return nil
        }
        return Int64(index)
    }

    /// `09:00` in seconds; `24:00` only as an end.
    func timeOfDay(isEnd: Bool = false) -> Int64? {
        guard let seconds = scalarText.flatMap({ Self.timeOfDay($0, isEnd: isEnd) }) else {
            expected("a time of day such as \"09:00\"")
            return nil
        }
        return seconds
    }

    /// `friday 17:00` in seconds after Monday 00:00.
    func timeOfWeek() -> Int64? {
        let parts = (scalarText ?? "").lowercased().split(separator: " ")
        guard parts.count == 2, let day = Self.weekdays.firstIndex(of: String(parts[0])),
            let seconds = Self.timeOfDay(String(parts[1]), isEnd: false)
        else {
            expected("a time of the week such as \"friday 17:00\", or give days")
            return nil
        }
        return Int64(day) * CivilWeek.daySeconds + seconds
    }

    private static func timeOfDay(_ text: String, isEnd: Bool) -> Int64? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2,
            parts.allSatisfy({ $0.utf8.count == 2 && $0.utf8.allSatisfy { (48...57).contains($0) } }),
            let hours = Int64(parts[0]), let minutes = Int64(parts[1]), minutes < 60,
            hours < 24 || (isEnd && hours == 24 && minutes == 0)
        else { return nil }
        return hours * 3600 + minutes * 60
    }
}
