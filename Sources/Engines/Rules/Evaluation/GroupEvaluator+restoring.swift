package import Basics
package import SignalModel

/// `for` state across restarts, after Prometheus' `Group.RestoreForState`: the second an alert became active is in
/// `ALERTS_FOR_STATE`; the time nobody watched does not count.
extension GroupEvaluator {
    /// The latest stored `ALERTS_FOR_STATE` sample of each alert of one rule, by the alert's labels.
    package typealias StoredState = [Labels: Sample]

    /// Reads what was stored for each rule that waits for it. Blocks.
    package static func storedStates(
        of group: RuleGroup, in source: any SampleSource, at time: Timestamp
    ) throws -> [Int: StoredState] {
        var states: [Int: StoredState] = [:]
        for (index, rule) in group.rules.enumerated() {
            guard rule.isWorthRestoring, case .alerting(let rule) = rule else { continue }
            states[index] = try storedState(of: rule, in: source, at: time)
        }
        return states
    }

    private static func storedState(
        of rule: AlertingRule, in source: any SampleSource, at time: Timestamp
    ) throws -> StoredState {
        let matchers = [
            try Matcher(Labels.metricName, .equal, "ALERTS_FOR_STATE"), try Matcher("alertname", .equal, rule.name),
        ]
        let start = time - RuleLimits.outageTolerance
        var state: StoredState = [:]
        var buffer = SampleBuffer()
        for series in try source.select(matchers, from: start, through: time, sorted: false) {
            buffer.removeAll()
            try series.read(from: start, through: time, into: &buffer)
            guard let last = buffer.timestamps.last, let value = buffer.values.last else { continue }
            state[series.labels.withoutName] = Sample(timestamp: Timestamp(milliseconds: last), value: value)
        }
        return state
    }

    /// Gives the alerts that are active now the age they had. Afterwards all rules write `ALERTS`.
    package mutating func restore(_ stored: [Int: StoredState], at time: Timestamp) {
        for (index, rule) in group.rules.enumerated() {
            restore(index) { state in
                state.isRestored = true
                guard case .alerting(let rule) = rule, let samples = stored[index] else { return }
                for (key, alert) in state.active {
                    guard let sample = samples[alert.labels], !StaleMarker.isStale(sample.value) else { continue }
                    state.active[key]?.activeAt = Self.activeAt(sample, hold: rule.hold, at: time)
                }
            }
        }
    }

    /// Shown at the rules that wait; they go on unrestored, without writing `ALERTS`.
    package mutating func failRestoring(_ reason: String) {
        for (index, rule) in group.rules.enumerated() where rule.isWorthRestoring {
            fail(index, "restoring the 'for' state: \(reason)")
        }
    }

    private static func activeAt(_ sample: Sample, hold: Duration, at time: Timestamp) -> Timestamp {
        // Stored by us, but by way of a store that others write to, too.
        guard sample.value.isFinite, sample.value.magnitude < 1e12 else { return time }
        let activeAt = Timestamp(seconds: sample.value)
        let downAt = sample.timestamp
        let remaining = hold - (downAt - activeAt)
        // It fired already: it fires again at the next evaluation.
        if remaining <= .zero { return activeAt }
        // It fires when the grace period is over.
        if remaining < RuleLimits.forGracePeriod { return time + RuleLimits.forGracePeriod - hold }
        return activeAt + (time - downAt)
    }
}

extension Rule {
    /// Below the grace period it is sooner to wait for the whole `for` again.
    var isWorthRestoring: Bool {
        if case .alerting(let rule) = self { rule.hold >= RuleLimits.forGracePeriod } else { false }
    }
}
