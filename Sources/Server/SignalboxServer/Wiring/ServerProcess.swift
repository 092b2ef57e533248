import Alerting
package import Basics
import Console
package import HTTPAPI
import Identity
import Ingest
package import Logging
import Notifiers
import Response
import Rules
import SignalModel
import StateStore
import Synchronization
import TSDB

/// The parts of one running server, made in the order in which they need each other.
package final class ServerProcess: Sendable {
    let configurationPath: String
    /// Held for as long as the process lives: two servers in one directory would spoil each other's log.
    let directoryLock: DirectoryLock
    let loader: ConfigurationLoader
    let clock: any WallClock
    let logger: Logger
    let configuration: Mutex<SignalboxConfiguration>
    let stateDatabase: StateDatabase
    let identity: IdentityService
    let store: MetricsStore
    let logs: LogService
    let traces: TraceService
    let core: OperationsCore
    let closedPages: StoredPages
    let auditing: Auditing
    let beating: Beating
    let transports: NotifierTransports
    let links: LinkSigner
    let vapidKey: VAPIDKey
    let push: PushDelivery
    let notifiers: Mutex<NotifierSet>
    let rules: RuleEngine
    let objectives: ObjectiveEngine
    /// Of maintenance windows: what came while nothing ran is forgotten with the first input.
    let turnsAtStart: [LeftOutTurn]
    /// For scraping, discovery and the backend of metrics.
    let clients: HTTPClients
    let managedRules: ManagedRules
    let fetcher: TargetFetcher
    let discovery: Discovery
    let scraping: Scraping
    let metadata = MetadataCatalog()
    let statistics = RequestStatistics()
    let reloads = Mutex(ReloadStatus())
    let skippedSeries = Mutex(0)
    let admission: IngestAdmission
    package let queries: QueryRegistry
    let startedAt: Timestamp

    /// Queries; beyond what waits, 503.
    let queryThreads: BlockingThreads
    /// Rule evaluation, apart from people's queries.
    let ruleThreads: BlockingThreads
    /// Decoding of what comes in.
    let ingestThreads = BlockingThreads(name: "ingest", threads: 2, waitingMax: 256)
    /// Cutting and merging blocks, which takes minutes; deletions and copies by hand.
    let maintenanceThread = BlockingThreads(name: "maintenance", threads: 1, waitingMax: 8)
    /// The operations journal: one, because its writes are in order anyway.
    let journalThread = BlockingThreads(name: "journal", threads: 1, waitingMax: 16)

    struct ReloadStatus: Sendable {
        var isGood = true
        var at: Timestamp?
    }

    /// Reads and replays everything; blocks for as long as that takes.
    package init(
        configuration: SignalboxConfiguration, path: String, loader: ConfigurationLoader, clock: any WallClock,
        logger: Logger
    ) throws {
        configurationPath = path
        self.loader = loader
        self.clock = clock
        self.logger = logger
        self.configuration = Mutex(configuration)
        startedAt = clock.now()
        let disk = PosixFileSystem()
        let storage = configuration.storagePath
        do {
            try disk.createDirectory(storage)
            directoryLock = try DirectoryLock(storage)
        } catch {
            throw ServerCommands.Failure(description: "storage.path cannot be used: \(error)")
        }
        let state = try StateDatabase(path: storage + "/state.sqlite")
        stateDatabase = state
        identity = try IdentityService(
            store: SQLiteIdentityStore(state), audit: SQLiteIdentityAudit(state), clock: clock,
            randomness: SystemRandomness(), settings: configuration.identity)
        clients = HTTPClients(disk: disk, environment: { Environment[$0] }, clock: clock)
        store = try Self.openStore(configuration, disk, clients: clients, clock: clock, logger: logger)
        logs = try LogService(
            configuration.logs, storage: storage, disk: disk, state: state, appender: store.appender,
            ingestThreads: ingestThreads, clock: clock, logger: logger)
        traces = try TraceService(
            configuration.traces, storage: storage, disk: disk, state: state, appender: store.appender,
            ingestThreads: ingestThreads, clock: clock, logger: logger)
        // Most of their time they wait for the backend then.
        let threads = store.remote == nil ? 2 : 16
        queryThreads = BlockingThreads(name: "query", threads: threads, waitingMax: 64)
        ruleThreads = BlockingThreads(name: "rules", threads: threads, waitingMax: 10_000)
        queries = QueryRegistry(clock: clock)
        admission = IngestAdmission(replicas: configuration.metrics.replicas, clock: clock)
        transports = NotifierTransports(clients: clients, clock: clock)
        links = try Self.linkSigner(state, externalURL: configuration.server.externalURL)
        vapidKey = try Self.vapidKey(state)
        push = PushDelivery(
            subscriptions: StoredPushSubscriptions(store: SQLitePushSubscriptions(state), thread: journalThread),
            key: vapidKey, randomness: SystemRandomness(), clock: clock)
        notifiers = Mutex(
            try NotifierSet(
                channels: configuration.paging.channels, receivers: configuration.alertmanager?.channels ?? [:],
                externalURL: configuration.server.externalURL, links: links, push: push,
                transports: transports, logger: logger))
        let journalThread = journalThread
        let notifiersNow = NotifiersNow()
        closedPages = StoredPages(store: SQLitePageArchive(state), threads: queryThreads)
        core = try OperationsCore(
            journal: SQLiteOperationsJournal(state), archive: closedPages, notifier: { notifiersNow.current() },
            clock: clock,
            blocking: { body in try await journalThread.run(body) },
            blockingLong: { [maintenanceThread] body in try await maintenanceThread.run(body) },
            onProblem: { logger.error("operations core", metadata: ["reason": "\($0)"]) })
        let auditing = Auditing(core: core, clock: clock, logger: logger)
        self.auditing = auditing
        let settingsNow = SettingsNow()
        beating = Beating(
            settings: { settingsNow.current() }, transports: transports, objection: { auditing.objection },
            clock: clock, logger: logger)
        turnsAtStart = core.state.leftOutTurns(configuration.paging.maintenance, at: clock.now())
        rules = RuleEngine(
            querying: RuleQueries(
                evaluator: store.evaluator(configuration.metrics.queryLimits, clock: clock),
                language: configuration.metrics.language),
            source: store.source, appender: store.appender, alerts: AlertHandover(core: core), work: ruleThreads,
            clock: clock)
        objectives = try Self.openObjectives(
            configuration, disk, store: store, core: core, work: ruleThreads, clock: clock, logger: logger)
        managedRules = try ManagedRules(
            store: SQLiteRuleGroupStore(state), audit: SQLiteIdentityAudit(state), clock: clock,
            metrics: configuration.metrics,
            unreadable: { key, error in
                logger.error(
                    "a stored rule group is not evaluated",
                    metadata: ["namespace": "\(key.file)", "group": "\(key.name)", "reason": "\(error)"])
            })
        fetcher = TargetFetcher(clients: clients, clock: clock)
        discovery = Discovery(make: Self.makeDiscovery(clients: clients, clock: clock), clock: clock, logger: logger)
        scraping = Scraping(
            appender: store.appender, metadata: metadata, fetcher: fetcher, discovery: discovery, clock: clock,
            logger: logger)
        settingsNow.source = { [unowned self] in self.configuration.withLock { $0.paging.watch.beat } }
        notifiersNow.source = { [unowned self] in self.notifiers.withLock { $0 } }
    }

    /// Breaks the knot between the core, which needs the channels, and the process, which replaces them on reload.
    private final class NotifiersNow: @unchecked Sendable {  // `source` is set once, before the core runs.
        var source: (() -> any Notifier)?
        func current() -> any Notifier { source?() ?? Unready() }

        private struct Unready: Notifier {
            func deliver(_ notification: Notification) async -> DeliveryResult {
                .retry(reason: "starting", retryAfterMilliseconds: nil)
            }
        }
    }

    /// The same knot between the beat and the configuration.
    private final class SettingsNow: @unchecked Sendable {  // `source` is set once, before the beat runs.
        var source: (() -> BeatSettings?)?
        func current() -> BeatSettings? { source?() }
    }

    /// Makes everything run as `new` says.
    func apply(_ new: SignalboxConfiguration) async throws {
        try checkNamespaces(new)
        let channels = try NotifierSet(
            channels: new.paging.channels, receivers: new.alertmanager?.channels ?? [:],
            externalURL: new.server.externalURL, links: links, push: push, transports: transports,
            logger: logger)
        // Before the policy that names the schedules.
        try await planOnCall(new.paging)
        let paging = new.paging.configuration(externalURL: new.server.externalURL)
        if core.state.configuration != paging { try await core.perform(.configured(paging)) }
        try await planMaintenance(new.paging)
        notifiers.withLock { $0 = channels }
        if core.state.routing.configuration != new.alertmanager?.routing {
            try await core.perform(.routed(new.alertmanager?.routing))
        }
        for note in new.alertmanager?.notes ?? [] { logger.warning("\(note)") }
        configuration.withLock { $0 = new }
        try await logs.use(new.logs.pipelines)
        traces.sampling.use(environments: new.traces.sampling)
        store.database?.resizeExemplars(to: new.exemplarsMax)
        await applyRules()
        // Before they are judged anew.
        await leaveMaintenanceOut()
        try await objectives.apply(new.objectives, new.objectiveContext, new.objectiveSettings)
        await scraping.apply(new.metrics.scrapeJobs.map(\.configuration))
    }

    /// Loads the files anew. A bad one leaves everything as it runs and is thrown.
    func reload() async throws {
        do {
            let (loader, path) = (loader, configurationPath)
            let new = try await ruleThreads.run { try loader.load(path) }
            let old = configuration.withLock { $0 }
            if new.server != old.server || new.listeners != old.listeners || new.storagePath != old.storagePath
                || new.identity.mode != old.identity.mode || new.metrics.language != old.metrics.language
                || new.metrics.replicas != old.metrics.replicas || new.metrics.archive != old.metrics.archive
                || new.metrics.remote != old.metrics.remote || new.logs.fixed != old.logs.fixed
                || new.traces.fixed != old.traces.fixed
            {
                throw ConfigurationError([
                    Diagnostic(
                        file: path, line: 0, column: 0,
                        message:
                            "server, listeners, storage.path, auth.mode, metrics.enable_features, metrics.archive, "
                            + "metrics.remote, metrics.high_availability and, but for logs.pipelines and "
                            + "traces.sampling, logs and traces change only with a restart")
                ])
            }
            try await apply(new)
            reloads.withLock { $0 = ReloadStatus(isGood: true, at: clock.now()) }
            logger.notice("configuration reloaded")
        } catch {
            reloads.withLock { $0 = ReloadStatus(isGood: false, at: clock.now()) }
            logger.error("configuration not reloaded; the running one stays", metadata: ["reason": "\(error)"])
            throw error
        }
    }

    /// Closes what the services leave open, once they have ended.
    func close() async {
        await identity.shutdown()
        try? await transports.shutdown()
        await clients.shutDown()
        await logs.close()
        await traces.close()
        await closeStore()
        for threads in [queryThreads, ruleThreads, ingestThreads, journalThread, maintenanceThread] {
            try? await threads.shutDown()
        }
        try? stateDatabase.close()
    }
}
