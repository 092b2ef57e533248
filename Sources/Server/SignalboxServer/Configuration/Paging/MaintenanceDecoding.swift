import Alerting
import Basics
import Response
import SignalModel

/// One entry under `maintenance:`.
enum MaintenanceDecoding {
    private static let commentCharactersMax = 1000
    private static let nameCharactersMax = 100
    /// Longer is no window but a rule to change.
    private static let durationMax = Duration.seconds(7 * 86_400)
    private static let objectives = ["counted", "left_out"]

    static func window(_ entry: MappingReader.Entry) -> MaintenanceWindow? {
        guard var reader = entry.value.mapping() else { return nil }
        if entry.name.count > nameCharactersMax {
            entry.key.note("\(entry.value.path): a name has at most \(nameCharactersMax) characters")
        }
        let matchers = reader.required("match").flatMap(matchers)
        let dayNodes = reader["weekdays"]?.list()
        let weekdays = dayNodes.map { Set($0.compactMap { $0.weekday() }) } ?? Set(0..<7)
        if weekdays.isEmpty { entry.value.note("\(entry.value.path).weekdays: give at least one") }
        let start = reader.required("at").flatMap { $0.timeOfDay() }
        let durationNode = reader.required("for")
        let duration = durationNode?.duration(minimum: .seconds(60))
        if let duration, duration > durationMax { durationNode?.expected("at most 7d") }
        let zone = reader.required("zone").flatMap { $0.timeZone() }
        let comment = reader.required("comment")?.string()
        if let comment, comment.count > commentCharactersMax {
            entry.value.note("\(entry.value.path).comment: at most \(commentCharactersMax) characters")
        }
        var isLeftOut = false
        if let node = reader["objectives"] {
            if let text = node.scalarText, objectives.contains(text) {
                isLeftOut = text == "left_out"
            } else {
                node.expected("counted or left_out")
            }
        }
        reader.finish()
        guard let matchers, let start, let duration, let zone, let comment else { return nil }
        return MaintenanceWindow(
            name: entry.name, matchers: matchers, weekdays: weekdays, startSeconds: start, duration: duration,
            zone: zone, comment: comment, isLeftOutOfObjectives: isLeftOut)
    }

    private static func matchers(_ node: ConfigurationNode) -> [Matcher]? {
        guard let text = node.string() else { return nil }
        do {
            let matchers = try MatcherParser.parse(text)
            if !matchers.isEmpty { return matchers }
            node.expected("matchers such as cluster=\"aks-1\"")
        } catch { node.note("\(node.path): \(error.message)") }
        return nil
    }
}
