package import Basics
import GoTemplates
package import SignalModel

/// The state machine of one group. It is told what each rule's expression said and what became of the samples;
/// it says what to store and whom to alert. It neither waits nor asks.
///
/// The order of one evaluation is, for each rule: `Rule.find` → `apply` → hand over the alerts → append the batch →
/// `settle`; then `cleanUp`. Alerts go first, so a full disk does not keep anybody from being paged.
package struct GroupEvaluator: Sendable {
    package private(set) var group: RuleGroup
    package private(set) var statistics = GroupStatistics()
    private(set) var states: [RuleState]
    /// Series of rules that a new configuration dropped: they get a stale marker at the next evaluation.
    private var staleSeries: [Labels] = []

    /// What one rule wants done.
    package struct Outcome: Sendable {
        /// Results first, then stale markers.
        package var batch: SampleBatch
        package var resultCount: Int
        package var alerts: [ObservedAlert]
    }

    /// `isRestored` is false for groups of the first configuration after a start.
    package init(_ group: RuleGroup, isRestored: Bool) {
        self.group = group
        states = group.rules.map { RuleState(isRestored: isRestored || !$0.isWorthRestoring) }
    }

    /// Everything written so far, to be marked stale when the group is dropped.
    package var writtenSeries: [Labels] { states.flatMap(\.previousSeries) + staleSeries }

    /// What the latest evaluation of each rule wrote.
    package var liveSeries: Set<Labels> { states.reduce(into: []) { $0.formUnion($1.previousSeries) } }

    package var needsRestoring: Bool { states.contains { !$0.isRestored } }

    // MARK: One rule

    /// `time` is the evaluation's slot. Throws when the rule fails as a whole; then `fail` says so.
    package mutating func apply(
        _ finding: RuleFinding, ofRule index: Int, at time: Timestamp, _ context: RuleContext
    ) throws(RuleError) -> Outcome {
        let stored = time - group.queryOffset
        var outcome = Outcome(batch: SampleBatch(), resultCount: 0, alerts: [])
        var written: Set<Labels> = []
        switch (finding, group.rules[index]) {
        case (.records(let records), _):
            for record in records {
                written.insert(record.labels)
                if let histogram = record.histogram {
                    outcome.batch.beginSeries(record.labels)
                    outcome.batch.append(histogram, at: stored)
                } else {
                    outcome.batch.add(record.labels, record.value, at: stored)
                }
            }
        case (.alerts(let candidates), .alerting(let rule)):
            try update(rule, index, with: candidates, at: time)
            if states[index].isRestored { write(rule, index, at: stored, to: &outcome.batch, &written) }
            outcome.alerts = dueAlerts(rule, index, at: time, context)
        case (.alerts, .recording): preconditionFailure("alerts found for a recording rule")
        }
        outcome.resultCount = outcome.batch.entries.count
        for labels in states[index].previousSeries where !written.contains(labels) {
            outcome.batch.add(labels, StaleMarker.value, at: stored)
        }
        return outcome
    }

    /// Notes what the store took of `outcome`. Markers that came too late are no loss: another rule writes the
    /// series now.
    package mutating func settle(_ outcome: Outcome, _ appended: AppendOutcome, ofRule index: Int) {
        let refused = Dictionary(appended.refusals.map { ($0.entry, $0.reason) }) { first, _ in first }
        var written: Set<Labels> = []
        for (position, entry) in outcome.batch.entries.prefix(outcome.resultCount).enumerated()
        where refused[position] == nil {
            written.insert(outcome.batch.labels(of: entry))
        }
        states[index].previousSeries = written
        let results = appended.refusals.filter { $0.entry < outcome.resultCount }
        if let first = results.first {
            let entry = outcome.batch.entries[first.entry]
            fail(index, "\(first.reason.rawValue): \(outcome.batch.labels(of: entry))")
        } else {
            states[index].health = .ok
            states[index].lastError = ""
        }
        statistics.samples += outcome.resultCount
    }

    package mutating func fail(_ index: Int, _ reason: String) {
        states[index].health = .err
        states[index].lastError = reason
        statistics.failures += 1
    }

    /// `time` is when the rule's turn came, `took` how long it lasted.
    package mutating func finishRule(_ index: Int, at time: Timestamp, took: Duration) {
        states[index].lastEvaluation = time
        states[index].evaluationTime = took
        statistics.evaluations += 1
    }

    // MARK: The whole group

    package mutating func begin() {
        statistics.iterations += 1
        statistics.samples = 0
    }

    package mutating func finish(at time: Timestamp, took: Duration) {
        statistics.lastEvaluation = time
        statistics.evaluationTime = took
    }

    package mutating func miss(_ count: Int64) {
        statistics.iterations += count
        statistics.iterationsMissed += count
    }

    /// Stale markers for what dropped rules wrote; nil when there is nothing.
    package mutating func cleanUp(at time: Timestamp) -> SampleBatch? {
        let current = liveSeries
        staleSeries.removeAll { current.contains($0) }
        if staleSeries.isEmpty { return nil }
        var batch = SampleBatch()
        for labels in staleSeries { batch.add(labels, StaleMarker.value, at: time - group.queryOffset) }
        return batch
    }

    package mutating func cleanedUp() { staleSeries = [] }

    /// Takes over the state of the rules that `old` shares with this group: same name, same labels, in order.
    /// What rules without a successor wrote is marked stale at the next evaluation.
    package mutating func adopt(_ old: GroupEvaluator) {
        statistics = old.statistics
        staleSeries = old.staleSeries
        var positions: [RuleKey: [Int]] = [:]
        for (index, rule) in old.group.rules.enumerated().reversed() {
            positions[rule.key, default: []].append(index)
        }
        for (index, rule) in group.rules.enumerated() {
            guard let position = positions[rule.key]?.popLast() else { continue }
            states[index] = old.states[position]
        }
        for position in positions.values.joined().sorted() { staleSeries += old.states[position].previousSeries }
    }

    // MARK: Alerts

    private mutating func update(
        _ rule: AlertingRule, _ index: Int, with candidates: [AlertCandidate], at time: Timestamp
    ) throws(RuleError) {
        var present: Set<Labels> = []
        for candidate in candidates {
            present.insert(candidate.labels)
            states[index].active[candidate.labels, default: ActiveAlert(candidate, at: time)]
                .confirmed(candidate, at: time)
        }
        for key in Array(states[index].active.keys) where !present.contains(key) {
            let isForgotten = states[index].active[key]?.missed(at: time, keepFiring: rule.keepFiring) ?? false
            if isForgotten { states[index].active[key] = nil }
        }
        let count = states[index].active.values.count { $0.state != .inactive }
        if group.limit > 0, count > group.limit {
            states[index].active = [:]
            throw RuleError("exceeded limit of \(group.limit) with \(count) alerts")
        }
        for key in present {
            guard let alert = states[index].active[key], alert.state == .pending, time - alert.activeAt >= rule.hold
            else { continue }
            states[index].active[key]?.state = .firing
            states[index].active[key]?.firedAt = time
        }
    }

    /// `ALERTS` with the state as a label, `ALERTS_FOR_STATE` with the second it became active as its value.
    private func write(
        _ rule: AlertingRule, _ index: Int, at time: Timestamp, to batch: inout SampleBatch,
        _ written: inout Set<Labels>
    ) {
        for alert in states[index].active.values where alert.state != .inactive {
            var builder = LabelsBuilder(alert.labels)
            builder.set("alertname", rule.name)
            builder.set(Labels.metricName, "ALERTS_FOR_STATE")
            let forState = builder.labels()
            builder.set(Labels.metricName, "ALERTS")
            builder.set("alertstate", alert.state.rawValue)
            let current = builder.labels()
            batch.add(current, 1, at: time)
            batch.add(forState, (alert.activeAt.seconds).rounded(.down), at: time)
            written.insert(current)
            written.insert(forState)
        }
    }

    private mutating func dueAlerts(
        _ rule: AlertingRule, _ index: Int, at time: Timestamp, _ context: RuleContext
    ) -> [ObservedAlert] {
        let validity = max(group.interval, RuleLimits.resendDelay) * 4
        let url = "\(context.externalURL)/graph?g0.expr=\(GoText.queryEscaped(rule.query))&g0.tab=1"
        var due: [ObservedAlert] = []
        for (key, alert) in states[index].active where alert.isDue(at: time) {
            states[index].active[key]?.lastSentAt = time
            var builder = LabelsBuilder(context.externalLabels)
            alert.labels.forEach { builder.set($0, $1) }
            due.append(
                ObservedAlert(
                    labels: builder.labels(), annotations: alert.annotations,
                    startsAt: alert.firedAt ?? alert.activeAt,
                    endsAt: alert.resolvedAt ?? time + validity, generatorURL: url))
        }
        return due.sorted { $0.labels < $1.labels }
    }
}

extension GroupEvaluator {
    /// For restoring only.
    mutating func restore(_ index: Int, _ body: (inout RuleState) -> Void) { body(&states[index]) }
}

extension SampleBatch {
    fileprivate mutating func add(_ labels: Labels, _ value: Double, at time: Timestamp) {
        beginSeries(labels)
        append(Sample(timestamp: time, value: value))
    }
}
