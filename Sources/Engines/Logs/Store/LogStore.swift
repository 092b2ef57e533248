package import Basics
package import SignalModel
internal import Synchronization

/// Keeps log records and finds them. Records are found as soon as `append` returns; they are in memory until a flush
/// has put them into parts, and `durableOrdinal` says up to which document of the queue that is so: after a crash the
/// queue is read again from there.
///
/// Safe from several threads. Appends have to come in the order of the queue, one after the other; `maintain` belongs
/// on a thread of its own, since it writes for as long as there is something to write.
package final class LogStore: Sendable {
    let settings: LogStoreSettings
    let state: Mutex<StoreState>
    /// Nil for a store in memory.
    let disk: Disk?
    let cache: SectionCache
    /// Called before a manifest says that documents are on disk, which nobody reads from the queue again.
    let willCommit: BeforeCommit?
    /// One flush, one merge and one commit at a time, locked in this order.
    let flushing = Mutex(())
    let merging = Mutex(())
    /// What of `superseded` is in its file: its `changeCount`.
    let committing = Mutex<UInt64>(0)

    package typealias BeforeCommit = @Sendable () throws(FileSystemError) -> Void

    struct Disk: Sendable {
        var fileSystem: any FileSystem
        var directory: String
        var lock: DirectoryLock?
    }

    /// A store without a disk: nothing is durable.
    package init() {
        settings = LogStoreSettings()
        state = Mutex(StoreState())
        disk = nil
        cache = SectionCache(bytesMax: 0)
        willCommit = nil
    }

    /// Opens what is in `directory`, or begins anew where nothing is. Parts that are damaged are set aside and named in
    /// `statistics`. With `lock` the directory is this process' alone.
    package init(
        directory: String, fileSystem: any FileSystem, settings: LogStoreSettings = LogStoreSettings(),
        lock: DirectoryLock? = nil, willCommit: BeforeCommit? = nil
    ) throws(LogStoreError) {
        self.settings = settings
        self.willCommit = willCommit
        let disk = Disk(fileSystem: fileSystem, directory: directory, lock: lock)
        self.disk = disk
        let cache = SectionCache(bytesMax: settings.cacheBytesMax)
        self.cache = cache
        state = Mutex(try Self.opened(disk, cache, remembersSuperseded: settings.remembersSuperseded))
    }

    /// The same, locking the directory of a real disk first.
    package static func open(
        directory: String, fileSystem: any FileSystem, settings: LogStoreSettings = LogStoreSettings(),
        willCommit: BeforeCommit? = nil
    ) throws(LogStoreError) -> LogStore {
        let lock: DirectoryLock
        do throws(FileSystemError) {
            try fileSystem.createDirectory(directory)
            lock = try DirectoryLock(directory)
        } catch { throw .disk(error) }
        return try LogStore(
            directory: directory, fileSystem: fileSystem, settings: settings, lock: lock, willCommit: willCommit)
    }

    /// Adds the records of the documents up to and with `ordinal`, in the order of the queue. What `durableOrdinal`
    /// covers already is passed over. Throws only when so much waits that it has to write, and cannot: the records
    /// are taken nevertheless, and the next call tries again.
    package func append(_ batch: LogBatch, through ordinal: UInt64) throws(LogStoreError) {
        let waiting = state.withLock { state in
            state.append(batch, through: ordinal)
            return state.pending.bytesCount
        }
        if disk != nil, waiting > 2 * settings.pendingBytesMax { try flush() }
    }

    /// Up to which document of the queue everything is on disk.
    package var durableOrdinal: UInt64 { state.withLock { $0.durableOrdinal } }

    package func snapshot() -> LogSnapshot { LogSnapshot(sources: state.withLock { $0.sources }) }

    /// Whether an index has a record with this identity.
    package func holds(index: String, identity: String) -> Bool {
        state.withLock { $0.place(of: IdentityKey(index: index, identity: identity)) } != nil
    }

    /// Whether the record with this identity has these labels; nil when there is none.
    package func isOwned(index: String, identity: String, by owner: Labels) -> Bool? {
        state.withLock { state in
            state.place(of: IdentityKey(index: index, identity: identity)).map { state.isOwned($0, by: owner) }
        }
    }

    /// The record of an index with this identity, whole.
    package func record(index: String, identity: String) throws(LogQueryError) -> LogRow? {
        let found = state.withLock { state in
            state.place(of: IdentityKey(index: index, identity: identity)).flatMap { state.source(of: $0) }
        }
        guard let found else { return nil }
        let view = LogBlockView(found.0.block, mask: FieldMask([]))
        let place = LogCursor(
            timestampNanoseconds: try view.timestamps()[found.row], sequence: try view.sequences()[found.row])
        return try RowWriter(LogRowsRequest(limit: 1), FieldMask([]), LogBudget())
            .rows([FirstRows.Choice(place: place, view: 0, row: found.row)], of: [view]).first
    }

    package var statistics: LogStoreStatistics {
        state.withLock { state in
            var statistics = LogStoreStatistics()
            statistics.pendingRecordCount = state.pending.recordCount
            statistics.pendingBytes = state.pending.bytesCount
            statistics.partCount = state.parts.count
            for entry in state.parts {
                statistics.partBytes += entry.part.bytesCount
                statistics.deletedCount += entry.deadCount
                statistics.recordCount += entry.part.rowCount - entry.deadCount
            }
            statistics.recordCount += state.pending.recordCount
            statistics.mergeCount = state.mergeCount
            statistics.refusedCount = state.refusedCount
            statistics.setAside = state.setAside
            return statistics
        }
    }
}
