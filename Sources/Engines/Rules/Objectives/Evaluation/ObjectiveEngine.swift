package import Basics
package import SignalModel
import Synchronization

/// Counts and judges all objectives each minute, tells their alerts, and writes their series.
///
/// `run` drives it until its task is cancelled; `apply` may be called before and while it runs. Nothing is lost by
/// ending anywhere: counts that were not stored are counted again from samples, alerts and series come from counts.
package actor ObjectiveEngine {
    package struct Settings: Sendable {
        /// How late samples may come.
        package var late: Duration
        /// How long the store has samples: no new objective is counted further back.
        package var samplesKept: Duration

        package init(late: Duration, samplesKept: Duration) {
            self.late = late
            self.samplesKept = samplesKept
        }

        var lateMinutes: Int64 { late.milliseconds / Minute.milliseconds + 1 }
    }

    let store: CountsStore
    private let source: any SampleSource
    private let arrivals: LateArrivals?
    private let appender: any SampleAppender
    private let alerts: any RuleAlertSink
    let journal: any ObjectiveJournal
    private let work: any BlockingWork
    private let clock: any WallClock
    private var settings: Settings
    private var context = ObjectiveContext(externalLabels: .empty, externalURL: "")
    private var entries: [String: ObjectiveEntry] = [:]
    /// Of each objective, as it is configured now.
    private var series: [String: ObjectiveSeries] = [:]
    /// What the latest minute has written, by objective.
    private var written: [String: [Labels]] = [:]
    private var isTicking = false
    /// A tick that came during another.
    private var wantedMinute: Int64?
    private var hasConfiguration = false
    private let calls: AsyncStream<Void>
    private let call: AsyncStream<Void>.Continuation
    private let latest = Mutex(Published())

    private struct Published: Sendable {
        var standings: [ObjectiveStanding] = []
        var statistics = ObjectiveStatistics()
    }

    /// A minute is looked at this long after its end, when senders have had time to send it. What comes later is
    /// counted a minute later.
    package static let settling = Duration.seconds(5)
    /// Objectives that are counted in one go on a thread.
    private static let objectivesAtOnce = 100

    /// `arrivals` hears of all that is appended to `source`; nil when others append, too: then all that may have come
    /// late is counted again each minute.
    package init(
        store: CountsStore, source: any SampleSource, arrivals: LateArrivals?, appender: any SampleAppender,
        alerts: any RuleAlertSink, journal: any ObjectiveJournal, work: any BlockingWork, clock: any WallClock,
        settings: Settings
    ) {
        self.store = store
        self.source = source
        self.arrivals = arrivals
        self.appender = appender
        self.alerts = alerts
        self.journal = journal
        self.work = work
        self.clock = clock
        self.settings = settings
        (calls, call) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// As of the latest minute, by service and name. May be called from anywhere.
    package nonisolated var standings: [ObjectiveStanding] { latest.withLock { $0.standings } }
    package nonisolated var statistics: ObjectiveStatistics { latest.withLock { $0.statistics } }

    /// What is configured, by name.
    package var objectives: [Objective] { entries.values.map(\.objective).sorted { $0.name < $1.name } }
    package func objective(_ name: String) -> Objective? { entries[name]?.objective }

    // MARK: Configuration

    /// Takes over a new set of objectives, whose names are unique. One that promises or counts something else is a new
    /// version from now on; what it counts is counted back from samples.
    package func apply(_ objectives: [Objective], _ context: ObjectiveContext, _ settings: Settings) async throws {
        self.context = context
        self.settings = settings
        series = [:]
        let now = clock.now()
        // After a start: what was told before goes on.
        let told = hasConfiguration ? [:] : Dictionary(grouping: journal.firingAlerts) { $0.labels["objective"] }
        hasConfiguration = true
        for objective in objectives {
            if let definition = Self.definition(objective, journal.book.records[objective.name], at: now) {
                try await journal.record(.defined(definition))
            }
            let record = journal.book.records[objective.name]
            let series = record?.versions.last?.series ?? objective.name
            if let entry = entries[objective.name], entry.series == series {
                entries[objective.name]?.objective = objective
                if entry.objective.countedText != objective.countedText {
                    entries[objective.name]?.counter = EventCounter(objective)
                }
            } else {
                let alerts =
                    entries[objective.name]?.alerts ?? ObjectiveAlerts(restoring: told[objective.name] ?? [])
                entries[objective.name] = ObjectiveEntry(
                    objective: objective, series: series, first: record?.firstCounted(series), alerts: alerts,
                    since: now.minute)
            }
        }
        let kept = Set(objectives.map(\.name))
        var ended = told.filter { !kept.contains($0.key) }.values.map { ObjectiveAlerts(restoring: $0) }
        for (name, entry) in entries where !kept.contains(name) {
            entries[name] = nil
            ended.append(entry.alerts)
        }
        for var alerts in ended {
            let last = alerts.end(at: now)
            if !last.isEmpty { await self.alerts.observe(last, at: now) }
        }
        // Also those that were taken away while Signalbox was not running.
        for (name, record) in journal.book.records
        where !kept.contains(name) && record.removedAtMilliseconds == nil {
            try await journal.record(.removed(objective: name, atMilliseconds: now.milliseconds))
        }
        latest.withLock { published in published.standings.removeAll { !kept.contains($0.objective) } }
        call.yield()
    }

    /// The version that begins when `objective` is not what the latest one says.
    private static func definition(
        _ objective: Objective, _ record: ObjectiveBook.Record?, at now: Timestamp
    ) -> ObjectiveDefinition? {
        let latest = record?.versions.last
        if let latest, latest.promise == objective.promiseText, latest.service == objective.service,
            record?.removedAtMilliseconds == nil
        {
            return nil
        }
        let version = (latest?.version ?? 0) + 1
        let same = record?.versions.last { $0.counted == objective.countedText }
        var rolling: Int64?
        if case .rolling(let length) = objective.window { rolling = length.milliseconds }
        return ObjectiveDefinition(
            objective: objective.name, service: objective.service, version: version,
            sinceMilliseconds: now.milliseconds, series: same?.series ?? "\(objective.name)@\(version)",
            target: objective.target, rollingMilliseconds: rolling, counted: objective.countedText,
            promise: objective.promiseText)
    }

    /// What `recount` needs of the engine's own.
    var now: Timestamp { clock.now() }
    var samplesKept: Duration { settings.samplesKept }

    /// From now on the objective's counts are another series.
    func countAnew(_ name: String, series: String) {
        guard let entry = entries[name] else { return }
        entries[name] = ObjectiveEntry(
            objective: entry.objective, series: series, first: journal.book.records[name]?.firstCounted(series),
            alerts: entry.alerts, since: clock.now().minute)
        call.yield()
    }

    // MARK: Running

    /// Returns when its task is cancelled. To be called once. Besides each minute, a new configuration is judged at
    /// once.
    package func run() async throws {
        try await withThrowingDiscardingTaskGroup { tasks in
            tasks.addTask { try await self.runMinutes() }
            tasks.addTask {
                for await _ in self.calls { await self.tick((self.clock.now() - Self.settling).minute) }
            }
        }
    }

    private func runMinutes() async throws {
        var minute = (clock.now() - Self.settling).minute + 1
        while true {
            try await clock.sleep(until: Timestamp(milliseconds: minute * Minute.milliseconds) + Self.settling)
            // Late by whole minutes: they are counted now, and judged at their end.
            minute = max(minute, (clock.now() - Self.settling).minute)
            await tick(minute)
            minute += 1
        }
    }

    /// Counts what is before `minute` and judges it at its begin.
    package func tick(_ minute: Int64) async {
        if isTicking {
            wantedMinute = max(wantedMinute ?? minute, minute)
            return
        }
        isTicking = true
        defer { isTicking = false }
        await countAndJudge(at: minute)
        while let minute = wantedMinute, !Task.isCancelled {
            wantedMinute = nil
            await countAndJudge(at: minute)
        }
    }

    private func countAndJudge(at minute: Int64) async {
        let began = clock.uptime()
        var statistics = latest.withLock { $0.statistics }
        statistics.failure = nil
        let late = takeLate(before: minute)
        let names = entries.keys.sorted()
        for start in stride(from: 0, to: names.count, by: Self.objectivesAtOnce) {
            let group = names[start..<min(start + Self.objectivesAtOnce, names.count)].compactMap { entries[$0] }
            await count(group, before: minute, late, &statistics)
            // What a back-fill of many has opened need not wait in memory.
            if store.isLogLong { await fold(at: minute, &statistics) }
        }
        await judge(at: minute, &statistics)
        await fold(at: minute, &statistics)
        statistics.ticks += 1
        statistics.lastTick = clock.now()
        statistics.lastDuration = clock.uptime() - began
        let finished = statistics
        latest.withLock { $0.statistics = finished }
    }

    /// What came for minutes that were counted already. To be taken before samples are read.
    private func takeLate(before minute: Int64) -> LateArrivals.Marks? {
        guard let arrivals else { return nil }
        if entries.isEmpty {
            arrivals.rest()
            return nil
        }
        return arrivals.take(countedBefore: minute * Minute.milliseconds - CountingLimits.gapMax.milliseconds)
    }

    private func count(
        _ group: [ObjectiveEntry], before minute: Int64, _ late: LateArrivals.Marks?,
        _ statistics: inout ObjectiveStatistics
    ) async {
        let (store, source, settings) = (store, source, settings)
        do {
            let counted = try await work.runBlocking {
                try ObjectiveEntry.count(group, before: minute, settings, late, in: source, to: store)
            }
            for entry in counted.entries where entries[entry.objective.name]?.series == entry.series {
                guard entries[entry.objective.name]?.objective.countedText == entry.objective.countedText else {
                    continue
                }
                entries[entry.objective.name]?.takeCounts(of: entry)
            }
            statistics.minutesChanged += counted.changed
        } catch {
            if Task.isCancelled { return }
            statistics.failure = "\(error)"
            statistics.failures += 1
            for entry in group {
                entries[entry.objective.name]?.problem = "\(error)"
                // Whose it is is found out no more.
                if let late, !late.isEmpty { entries[entry.objective.name]?.noteLate(atMilliseconds: late.earliest) }
            }
        }
    }

    private func judge(at minute: Int64, _ statistics: inout ObjectiveStatistics) async {
        let book = journal.book
        let (store, group) = (store, entries.values.sorted { $0.objective.name < $1.objective.name })
        let judged: [JudgedObjective]
        do {
            judged = try await work.runBlocking {
                group.compactMap { entry in
                    book.records[entry.objective.name].map { JudgedObjective(entry, $0, store, at: minute) }
                }
            }
        } catch {
            if Task.isCancelled { return }
            statistics.failure = "\(error)"
            statistics.failures += 1
            return
        }
        var standings: [ObjectiveStanding] = []
        var told: [ObservedAlert] = []
        let at = Timestamp(milliseconds: minute * Minute.milliseconds)
        for var result in judged {
            // A configuration that came meanwhile has the word.
            guard let current = entries[result.name], current.objective == result.entry.objective else { continue }
            if let transition = result.transition {
                do {
                    try await journal.record(.policyChanged(transition))
                    result.take(transition)
                } catch {
                    // Decided anew in a minute.
                    statistics.failure = "\(error)"
                    statistics.failures += 1
                }
            }
            told +=
                entries[result.name]?.alerts.update(
                    result.conditions, of: result.entry.objective, at: at, context) ?? []
            standings.append(result.standing)
        }
        if !told.isEmpty { await alerts.observe(told, at: at) }
        let all = standings.sorted { ($0.service, $0.objective) < ($1.service, $1.objective) }
        latest.withLock { $0.standings = all }
        await write(all, at: clock.now(), &statistics)
    }

    private func write(
        _ standings: [ObjectiveStanding], at time: Timestamp, _ statistics: inout ObjectiveStatistics
    ) async {
        var batch = SampleBatch()
        var now: [String: [Labels]] = [:]
        for standing in standings {
            guard let objective = entries[standing.objective]?.objective else { continue }
            let own = series[standing.objective] ?? ObjectiveSeries(objective, context)
            series[standing.objective] = own
            own.add(standing, at: time, to: &batch)
            now[standing.objective] = own.labels
        }
        let gone = written.filter { now[$0.key] != $0.value }.flatMap { objective, labels in
            Set(labels).subtracting(now[objective] ?? [])
        }
        do {
            if !gone.isEmpty {
                _ = try await appender.append(ObjectiveSeries.staleMarkers(for: gone, at: time), policy: .keepValid)
            }
            if !batch.isEmpty { _ = try await appender.append(batch, policy: .keepValid) }
            written = now
        } catch {
            statistics.failure = "\(error)"
            statistics.failures += 1
        }
    }

    private func fold(at minute: Int64, _ statistics: inout ObjectiveStatistics) async {
        let store = store
        guard store.isFoldDue(at: minute) else { return }
        do { try await work.runBlocking { try store.fold(at: minute) } } catch {
            statistics.failure = "\(error)"
            statistics.failures += 1
        }
    }
}

extension ObjectiveEngine {
    func blocking<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await work.runBlocking(body)
    }
}

extension Timestamp {
    /// The minute it lies in.
    var minute: Int64 { floorDivide(milliseconds, Minute.milliseconds) }
}
