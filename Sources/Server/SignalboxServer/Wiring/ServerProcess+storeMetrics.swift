import Backends
import Basics
import SignalModel
import TSDB

extension ServerProcess {
    /// Of the store in process, or of the way to the backend.
    func storeMetrics() -> [SelfMetric] {
        switch store {
        case .local(let database, _): Self.localMetrics(database)
        case .remote(let store): Self.remoteMetrics(store.statistics)
        }
    }

    private static func labelled(
        _ name: String, _ pairs: [(String, Double)]
    ) -> [(labels: Labels, value: Double)] {
        pairs.map { (Labels([(name: name, value: $0.0)]), $0.1) }
    }

    private static func localMetrics(_ database: TimeSeriesDatabase) -> [SelfMetric] {
        let store = database.statistics()
        var metrics: [SelfMetric] = [
            SelfMetric("tsdb_head_series", .gauge, "Series in memory.", store.series),
            SelfMetric("tsdb_head_chunks", .gauge, "Chunks in memory.", store.chunks),
            SelfMetric("tsdb_appended_samples_total", .counter, "Samples stored.", store.appendedSamples),
            SelfMetric(
                "tsdb_out_of_order_samples_total", .counter, "Samples stored that came after newer ones.",
                store.outOfOrderSamples),
            SelfMetric("tsdb_created_series_total", .counter, "Series created.", store.createdSeries),
            SelfMetric("tsdb_wal_bytes", .gauge, "Bytes of the write-ahead log.", store.logBytes),
            SelfMetric("tsdb_blocks", .gauge, "Blocks on disk.", store.blocks),
            SelfMetric("tsdb_blocks_bytes", .gauge, "Bytes of the blocks on disk.", store.blockBytes),
            SelfMetric(
                "tsdb_exemplar_exemplars_appended_total", .counter, "Exemplars stored.", store.exemplars.appended),
            SelfMetric(
                "tsdb_exemplar_out_of_order_exemplars_total", .counter,
                "Exemplars refused because they were older than their series' newest.", store.exemplars.outOfOrder),
            SelfMetric("tsdb_exemplar_exemplars_in_storage", .gauge, "Exemplars kept.", store.exemplars.stored),
            SelfMetric(
                "tsdb_exemplar_series_with_exemplars_in_storage", .gauge, "Series with exemplars.",
                store.exemplars.series),
            SelfMetric("tsdb_exemplar_max_exemplars", .gauge, "Room for exemplars.", store.exemplars.capacity),
            SelfMetric(
                "tsdb_exemplar_last_exemplars_timestamp_seconds", .gauge, "When the newest exemplar was observed.",
                store.exemplars.lastTimestamp?.seconds ?? 0),
            SelfMetric(
                "tsdb_compactions_total", .counter, "Blocks made, by what of.",
                Self.labelled(
                    "source",
                    [
                        ("head", Double(store.compactions.headBlocks)),
                        ("blocks", Double(store.compactions.mergedBlocks)),
                    ])),
            SelfMetric(
                "tsdb_maintenance_failures_total", .counter, "Runs of the store's maintenance that failed.",
                store.compactions.failures),
            SelfMetric(
                "tsdb_deleted_blocks_total", .counter, "Blocks deleted past the retention.",
                store.compactions.deletedBlocks),
            SelfMetric(
                "tsdb_refused_samples_total", .counter, "Samples refused, by reason.",
                Self.labelled(
                    "reason",
                    AppendOutcome.Reason.allCases.map { ($0.rawValue, Double(store.refusedSamples[$0] ?? 0)) })),
        ]
        if let archive = database.archiveStatistics {
            metrics += [
                SelfMetric("tsdb_archive_blocks", .gauge, "Blocks in the archive.", archive.blocks),
                SelfMetric("tsdb_archive_bytes", .gauge, "Their bytes.", archive.bytes),
                SelfMetric(
                    "tsdb_archive_unshipped_blocks", .gauge, "Blocks on disk that the archive lacks.",
                    archive.unshippedBlocks),
            ]
        }
        return metrics
    }

    private static func remoteMetrics(_ store: RemoteStore.Statistics) -> [SelfMetric] {
        [
            SelfMetric(
                "remote_storage_samples_in_total", .counter, "Samples that are durable here, to be sent.",
                store.appended.appendedSamples),
            SelfMetric(
                "remote_storage_queue_bytes", .gauge, "Bytes that wait to be sent.", store.queue.bytes),
            SelfMetric(
                "remote_storage_queue_max_bytes", .gauge, "With more waiting, nothing is taken.",
                store.queue.bytesMax),
            SelfMetric(
                "remote_storage_damaged_bytes_total", .counter, "Bytes of the queue that could not be read.",
                store.queue.damagedBytes),
            SelfMetric(
                "remote_storage_samples_total", .counter, "Samples that the backend has taken.",
                store.forwarded.samplesSent),
            SelfMetric(
                "remote_storage_samples_failed_total", .counter, "Samples that the backend refused for good.",
                store.forwarded.samplesFailed),
            SelfMetric(
                "remote_storage_samples_retried_total", .counter,
                "Samples sent once more because the backend could not take them.", store.forwarded.samplesRetried),
            SelfMetric(
                "remote_storage_highest_timestamp_sent_seconds", .gauge,
                "Time of the newest sample that the backend has taken.", store.forwarded.newestSent?.seconds ?? 0),
            SelfMetric(
                "remote_storage_failing", .gauge, "Whether the backend took nothing at the last attempt.",
                store.forwarded.isFailing ? 1 : 0),
        ]
    }
}
