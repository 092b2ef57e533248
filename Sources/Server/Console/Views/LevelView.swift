import Basics
import Response

/// One level of the escalation policy.
struct LevelView: Sendable, Hashable {
    let number: Int
    let people: String
    /// `by mail, pager`; nil when somebody there cannot be reached at all.
    let ways: String?

    static func list(_ state: OperationsState, now: Timestamp) -> [LevelView] {
        let configuration = state.configuration
        return configuration.levels.enumerated().map { index, level in
            let names = level.people.map { NextStep.name($0, state, at: now.milliseconds) }.joined(separator: ", ")
            // Behind a schedule stands whoever is on call now.
            let people = state.onCall(level.people, at: now.milliseconds).people
            let channels = Set(people.flatMap { configuration.people[$0]?.contacts ?? [] }.map(\.channel))
            let canReachAll =
                !people.isEmpty && people.allSatisfy { !(configuration.people[$0]?.contacts.isEmpty ?? true) }
            return LevelView(
                number: index + 1, people: names, ways: canReachAll ? channels.sorted().joined(separator: ", ") : nil)
        }
    }
}
