import Alerting
package import Basics
package import SignalModel

/// A time that objectives leave out because a maintenance window says so.
package struct LeftOutTurn: Sendable, Hashable {
    /// Of the turn's silence.
    package var id: String
    /// The window, as the author of what is made of it.
    package var author: String
    package var matchers: [Matcher]
    package var fromMilliseconds: Int64
    package var toMilliseconds: Int64
    package var comment: String

    package func matches(_ labels: [String: String]) -> Bool { matchers.matches(labels) }

    fileprivate init(_ silence: Silence) {
        id = silence.id
        author = silence.author
        matchers = silence.matchers
        // A silence that was made when its turn had begun begins later.
        let begin = silence.annotations[MaintenanceWindow.beginAnnotation].flatMap { RFC3339.parse($0) }
        fromMilliseconds = begin?.milliseconds ?? silence.startsAtMilliseconds
        toMilliseconds = silence.endsAtMilliseconds
        comment = silence.comment
    }

    fileprivate init(_ id: String, _ draft: SilenceDraft) {
        self.id = id
        author = draft.author
        matchers = draft.matchers
        fromMilliseconds = draft.startsAtMilliseconds
        toMilliseconds = draft.endsAtMilliseconds
        comment = draft.comment
    }
}

extension OperationsState {
    /// Nobody stops for longer and expects that maintenance went on meanwhile.
    private static let stopMax = Duration.seconds(92 * 86_400)

    /// Turns of windows that objectives leave out and that have begun at `now`. Those that came after the latest input
    /// was taken, while nothing ran, are told by `windows` when they are as they were then: silences are made a week
    /// ahead.
    package func leftOutTurns(_ windows: [MaintenanceWindow], at now: Timestamp) -> [LeftOutTurn] {
        let own = routing.silences.silences.values.filter {
            // Annotations of other silences are whatever their authors like.
            $0.author.hasPrefix(MaintenanceWindow.authorPrefix)
                && $0.annotations[MaintenanceWindow.objectivesAnnotation] != nil
        }
        let begun = own.filter {
            $0.startsAtMilliseconds <= max(now.milliseconds, nowMilliseconds)
                && $0.endsAtMilliseconds > $0.startsAtMilliseconds
        }.map(LeftOutTurn.init)
        let ids = Set(own.map(\.id))
        let missed = windows.filter { $0.isLeftOutOfObjectives && $0.isKnown(by: ids) }.flatMap { window in
            window.silences(from: max(self.now, now - Self.stopMax), through: now).filter { !ids.contains($0.id) }
        }.map { LeftOutTurn($0.id, $0.draft) }
        return (begun + missed).sorted { ($0.fromMilliseconds, $0.id) < ($1.fromMilliseconds, $1.id) }
    }
}
