import Alerting
import Basics
import Console
import HTTPAPI
import HTTPTypes
import Hummingbird
import Identity
import Ingest
import Logging
import PromQL
import Response
import StateStore
import Synchronization
import TSDB

extension ServerProcess {
    /// Routes and middleware over everything.
    func router(telemetry: SelfTelemetry) throws -> Router<SignalboxRequestContext> {
        let router = Router(context: SignalboxRequestContext.self)
        let settings = configuration.withLock { $0 }
        router.add(middleware: RequestStatisticsMiddleware(statistics: statistics, clock: clock))
        router.add(middleware: ErrorMiddleware(logger: logger))
        router.add(middleware: GzipMiddleware(threads: queryThreads))
        router.add(middleware: ElasticsearchMiddleware())
        let identity = identity
        let authenticate: AuthenticationMiddleware.Authenticate = { try identity.principal(for: $0) }
        router.add(
            middleware: AuthenticationMiddleware(
                authenticate: settings.identity.mode == .none ? nil : authenticate,
                checkPassword: { try await identity.principal(name: $0, password: $1, source: $2) }))
        router.add(middleware: AccessMiddleware())
        for endpoint in try endpoints(telemetry: telemetry) { endpoint.register(on: router) }
        try ConsoleRoutes(
            backend: self, identity: settings.identity.mode == .none ? nil : identity, clock: clock,
            isSecure: settings.server.externalURL.hasPrefix("https://")
        ).register(on: router)
        return router
    }

    /// Every JSON and text endpoint; the console adds its pages.
    func endpoints(telemetry: SelfTelemetry) throws -> [Endpoint] {
        let receiver = RemoteWriteReceiver(appender: store.appender, metadata: metadata, admission: admission) {
            [self] text in
            skippedSeries.withLock { $0 += 1 }
            logger.warning("remote write", metadata: ["reason": "\(text)"])
        }
        let otlp = OTLPMetricsReceiver(
            appender: store.appender, metadata: metadata, admission: admission, deltas: DeltaStreams(clock: clock),
            translation: { [self] in configuration.withLock { $0.metrics.otlp } },
            onSkipped: { [self] text in
                skippedSeries.withLock { $0 += 1 }
                logger.warning("OTLP metrics", metadata: ["reason": "\(text)"])
            })
        let (limits, language) = configuration.withLock { ($0.metrics.queryLimits, $0.metrics.language) }
        let server = configuration.withLock { $0.server }
        let prometheus = PrometheusAPI(
            source: store.source, evaluator: { [store, clock] in store.evaluator($0, clock: clock) },
            exemplarSource: store.exemplars, rules: rules, scraping: scraping, receiver: receiver,
            limits: { limits },
            language: language, queries: queries, clock: clock, threads: queryThreads, ingestThreads: ingestThreads,
            build: PrometheusAPI.Build(version: SignalboxVersion.current),
            address: ReachableAddress(externalURL: server.externalURL, listenPort: server.listen.port),
            status: prometheusStatus(), encode: { $0.encoded() })
        let audit = SQLiteIdentityAudit(stateDatabase)
        let journalThread = journalThread
        let all =
            prometheus.endpoints + OTLPMetricsAPI(receiver: otlp, threads: ingestThreads).endpoints
            + RulerAPI(groups: self).endpoints + PageAPI(core: core, archive: closedPages, clock: clock).endpoints
            + OnCallAPI(
                core: core, clock: clock, randomness: SystemRandomness(), zone: { SystemZones.rules($0) },
                externalURL: server.externalURL
            ).endpoints
            + objectiveEndpoints + alertmanagerEndpoints + ExplainAPI(core: core, clock: clock).endpoints
            + eventEndpoints() + TokenAPI(identity: identity).endpoints + UserAPI(identity: identity).endpoints
            + UsageAPI(
                queries: queries, usage: { [store] in try store.localDatabase().usage($0, label: $1, limit: $2) },
                threads: queryThreads
            ).endpoints
            + StorageAPI(
                storage: storageAdministration(),
                audit: { entry in try await journalThread.run { try audit.record(entry) } }, clock: clock,
                threads: maintenanceThread
            ).endpoints
            + channelEndpoints() + gateEndpoints(throttle: AddressThrottle(clock: clock))
            + AgreementAPI(reports: agreementReports).endpoints + (try logEndpoints()) + traceEndpoints()
            + traceSearchEndpoints()
            + AuditAPI { limit in try await journalThread.run { try audit.latest(limit: limit) } }.endpoints
            + ownEndpoints(telemetry: telemetry)
        return store.answering(all) + [APIDescription.endpoint(describing: all, version: SignalboxVersion.current)]
    }

    private var alertmanagerEndpoints: [Endpoint] {
        AlertmanagerAPI(
            core: core,
            settings: { [self] in
                let settings = configuration.withLock { $0.alertmanager }
                return AlertmanagerAPI.Settings(
                    resolveTimeout: settings?.resolveTimeout ?? AlertmanagerSettings.standardResolveTimeout,
                    original: settings?.original)
            },
            actions: silenceActions, clock: clock, threads: queryThreads, version: SignalboxVersion.current,
            startedAt: startedAt
        ).endpoints
    }

    var silenceActions: SilenceActions {
        let (audit, journalThread) = (SQLiteIdentityAudit(stateDatabase), journalThread)
        return SilenceActions(
            core: core, audit: { entry in try await journalThread.run { try audit.record(entry) } }, clock: clock,
            randomness: SystemRandomness())
    }

    /// What other alerting systems send.
    private func eventEndpoints() -> [Endpoint] {
        let identity = identity
        let isOpen = configuration.withLock { $0.identity.mode == .none }
        let authenticate: AuthenticationMiddleware.Authenticate = { try identity.principal(for: $0) }
        let intake = EventIntake(
            core: core, settings: { [self] in configuration.withLock { $0.paging.events } }, clock: clock,
            threads: ingestThreads)
        return PagerDutyAPI(
            intake: intake, authenticate: isOpen ? nil : authenticate, randomness: SystemRandomness()
        ).endpoints + OpsgenieAPI(intake: intake, randomness: SystemRandomness()).endpoints
            + WebhookAPI(intake: intake).endpoints + ChangeAPI(core: core).endpoints
            + HeartbeatAPI(intake: intake).endpoints + DrillAPI(core: core).endpoints
            + AuditorAPI { [auditing] in auditing.latest }.endpoints
    }

    private func ownEndpoints(telemetry: SelfTelemetry) -> [Endpoint] {
        let alive: Endpoint.Handler = { _, _ in .text("Signalbox is healthy.\n") }
        let ready: Endpoint.Handler = { _, _ in .text("Signalbox is ready.\n") }
        return [
            Endpoint(.get, "/-/healthy", nil, "The process is alive", alive),
            Endpoint(.head, "/-/healthy", nil, "The same without a body", alive),
            Endpoint(.get, "/-/ready", nil, "What was stored is replayed", ready),
            Endpoint(.head, "/-/ready", nil, "The same without a body", ready),
            Endpoint(.get, "/metrics", .viewOperations, "Own metrics as text") { _, _ in
                .text(await telemetry.exposition())
            },
            Endpoint(.post, "/-/reload", .reload, "Re-reads the configuration") { [self] _, _ in
                do {
                    try await reload()
                    return .text("reloaded\n")
                } catch {
                    return .text("failed to reload config: \(error)\n", status: .internalServerError)
                }
            },
        ]
    }
}
