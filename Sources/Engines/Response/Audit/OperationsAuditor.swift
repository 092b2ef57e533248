import Alerting
package import Basics
import SignalModel

/// Derives for itself, from the journal's facts and the severity policy, which pages are due and whether messages
/// exist for them, and says where the state machine has it otherwise. Shares no code with it but the values.
package struct OperationsAuditor: Sendable {
    package struct Finding: Sendable, Hashable {
        /// The same trouble has the same name at each audit.
        package var key: String
        package var text: String

        package init(key: String, text: String) {
            self.key = key
            self.text = text
        }
    }

    /// What senders have said, by fingerprint.
    private struct Alert: Sendable {
        var since: Int64
        var endsAt: Int64
    }

    private var alerts: GradualDictionary<String, Alert> = [:]
    private var fingerprintByKey: GradualDictionary<String, String> = [:]
    private var configuration: PagingConfiguration
    /// Pages that opened before were paged by another policy.
    private var configuredAt: Int64
    private var now: Int64

    /// What is due may be this late before it is called missing.
    package static let lateMilliseconds: Int64 = 60_000

    /// Begins with what a restored state holds; everything after comes by `take`.
    package init(_ state: OperationsState) {
        configuration = state.configuration
        now = state.nowMilliseconds
        configuredAt = state.nowMilliseconds
        for (fingerprint, alert) in state.alerts.firing {
            alerts[fingerprint] = Alert(since: state.nowMilliseconds, endsAt: alert.endsAtMilliseconds)
        }
    }

    // MARK: Facts

    /// `state` is the one before the entry: it says which alerts a page holds that a person calls resolved.
    package mutating func take(_ entry: JournalEntry, _ state: OperationsState) {
        now = max(now, entry.atMilliseconds)
        switch entry.input {
        case .observed(let inputs):
            for input in inputs { observe(input.alert.fingerprint, until: input.endsAtMilliseconds) }
        case .prolonged(let ends):
            for (fingerprint, until) in ends {
                alerts.change(fingerprint) { $0.endsAt = max(until, $0.endsAt) }
            }
        case .events(let events): for event in events { take(event) }
        case .resolved(let page, _, _):
            for (fingerprint, _) in state.open[page]?.firing ?? [:] { alerts[fingerprint] = nil }
        case .configured(let new):
            configuration = new
            configuredAt = now
        default: break
        }
    }

    private mutating func observe(_ fingerprint: String, until: Int64) {
        guard until > now else {
            alerts[fingerprint] = nil
            return
        }
        alerts[fingerprint] = Alert(
            since: alerts[fingerprint]?.since ?? now, endsAt: max(until, alerts[fingerprint]?.endsAt ?? until))
    }

    private mutating func take(_ event: EventInput) {
        switch event.action {
        case .acknowledge: break
        case .trigger:
            guard let alert = event.alert?.alert else { return }
            if let old = fingerprintByKey[event.key], old != alert.fingerprint, !event.key.isEmpty {
                alerts[old] = nil
            }
            if !event.key.isEmpty { fingerprintByKey[event.key] = alert.fingerprint }
            observe(alert.fingerprint, until: alert.endsAtMilliseconds)
        case .resolve:
            let fingerprint = event.key.isEmpty ? event.alert?.alert.fingerprint : fingerprintByKey[event.key]
            if let fingerprint { alerts[fingerprint] = nil }
            fingerprintByKey[event.key] = nil
        }
    }

    // MARK: Audit

    /// What `state` lacks at `time`. An alert that a person called resolved, or that is suppressed, is not missed.
    package mutating func audit(_ state: OperationsState, at time: Timestamp) -> [Finding] {
        let now = max(now, time.milliseconds)
        forgetWhatIsOver(at: now)
        var findings = missingPages(state, at: now)
        for page in state.open.values.sorted(by: { $0.id < $1.id }) where !page.watch.isDrill {
            findings += missingLevels(page, state, at: now)
            findings += missingLead(page, state, at: now)
        }
        return findings + overdueMessages(state, at: now)
    }

    /// Not repeated in time: what becomes of its page is the policy of silence.
    private mutating func forgetWhatIsOver(at now: Int64) {
        alerts = alerts.filter { $0.value.endsAt > now }
        fingerprintByKey = fingerprintByKey.filter { alerts[$0.value] != nil }
    }

    private func missingPages(_ state: OperationsState, at now: Int64) -> [Finding] {
        var held: Set<String> = []
        for page in state.open.values { held.formUnion(page.firing.keys) }
        var findings: [Finding] = []
        for (fingerprint, alert) in alerts.sorted(by: { $0.key < $1.key })
        where alert.since + Self.lateMilliseconds <= now && !held.contains(fingerprint) {
            if state.isExcused(fingerprint, at: now) { continue }
            findings.append(
                Finding(key: "alert/\(fingerprint)", text: "alert \(fingerprint) fires and no page holds it"))
        }
        return findings
    }

    /// Each level is due when those before it have had their time, from when the severity says.
    private func missingLevels(_ page: Page, _ state: OperationsState, at now: Int64) -> [Finding] {
        guard page.status == .open, page.openedAtMilliseconds >= configuredAt, !page.firing.isEmpty,
            page.watch.heldUntilMilliseconds == nil, !page.watch.isFlapping,
            let policy = configuration.policies[page.severity] ?? SeverityPolicy.standard[page.severity],
            let after = policy.pageAfterMilliseconds
        else { return [] }
        var due = page.openedAtMilliseconds + after
        // A snooze's end pages at once, a silence's as if it had begun then.
        switch page.timeline.last(where: { $0.kind == .snoozeEnded || $0.kind == .silenceEnded }) {
        case .some(let again) where again.kind == .snoozeEnded: due = again.atMilliseconds
        case .some(let again): due = again.atMilliseconds + after
        case .none: break
        }
        for (index, level) in configuration.levels.enumerated() {
            if due + Self.lateMilliseconds > now { break }
            guard page.level > index else {
                return [
                    Finding(
                        key: "page/\(page.id)/\(index + 1)",
                        text: "page \(page.id) (\(page.title)): level \(index + 1) was due at "
                            + "\(RFC3339.format(Timestamp(milliseconds: due))) and is not paged")
                ]
            }
            for person in level.people where isReachable(person, state) && !wasTold(person, of: page, state) {
                return [
                    Finding(
                        key: "page/\(page.id)/\(index + 1)/\(person)",
                        text:
                            "page \(page.id) (\(page.title)): there is no message to \(person) of level \(index + 1)")
                ]
            }
            due += max(level.waitMilliseconds ?? policy.levelWaitMilliseconds, 1000)
        }
        return []
    }

    private func missingLead(_ page: Page, _ state: OperationsState, at now: Int64) -> [Finding] {
        let silenceEnd = page.timeline.last { $0.kind == .silenceEnded }?.atMilliseconds
        guard page.openedAtMilliseconds >= configuredAt, page.suppressed.count < page.firing.count,
            !page.watch.isFlapping, let lead = configuration.lead, isReachable(lead, state),
            let policy = configuration.policies[page.severity] ?? SeverityPolicy.standard[page.severity],
            let after = policy.leadAfterMilliseconds,
            (silenceEnd ?? page.openedAtMilliseconds) + after + Self.lateMilliseconds <= now,
            !wasTold(lead, of: page, state)
        else { return [] }
        return [
            Finding(
                key: "lead/\(page.id)",
                text: "page \(page.id) (\(page.title)) is unresolved for too long and \(lead) has no message")
        ]
    }

    /// A schedule's people change: of it only the level is looked at.
    private func isReachable(_ person: String, _ state: OperationsState) -> Bool {
        let contacts = configuration.people[person]?.contacts ?? []
        return contacts.contains { !state.deliveries.stoppedNumbers.contains($0.address) }
    }

    /// Also by a message that a quota or the person's own rules put off: that is what they are for.
    private func wasTold(_ person: String, of page: Page, _ state: OperationsState) -> Bool {
        page.told.contains { $0.person == person }
            || state.deliveries.later[page.id]?.values.contains { $0.place.person == person } == true
            || state.deliveries.held.values.contains { $0.place.person == person && $0.pages.contains(page.id) }
    }

    /// A page that nobody has tried to send: its channel is busy for too long, or nothing looks at the outbox.
    private func overdueMessages(_ state: OperationsState, at now: Int64) -> [Finding] {
        struct Lane: Hashable {
            var place: ChannelReference
            var page: String
        }
        var first: [Lane: OutboxEntry] = [:]
        for entry in state.outbox.values {
            let lane = Lane(place: entry.place, page: entry.pageID)
            if entry.sequence < first[lane]?.sequence ?? .max { first[lane] = entry }
        }
        return first.values.filter {
            $0.notification.kind == .page && $0.attempts == 0 && $0.dueAtMilliseconds + Self.lateMilliseconds <= now
        }.sorted { $0.sequence < $1.sequence }.map { entry in
            let place = [entry.place.person, entry.place.channel].filter { !$0.isEmpty }.joined(separator: " by ")
            return Finding(
                key: "message/\(entry.key)",
                text:
                    "the page to \(place) about \(entry.notification.subject.title) has not been tried since it was due"
            )
        }
    }
}

extension OperationsState {
    /// Whether somebody called it resolved, or silenced it, so that it may fire without a page.
    fileprivate func isExcused(_ fingerprint: String, at now: Int64) -> Bool {
        if reopenAtMilliseconds[fingerprint] != nil { return true }
        guard let alert = alerts.firing[fingerprint] else { return false }
        return routing.suppression(of: alert, at: Timestamp(milliseconds: now)).isSuppressed
    }
}
