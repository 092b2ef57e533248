import Basics
import Glibc
import HTTPAPI
import Logging
import Logs
import Pipeline
import SignalModel
import Synchronization

/// The store of logs, as processing sees it.
final class LogStorage: LogSink {
    let store: LogStore
    /// What is counted of records as they pass.
    let metrics: LogMetricsStorage
    /// Who follows them.
    let tail = LogTail()
    /// Appends that had to wait for the disk.
    let failures = Atomic<Int>(0)
    private let isClosing = Atomic<Bool>(false)
    private let clock: any WallClock
    private let logger: Logger

    init(
        _ settings: LogsSettings, metrics: LogMetricsStorage, directory: String, disk: any FileSystem,
        clock: any WallClock, logger: Logger
    ) throws {
        self.metrics = metrics
        var storeSettings = LogStoreSettings()
        storeSettings.retention = settings.retention
        storeSettings.retentionBytes = settings.retentionBytes
        storeSettings.remembersSuperseded = true
        store = try LogStore.open(directory: directory, fileSystem: disk, settings: storeSettings) {
            () throws(FileSystemError) in try metrics.keep()
        }
        self.clock = clock
        self.logger = logger
    }

    /// Takes the batch. Blocks while so much waits in memory that the disk must take some first, and does not.
    func append(_ batch: LogBatch, through ordinal: UInt64) {
        tail.observe(batch)
        do { try metrics.metrics.observe(batch, through: ordinal) } catch {
            logger.error("metrics from logs", metadata: ["reason": "\(error)"])
        }
        do { try store.append(batch, through: ordinal) } catch {
            failures.wrappingAdd(1, ordering: .relaxed)
            logger.error("the store of logs cannot write", metadata: ["reason": "\(error)"])
            while !isClosing.load(ordering: .relaxed) {
                // On one of processing's own threads.
                usleep(500_000)
                if (try? store.flush()) != nil { return }
            }
        }
    }

    var durableOrdinal: UInt64 { store.durableOrdinal }

    /// Until there is nothing more to do.
    func maintain() throws { while try store.maintain(now: clock.now()) {} }

    /// Ends waiting for the disk.
    func stopWaiting() { isClosing.store(true, ordering: .relaxed) }

    func flush() throws { try store.flush() }
}

extension LogStorage: ReplaySink {
    /// Neither counted by `logs.metrics` nor shown to who follows: they were when they came.
    func replace(_ documents: Set<UInt64>, with batch: LogBatch) throws -> ReplayCounts {
        let replaced = try store.replace(documents, with: batch)
        return ReplayCounts(
            replaced: replaced.replaced, added: replaced.added, removed: replaced.removed,
            superseded: replaced.superseded)
    }

    var replaceableOrdinal: UInt64? { store.replaceableOrdinal }
}

extension LogStorage: StoredDocuments {
    func standing(index: String, identity: String, for owner: Labels) -> DocumentStanding {
        if owner.isEmpty { return store.holds(index: index, identity: identity) ? .own : .missing }
        return switch store.isOwned(index: index, identity: identity, by: owner) {
        case nil: .missing
        case true?: .own
        case false?: .others
        }
    }

    func document(index: String, identity: String) throws -> [UInt8]? {
        guard let row = try store.record(index: index, identity: identity) else { return nil }
        var bytes: [UInt8] = []
        row.appendSource(to: &bytes)
        return bytes
    }
}
