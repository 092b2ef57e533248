import Basics
import HTTPAPI
import Ingest
import Logs
import Pipeline
import SignalModel
import StateStore
import Synchronization

extension ServerProcess {
    func logEndpoints() throws -> [Endpoint] {
        let settings = configuration.withLock { $0 }
        let address = settings.listeners.elasticsearch ?? settings.server.listen
        let days = Int(settings.logs.retention.seconds / 86_400)
        let (audit, journalThread) = (SQLiteIdentityAudit(stateDatabase), journalThread)
        return ElasticsearchAPI(
            intake: logs.intake, objects: logs.objects, stored: logs.store, pipelines: logs.pipelines,
            assignments: logs.assignments,
            pipelineResources: logs.pipelineResources,
            settings: ElasticsearchAPI.Settings(
                clusterID: "c2lnbmFsYm94LWxvZ3M", publishAddress: address.description, retention: "\(days)d"),
            threads: logs.objectThread, clock: clock, progress: logs.progress
        ) { [logs] in await logs.processing.waitUntilProcessed($0 - 1) }.endpoints
            + OTLPLogsAPI(intake: logs.intake).endpoints + LokiAPI(intake: logs.intake).endpoints
            + LogLinesAPI(intake: logs.intake).endpoints
            + DeadLetterAPI(
                deadLetters: logs.deadLetters, settled: logs.settledLetters, intake: logs.intake,
                progress: logs.progress,
                audit: { entry in try await journalThread.run { try audit.record(entry) } }, clock: clock,
                threads: logs.objectThread
            ).endpoints
            + PipelineListAPI(
                objects: logs.objects, pipelines: logs.pipelines, assignments: logs.assignments
            ).endpoints
            + LogQueueAPI(
                queue: logs.queue, processing: logs.processing, replay: logs.replay,
                audit: { entry in try await journalThread.run { try audit.record(entry) } }, clock: clock,
                threads: logs.objectThread
            ).endpoints + logSearchEndpoints()
            + SavedSearchAPI(
                searches: logs.searches,
                audit: { entry in try await journalThread.run { try audit.record(entry) } }, clock: clock,
                threads: journalThread
            ).endpoints
            + LogMetricAPI(
                metrics: self, policy: { [self] in configuration.withLock { $0.logs.access } }
            ).endpoints
    }

    func logMetrics() -> [SelfMetric] {
        let intake = logs.intake.statistics
        let queue = logs.queue.statistics
        let processing = logs.processing.statistics
        let letters = logs.deadLetters.statistics
        let store = logs.store.store.statistics
        func dialects(_ counts: [String: Int]) -> [(labels: Labels, value: Double)] {
            counts.sorted { $0.key < $1.key }.map { (Labels([(name: "dialect", value: $0.key)]), Double($0.value)) }
        }
        let end = logs.queue.nextOrdinal
        let waiting = end - min(end, logs.processing.processedOrdinal + 1)
        return [
            SelfMetric("logs_documents_total", .counter, "Documents acknowledged.", dialects(intake.documents)),
            SelfMetric("logs_received_bytes_total", .counter, "Of those documents.", dialects(intake.bytes)),
            SelfMetric(
                "logs_refused_documents_total", .counter, "Documents refused one by one, their neighbours kept.",
                dialects(intake.refusedDocuments)),
            SelfMetric(
                "logs_refused_requests_total", .counter, "Requests of logs told to come again.",
                intake.refusedRequests),
            SelfMetric(
                "logs_queued_documents_total", .counter, "Documents on disk in the queue, by whatever way they came.",
                queue.appendedDocuments),
            SelfMetric("logs_queue_bytes", .gauge, "Of the queue of logs on disk, not in parts yet.", queue.bytes),
            SelfMetric("logs_queue_bytes_max", .gauge, "Beyond it senders are told to wait.", queue.bytesMax),
            SelfMetric(
                "logs_queue_kept_bytes", .gauge, "Of the queue, done and kept for processing again.",
                logs.queue.kept.bytes),
            SelfMetric(
                "logs_replay_waiting_documents", .gauge, "Documents that are to be processed again.",
                logs.replay.waitingDocuments),
            SelfMetric("logs_queue_waiting_documents", .gauge, "Acknowledged, not yet processed.", waiting),
            SelfMetric("logs_queue_syncs_total", .counter, "Of the queue of logs.", queue.syncs),
            SelfMetric(
                "logs_queue_sync_seconds_total", .counter, "Writing and syncing the queue of logs.",
                queue.syncTime.seconds),
            SelfMetric("logs_queue_failures_total", .counter, "Writes that the disk refused.", queue.failures),
            SelfMetric(
                "logs_queue_lost_documents_total", .counter, "Documents lost to damage on disk.", processing.lost),
            SelfMetric(
                "logs_processed_documents_total", .counter, "Documents handed to the store.", processing.documents),
            SelfMetric(
                "logs_dropped_documents_total", .counter, "Documents that a pipeline dropped.", processing.dropped),
            SelfMetric(
                "logs_processing_failures_total", .counter, "Batches that had to be tried again.", processing.failures
            ),
            SelfMetric(
                "logs_metrics_left_out_records_total", .counter,
                "Records that logs.metrics would have counted in one series too many.",
                Double(logs.metrics.metrics.leftOutCount)),
            SelfMetric("logs_records", .gauge, "Records of logs that can be found.", store.recordCount),
            SelfMetric(
                "logs_unflushed_records", .gauge, "Of those, in memory and in the queue only.",
                store.pendingRecordCount),
            SelfMetric("logs_unflushed_bytes", .gauge, "What they take in memory, about.", store.pendingBytes),
            SelfMetric("logs_parts", .gauge, "Parts of the store of logs.", store.partCount),
            SelfMetric("logs_parts_bytes", .gauge, "On disk.", store.partBytes),
            SelfMetric("logs_parts_set_aside", .gauge, "Damaged parts that are not searched.", store.setAside.count),
            SelfMetric(
                "logs_refused_records_total", .counter,
                "Records left out because what they would have replaced or deleted has not the labels of their token.",
                store.refusedCount),
            SelfMetric(
                "logs_store_failures_total", .counter, "Batches that had to wait for the disk of the store.",
                logs.store.failures.load(ordering: .relaxed)),
            SelfMetric("logs_merges_total", .counter, "Merges of parts.", store.mergeCount),
            SelfMetric(
                "logs_dead_letters", .gauge, "Documents that could not be processed and are not done with.",
                logs.settledLetters.count),
            SelfMetric("logs_dead_letters_total", .counter, "Of those, written since the start.", letters.written),
            SelfMetric("logs_dead_letters_bytes", .gauge, "On disk.", letters.bytes),
            SelfMetric("logs_dead_letters_bytes_max", .gauge, "Beyond it the oldest go.", letters.bytesMax),
            SelfMetric(
                "logs_dead_letters_dropped_total", .counter, "The oldest, which had to make room.", letters.dropped),
        ]
    }
}
