import Basics
package import Response
import SignalModel

/// Drives the operations state as the running core does, on a clock of its own: inputs in, due messages out.
package struct OperationsHistory {
    package private(set) var state = OperationsState()
    package private(set) var journal: [JournalEntry] = []
    /// Everything handed to a channel, with the time of the attempt.
    package private(set) var attempts: [(at: Int64, notification: Notification)] = []
    package var now: Int64
    /// While set nothing is handed to a channel.
    package var isHolding = false
    /// What a channel answers; delivered unless said otherwise.
    package var answer: (Notification, Int64) -> DeliveryResult = { _, _ in .delivered }

    package init(_ configuration: PagingConfiguration, startingAt now: Int64 = 1_700_000_000_000) {
        self.now = now
        feed(.configured(configuration))
    }

    package mutating func feed(_ input: OperationsInput) {
        let entry = JournalEntry(sequence: state.sequence + 1, atMilliseconds: now, input: input)
        journal.append(entry)
        state.apply(entry)
        send()
    }

    package mutating func fire(
        _ labels: [String: String], annotations: [String: String] = [:], lasting: Int64 = 3_600_000 * 1000
    ) {
        feed(.observed([alert(labels, annotations, endsAt: now + lasting)]))
    }

    package mutating func end(_ labels: [String: String]) { feed(.observed([alert(labels, [:], endsAt: now)])) }

    private func alert(_ labels: [String: String], _ annotations: [String: String], endsAt: Int64) -> AlertInput {
        AlertInput(
            ObservedAlert(
                labels: Labels(labels.map { (name: $0.key, value: $0.value) }),
                annotations: Labels(annotations.map { (name: $0.key, value: $0.value) }),
                startsAt: Timestamp(milliseconds: now), endsAt: Timestamp(milliseconds: endsAt), generatorURL: ""))
    }

    /// Moves time on, stopping wherever something is due by itself.
    package mutating func advance(minutes: Int64) { advance(milliseconds: minutes * 60_000) }

    package mutating func advance(milliseconds: Int64) {
        let target = now + milliseconds
        while let wake = nextWake, wake <= target {
            now = max(now, wake)
            feed(.clockReached)
        }
        now = target
        feed(.clockReached)
    }

    private var nextWake: Int64? {
        [state.nextWakeUp, state.nextMessage].compactMap { $0?.milliseconds }.min()
    }

    /// One attempt for everything due, again and again until nothing is.
    private mutating func send() {
        while !isHolding, let entry = state.dueMessages().first {
            attempts.append((now, entry.notification))
            let result = answer(entry.notification, now)
            let done = JournalEntry(
                sequence: state.sequence + 1, atMilliseconds: now,
                input: .delivered(key: entry.notification.key, result: result))
            journal.append(done)
            state.apply(done)
        }
    }

    /// What a restart finds: the journal up to `count` entries, the rest lost with the power.
    package mutating func restart(keeping count: Int) {
        journal = Array(journal.prefix(count))
        var restored = OperationsState()
        for entry in journal { restored.apply(entry) }
        state = restored
        send()
    }

    /// The same, where the state after those entries is known already, `downtime` after the last of them.
    package mutating func restart(keeping count: Int, as restored: OperationsState, after downtime: Int64) {
        journal = Array(journal.prefix(count))
        state = restored
        now = (journal.last?.atMilliseconds ?? now) + downtime
        send()
    }

    package func messages(_ kind: Notification.Kind, to person: String = "") -> [(
        at: Int64, notification: Notification
    )] {
        attempts.filter {
            $0.notification.kind == kind && (person.isEmpty || $0.notification.channel.person == person)
        }
    }
}

extension PagingConfiguration {
    /// Four levels of one person each, a secondary, a lead, two team channels, every person by mail.
    package static var fixture: PagingConfiguration {
        var configuration = PagingConfiguration()
        for name in ["engineer", "team-lead", "infrastructure-lead", "cto", "secondary"] {
            configuration.people[name] = Person(
                name: name, contacts: [Contact(channel: "mail", address: "\(name)@example.org")])
        }
        configuration.levels = ["engineer", "team-lead", "infrastructure-lead", "cto"].map { Level(people: [$0]) }
        configuration.secondary = "secondary"
        configuration.lead = "infrastructure-lead"
        configuration.announce = ["slack", "hook"]
        configuration.owners = ["hook"]
        configuration.mailChannels = ["mail"]
        configuration.externalURL = "http://127.0.0.1:7070"
        return configuration
    }

    /// The same, but the engineer is called; an SMS takes over for the call, mail for the SMS.
    package static var withCalls: PagingConfiguration {
        var configuration = fixture
        let addresses = ["call": "+1", "text": "+1", "mail": "engineer@example.org"]
        configuration.people["engineer"] = Person(
            name: "engineer", contacts: [Contact(channel: "call", address: "+1")], addresses: addresses)
        configuration.delivery.channels["call"] = .init(fallback: "text", meter: .voice, tellsEnd: false)
        configuration.delivery.channels["text"] = .init(fallback: "mail", meter: .sms)
        return configuration
    }
}
