package import Basics
import SignalModel

/// Everything between the book of what fires and those who hear of it: silences, inhibition, routes, groups.
///
/// Give it each change of the book as it happens, then `run` when time has passed. Questions about an alert's
/// suppression are look-ups, and `takeSuppressionChanges` names the alerts for which the answer may be another than
/// when it was last called.
package struct AlertRouting: Sendable, Hashable, Codable {
    /// Nil without an Alertmanager file: then there are silences, but no receivers and no inhibition.
    package private(set) var configuration: RoutingConfiguration?
    package private(set) var silences = SilenceBook()
    package private(set) var dispatcher = Dispatcher()
    /// Integrations that refused their latest message for good, by channel.
    private var failing: Set<String> = []
    private var index = SuppressionIndex()

    package init() {}

    /// Nothing waits for time to pass.
    package func isQuiet(at now: Timestamp) -> Bool {
        dispatcher.groups.isEmpty && silences.lastEndMilliseconds <= now.milliseconds
    }

    /// Its size in a snapshot, roughly, in alerts.
    package var weight: Int { dispatcher.groups.count / 4 + silences.silences.count }

    private enum Key: String, CodingKey {
        case configuration
        case silences
        case dispatcher
        case failing
    }

    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Key.self)
        configuration = try fields.decodeIfPresent(RoutingConfiguration.self, forKey: .configuration)
        silences = try fields.decodeIfPresent(SilenceBook.self, forKey: .silences) ?? SilenceBook()
        dispatcher = try fields.decodeIfPresent(Dispatcher.self, forKey: .dispatcher) ?? Dispatcher()
        failing = try fields.decodeIfPresent(Set<String>.self, forKey: .failing) ?? []
    }

    package func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: Key.self)
        try fields.encodeIfPresent(configuration, forKey: .configuration)
        try fields.encode(silences, forKey: .silences)
        try fields.encode(dispatcher, forKey: .dispatcher)
        try fields.encode(failing, forKey: .failing)
    }

    /// Brings what is derived up to date; call before anything else on a state that was read.
    package mutating func prepare(_ alerts: AlertBook, at now: Timestamp) {
        if !index.isBuilt { index = SuppressionIndex(configuration, silences, alerts, at: now.milliseconds) }
    }

    // MARK: Kept apart

    /// All but the groups and what was told of them.
    package var withoutGroups: AlertRouting {
        var rest = self
        rest.dispatcher = dispatcher.withoutGroups
        rest.index = SuppressionIndex()
        return rest
    }

    /// What each receiver was told last, and what is being told, by their keys.
    package var told: GradualDictionary<String, NotificationLog.Entry> { dispatcher.log.entries }
    package var underWay: GradualDictionary<String, Dispatcher.InFlight> { dispatcher.inFlight }

    package mutating func restore(_ group: AlertGroup) { dispatcher.restore(group) }
    package mutating func restore(_ key: String, told entry: NotificationLog.Entry) {
        dispatcher.log.entries[key] = entry
    }
    package mutating func restore(_ key: String, underWay flight: Dispatcher.InFlight) {
        dispatcher.inFlight[key] = flight
    }

    // MARK: What happens

    /// `alerts` is the book after the change.
    package mutating func note(_ change: AlertBook.Change, _ alerts: AlertBook, at now: Timestamp) {
        prepare(alerts, at: now)
        switch change {
        case .fired(let alert):
            let id = Fingerprint.number(alert.fingerprint)
            index.silences.insert(id, alert.labels, in: silences)
            index.inhibitions.insert(id, alert.labels, &index.changed)
            index.changed.insert(id)
            if let tree = configuration?.tree { dispatcher.insert(alert, id, tree, at: now.milliseconds) }
        case .updated, .silenceEnded: break
        case .ended(let alert), .wentSilent(let alert):
            let id = Fingerprint.number(alert.fingerprint)
            index.silences.remove(id)
            index.inhibitions.remove(id, alert.labels, &index.changed)
            index.changed.remove(id)
            if let tree = configuration?.tree { dispatcher.end(alert, id, tree) }
        }
    }

    /// What is due up to `now`.
    package mutating func run(_ alerts: AlertBook, at now: Timestamp) -> DispatchEffects {
        prepare(alerts, at: now)
        var effects = DispatchEffects()
        let time = now.milliseconds
        if time >= index.silences.nextTurn {
            index.silences.advance(from: index.advancedTo, to: time, silences, &index.changed)
        }
        index.advancedTo = max(index.advancedTo, time)
        silences.collect(at: time)
        guard let configuration, dispatcher.nextDue ?? .max <= time else { return effects }
        let (index, silences) = (index, silences)
        let context = FlushContext(
            configuration: configuration, alerts: alerts,
            isSuppressed: { Self.isSuppressed($0, $1, index, silences, at: time) }, now: time)
        dispatcher.run(context, &effects)
        return effects
    }

    /// When `run` has something to do next.
    package var nextWakeUp: Timestamp? {
        let turn = index.silences.nextTurn == .max ? nil : index.silences.nextTurn
        return [dispatcher.nextDue, turn].compactMap { $0 }.min().map { Timestamp(milliseconds: $0) }
    }

    /// What became of a notification of `run`.
    package mutating func finish(_ key: String, isDelivered: Bool, at now: Timestamp) {
        dispatcher.finish(key, isDelivered: isDelivered, at: now.milliseconds)
    }

    /// An integration refused a message for good; true when it did not refuse the one before.
    package mutating func failed(_ group: GroupNotification) -> Bool {
        failing.insert(group.integration.channel).inserted
    }

    package mutating func recovered(_ group: GroupNotification) { failing.remove(group.integration.channel) }

    /// Another Alertmanager file, or none. Groups are made anew from all that fires; what was told is not told again.
    package mutating func configure(
        _ new: RoutingConfiguration?, _ alerts: AlertBook, at now: Timestamp
    ) -> DispatchEffects {
        var effects = DispatchEffects()
        guard new != configuration else { return effects }
        configuration = new
        failing = []
        let old = dispatcher.reset()
        effects.dropped = old.dropped
        index = SuppressionIndex(new, silences, alerts, at: now.milliseconds)
        guard let tree = new?.tree else { return effects }
        for alert in alerts.firing.values.sorted(by: { $0.fingerprint < $1.fingerprint }) {
            dispatcher.insert(alert, Fingerprint.number(alert.fingerprint), tree, at: now.milliseconds)
        }
        for (id, alert) in old.ended.sorted(by: { $0.key < $1.key }) where alerts.firing[alert.fingerprint] == nil {
            dispatcher.insert(alert, id, tree, at: now.milliseconds)
            dispatcher.end(alert, id, tree)
        }
        return effects
    }

    // MARK: Silences

    /// Nil when the draft is refused, which `SilenceBook.refusal` foretells. `newID` is used where a silence begins.
    @discardableResult
    package mutating func silence(
        _ draft: SilenceDraft, newID: String, _ alerts: AlertBook, at now: Timestamp
    ) -> String? {
        prepare(alerts, at: now)
        let time = now.milliseconds
        let before = silences.silences[draft.id]
        guard let result = silences.set(draft, newID: newID, at: time) else { return nil }
        if let before, before.state(at: time) != .expired { index.silences.remove(before, &index.changed) }
        if let silence = silences.silences[result.id] {
            let all = alerts.firing.lazy.map { (Fingerprint.number($0.key), $0.value.labels) }
            index.silences.insert(silence, alerts: all, &index.changed)
        }
        index.silences.plan(silences, after: time)
        return result.id
    }

    package mutating func expireSilence(_ id: String, _ alerts: AlertBook, at now: Timestamp) {
        prepare(alerts, at: now)
        guard let before = silences.silences[id], silences.expire(id, at: now.milliseconds) else { return }
        index.silences.remove(before, &index.changed)
        index.silences.plan(silences, after: now.milliseconds)
    }

    package mutating func approveSilence(_ id: String, by person: String, _ alerts: AlertBook, at now: Timestamp) {
        prepare(alerts, at: now)
        guard silences.approve(id, by: person, at: now.milliseconds) else { return }
        index.changed.formUnion(index.silences.alerts(of: id))
        index.silences.plan(silences, after: now.milliseconds)
    }

    // MARK: Questions

    /// Of an alert that fires: look-ups.
    package func suppression(of alert: AlertBook.Alert, at now: Timestamp) -> Suppression {
        suppression(of: alert.labels, at: now)
    }

    /// Of an alert that fires or might, by its labels.
    package func suppression(of labels: [String: String], at now: Timestamp) -> Suppression {
        var result = Suppression()
        let isP0 = labels["severity"] == Severity.p0.rawValue
        result.silencedBy = index.silences.candidates(labels).filter { id in
            guard let silence = silences.silences[id] else { return false }
            return silence.counts(forP0: isP0, at: now.milliseconds) && silence.matches(labels)
        }.sorted()
        result.inhibitedBy = index.inhibitions.inhibitor(of: labels).map { [Fingerprint.text($0)] } ?? []
        if let configuration {
            let muted = configuration.tree.match(labels).map { configuration.mutes($0, at: now.milliseconds) }
            if muted.allSatisfy({ !$0.isEmpty }) { result.mutedBy = Set(muted.flatMap { $0 }).sorted() }
        }
        return result
    }

    /// Fingerprints of alerts that fire and whose suppression may have begun or ended since the last call; sorted.
    package mutating func takeSuppressionChanges() -> [String] {
        defer { index.changed = [] }
        return index.changed.map(Fingerprint.text).sorted()
    }

    private static func isSuppressed(
        _ alert: UInt64, _ labels: [String: String], _ index: SuppressionIndex, _ silences: SilenceBook, at now: Int64
    ) -> Bool {
        let isP0 = labels["severity"] == Severity.p0.rawValue
        let known = index.silences.silences(of: alert)
        // One that is over is in no table, so it is asked by its labels.
        let ids = known.isEmpty ? index.silences.candidates(labels) : known
        let isSilenced = ids.contains { id in
            guard let silence = silences.silences[id], silence.counts(forP0: isP0, at: now) else { return false }
            return silence.matches(labels)
        }
        return isSilenced || index.inhibitions.inhibitor(of: labels) != nil
    }
}
