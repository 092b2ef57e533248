package import Basics
package import Logs
package import SignalModel

/// Keeps spans and the errors of services, and finds them: records of `LogStore`, in parts in which the spans of a
/// trace are neighbours and which say where each trace is.
package final class TraceStore: Sendable {
    package let store: LogStore

    /// Smaller than those of logs: a trace needs one or two of them.
    package static let blockRowsMax = 8192

    /// Settings of a store of spans.
    package static func settings(retention: Duration?, retentionBytes: Int? = nil) -> LogStoreSettings {
        var settings = LogStoreSettings()
        settings.retention = retention
        settings.retentionBytes = retentionBytes
        settings.grouping = SpanFields.grouping
        settings.blockRowsMax = blockRowsMax
        return settings
    }

    package init(_ store: LogStore) { self.store = store }

    /// Opens what is in `directory`, locking it, or begins anew.
    package static func open(
        directory: String, fileSystem: any FileSystem, settings: LogStoreSettings
    ) throws(LogStoreError) -> TraceStore {
        TraceStore(try LogStore.open(directory: directory, fileSystem: fileSystem, settings: settings))
    }

    /// Adds what the document `ordinal` of the queue has, in the order of the queue; found as soon as it returns. What
    /// `durableOrdinal` covers is passed over.
    package func append(_ batch: SpanBatch, through ordinal: UInt64) throws(LogStoreError) {
        guard ordinal > store.durableOrdinal else { return }
        try store.append(SpanRecords.records(of: batch, ordinal: ordinal), through: ordinal)
    }

    /// Up to which document of the queue everything is on disk.
    package var durableOrdinal: UInt64 { store.durableOrdinal }

    package func flush() throws(LogStoreError) { try store.flush() }

    /// One step of what has to be done from time to time; true when there is more to do at once.
    @discardableResult
    package func maintain(now: Timestamp) throws(LogStoreError) -> Bool {
        // Of parts that are to be merged nothing is summed up in vain.
        if try store.maintain(now: now) { return true }
        return try sumUpCalls()
    }

    package var statistics: LogStoreStatistics { store.statistics }
}
