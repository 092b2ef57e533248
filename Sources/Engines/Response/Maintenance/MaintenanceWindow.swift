package import Alerting
package import Basics
package import SignalModel

/// A time that comes again and again in which alerts that match are expected: each turn of it becomes a silence.
package struct MaintenanceWindow: Sendable, Hashable {
    package var name: String
    package var matchers: [Matcher]
    /// Monday is zero.
    package var weekdays: Set<Int64>
    /// Local seconds after midnight.
    package var startSeconds: Int64
    package var duration: Duration
    package var zone: ZoneRules
    package var comment: String
    /// What happens in it does not count against objectives.
    package var isLeftOutOfObjectives: Bool

    /// Who made a silence of a window, before the window's name.
    package static let authorPrefix = "maintenance:"
    /// Who agreed to it for P0: the file is reviewed before it is loaded.
    package static let approver = "configuration"
    /// On the silence of a window: its name.
    package static let nameAnnotation = "maintenance"
    /// On the silence of a window that objectives leave out.
    package static let objectivesAnnotation = "objectives"
    /// On the same: when its turn begins. A silence that is made later begins later.
    package static let beginAnnotation = "begins"

    package init(
        name: String, matchers: [Matcher], weekdays: Set<Int64>, startSeconds: Int64, duration: Duration,
        zone: ZoneRules, comment: String, isLeftOutOfObjectives: Bool
    ) {
        self.name = name
        self.matchers = matchers
        self.weekdays = weekdays
        self.startSeconds = startSeconds
        self.duration = duration
        self.zone = zone
        self.comment = comment
        self.isLeftOutOfObjectives = isLeftOutOfObjectives
    }

    /// The turns that are not over at `from` and begin before `through`. A start that the clocks skip is when they do.
    func turns(from: Timestamp, through: Timestamp) -> [(start: Timestamp, end: Timestamp)] {
        let firstDay = floorDivide(zone.localSeconds(at: from - duration), CivilWeek.daySeconds) - 1
        let lastDay = floorDivide(zone.localSeconds(at: through), CivilWeek.daySeconds) + 1
        var turns: [(start: Timestamp, end: Timestamp)] = []
        for day in firstDay...lastDay where weekdays.contains(CivilWeek.weekday(ofDay: day)) {
            let start = zone.instant(ofLocalSeconds: day * CivilWeek.daySeconds + startSeconds)
            if start + duration > from, start < through { turns.append((start, start + duration)) }
        }
        return turns
    }

    /// The same for the same turn of the same window, so that it is made once; another where the window was changed.
    private func id(startingAt start: Timestamp) -> String { "\(idPrefix)\(start.wholeSeconds)\(idSuffix)" }
    private var idPrefix: String { "maintenance-\(name)-" }
    private var idSuffix: String {
        let text = "\(matchers.map(\.description));\(duration.milliseconds);\(comment);\(isLeftOutOfObjectives)"
        return "-" + String(CRC32C.checksum(Array(text.utf8)), radix: 16)
    }

    /// Whether one of these silences is of a turn of this window, as it is now.
    func isKnown(by silences: Set<String>) -> Bool {
        let (prefix, suffix) = (idPrefix, idSuffix)
        return silences.contains {
            $0.hasPrefix(prefix) && $0.hasSuffix(suffix)
                && Int64($0.dropFirst(prefix.count).dropLast(suffix.count)) != nil
        }
    }

    func silences(from: Timestamp, through: Timestamp) -> [(id: String, draft: SilenceDraft)] {
        var annotations = [Self.nameAnnotation: name]
        if isLeftOutOfObjectives { annotations[Self.objectivesAnnotation] = "left out" }
        return turns(from: from, through: through).map { start, end in
            if isLeftOutOfObjectives { annotations[Self.beginAnnotation] = RFC3339.format(start) }
            let draft = SilenceDraft(
                matchers: matchers, startsAtMilliseconds: start.milliseconds, endsAtMilliseconds: end.milliseconds,
                createdBy: "maintenance", comment: comment, annotations: annotations,
                author: Self.authorPrefix + name)
            return (id(startingAt: start), draft)
        }
    }
}

extension OperationsState {
    /// What to do at `from` so that the windows' turns before `through` are silences and nothing else of theirs is to come. A turn
    /// that a person ended stays ended.
    package func maintenance(
        _ windows: [MaintenanceWindow], from: Timestamp, through: Timestamp
    ) -> [OperationsInput] {
        let wanted = windows.flatMap { $0.silences(from: from, through: through) }
        let ids = Set(wanted.map(\.id))
        var inputs: [OperationsInput] = []
        for silence in routing.silences.sorted(at: from.milliseconds)
        where silence.author.hasPrefix(MaintenanceWindow.authorPrefix) && !ids.contains(silence.id)
            && silence.state(at: from.milliseconds) != .expired
        {
            inputs.append(.silenceExpired(id: silence.id, by: MaintenanceWindow.approver))
        }
        for (id, draft) in wanted where routing.silences.silences[id] == nil {
            inputs.append(.silenced(draft, newID: id))
            inputs.append(.silenceApproved(id: id, by: MaintenanceWindow.approver))
        }
        return inputs
    }
}
