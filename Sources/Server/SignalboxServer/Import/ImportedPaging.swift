import Basics

/// What an importer made of another system's export: pieces of a paging file, and a report.
struct ImportedPaging {
    struct Person {
        var id: String
        var name: String
        var email: String
    }

    struct Schedule {
        var name: String
        var zone: String
        /// The lowest first.
        var layers: [Layer]
    }

    struct Layer {
        var name: String
        var turn: Turn
        /// `2026-01-05` and `09:00`: when the first turn begins, on the schedule's clocks.
        var start: String
        var handOver: String
        var weekday: String?
        var people: [String]
        var until: String?
        var restrictions: [Restriction] = []
    }

    struct Turn: Equatable {
        var unit: String
        var every: Int64

        /// Nil when it is no whole number of hours.
        init?(seconds: Int64) {
            guard seconds > 0 else { return nil }
            let units: [(String, Int64)] = [("weekly", 7 * 86_400), ("daily", 86_400), ("hourly", 3600)]
            guard let (unit, length) = units.first(where: { seconds % $0.1 == 0 }) else { return nil }
            self.unit = unit
            every = seconds / length
        }
    }

    /// With `days`: `09:00` to `17:00`; without: `friday 17:00` to `monday 09:00`.
    struct Restriction: Equatable {
        var days: [String] = []
        var from: String
        var to: String
    }

    struct Level {
        /// People, and `schedule:NAME`.
        var people: [String]
        var waitMinutes: Int64?
    }

    /// A secret that the export holds and that is not written down: it comes from the environment.
    struct Channel {
        var name: String
        /// One line of YAML.
        var settings: String
    }

    var source: String
    var people: [Person] = []
    var schedules: [Schedule] = []
    var levels: [Level] = []
    var channels: [Channel] = []
    var carried: [String] = []
    var left: [String] = []
    /// Ids here by ids there.
    private var peopleByKey: [String: String] = [:]

    init(source: String) { self.source = source }

    static let weekdays = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]

    /// The person of an id there; made when not known yet.
    mutating func person(_ key: String, name: String, email: String = "") -> String {
        if let id = peopleByKey[key] { return id }
        let wish = email.isEmpty ? name : String(email.prefix { $0 != "@" })
        let id = Self.name(wish, unlike: people.map(\.id), fallback: "person")
        peopleByKey[key] = id
        people.append(Person(id: id, name: name.isEmpty ? id : name, email: email))
        return id
    }

    func known(_ key: String) -> String? { peopleByKey[key] }

    /// Carries a schedule over under a name of its own; nil, and said so, when nothing is left of it.
    mutating func take(_ layers: [Layer], of title: String, zone: String, what: String) -> String? {
        guard !layers.isEmpty else {
            left.append("schedule \(title): no \(what) is left")
            return nil
        }
        let name = Self.name(title, unlike: schedules.map(\.name), fallback: "schedule")
        schedules.append(Schedule(name: name, zone: zone, layers: layers))
        carried.append("schedule \(title) as \(name): \(layers.count) layers")
        return name
    }

    /// Why something has no place here.
    struct Unfit: Error { var reason: String }

    /// As our names are written: letters, digits, `.`, `_`, `-`; told apart by a number.
    static func name(_ text: String, unlike taken: [String], fallback: String) -> String {
        var result = ""
        for scalar in text.lowercased().unicodeScalars {
            let isPlain =
                ("a"..."z").contains(scalar) || ("0"..."9").contains(scalar) || scalar == "." || scalar == "_"
            if isPlain { result.unicodeScalars.append(scalar) } else if result.last != "-" { result += "-" }
        }
        while result.hasPrefix("-") { result.removeFirst() }
        while result.hasSuffix("-") { result.removeLast() }
        if result.isEmpty { result = fallback }
        guard taken.contains(result) else { return result }
        return (2...).lazy.map { "\(result)-\($0)" }.first { !taken.contains($0) } ?? result
    }

    /// `2026-01-05` and `09:00` of an instant on a zone's clocks.
    static func local(_ time: Timestamp, _ zone: ZoneRules) -> (date: String, time: String) {
        let text = RFC3339.format(Timestamp(milliseconds: zone.localSeconds(at: time) * 1000))
        return (String(text.prefix(10)), String(text.dropFirst(11).prefix(5)))
    }

    /// `friday 17:00`, of seconds after Monday 00:00.
    static func timeOfWeek(_ seconds: Int64) -> String {
        let within = floorModulo(seconds, CivilWeek.weekSeconds)
        return "\(weekdays[Int(within / CivilWeek.daySeconds)]) \(timeOfDay(within % CivilWeek.daySeconds))"
    }

    /// `09:00`; `24:00` for a whole day.
    static func timeOfDay(_ seconds: Int64) -> String {
        func two(_ value: Int64) -> String { value < 10 ? "0\(value)" : "\(value)" }
        return "\(two(seconds / 3600)):\(two(seconds / 60 % 60))"
    }

    /// A stretch of each of `days`, from a time of day for so long, as one restriction.
    static func daily(_ days: [String], from start: Int64, length: Int64) -> Restriction {
        let end = start + length
        let isLate = end > CivilWeek.daySeconds
        return Restriction(
            days: days, from: timeOfDay(start), to: timeOfDay(isLate ? end - CivilWeek.daySeconds : end))
    }
}
