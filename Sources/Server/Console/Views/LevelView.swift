import Response

/// One level of the escalation policy.
struct LevelView: Sendable, Hashable {
    let number: Int
    let people: String
    /// `by mail, pager`; nil when somebody there cannot be reached at all.
    let ways: String?

    static func list(_ configuration: PagingConfiguration) -> [LevelView] {
        configuration.levels.enumerated().map { index, level in
            let names = level.people.map { NextStep.name($0, configuration) }.joined(separator: ", ")
            let channels = Set(level.people.flatMap { configuration.people[$0]?.contacts ?? [] }.map(\.channel))
            let canReachAll = level.people.allSatisfy { !(configuration.people[$0]?.contacts.isEmpty ?? true) }
            return LevelView(
                number: index + 1, people: names, ways: canReachAll ? channels.sorted().joined(separator: ", ") : nil)
        }
    }
}
