package import Basics
package import SignalModel

/// Evaluates all groups on their schedules and keeps their state over new configurations.
///
/// `run` drives it until its task is cancelled; `apply` may be called before and while it runs. Groups run
/// concurrently, the rules of one group in order. A group whose evaluation outlasts its interval skips slots and
/// counts them.
package actor RuleEngine {
    private let querying: any RuleQuerying
    private let source: any SampleSource
    private let appender: any SampleAppender
    private let alerts: any RuleAlertSink
    private let work: any BlockingWork
    private let clock: any WallClock
    private var context: RuleContext
    private var entries: [RuleGroupKey: Entry] = [:]
    private var hasConfiguration = false
    /// Never used twice, so that the loop of a dropped group cannot take a new one of its name for its own.
    private var generations = 0
    private let jobs: AsyncStream<Job>
    private let jobsIn: AsyncStream<Job>.Continuation

    /// What `run` has to keep going.
    private enum Job: Sendable {
        case evaluate(RuleGroupKey, generation: Int)
        case markStale([Labels], at: Timestamp, due: Timestamp, retryInterval: Duration)
    }

    /// One group with its place in the schedule. Touched only by the actor.
    private final class Entry {
        var evaluator: GroupEvaluator
        /// Another one when the interval changes: the loop of an older generation ends.
        var generation: Int
        /// While an evaluation is under way the evaluator stays; what is to follow waits here.
        var isBusy = false
        var successor: RuleGroup?
        var isRemoved = false
        /// Evaluations since the start, up to the two that restoring waits for.
        var warmUp = 0

        init(_ evaluator: GroupEvaluator, generation: Int) {
            self.evaluator = evaluator
            self.generation = generation
        }
    }

    package init(
        querying: any RuleQuerying, source: any SampleSource, appender: any SampleAppender,
        alerts: any RuleAlertSink, work: any BlockingWork, clock: any WallClock
    ) {
        self.querying = querying
        self.source = source
        self.appender = appender
        self.alerts = alerts
        self.work = work
        self.clock = clock
        context = RuleContext(querying: querying, externalLabels: .empty, externalURL: "")
        (jobs, jobsIn) = AsyncStream.makeStream()
    }

    /// Sorted by file and name.
    package var reports: [RuleGroupReport] {
        entries.values.filter { !$0.isRemoved }.map(\.evaluator.report).sorted {
            ($0.file, $0.name) < ($1.file, $1.name)
        }
    }

    // MARK: Configuration

    /// Takes over a new set of rules. Groups that did not change are not disturbed; rules that stay keep their
    /// alerts; what dropped rules wrote is marked stale. The first call after a start also restores `for` state.
    package func apply(_ configuration: RuleConfiguration) {
        context = RuleContext(
            querying: querying, externalLabels: configuration.externalLabels, externalURL: configuration.externalURL)
        for group in configuration.groups {
            if let entry = entries[group.key] { change(entry, to: group) } else { add(group) }
        }
        let kept = Set(configuration.groups.map(\.key))
        for (key, entry) in entries where !kept.contains(key) {
            entry.isRemoved = true
            if !entry.isBusy { retire(key, entry) }
        }
        hasConfiguration = true
    }

    /// The same with what `latest` says at the moment of the change: of calls that overlap, the last one has all.
    package func apply(_ latest: @Sendable () -> RuleConfiguration) { apply(latest()) }

    private func add(_ group: RuleGroup) {
        generations += 1
        entries[group.key] = Entry(GroupEvaluator(group, isRestored: hasConfiguration), generation: generations)
        jobsIn.yield(.evaluate(group.key, generation: generations))
    }

    private func change(_ entry: Entry, to group: RuleGroup) {
        entry.isRemoved = false
        if entry.isBusy {
            entry.successor = group
        } else if entry.evaluator.group != group {
            replace(entry, with: group)
        }
    }

    private func replace(_ entry: Entry, with group: RuleGroup) {
        let old = entry.evaluator
        var next = GroupEvaluator(group, isRestored: !old.needsRestoring)
        next.adopt(old)
        entry.evaluator = next
        if old.group.interval != group.interval {
            generations += 1
            entry.generation = generations
            jobsIn.yield(.evaluate(group.key, generation: generations))
        }
    }

    private func retire(_ key: RuleGroupKey, _ entry: Entry) {
        entries[key] = nil
        let group = entry.evaluator.group
        let series = entry.evaluator.writtenSeries
        if series.isEmpty { return }
        let now = clock.now()
        // Two intervals, so that a renamed group has its turn first and its series are not cut.
        jobsIn.yield(
            .markStale(
                series, at: now - group.queryOffset, due: now + group.interval * 2, retryInterval: group.interval))
    }

    // MARK: Running

    /// Returns when its task is cancelled. To be called once.
    package func run() async throws {
        try await withThrowingDiscardingTaskGroup { tasks in
            for await job in jobs {
                tasks.addTask { try await self.perform(job) }
            }
        }
    }

    private func perform(_ job: Job) async throws {
        do {
            switch job {
            case .evaluate(let key, let generation): try await runGroup(key, generation)
            case .markStale(let series, let time, let due, let retryInterval):
                try await markStale(series, at: time, due: due, retryInterval: retryInterval)
            }
        } catch is CancellationError {
            return
        }
    }

    private func runGroup(_ key: RuleGroupKey, _ generation: Int) async throws {
        guard let first = entries[key] else { return }
        let schedule = GroupSchedule(first.evaluator.group)
        var slot = schedule.slot(after: clock.now())
        while true {
            try await clock.sleep(until: slot)
            guard let entry = entries[key], entry.generation == generation, !entry.isRemoved else { return }
            // Late by whole intervals: the ones in between are skipped.
            let latest = max(slot, schedule.slot(atOrBefore: clock.now()))
            let missed = (latest - slot).milliseconds / schedule.intervalMilliseconds
            if missed > 0 { entry.evaluator.miss(missed) }
            await iterate(key, entry, at: latest)
            try Task.checkCancellation()
            slot = schedule.slot(after: latest)
        }
    }

    private func iterate(_ key: RuleGroupKey, _ entry: Entry, at slot: Timestamp) async {
        entry.isBusy = true
        let group = entry.evaluator.group
        let context = context
        let startedAt = clock.now()
        let started = clock.uptime()
        entry.evaluator.begin()
        for index in group.rules.indices {
            if Task.isCancelled || entry.isRemoved { break }
            await evaluate(index, of: group, entry, at: slot, context)
        }
        await cleanUp(entry, at: slot)
        entry.evaluator.finish(at: startedAt, took: clock.uptime() - started)
        await restoreIfDue(entry)
        entry.isBusy = false
        settle(key, entry)
    }

    private func evaluate(
        _ index: Int, of group: RuleGroup, _ entry: Entry, at slot: Timestamp, _ context: RuleContext
    ) async {
        let startedAt = clock.now()
        let started = clock.uptime()
        let rule = group.rules[index]
        do {
            let finding = try await work.runBlocking { try rule.find(in: group, at: slot, context) }
            let outcome = try entry.evaluator.apply(finding, ofRule: index, at: slot, context)
            if !outcome.alerts.isEmpty { await alerts.observe(outcome.alerts, at: slot) }
            let appended =
                outcome.batch.isEmpty ? AppendOutcome() : try await appender.append(outcome.batch, policy: .keepValid)
            entry.evaluator.settle(outcome, appended, ofRule: index)
        } catch {
            // A query cut off by the shutdown says nothing about the rule.
            if Task.isCancelled { return }
            entry.evaluator.fail(index, "\(error)")
        }
        entry.evaluator.finishRule(index, at: startedAt, took: clock.uptime() - started)
    }

    private func cleanUp(_ entry: Entry, at slot: Timestamp) async {
        guard let batch = entry.evaluator.cleanUp(at: slot) else { return }
        // Refusals mean that somebody else writes the series now. A store that takes nothing is asked again at
        // the next evaluation, and shows in the rules' own errors.
        guard (try? await appender.append(batch, policy: .keepValid)) != nil else { return }
        entry.evaluator.cleanedUp()
    }

    /// After two evaluations, because before that data may be missing that alerts depend on.
    private func restoreIfDue(_ entry: Entry) async {
        guard entry.evaluator.needsRestoring else { return }
        entry.warmUp += 1
        guard entry.warmUp >= 2 else { return }
        let group = entry.evaluator.group
        let source = source
        let now = clock.now()
        do {
            let stored = try await work.runBlocking {
                try GroupEvaluator.storedStates(of: group, in: source, at: now)
            }
            entry.evaluator.restore(stored, at: now)
        } catch {
            if Task.isCancelled { return }
            // Tried again after the next evaluation.
            entry.evaluator.failRestoring("\(error)")
        }
    }

    /// What a configuration that came during the evaluation wants.
    private func settle(_ key: RuleGroupKey, _ entry: Entry) {
        if entry.isRemoved { return retire(key, entry) }
        guard let successor = entry.successor else { return }
        entry.successor = nil
        if successor != entry.evaluator.group { replace(entry, with: successor) }
    }

    private func markStale(
        _ series: [Labels], at time: Timestamp, due: Timestamp, retryInterval: Duration
    ) async throws {
        var due = due
        while true {
            try await clock.sleep(until: due)
            let live = entries.values.reduce(into: Set<Labels>()) { $0.formUnion($1.evaluator.liveSeries) }
            var batch = SampleBatch()
            for labels in series where !live.contains(labels) {
                batch.beginSeries(labels)
                batch.append(Sample(timestamp: time, value: StaleMarker.value))
            }
            if batch.isEmpty { return }
            do {
                _ = try await appender.append(batch, policy: .keepValid)
                return
            } catch is SampleStoreError {
                // The store takes nothing at the moment: the markers wait.
                due = clock.now() + retryInterval
            }
        }
    }
}
