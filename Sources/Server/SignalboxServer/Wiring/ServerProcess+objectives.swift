import Alerting
import Basics
import HTTPAPI
import Logging
import Response
package import Rules
import SignalModel
import Synchronization

/// The operations journal as objectives see it.
struct ObjectiveOperations: ObjectiveJournal {
    let core: OperationsCore

    var book: ObjectiveBook { core.state.objectives }
    func record(_ event: ObjectiveEvent) async throws { try await core.perform(.objective(event)) }

    var firingAlerts: [ObservedAlert] {
        core.state.alerts.firing.values.filter { alert in
            alert.labels["alertname"].map(ObjectiveAlerts.names.contains) ?? false
        }.map { alert in
            ObservedAlert(
                labels: Labels(alert.labels.map { (name: $0.key, value: $0.value) }),
                annotations: Labels(alert.annotations.map { (name: $0.key, value: $0.value) }),
                startsAt: Timestamp(milliseconds: alert.startsAtMilliseconds),
                endsAt: Timestamp(milliseconds: alert.endsAtMilliseconds), generatorURL: alert.generatorURL)
        }
    }
}

extension SignalboxConfiguration {
    var objectiveContext: ObjectiveContext {
        var url = server.externalURL[...]
        while url.hasSuffix("/") { url.removeLast() }
        return ObjectiveContext(externalLabels: metrics.externalLabels, externalURL: String(url))
    }

    var objectiveSettings: ObjectiveEngine.Settings {
        // As late as the store takes any: out of order, or in order from an agent that was cut off.
        ObjectiveEngine.Settings(
            late: max(metrics.outOfOrderWindow, metrics.sampleAgeMax), samplesKept: metrics.retention)
    }
}

extension ServerProcess {
    /// How each objective stands as of the latest minute, by service and name.
    package var objectiveStandings: [ObjectiveStanding] { objectives.standings }

    static func openObjectives(
        _ configuration: SignalboxConfiguration, _ disk: any FileSystem, store: MetricsStore, core: OperationsCore,
        work: any BlockingWork, clock: any WallClock, logger: Logger
    ) throws -> ObjectiveEngine {
        let counts = try CountsStore(directory: configuration.storagePath + "/objectives", disk: disk)
        for problem in counts.problems { logger.error("counts of objectives", metadata: ["reason": "\(problem)"]) }
        return ObjectiveEngine(
            store: counts, source: store.source, arrivals: store.arrivals, appender: store.appender,
            alerts: AlertHandover(core: core), journal: ObjectiveOperations(core: core), work: work, clock: clock,
            settings: configuration.objectiveSettings)
    }

    var objectiveEndpoints: [Endpoint] {
        ObjectiveAPI(
            objectives: objectives, journal: ObjectiveOperations(core: core), clock: clock,
            randomness: SystemRandomness()
        ).endpoints
    }

    // MARK: Maintenance

    private static let maintenanceInterval = Duration.seconds(60)

    /// Turns of maintenance windows that objectives leave out become corrections once they begin, and are as long as
    /// the turns are in the end.
    func keepMaintenanceLeftOut() async throws {
        while true {
            try await clock.sleep(until: clock.now() + Self.maintenanceInterval)
            await leaveMaintenanceOut()
        }
    }

    func leaveMaintenanceOut() async {
        for event in maintenanceEvents(at: clock.now()) {
            do { try await core.perform(.objective(event)) } catch {
                // Found again in a minute.
                logger.error("corrections of maintenance", metadata: ["reason": "\(error)"])
            }
        }
    }

    private func maintenanceEvents(at now: Timestamp) -> [ObjectiveEvent] {
        let state = core.state
        let (wanted, windows) = configuration.withLock { ($0.objectives, $0.paging.maintenance) }
        let current = state.leftOutTurns(windows, at: now)
        let known = Set(current.map(\.id))
        let turns = turnsAtStart.filter { !known.contains($0.id) } + current
        if turns.isEmpty { return [] }
        return wanted.flatMap { objective -> [ObjectiveEvent] in
            var labels = Dictionary(objective.labels.pairs.map { ($0.name, $0.value) }) { first, _ in first }
            labels["objective"] = objective.name
            labels["service"] = objective.service
            guard let made = state.objectives.records[objective.name]?.corrections else { return [] }
            return turns.filter { $0.matches(labels) }.flatMap {
                Self.corrections($0, objective.name, made, at: now)
            }
        }
    }

    private static func corrections(
        _ turn: LeftOutTurn, _ objective: String, _ made: [ObjectiveCorrection], at now: Timestamp
    ) -> [ObjectiveEvent] {
        let id = "\(turn.id)-\(turn.toMilliseconds)"
        let own = made.filter { $0.id.hasPrefix(turn.id + "-") }
        let standing = own.filter { $0.revoked == nil }
        // What a person took back stays so.
        let isTakenBack = own.contains { $0.revoked?.hasPrefix(turn.author + " ") == false }
        if isTakenBack || standing.contains(where: { $0.id == id }) { return [] }
        // Ended sooner or made longer: the one before counts no more.
        let before = standing.map {
            ObjectiveEvent.correctionRevoked(
                objective: objective, id: $0.id, by: turn.author, reason: "the window ends at another time",
                atMilliseconds: now.milliseconds)
        }
        return before + [
            .corrected(
                ObjectiveCorrection(
                    id: id, objective: objective, fromMilliseconds: turn.fromMilliseconds,
                    toMilliseconds: turn.toMilliseconds, reason: turn.comment, by: turn.author,
                    atMilliseconds: now.milliseconds))
        ]
    }

    // MARK: Own metrics

    func objectiveMetrics() -> [SelfMetric] {
        let (standings, statistics) = (objectives.standings, objectives.statistics)
        return [
            SelfMetric("objectives", .gauge, "Objectives that are judged.", standings.count),
            SelfMetric(
                "objectives_uncounted", .gauge, "Objectives that cannot be counted now.",
                standings.count { $0.problem != nil }),
            SelfMetric(
                "objective_count_changes_total", .counter, "Counts by minute that were stored.",
                statistics.minutesChanged),
            SelfMetric(
                "objective_failures_total", .counter, "Times that counting or judging objectives failed.",
                statistics.failures),
            SelfMetric(
                "objective_last_tick_timestamp_seconds", .gauge, "When objectives were last judged.",
                statistics.lastTick?.seconds ?? 0),
            SelfMetric(
                "objective_tick_seconds", .gauge, "How long that took.", statistics.lastDuration.seconds),
        ]
    }
}
