import Alerting
import Backends
import Basics
import Glibc
import HTTPAPI
import Hummingbird
import Identity
import Ingest
import Logging
import Logs
import NIOCore
import Response
import Rules
import ServiceLifecycle
import Synchronization
import TSDB
import UnixSignals

/// What `signalbox serve` and `signalbox check` do.
package enum ServerCommands {
    package struct Failure: Error, CustomStringConvertible {
        package var description: String
    }

    private static func loader() -> ConfigurationLoader {
        ConfigurationLoader(files: ConfigurationFiles(disk: PosixFileSystem()) { Environment[$0] })
    }

    /// Throws every problem, one a line.
    package static func check(_ path: String) throws -> String {
        let configuration = try loader().load(path)
        let now = SystemClock().now()
        let gaps = configuration.paging.schedules.compactMap { $0.gapProblem(at: now) }
        if !gaps.isEmpty { throw ConfigurationError(gaps) }
        let rules = configuration.ruleGroups.reduce(0) { $0 + $1.rules.count }
        return "\(path) is right: \(configuration.ruleGroups.count) rule groups with \(rules) rules, "
            + "\(configuration.objectives.count) objectives, "
            + "\(configuration.metrics.scrapeJobs.count) scrape jobs, \(configuration.paging.people.count) people, "
            + "\(configuration.paging.channels.count) channels, \(configuration.paging.schedules.count) schedules"
            + explained(configuration.alertmanager)
    }

    private static func explained(_ alertmanager: AlertmanagerSettings?) -> String {
        guard let alertmanager else { return "" }
        let routing = alertmanager.routing
        let text =
            "; of Alertmanager \(routing.tree.routes.count) routes, \(routing.receivers.count) receivers with "
            + "\(alertmanager.channels.count) ways out, \(routing.inhibitions.count) inhibition rules, "
            + "\(routing.intervals.count) time intervals"
        return ([text] + alertmanager.notes.map(\.description)).joined(separator: "\n")
    }

    /// Runs until SIGTERM or SIGINT.
    package static func serve(_ path: String) async throws {
        LoggingSystem.bootstrap { JSONLogHandler(label: $0, level: .notice, clock: SystemClock()) }
        let clock = SteadyClock(SystemClock())
        let logger = Logger(label: "signalbox")
        let loader = loader()
        let configuration = try loader.load(path)
        // A peer that goes away must not end the process.
        signal(SIGPIPE, SIG_IGN)
        let gate = StartGate()
        let ports = OpenPorts()
        let listeners = try HTTPListener.services(
            configuration.server, configuration.listeners, responder: gate, ports: ports, logger: logger)
        let server = BodyService {
            try await ports.wait()
            // Reading what was stored blocks for as long as that takes; the listener answers meanwhile.
            let starter = BlockingThreads(name: "start", threads: 1, waitingMax: 0)
            let opened = try await starter.run {
                Result {
                    try ServerProcess(
                        configuration: configuration, path: path, loader: loader, clock: clock, logger: logger)
                }
            }
            try await starter.shutDown()
            let process = try opened.get()
            do {
                try await firstStart(process, configuration)
                try await run(process, configuration, gate)
            } catch {
                await process.close()
                throw error
            }
            await process.close()
        }
        // Stopped in the reverse order: what takes from outside ends first.
        var group = ServiceGroupConfiguration(
            services: [.init(service: server)] + listeners.map { .init(service: $0) },
            gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        // Connections that do not end by themselves must not hold up a restart.
        group.maximumGracefulShutdownDuration = .seconds(10)
        do { try await ServiceGroup(configuration: group).run() } catch let error as IOError {
            let reason = String(cString: strerror(error.errnoCode))
            let addresses = [configuration.server.listen] + configuration.listeners.all.map(\.address)
            let advice = error.errnoCode == EADDRINUSE ? "; stop what listens there, or choose another port" : ""
            throw Failure(
                description: "cannot listen on \(addresses.map(\.description).joined(separator: " or ")): \(reason)"
                    + advice)
        }
    }

    private static func run(
        _ process: ServerProcess, _ configuration: SignalboxConfiguration, _ gate: StartGate
    ) async throws {
        let telemetry = SelfTelemetry(
            instance: "\(configuration.server.listen)", appender: process.store.appender, clock: process.clock,
            logger: process.logger, collect: { await process.ownMetrics() })
        // Started in this order, stopped in the reverse: what pages ends last.
        var services: [any Service] = [
            DrainingService(body: { await process.core.run() }, stop: { process.core.stop() }),
            LoopService {
                await process.identity.runUpkeep { process.logger.error("identity", metadata: ["reason": "\($0)"]) }
            },
            LoopService { try await process.auditing.run() },
            LoopService { try await process.beating.run() },
            LoopService { try await process.maintainStore() },
            LoopService { try await process.logs.maintain() },
            LoopService { try await process.logs.processAgain() },
            LoopService { try await process.traces.maintain() },
            LoopService { try await process.serveSyslog() },
            LoopService { try await process.readKafka() },
            LoopService { try await process.rules.run() },
            LoopService { try await process.objectives.run() },
            LoopService { try await process.keepMaintenanceLeftOut() },
            LoopService { try await telemetry.run() },
            LoopService { try await process.scraping.run() },
            LoopService { await reloadOnHangup(process) },
            LoopService { try await process.keepOnCallPlanned() },
            LoopService { try await process.keepReports() },
            LoopService {
                // The core must run to take the paging configuration.
                try await process.apply(configuration)
                try await Task.sleep(for: .seconds(.max / 4))
            },
        ]
        if let remote = process.store.remote {
            // Ends first, and with it whatever waits for the backend.
            services.append(LoopService { try await remote.run() })
        }
        gate.open(try process.router(telemetry: telemetry).buildResponder())
        try await ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: services.map { .init(service: $0) }, logger: process.logger)
        ).run()
    }

    private static func reloadOnHangup(_ process: ServerProcess) async {
        for await _ in await UnixSignalsSequence(trapping: .sighup) {
            // The reason of a failure is logged there; the running configuration stays.
            try? await process.reload()
        }
    }

    /// The admin and the local credential exist from the first start on; the password is shown this once.
    private static func firstStart(_ process: ServerProcess, _ configuration: SignalboxConfiguration) async throws {
        let url = configuration.server.externalURL
        print("Signalbox \(SignalboxVersion.current) on \(url)")
        guard configuration.identity.mode == .local else { return flush() }
        if let password = try await process.identity.createFirstAdmin() {
            print(
                """

                  name:     admin
                  password: \(password)

                The password is shown only now. To let a cluster in, make a token that forces its labels:

                  \(CommandLine.arguments[0]) token create ingest --name CLUSTER --label cluster=CLUSTER --label environment=production \
                --config \(process.configurationPath)

                """)
        }
        try await process.keepLocalToken(in: configuration.storagePath)
        flush()
    }

    private static func flush() { fflush(nil) }
}

extension ServerProcess {
    /// Writes an admin token for this machine's command line, unless there is one that still works.
    func keepLocalToken(in storage: String) async throws {
        let path = storage + "/" + LocalAdministration.fileName
        let disk = PosixFileSystem()
        if let bytes = try? disk.read(path, bytesMax: 1024) {
            let text = String(decoding: bytes, as: UTF8.self).filter { !$0.isWhitespace }
            if (try? identity.principal(for: .token(text))) != nil { return }
        }
        let made = try await identity.createToken(
            name: LocalAdministration.tokenName, kind: .api(role: .admin), by: .system)
        let previous = umask(0o077)
        defer { umask(previous) }
        try disk.replace(path, with: Array((made.secret + "\n").utf8))
    }

    func maintainStore() async throws {
        // A backend maintains itself.
        guard let database = store.database else { return try await clock.sleep(until: .distantFuture) }
        while true {
            try await clock.sleep(until: clock.now() + .seconds(60))
            do {
                try await maintenanceThread.run { try database.maintain() }
            } catch {
                logger.error("metrics store", metadata: ["reason": "\(error)"])
            }
        }
    }
}
