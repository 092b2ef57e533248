import Backends
import Basics
import Ingest
import Logging
import Rules
import SignalModel
import TSDB

extension ServerProcess {
    /// Reads what is stored or waits to be sent; blocks for as long as that takes.
    static func openStore(
        _ configuration: SignalboxConfiguration, _ disk: any FileSystem, clients: HTTPClients,
        clock: any WallClock, logger: Logger
    ) throws -> MetricsStore {
        let queue = configuration.storagePath + "/remote-queue"
        if let remote = configuration.metrics.remote {
            return .remote(
                try RemoteStore(
                    remote, directory: queue, fileSystem: disk,
                    transport: HTTPRemoteTransport(clients: clients, settings: remote.http, clock: clock),
                    clock: clock, randomness: SystemRandomness(), logger: logger))
        }
        if disk.exists(queue) {
            logger.warning(
                "samples may still wait for a backend that metrics.remote no longer names",
                metadata: ["directory": "\(queue)"])
        }
        let metrics = configuration.storagePath + "/metrics"
        try disk.createDirectory(metrics)
        var options = DatabaseOptions()
        options.retention = configuration.metrics.retention
        options.retentionBytes = configuration.metrics.retentionBytes
        options.outOfOrderWindow = configuration.metrics.outOfOrderWindow
        options.sampleAgeMax = configuration.metrics.sampleAgeMax
        options.exemplarsMax = configuration.exemplarsMax
        if let archive = configuration.metrics.archive {
            options.archive = ArchiveSettings(
                store: try DirectoryObjectStore(archive.directory, disk), retention: archive.retention,
                labels: configuration.metrics.externalLabels)
        }
        let database = try TimeSeriesDatabase.open(
            directory: metrics, fileSystem: disk, clock: clock, options: options)
        for warning in database.replayReport.warnings {
            logger.warning("write-ahead log", metadata: ["reason": "\(warning)"])
        }
        return .local(database, LateArrivals())
    }

    /// Closes it, once nothing is under way any more.
    func closeStore() async {
        switch store {
        case .remote(let store): await store.close()
        case .local(let database, _):
            do { try database.keepSnapshot() } catch {
                logger.warning("the next start replays the log", metadata: ["reason": "\(error)"])
            }
            database.close()
        }
    }
}
