import Basics
import Response
import SignalModel

/// What Signalbox will do about a page by itself next.
struct NextStep: Sendable, Hashable {
    let stepText: String
    let due: TimeText

    /// The earliest of the page's timers; nil when nothing more happens by itself.
    init?(_ page: Page, _ state: OperationsState, now: Timestamp) {
        let configuration = state.configuration
        var steps: [(at: Int64, text: String)] = []
        if let at = page.nextLevelAtMilliseconds {
            let level = page.level + 1
            let people = Self.people(ofLevel: level, of: page, state, at: at)
            steps.append(
                (
                    at,
                    people.isEmpty
                        ? "the owners are told: nobody is left to page" : "\(people) is paged, level \(level)"
                ))
        }
        if let at = page.leadAtMilliseconds, let lead = configuration.lead {
            steps.append((at, "\(Self.name(lead, state, at: at)) is told: unresolved for too long"))
        }
        if let at = page.snoozedUntilMilliseconds { steps.append((at, "the snooze ends and paging begins anew")) }
        if let at = page.watch.heldUntilMilliseconds {
            // Of what is quiet nobody is told.
            steps = [(at, "it resolves unless something fires again")]
        }
        if let at = page.watch.silentUntilMilliseconds { steps.append((at, "what has gone silent counts as over")) }
        guard let next = steps.min(by: { $0.at < $1.at }) else { return nil }
        stepText = next.text
        due = TimeText(milliseconds: next.at, now: now)
    }

    /// Names, with the secondary that a P0's second level adds.
    static func people(
        ofLevel level: Int, of page: Page, _ state: OperationsState, at milliseconds: Int64
    ) -> String {
        let configuration = state.configuration
        guard level > 0, level <= configuration.levels.count else { return "" }
        var people = configuration.levels[level - 1].people
        if level == 2, page.severity == .p0, let secondary = configuration.secondary, !people.contains(secondary) {
            people.append(secondary)
        }
        return people.map { name($0, state, at: milliseconds) }.joined(separator: ", ")
    }

    /// With who is on call at that time behind a schedule's name.
    static func name(_ person: String, _ state: OperationsState, at milliseconds: Int64) -> String {
        guard person.hasPrefix(OperationsState.schedulePrefix) else { return name(person, state.configuration) }
        let schedule = person.dropFirst(OperationsState.schedulePrefix.count)
        guard let found = state.onCall([person], at: milliseconds).people.first else {
            return "nobody (on call for \(schedule))"
        }
        return "\(name(found, state.configuration)) (on call for \(schedule))"
    }

    static func name(_ person: String, _ configuration: PagingConfiguration) -> String {
        if person.hasPrefix(OperationsState.schedulePrefix) {
            return "whoever is on call for \(person.dropFirst(OperationsState.schedulePrefix.count))"
        }
        let name = configuration.people[person]?.name ?? ""
        return name.isEmpty ? person : name
    }
}
