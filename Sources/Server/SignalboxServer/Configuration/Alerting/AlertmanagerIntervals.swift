import Alerting
import Basics
import SignalModel

/// `time_intervals:` and, as it was called before, `mute_time_intervals:`.
struct AlertmanagerIntervals {
    private(set) var byName: [String: [TimeInterval]] = [:]

    mutating func decode(_ node: ConfigurationNode?) {
        for entry in node?.list() ?? [] {
            guard var reader = entry.mapping() else { continue }
            let name = reader.required("name")?.string() ?? ""
            let intervals = (reader["time_intervals"]?.list() ?? []).compactMap(Self.interval)
            reader.finish()
            if name.isEmpty { entry.note("missing name in time interval") }
            if byName[name] != nil { entry.note("time interval \(quoted(name)) is not unique") }
            byName[name] = intervals
        }
    }

    private static func interval(_ node: ConfigurationNode) -> TimeInterval? {
        guard var reader = node.mapping() else { return nil }
        var interval = TimeInterval()
        interval.times = (reader["times"]?.list() ?? []).compactMap(times)
        interval.weekdays = ranges(reader["weekdays"]) { weekdays.firstIndex(of: $0) }
        interval.daysOfMonth = ranges(reader["days_of_month"], isValid: isValidDays) { Int($0) }
        interval.months = ranges(reader["months"]) { text in
            if let index = months.firstIndex(of: text) { return index + 1 }
            return Int(text).flatMap { (1...12).contains($0) ? $0 : nil }
        }
        interval.years = ranges(reader["years"]) { Int($0) }
        if let location = reader["location"], let name = location.string() {
            if let zone = SystemZones.named(name) {
                interval.zone = zone
            } else {
                location.note("unknown time zone \(name)")
            }
        }
        reader.finish()
        return interval
    }

    private static func times(_ node: ConfigurationNode) -> TimeInterval.Range? {
        guard var reader = node.mapping() else { return nil }
        let start = reader["start_time"].flatMap(minute)
        let end = reader["end_time"].flatMap(minute)
        if reader["start_time"] == nil || reader["end_time"] == nil {
            node.note("both start and end times must be provided")
        }
        reader.finish()
        guard let start, let end else { return nil }
        if start >= end { node.note("start time cannot be equal or greater than end time") }
        return TimeInterval.Range(start, end)
    }

    /// `HH:MM`, up to `24:00`.
    private static func minute(_ node: ConfigurationNode) -> Int? {
        // 09:00 without quotes is a number to base sixty in YAML 1.1; the text is what was meant.
        guard let text = node.scalarText else {
            node.expected("a time such as 09:00")
            return nil
        }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        if parts.count == 2,
            parts.allSatisfy({ $0.utf8.count == 2 && $0.utf8.allSatisfy { (48...57).contains($0) } }),
            let hour = Int(parts[0]), let minute = Int(parts[1]), minute < 60,
            hour < 24 || (hour == 24 && minute == 0)
        {
            return hour * 60 + minute
        }
        node.note("couldn't parse timestamp \(text), invalid format")
        return nil
    }

    private static let weekdays = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"]
    private static let months = [
        "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
        "december",
    ]

    /// `monday:friday`, or one member alone.
    private static func ranges(
        _ node: ConfigurationNode?,
        isValid: (Int, Int) -> String? = { $0 > $1 ? "the end is before the start" : nil },
        _ member: (String) -> Int?
    ) -> [TimeInterval.Range] {
        (node?.list() ?? []).compactMap { element in
            guard let text = element.scalarText?.lowercased() else {
                element.expected("a member or a range such as monday:friday")
                return nil
            }
            let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
            guard parts.count <= 2, let first = member(parts[0]), let last = member(parts[parts.count - 1]) else {
                element.note("\(element.path): couldn't parse range \(quoted(text))")
                return nil
            }
            if let problem = isValid(first, last) {
                element.note("\(element.path): \(quoted(text)): \(problem)")
                return nil
            }
            return TimeInterval.Range(first, last)
        }
    }

    private static func isValidDays(_ first: Int, _ last: Int) -> String? {
        for day in [first, last] where day == 0 || !(-31...31).contains(day) {
            return "\(day) is not a valid day of the month: out of range"
        }
        if first < 0, last > 0 { return "end day must be negative if start day is negative" }
        // By the shortest month: what is wrong there may be right in a longer one only when both count from one side.
        let shortest = { (day: Int) in day < 0 ? 28 + day : day }
        return shortest(first) > shortest(last) ? "end day \(last) is always before start day \(first)" : nil
    }
}
