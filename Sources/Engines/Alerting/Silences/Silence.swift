package import SignalModel

/// Alerts that match every matcher are not told between two times.
package struct Silence: Sendable, Hashable, Codable {
    package enum State: String, Sendable, Hashable, Codable, CaseIterable { case pending, active, expired }

    package var id: String
    package var matchers: [Matcher]
    package var startsAtMilliseconds: Int64
    package var endsAtMilliseconds: Int64
    package var updatedAtMilliseconds: Int64
    /// What the client said: a text.
    package var createdBy: String
    package var comment: String
    package var annotations: [String: String]
    /// Who proved to be there when it was made or changed: an audit name.
    package var author: String
    /// A second person who agreed; only then it counts for P0.
    package var approvedBy: String?
    package var approvedAtMilliseconds: Int64?
    /// The end that was agreed to: what is longer has to be agreed to again.
    package var approvedUntilMilliseconds: Int64?

    package func state(at now: Int64) -> State {
        if now < startsAtMilliseconds { return .pending }
        return now >= endsAtMilliseconds ? .expired : .active
    }

    package func matches(_ labels: [String: String]) -> Bool { matchers.matches(labels) }

    /// Active, and for a P0 agreed to by a second person.
    package func counts(forP0 isP0: Bool, at now: Int64) -> Bool {
        guard state(at: now) == .active else { return false }
        if !isP0 { return true }
        return approvedUntilMilliseconds.map { now < $0 } ?? false
    }

    /// Times at which it begins or ends to count.
    var turningPoints: [Int64] {
        [startsAtMilliseconds, endsAtMilliseconds] + (approvedUntilMilliseconds.map { [$0] } ?? [])
    }
}

/// What somebody wants a silence to be. `id` empty: a new one.
package struct SilenceDraft: Sendable, Hashable, Codable {
    package var id: String
    package var matchers: [Matcher]
    package var startsAtMilliseconds: Int64
    package var endsAtMilliseconds: Int64
    package var createdBy: String
    package var comment: String
    package var annotations: [String: String]
    package var author: String

    package init(
        id: String = "", matchers: [Matcher], startsAtMilliseconds: Int64, endsAtMilliseconds: Int64,
        createdBy: String, comment: String, annotations: [String: String] = [:], author: String
    ) {
        self.id = id
        self.matchers = matchers
        self.startsAtMilliseconds = startsAtMilliseconds
        self.endsAtMilliseconds = endsAtMilliseconds
        self.createdBy = createdBy
        self.comment = comment
        self.annotations = annotations
        self.author = author
    }

    fileprivate var bytes: Int {
        matchers.reduce(createdBy.utf8.count + comment.utf8.count) { $0 + $1.name.utf8.count + $1.value.utf8.count }
            + annotations.reduce(0) { $0 + $1.key.utf8.count + $1.value.utf8.count }
    }

    /// What is wrong with it whatever else there is.
    func problem(at now: Int64) -> AlertingError? {
        if matchers.isEmpty { return AlertingError(.invalid, "invalid silence: at least one matcher required") }
        if matchers.count > AlertingLimits.matchersMax {
            return AlertingError(.invalid, "invalid silence: at most \(AlertingLimits.matchersMax) matchers")
        }
        for (index, matcher) in matchers.enumerated() where matcher.name.isEmpty {
            return AlertingError(.invalid, "invalid silence: invalid label matcher \(index): the name is empty")
        }
        // As in Alertmanager, a negative matcher narrows nothing by itself.
        let isNarrow = matchers.contains { matcher in
            switch matcher.operation {
            case .equal, .matches: !matcher.matchesEmpty
            case .notEqual, .notMatches: true
            }
        }
        if !isNarrow {
            return AlertingError(.invalid, "invalid silence: at least one matcher must not match the empty string")
        }
        if matchers.reduce(0, { $0 + $1.programSize }) > AlertingLimits.programSizeMax {
            return AlertingError(.invalid, "invalid silence: its regular expressions are too large")
        }
        if bytes > AlertingLimits.silenceBytesMax {
            return AlertingError(
                .invalid,
                "silence exceeded maximum size: \(bytes) bytes (limit: \(AlertingLimits.silenceBytesMax) bytes)")
        }
        if endsAtMilliseconds <= startsAtMilliseconds {
            return AlertingError(.invalid, "start time must be before end time")
        }
        return endsAtMilliseconds <= now ? AlertingError(.invalid, "end time can't be in the past") : nil
    }
}
