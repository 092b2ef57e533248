package import Alerting
package import Basics
import SignalModel

/// The whole of the operations core: a value that the journal's entries, applied in order, always bring to the same
/// state. No clock, no chance: time is an input, ids come from the sequence.
package struct OperationsState: Sendable, Hashable, Codable {
    package private(set) var sequence: UInt64 = 0
    /// The latest time any input carried. Goes back only while nothing hangs on it.
    package private(set) var nowMilliseconds: Int64 = 0
    package internal(set) var configuration = PagingConfiguration()
    package internal(set) var alerts = AlertBook()
    /// By id.
    package internal(set) var open: [String: Page] = [:]
    /// Newest last, at most `closedMax`.
    package internal(set) var closed: [Page] = []
    /// By key.
    package internal(set) var outbox: [String: OutboxEntry] = [:]
    var outboxSequence: UInt64 = 0
    /// Alerts whose page was resolved by hand while they fired, by fingerprint: when they open a new one.
    var reopenAtMilliseconds: [String: Int64] = [:]

    /// Closed pages kept at hand; older ones stay in the journal's database.
    package static let closedMax = 500

    package init() {}

    package var now: Timestamp { Timestamp(milliseconds: nowMilliseconds) }

    package mutating func apply(_ entry: JournalEntry) {
        precondition(entry.sequence == sequence + 1, "the journal has a gap")
        sequence = entry.sequence
        nowMilliseconds = isQuiet ? entry.atMilliseconds : max(nowMilliseconds, entry.atMilliseconds)
        switch entry.input {
        case .observed(let inputs):
            // What was due before these alerts happens before them.
            runTimers()
            for input in inputs { handle(alerts.observe(input.observed, at: now)) }
        case .clockReached: break
        case .acknowledged(let page, let by, let note): acknowledge(page, by, note)
        case .resolved(let page, let by, let note): resolveByHand(page, by, note)
        case .snoozed(let page, let by, let until): snooze(page, by, until)
        case .noted(let page, let by, let text): open[page]?.log(nowMilliseconds, .note, text, actor: by)
        case .delivered(let key, let result): finishDelivery(key, result)
        case .configured(let configuration): self.configuration = configuration
        }
        runTimers()
    }

    /// Nothing is open, firing or to be sent: no timer runs.
    package var isQuiet: Bool {
        open.isEmpty && outbox.isEmpty && alerts.firing.isEmpty && reopenAtMilliseconds.isEmpty
    }

    /// The earliest time at which something is to happen by itself; nil when nothing is.
    package var nextWakeUp: Timestamp? {
        var earliest = alerts.nextExpiry?.milliseconds
        func consider(_ time: Int64?) { if let time { earliest = min(earliest ?? time, time) } }
        for page in open.values {
            consider(page.nextLevelAtMilliseconds)
            consider(page.leadAtMilliseconds)
            consider(page.snoozedUntilMilliseconds)
        }
        for time in reopenAtMilliseconds.values { consider(time) }
        return earliest.map { Timestamp(milliseconds: $0) }
    }

    /// Messages to send now, most urgent first: those that are due and the first of their page at their place.
    package func dueMessages(at time: Timestamp) -> [OutboxEntry] {
        firstMessages.filter { $0.dueAtMilliseconds <= time.milliseconds }.sorted { $0.isMoreUrgent(than: $1) }
    }

    /// When the next retry is due that is not due yet. A message behind another of its page waits for that one.
    package func nextMessage(after time: Timestamp) -> Timestamp? {
        firstMessages.map(\.dueAtMilliseconds).filter { $0 > time.milliseconds }.min()
            .map { Timestamp(milliseconds: $0) }
    }

    /// What is told of one page at one place keeps its order; one page's failing message holds up no other page's.
    private var firstMessages: [OutboxEntry] {
        struct Lane: Hashable {
            var place: ChannelReference
            var page: String
        }
        var first: [Lane: OutboxEntry] = [:]
        for entry in outbox.values {
            let lane = Lane(place: entry.place, page: entry.notification.subject.pageID)
            if entry.sequence < first[lane]?.sequence ?? .max { first[lane] = entry }
        }
        return Array(first.values)
    }

    // MARK: Timers

    private mutating func runTimers() {
        for change in alerts.expire(at: now) { handle(change) }
        reopen()
        for id in open.keys.sorted() {
            escalateWhileDue(id)
            guard var page = open[id] else { continue }
            if let until = page.snoozedUntilMilliseconds, until <= nowMilliseconds {
                page.snoozedUntilMilliseconds = nil
                page.status = .open
                page.acknowledgedBy = nil
                page.level = 0
                page.nextLevelAtMilliseconds = until
                page.log(until, .snoozeEnded, "the snooze is over: paging begins anew")
                open[id] = page
                escalateWhileDue(id)
            }
            guard var page = open[id], let leadAt = page.leadAtMilliseconds, leadAt <= nowMilliseconds else {
                continue
            }
            page.leadAtMilliseconds = nil
            open[id] = page
            tellLead(id, at: leadAt)
        }
    }

    /// What somebody called resolved and what still fires is not resolved.
    private mutating func reopen() {
        let due = reopenAtMilliseconds.filter { $0.value <= nowMilliseconds }
            .sorted { ($0.value, $0.key) < ($1.value, $1.key) }
        for (fingerprint, _) in due {
            reopenAtMilliseconds[fingerprint] = nil
            if let alert = alerts.firing[fingerprint] { add(alert) }
        }
    }

    private mutating func escalateWhileDue(_ id: String) {
        while let page = open[id], let due = page.nextLevelAtMilliseconds, due <= nowMilliseconds {
            pageNextLevel(id, at: due)
        }
    }

    private mutating func pageNextLevel(_ id: String, at due: Int64) {
        guard var page = open[id] else { return }
        let level = page.level + 1
        guard level <= configuration.levels.count else {
            page.nextLevelAtMilliseconds = nil
            page.log(due, .paged, "every level has been paged; nobody has acknowledged")
            open[id] = page
            tellOwners("page \(page.title) has climbed every level and nobody has acknowledged", about: id)
            return
        }
        let settings = configuration.levels[level - 1]
        page.level = level
        let wait = settings.waitMilliseconds ?? configuration.policy(page.severity).levelWaitMilliseconds
        page.nextLevelAtMilliseconds = due + max(wait, 1000)
        var people = settings.people
        if level == 2, page.severity == .p0, let secondary = configuration.secondary, !people.contains(secondary) {
            people.append(secondary)
        }
        page.log(due, .paged, "level \(level): \(people.joined(separator: ", "))")
        open[id] = page
        for person in people { tell(person, .page, id) }
    }

    private mutating func tellLead(_ id: String, at due: Int64) {
        guard let lead = configuration.lead else { return }
        open[id]?.log(due, .lead, "unresolved for too long: \(lead) is told")
        tell(lead, .page, id, variant: "lead")
    }

    // MARK: Alerts

    mutating func handle(_ change: AlertBook.Change?) {
        switch change {
        case nil: break
        case .fired(let alert): add(alert)
        case .updated(let alert):
            if let id = page(of: alert) { open[id]?.firing[alert.fingerprint] = alert }
        case .ended(let alert):
            reopenAtMilliseconds[alert.fingerprint] = nil
            end(alert)
        }
    }

    private func page(of alert: AlertBook.Alert) -> String? {
        open.values.first { $0.firing[alert.fingerprint] != nil }?.id
    }

    private mutating func add(_ alert: AlertBook.Alert) {
        // An alert whose severity nobody understands is taken as P2: too loud is found out, too quiet is not.
        let severity = alert.labels["severity"].flatMap(Severity.init(rawValue:)) ?? .p2
        var group: [String: String] = [:]
        for name in configuration.groupBy { group[name] = alert.labels[name] }
        let key =
            group.sorted { $0.key < $1.key }.map { "\($0.key)=\(quoted($0.value))" }.joined(separator: ",")
            + ";severity=\(severity.rawValue)"
        if let id = open.values.first(where: { $0.groupKey == key })?.id {
            open[id]?.firing[alert.fingerprint] = alert
            open[id]?.log(nowMilliseconds, .alertFired, Self.describe(alert))
            return
        }
        let id = "\(sequence)-\(alert.fingerprint.prefix(8))"
        var page = Page(
            id: id, groupKey: key, groupLabels: group, severity: severity, title: Self.title(alert),
            openedAtMilliseconds: nowMilliseconds)
        page.firing[alert.fingerprint] = alert
        let policy = configuration.policy(severity)
        page.log(nowMilliseconds, .opened, "\(severity.rawValue) \(Self.describe(alert))")
        if let after = policy.pageAfterMilliseconds { page.nextLevelAtMilliseconds = nowMilliseconds + after }
        if let after = policy.leadAfterMilliseconds { page.leadAtMilliseconds = nowMilliseconds + after }
        open[id] = page
        if policy.announces {
            for channel in configuration.announce { send(.announcement, to: ChannelReference(channel: channel), id) }
        }
        if policy.mailsOnly {
            for person in configuration.levels.first?.people ?? [] { mail(person, id) }
        }
    }

    private mutating func end(_ alert: AlertBook.Alert) {
        guard let id = page(of: alert), var page = open[id] else { return }
        page.firing[alert.fingerprint] = nil
        page.ended = (page.ended + [alert]).suffix(Page.endedMax)
        page.log(nowMilliseconds, .alertEnded, Self.describe(alert))
        open[id] = page
        if page.firing.isEmpty { close(id, by: "", text: "all alerts have ended") }
    }

    private static func title(_ alert: AlertBook.Alert) -> String {
        let name = alert.labels["alertname"] ?? "alert"
        let summary = alert.annotations["summary"] ?? ""
        return summary.isEmpty ? name : "\(name): \(summary)"
    }

    private static func describe(_ alert: AlertBook.Alert) -> String {
        alert.annotations["summary"].flatMap { $0.isEmpty ? nil : $0 }
            ?? alert.labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ", ")
    }

    mutating func close(_ id: String, by actor: String, text: String) {
        guard var page = open.removeValue(forKey: id) else { return }
        page.status = .resolved
        page.closedAtMilliseconds = nowMilliseconds
        page.nextLevelAtMilliseconds = nil
        page.leadAtMilliseconds = nil
        page.snoozedUntilMilliseconds = nil
        page.log(nowMilliseconds, .resolved, text, actor: actor)
        closed.append(page)
        if closed.count > Self.closedMax { closed.removeFirst(closed.count - Self.closedMax) }
        // A person who has not heard of it yet need not be woken by what is over.
        dropPages(of: id)
        for place in page.told { enqueue(.resolved, to: place, page, actor: actor) }
    }
}
