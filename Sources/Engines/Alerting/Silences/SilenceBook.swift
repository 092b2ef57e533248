import SignalModel

/// All silences, as Alertmanager's API v2 keeps them: history is never rewritten, so a change that would alter what was
/// silenced ends the old silence and begins a new one.
package struct SilenceBook: Sendable, Hashable, Codable {
    /// By id.
    package private(set) var silences: [String: Silence] = [:] {
        didSet { lastEndMilliseconds = silences.values.map(\.endsAtMilliseconds).max() ?? .min }
    }
    /// From then on none is active or pending.
    private(set) var lastEndMilliseconds = Int64.min

    private var collectAtMilliseconds: Int64 = 0

    package init() {}

    /// Why `draft` cannot be at `now`; nil when it can.
    package func refusal(of draft: SilenceDraft, at now: Int64) -> AlertingError? {
        if let problem = draft.problem(at: now) { return problem }
        let previous = silences[draft.id]
        if !draft.id.isEmpty, previous == nil { return AlertingError(.notFound, "silence \(draft.id) not found") }
        let isNew = previous.map { !Self.canUpdate($0, to: draft, at: now) } ?? true
        if isNew, silences.count >= AlertingLimits.silencesMax {
            return AlertingError(
                .tooMany,
                "exceeded maximum number of silences: \(silences.count) (limit: \(AlertingLimits.silencesMax))")
        }
        return nil
    }

    /// The silence that stands afterwards, under `newID` where it is another one, and the one it replaced.
    mutating func set(_ draft: SilenceDraft, newID: String, at now: Int64) -> (id: String, replaced: String?)? {
        guard refusal(of: draft, at: now) == nil else { return nil }
        var silence = Silence(
            id: newID, matchers: draft.matchers, startsAtMilliseconds: max(draft.startsAtMilliseconds, now),
            endsAtMilliseconds: draft.endsAtMilliseconds, updatedAtMilliseconds: now, createdBy: draft.createdBy,
            comment: draft.comment, annotations: draft.annotations, author: draft.author)
        guard let previous = silences[draft.id] else {
            silences[newID] = silence
            return (newID, nil)
        }
        if Self.canUpdate(previous, to: draft, at: now) {
            silence.id = previous.id
            silence.startsAtMilliseconds = draft.startsAtMilliseconds
            silence.approvedBy = previous.approvedBy
            silence.approvedAtMilliseconds = previous.approvedAtMilliseconds
            silence.approvedUntilMilliseconds = previous.approvedUntilMilliseconds
            silences[previous.id] = silence
            return (previous.id, nil)
        }
        _ = expire(previous.id, at: now)
        silences[newID] = silence
        return (newID, previous.id)
    }

    /// Alertmanager's canUpdate.
    private static func canUpdate(_ old: Silence, to new: SilenceDraft, at now: Int64) -> Bool {
        guard old.matchers == new.matchers else { return false }
        switch old.state(at: now) {
        // Clients give back the start they were shown, which may have lost its fraction.
        case .active: return old.startsAtMilliseconds / 1000 == new.startsAtMilliseconds / 1000
        case .pending: return new.startsAtMilliseconds >= now
        case .expired: return false
        }
    }

    /// False when there is none; an expired one stays as it is.
    mutating func expire(_ id: String, at now: Int64) -> Bool {
        guard let state = silences[id]?.state(at: now) else { return false }
        guard state != .expired else { return true }
        var silence = silences[id]
        if state == .pending { silence?.startsAtMilliseconds = now }
        silence?.endsAtMilliseconds = now
        silence?.updatedAtMilliseconds = now
        silences[id] = silence
        return true
    }

    /// Why `person` cannot agree to silence `id`.
    package func refusalOfApproval(_ id: String, by person: String, at now: Int64) -> AlertingError? {
        guard let silence = silences[id] else { return AlertingError(.notFound, "silence \(id) not found") }
        if silence.state(at: now) == .expired {
            return AlertingError(.invalid, "silence \(id) has expired: there is nothing to approve")
        }
        if silence.author == person {
            return AlertingError(.invalid, "a second person must approve: \(person) made this silence")
        }
        return nil
    }

    mutating func approve(_ id: String, by person: String, at now: Int64) -> Bool {
        guard refusalOfApproval(id, by: person, at: now) == nil, var silence = silences[id] else { return false }
        silence.approvedBy = person
        silence.approvedAtMilliseconds = now
        silence.approvedUntilMilliseconds = silence.endsAtMilliseconds
        silences[id] = silence
        return true
    }

    /// Forgets what expired long ago; looks once an hour.
    mutating func collect(at now: Int64) {
        guard now >= collectAtMilliseconds else { return }
        collectAtMilliseconds = now + 3_600_000
        let limit = now - AlertingLimits.silenceRetentionMilliseconds
        silences = silences.filter { $0.value.endsAtMilliseconds > limit }
    }

    /// Alertmanager's order: active ones by their end, then pending ones by their start, then expired ones, the newest
    /// end first.
    package func sorted(at now: Int64) -> [Silence] {
        func key(_ silence: Silence) -> (Int, Int64, String) {
            switch silence.state(at: now) {
            case .active: (0, silence.endsAtMilliseconds, silence.id)
            case .pending: (1, silence.startsAtMilliseconds, silence.id)
            case .expired: (2, -silence.endsAtMilliseconds, silence.id)
            }
        }
        return silences.values.sorted { key($0) < key($1) }
    }
}
