package import Alerting
package import Basics
package import Rules
import SignalModel

/// The whole of the operations core: a value that the journal's entries, applied in order, always bring to the same
/// state. No clock, no chance: time is an input, ids come from the sequence.
package struct OperationsState: Sendable, Hashable, Codable {
    package private(set) var sequence: UInt64 = 0
    /// The latest time any input carried. Goes back only while nothing hangs on it.
    package private(set) var nowMilliseconds: Int64 = 0
    package internal(set) var configuration = PagingConfiguration()
    package internal(set) var alerts = AlertBook()
    /// Silences, inhibition, and who hears of what by an Alertmanager file.
    package internal(set) var routing = AlertRouting()
    var silenceReminders = TimerQueue()
    package internal(set) var onCall = OnCallBook()
    package internal(set) var open = PageTable()
    /// Newest last. Those beyond `closedMax` are about to go into the archive.
    package internal(set) var closed: [Page] = []
    package internal(set) var outbox = Outbox()
    package internal(set) var deliveries = Deliveries()
    var outboxSequence: UInt64 = 0
    package internal(set) var events = EventBook()
    package internal(set) var changes = ChangeBook()
    package internal(set) var heartbeats = HeartbeatBook()
    package internal(set) var flaps = FlapBook()
    package internal(set) var drills = DrillBook()
    /// What was promised when, how the budget policies went, what was left out.
    package internal(set) var objectives = ObjectiveBook()
    package internal(set) var gate = GateBook()
    package internal(set) var agreements = AgreementBook()
    /// Alerts whose page was resolved by hand while they fired, by fingerprint: when they open a new one.
    var reopenAtMilliseconds = TimerQueue()

    /// Closed pages kept at hand; older ones are in the archive.
    package static let closedMax = 500
    /// Beyond it the oldest are dropped: nothing archives them.
    private static let closedAtMost = 1000

    package init() {}

    package var now: Timestamp { Timestamp(milliseconds: nowMilliseconds) }

    package mutating func apply(_ entry: JournalEntry) {
        precondition(entry.sequence == sequence + 1, "the journal has a gap")
        sequence = entry.sequence
        if isQuiet, entry.atMilliseconds < nowMilliseconds {
            heartbeats.turnBack(configuration.watch.heartbeats, to: entry.atMilliseconds)
        }
        nowMilliseconds = isQuiet ? entry.atMilliseconds : max(nowMilliseconds, entry.atMilliseconds)
        routing.prepare(alerts, at: now)
        switch entry.input {
        case .observed(let inputs):
            // What was due before these alerts happens before them.
            runTimers()
            for input in inputs { handle(alerts.observe(input.alert, at: now)) }
        case .prolonged(let ends): for (fingerprint, time) in ends { alerts.prolong(fingerprint, to: time, at: now) }
        case .events(let inputs):
            runTimers()
            for input in inputs { take(input) }
        case .changed(let change): take(change)
        case .beaten(let name): beat(name)
        case .started: heartbeats.restart(configuration.watch.heartbeats, at: nowMilliseconds)
        case .drillStarted(let by): startDrill(by: by)
        case .alarmed(let text): tellOwners(text, about: "")
        case .clockReached: break
        case .acknowledged(let page, let by, let note): acknowledge(page, by, note)
        case .resolved(let page, let by, let note): resolveByHand(page, by, note)
        case .snoozed(let page, let by, let until): snooze(page, by, until)
        case .noted(let page, let by, let text): log(page, .note, text, actor: by)
        case .delivered(let key, let result): finishDelivery(key, result)
        case .confirmed(let key, let status, let order, let detail):
            confirm(key, status, order: order, detail: detail)
        case .numberStopped(let number, let isStopped): stopNumber(number, isStopped)
        case .escalated(let page, let by): escalate(page, by)
        case .configured(let configuration):
            self.configuration = configuration
            watchHeartbeats()
            drills.schedule(configuration.watch.drill, at: nowMilliseconds)
        case .routed(let configuration): carryOut(routing.configure(configuration, alerts, at: now))
        case .silenced(let draft, let newID): silence(draft, newID: newID)
        case .silenceExpired(let id, _): expireSilence(id)
        case .silenceApproved(let id, let by): approveSilence(id, by: by)
        case .onCall(let input): onCall.apply(input, at: nowMilliseconds)
        case .objective(let event): objectives.apply(event)
        case .gate(let input): take(input)
        case .agreement(let input): agreements.apply(input, at: nowMilliseconds)
        case .pagesArchived(let last): leaveToArchive(through: last)
        }
        runTimers()
    }

    /// Nothing is open, firing or to be sent: no timer runs.
    package var isQuiet: Bool {
        open.isEmpty && outbox.isEmpty && alerts.firing.isEmpty && reopenAtMilliseconds.isEmpty
            && deliveries.isIdle && silenceReminders.isEmpty && routing.isQuiet(at: now)
    }

    /// Its size in a snapshot, roughly, in alerts.
    var weight: Int {
        alerts.firing.count + open.count + closed.count + outbox.count + deliveries.weight + routing.weight
            + gate.weight + agreements.weight + changes.weight
    }

    /// The earliest time at which something is to happen by itself; nil when nothing is.
    package var nextWakeUp: Timestamp? {
        [
            alerts.nextExpiry?.milliseconds, open.nextTimerMilliseconds, reopenAtMilliseconds.next,
            deliveries.nextTimerMilliseconds, heartbeats.next, drills.nextTimer,
            routing.nextWakeUp?.milliseconds, silenceReminders.next,
            onCall.nextHandOverMilliseconds,
        ].compactMap { $0 }.min().map { Timestamp(milliseconds: $0) }
    }

    /// Of each place that is not `busy` the message to send now, most urgent first.
    package func dueMessages(except busy: (ChannelReference) -> Bool = { _ in false }) -> [OutboxEntry] {
        outbox.mostUrgent(except: busy).map { entry in
            var entry = entry
            entry.notification.posted = posted(entry)
            return entry
        }
    }

    /// When the next retry is due that is not due yet. A message behind another of its page waits for that one.
    package var nextMessage: Timestamp? { outbox.nextDueMilliseconds.map { Timestamp(milliseconds: $0) } }

    /// After decoding: what may go at the state's time.
    mutating func settle() {
        outbox.advance(to: nowMilliseconds)
        routing.prepare(alerts, at: now)
    }

    // MARK: Timers

    private mutating func runTimers() {
        outbox.advance(to: nowMilliseconds)
        for change in alerts.expire(at: now) { handle(change) }
        reopen()
        missHeartbeats()
        runDrills()
        carryOut(routing.run(alerts, at: now))
        followSuppression()
        remindOfSilences()
        for handOver in onCall.takeHandOvers(through: nowMilliseconds) { tell(handOver) }
        for id in open.takeDue(at: nowMilliseconds) { runTimers(of: id) }
        runDeliveryTimers()
    }

    private mutating func runTimers(of id: String) {
        endSilent(id)
        endHold(id)
        if open[id]?.watch.heldUntilMilliseconds == nil { escalateWhileDue(id) }
        if let until = open[id]?.snoozedUntilMilliseconds, until <= nowMilliseconds {
            open.change(id) { page in
                page.snoozedUntilMilliseconds = nil
                page.status = .open
                page.acknowledgedBy = nil
                page.level = 0
                page.episode += 1
                page.nextLevelAtMilliseconds = until
                page.log(until, .snoozeEnded, "the snooze is over: paging begins anew")
            }
            if open[id]?.watch.heldUntilMilliseconds == nil { escalateWhileDue(id) }
        }
        if let page = open[id], page.watch.heldUntilMilliseconds == nil, let leadAt = page.leadAtMilliseconds,
            leadAt <= nowMilliseconds
        {
            open.change(id) { $0.leadAtMilliseconds = nil }
            tellLead(id, at: leadAt)
        }
    }

    /// What somebody called resolved and what still fires is not resolved.
    private mutating func reopen() {
        for fingerprint in reopenAtMilliseconds.takeDue(at: nowMilliseconds) {
            if let alert = alerts.firing[fingerprint], !routing.suppression(of: alert, at: now).isSuppressed {
                add(alert)
            }
        }
    }

    private mutating func escalateWhileDue(_ id: String) {
        while let due = open[id]?.nextLevelAtMilliseconds, due <= nowMilliseconds { pageNextLevel(id, at: due) }
    }

    private mutating func pageNextLevel(_ id: String, at due: Int64) {
        guard let page = open[id] else { return }
        let level = page.level + 1
        guard level <= configuration.levels.count else {
            open.change(id) { page in
                page.nextLevelAtMilliseconds = nil
                page.log(due, .paged, "every level has been paged; nobody has acknowledged")
            }
            tellOwners("page \(page.title) has climbed every level and nobody has acknowledged", about: id)
            return
        }
        let settings = configuration.levels[level - 1]
        let wait = settings.waitMilliseconds ?? configuration.policy(page.severity).levelWaitMilliseconds
        var wanted = settings.people
        if level == 2, page.severity == .p0, let secondary = configuration.secondary { wanted.append(secondary) }
        let found = onCall(wanted)
        open.change(id) { page in
            page.level = level
            // Nobody is waited for who is not there.
            page.nextLevelAtMilliseconds = found.people.isEmpty ? due : due + max(wait, 1000)
            page.log(due, .paged, "level \(level): \(found.text)")
        }
        for person in found.people { tell(person, .page, id) }
        tellOwners(ofNobodyIn: found.empty, about: id)
    }

    private mutating func tellLead(_ id: String, at due: Int64) {
        guard let lead = configuration.lead else { return }
        let found = onCall([lead])
        open.change(id) { $0.log(due, .lead, "unresolved for too long: \(found.text) is told") }
        for person in found.people { tell(person, .page, id, variant: "lead") }
        tellOwners(ofNobodyIn: found.empty, about: id)
    }

    // MARK: Alerts

    mutating func handle(_ change: AlertBook.Change?) {
        guard let change else { return }
        routing.note(change, alerts, at: now)
        switch change {
        // Opens a page when it turns out to be heard, once all that came with it is known.
        case .fired(let alert): hearAgain(alert)
        case .updated(let alert):
            if let id = open.id(ofAlert: alert.fingerprint) { open.hold(alert, in: id) }
        case .wentSilent(let alert): goSilent(alert)
        case .ended(let alert), .silenceEnded(let alert):
            reopenAtMilliseconds.set(alert.fingerprint, at: nil)
            events.forget(alert.fingerprint)
            end(alert)
        }
    }

    mutating func add(_ alert: AlertBook.Alert) {
        // An alert whose severity nobody understands is taken as P2: too loud is found out, too quiet is not.
        let severity = alert.labels["severity"].flatMap(Severity.init(rawValue:)) ?? .p2
        let (key, group) = pageGroup(alert.labels, severity)
        if let id = open.id(ofGroup: key) {
            unhold(id)
            followQuiet(id) { $0.hold(alert, in: id) }
            log(id, .alertFired, Self.describe(alert))
            return
        }
        let id = "\(sequence)-\(alert.fingerprint.prefix(8))"
        var page = Page(
            id: id, groupKey: key, groupLabels: group, severity: severity, title: Self.title(alert),
            openedAtMilliseconds: nowMilliseconds)
        page.firing[alert.fingerprint] = alert
        let policy = configuration.policy(severity)
        changes.log(on: &page)
        page.log(nowMilliseconds, .opened, "\(severity.rawValue) \(Self.describe(alert))")
        if let after = policy.pageAfterMilliseconds { page.nextLevelAtMilliseconds = nowMilliseconds + after }
        if let after = policy.leadAfterMilliseconds { page.leadAtMilliseconds = nowMilliseconds + after }
        if alert.fingerprint == drills.fingerprint {
            page.watch.isDrill = true
            page.title = "DRILL: " + page.title
            page.nextLevelAtMilliseconds = nil
            page.leadAtMilliseconds = nil
            open.insert(page)
            return openDrill(id)
        }
        flaps.note(key, at: nowMilliseconds, configuration.watch.flapping)
        open.insert(page)
        if policy.announces {
            for channel in configuration.announce { send(.announcement, to: ChannelReference(channel: channel), id) }
        }
        if policy.mailsOnly {
            let found = onCall(configuration.levels.first?.people ?? [])
            for person in found.people { mail(person, id) }
            tellOwners(ofNobodyIn: found.empty, about: id)
        }
    }

    /// What makes alerts one page.
    func pageGroup(_ labels: [String: String], _ severity: Severity) -> (key: String, labels: [String: String]) {
        var group: [String: String] = [:]
        // What a sender says is one thing is one page.
        for name in configuration.groupBy + EventBook.groupLabels { group[name] = labels[name] }
        let pairs = group.sorted { $0.key < $1.key }.map { "\($0.key)=\(quoted($0.value))" }
        return (pairs.joined(separator: ",") + ";severity=\(severity.rawValue)", group)
    }

    mutating func end(_ alert: AlertBook.Alert) {
        guard let id = open.id(ofAlert: alert.fingerprint) else { return }
        followQuiet(id) { $0.release(alert.fingerprint) }
        let now = nowMilliseconds
        let limit = configuration.watch.noDataAfterMilliseconds
        let isOver = open.change(id) { page in
            page.watch.unsilence(alert.fingerprint, limit)
            page.end([alert])
            page.log(now, .alertEnded, Self.describe(alert))
            return page.firing.isEmpty
        }
        if isOver == true { quieten(id) }
    }

    mutating func log(_ id: String, _ kind: TimelineEntry.Kind, _ text: String, actor: String = "") {
        let now = nowMilliseconds
        open.change(id) { $0.log(now, kind, text, actor: actor) }
    }

    private static func title(_ alert: AlertBook.Alert) -> String {
        let name = alert.labels["alertname"] ?? "alert"
        let summary = alert.annotations["summary"] ?? ""
        return summary.isEmpty ? name : "\(name): \(summary)"
    }

    static func describe(_ alert: AlertBook.Alert) -> String {
        alert.annotations["summary"].flatMap { $0.isEmpty ? nil : $0 }
            ?? alert.labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ", ")
    }

    mutating func close(_ id: String, by actor: String, text: String) {
        guard var page = open.remove(id) else { return }
        page.status = .resolved
        page.closedAtMilliseconds = nowMilliseconds
        page.nextLevelAtMilliseconds = nil
        page.leadAtMilliseconds = nil
        page.snoozedUntilMilliseconds = nil
        page.watch.heldUntilMilliseconds = nil
        page.log(nowMilliseconds, .resolved, text, actor: actor)
        agreements.note(page, at: nowMilliseconds)
        closed.append(page)
        if closed.count > Self.closedAtMost { closed.removeFirst(closed.count - Self.closedAtMost) }
        // A person who has not heard of it yet need not be woken by what is over.
        dropPages(of: id)
        for place in page.told where configuration.delivery.channel(place.channel).tellsEnd {
            enqueue(.resolved, to: place, page, actor: actor)
        }
    }
}
