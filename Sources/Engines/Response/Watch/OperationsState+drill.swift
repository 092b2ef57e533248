import Alerting
import Basics
import SignalModel

/// Drills go the way of any page: alert, page, outbox, channel. They reach the drill's people and channels alone.
extension OperationsState {
    package static let drillAlert = "SignalboxDrill"

    mutating func startDrill(by actor: String) {
        guard let policy = configuration.watch.drill, drills.page == nil else { return }
        let labels = ["alertname": Self.drillAlert, "severity": Severity.p0.rawValue]
        let wants =
            policy.acknowledgeWithinMilliseconds.map {
                "acknowledge it within \(DurationWords.make(milliseconds: $0))"
            } ?? "nothing is to be done"
        let alert = AlertBook.Alert(
            fingerprint: AlertFingerprint.make(Labels(labels.map { (name: $0.key, value: $0.value) })),
            labels: labels, annotations: ["summary": "this is a drill: \(wants)"],
            startsAtMilliseconds: nowMilliseconds, endsAtMilliseconds: ObservedAlert.untilToldMilliseconds,
            generatorURL: "")
        drills.startedAtMilliseconds = nowMilliseconds
        drills.fingerprint = alert.fingerprint
        drills.deadlineMilliseconds = nowMilliseconds + policy.withinMilliseconds
        drills.schedule(policy, at: nowMilliseconds)
        handle(alerts.observe(alert, at: now))
        followSuppression()
        drills.page = open.id(ofAlert: alert.fingerprint)
        guard let id = drills.page else { return failDrill("its alert opened no page: a silence may cover it") }
        if !actor.isEmpty { log(id, .note, "started by hand", actor: actor) }
        if policy.people.isEmpty, policy.channels.isEmpty { failDrill("it has neither people nor channels") }
    }

    /// Everybody whom a drill is for hears of it.
    mutating func openDrill(_ id: String) {
        guard let policy = configuration.watch.drill else { return }
        let now = nowMilliseconds
        let found = onCall(policy.people)
        for channel in policy.channels { send(.announcement, to: ChannelReference(channel: channel), id) }
        open.change(id) { page in
            page.level = 1
            page.log(now, .paged, "drill: \((found.people + policy.channels).joined(separator: ", "))")
        }
        for person in found.people { tell(person, .page, id) }
        tellOwners(ofNobodyIn: found.empty, about: id)
    }

    mutating func runDrills() {
        if let deadline = drills.deadlineMilliseconds, deadline <= nowMilliseconds {
            let wanted = configuration.watch.drill?.acknowledgeWithinMilliseconds != nil
            failDrill(wanted ? "nobody has acknowledged it in time" : "its messages were not delivered in time")
        }
        if let next = drills.nextAtMilliseconds, next <= nowMilliseconds {
            let every = configuration.watch.drill?.everyMilliseconds
            // Where one is under way still, the next comes a whole interval later.
            drills.nextAtMilliseconds = every.map { nowMilliseconds + $0 }
            startDrill(by: "")
        }
    }

    mutating func noteDrill(acknowledged id: String) {
        guard id == drills.page, configuration.watch.drill?.acknowledgeWithinMilliseconds != nil else { return }
        passDrill("acknowledged")
    }

    mutating func noteDrill(delivered id: String) {
        guard id == drills.page, configuration.watch.drill?.acknowledgeWithinMilliseconds == nil else { return }
        if outbox.keys(ofPage: id).isEmpty, deliveries.awaited[id] == nil { passDrill("every message is delivered") }
    }

    private mutating func passDrill(_ text: String) {
        drills.succeededAtMilliseconds = nowMilliseconds
        drills.successes += 1
        finishDrill("the drill has succeeded: \(text)")
    }

    mutating func failDrill(_ reason: String) {
        drills.failedAtMilliseconds = nowMilliseconds
        drills.failures += 1
        drills.failureText = reason
        tellOwners("the drill has failed: \(reason)", about: drills.page ?? "")
        finishDrill("the drill has failed: \(reason)")
    }

    private mutating func finishDrill(_ text: String) {
        let fingerprint = drills.fingerprint
        if let id = drills.page { log(id, .note, text) }
        drills.page = nil
        drills.fingerprint = nil
        drills.deadlineMilliseconds = nil
        if let fingerprint { endQuietly(fingerprint) }
    }
}
