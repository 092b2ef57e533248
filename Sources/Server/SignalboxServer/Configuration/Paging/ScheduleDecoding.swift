import Basics
import Response
import SignalModel

/// One entry under `schedules:`.
enum ScheduleDecoding {
    /// More layers, people or restrictions in one place are refused: a schedule is read by people.
    private static let entriesMax = 200
    private static let nameCharactersMax = 100
    private static let everyMax = 1000
    private static let gaps = ["allowed", "refused"]

    private enum Unit: String, CaseIterable {
        case hourly, daily, weekly, monthly

        func turn(every count: Int64) -> ScheduleLayer.Turn {
            switch self {
            case .hourly: .seconds(3600 * count)
            case .daily: .seconds(CivilWeek.daySeconds * count)
            case .weekly: .seconds(CivilWeek.weekSeconds * count)
            case .monthly: .months(count)
            }
        }
    }

    static func schedule(_ entry: MappingReader.Entry, _ names: PagingNames) -> ScheduleSettings? {
        let (node, name) = (entry.value, entry.name)
        guard var reader = node.mapping() else { return nil }
        let isPlain = name.utf8.allSatisfy { byte in
            let scalar = Unicode.Scalar(byte)
            return scalar.properties.isAlphabetic && scalar.isASCII || ("0"..."9").contains(scalar)
                || scalar == "_" || scalar == "." || scalar == "-"
        }
        if name.isEmpty || name.count > nameCharactersMax || !isPlain {
            entry.key.note(
                "\(node.path): a schedule's name has letters, digits, '_', '.' and '-', at most \(nameCharactersMax)")
        }
        let zone = reader.required("zone").flatMap { $0.timeZone() }
        let transfers = reader["knowledge_transfer"]?.bool() ?? false
        let allowsGaps = reader["gaps"].map { gaps($0) } ?? false
        let nodes = limited(reader.required("layers"))
        let layers = nodes.enumerated().compactMap { layer($1, number: $0 + 1, names) }
        reader.finish()
        guard let zone, layers.count == nodes.count, !layers.isEmpty else { return nil }
        return ScheduleSettings(
            schedule: Schedule(name: name, layers: layers, hasKnowledgeTransfer: transfers), zone: zone,
            allowsGaps: allowsGaps, file: entry.key.file, line: entry.key.line, column: entry.key.column)
    }

    private static func gaps(_ node: ConfigurationNode) -> Bool {
        guard let text = node.scalarText, gaps.contains(text) else {
            node.expected("allowed or refused")
            return false
        }
        return text == "allowed"
    }

    private static func limited(_ node: ConfigurationNode?) -> [ConfigurationNode] {
        guard let node else { return [] }
        let list = node.list()
        if list.isEmpty { node.note("\(node.path): give at least one") }
        if list.count > entriesMax { node.note("\(node.path): at most \(entriesMax) entries, not \(list.count)") }
        return Array(list.prefix(entriesMax))
    }

    private static func layer(_ node: ConfigurationNode, number: Int, _ names: PagingNames) -> ScheduleLayer? {
        guard var reader = node.mapping() else { return nil }
        let name = reader["name"]?.string() ?? "layer \(number)"
        let unit = reader.required("rotation")?.choice(Unit.self)
        let every = reader["every"]?.integer(in: 1...everyMax) ?? 1
        let start = reader.required("start").flatMap(date)
        let handOver = reader["hand_over"].map { $0.timeOfDay() } ?? 0
        var weekday: Int64?
        if let node = reader["weekday"] {
            weekday = node.weekday()
            if unit != nil, unit != .weekly { node.note("\(node.path): only a weekly rotation has a weekday") }
        }
        let until = reader["until"].map(date)
        let nodes = limited(reader.required("people"))
        let people = nodes.compactMap(names.person)
        let windows = reader["restrictions"].map { limited($0).flatMap(ScheduleRestriction.windows) } ?? []
        reader.finish()
        guard let unit, let start, let handOver, people.count == nodes.count, !people.isEmpty else { return nil }
        let startSeconds = start * CivilWeek.daySeconds + handOver
        let startWeekday = CivilWeek.weekday(ofDay: start)
        let back = floorModulo(startWeekday - (weekday ?? startWeekday), 7)
        return ScheduleLayer(
            name: name, anchorLocalSeconds: startSeconds - back * CivilWeek.daySeconds,
            turn: unit.turn(every: Int64(every)), people: people, startLocalSeconds: startSeconds,
            endLocalSeconds: until.flatMap { $0.map { $0 * CivilWeek.daySeconds + handOver } }, windows: windows)
    }

    private static func date(_ node: ConfigurationNode) -> Int64? {
        guard let text = node.scalarText, text.utf8.count == 10, let time = RFC3339.parse(text + "T00:00:00Z") else {
            node.expected("a date such as 2026-01-05")
            return nil
        }
        return time.wholeSeconds / CivilWeek.daySeconds
    }
}

extension ConfigurationNode {
    /// A zone by its name.
    func timeZone() -> ZoneRules? {
        guard let name = string() else { return nil }
        if let rules = SystemZones.rules(name) { return rules }
        let near = SystemZones.near(name).map(quoted)
        note(
            "\(path): there is no time zone \(quoted(name))"
                + (near.isEmpty
                    ? "; zones are named for places, as \"Europe/Berlin\", or UTC"
                    : "; did you mean \(near.joined(separator: " or "))?"))
        return nil
    }
}
