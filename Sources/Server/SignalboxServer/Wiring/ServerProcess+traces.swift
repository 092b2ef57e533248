import Basics
import HTTPAPI
import Ingest
import Logs
import Pipeline
import SignalModel
import StateStore
import Synchronization
import Traces

extension ServerProcess {
    func traceEndpoints() -> [Endpoint] {
        let (audit, journalThread) = (SQLiteIdentityAudit(stateDatabase), journalThread)
        let stores = IntakeStores(
            spans: traces.intake, logs: logs.intake, samples: store.appender, threads: ingestThreads)
        let apm = APMAPI(stores: stores, clock: clock)
        let configuration = AgentConfigurationAPI(control: traces.sampling)
        return OTLPTracesAPI(intake: traces.intake).endpoints + ZipkinAPI(intake: traces.intake).endpoints
            + apm.endpoints + configuration.endpoints
            + BrowserAPI(intake: apm, configuration: configuration, clock: clock).endpoints
            + SamplingAPI(
                control: traces.sampling,
                audit: { entry in try await journalThread.run { try audit.record(entry) } }, clock: clock,
                threads: journalThread
            ).endpoints
    }

    func traceMetrics() -> [SelfMetric] {
        let intake = traces.intake.statistics
        let queue = traces.queue.statistics
        let processing = traces.processing.statistics
        let store = traces.store.store.statistics
        func dialects(_ counts: [String: Int]) -> [(labels: Labels, value: Double)] {
            counts.sorted { $0.key < $1.key }.map { (Labels([(name: "dialect", value: $0.key)]), Double($0.value)) }
        }
        let end = traces.queue.nextOrdinal
        let waiting = end - min(end, traces.processing.processedOrdinal + 1)
        let tail = traces.tailSampler?.statistics
        let reasons = (tail?.keptTraces ?? [:]).sorted { $0.key < $1.key }.map {
            (labels: Labels([(name: "reason", value: $0.key)]), value: Double($0.value))
        }
        let sampled: [SelfMetric] =
            tail.map { tail in
                [
                    SelfMetric("traces_tail_kept_total", .counter, "Traces kept, by why.", reasons),
                    SelfMetric("traces_tail_dropped_total", .counter, "Traces not kept.", tail.droppedTraces),
                    SelfMetric("traces_tail_dropped_spans_total", .counter, "Their spans.", tail.droppedSpans),
                    SelfMetric("traces_tail_window_bytes", .gauge, "Of spans that wait, about.", tail.windowBytes),
                    SelfMetric(
                        "traces_tail_hurried_batches_total", .counter, "Decided early, for want of room.",
                        tail.hurriedBatches),
                ]
            } ?? []
        return sampled + [
            SelfMetric("traces_spans_total", .counter, "Spans acknowledged.", dialects(intake.spans)),
            SelfMetric("traces_errors_total", .counter, "Errors of services acknowledged.", intake.errors),
            SelfMetric(
                "traces_refused_spans_total", .counter, "Spans refused one by one, their neighbours kept.",
                dialects(intake.refusedSpans)),
            SelfMetric(
                "traces_refused_requests_total", .counter, "Requests of spans told to come again.",
                traces.intake.refusedRequests),
            SelfMetric("traces_cut_texts_total", .counter, "Texts too long for an attribute.", intake.cutTexts),
            SelfMetric(
                "traces_queued_bytes_total", .counter, "Of batches of spans put into their queue.",
                intake.queuedBytes),
            SelfMetric("traces_queue_bytes", .gauge, "Of the queue of spans on disk.", queue.bytes),
            SelfMetric("traces_queue_bytes_max", .gauge, "Beyond it senders are told to wait.", queue.bytesMax),
            SelfMetric("traces_queue_waiting_batches", .gauge, "Acknowledged, not yet processed.", waiting),
            SelfMetric("traces_queue_failures_total", .counter, "Writes that the disk refused.", queue.failures),
            SelfMetric(
                "traces_queue_lost_batches_total", .counter, "Batches lost to damage on disk.", processing.lost),
            SelfMetric("traces_processed_spans_total", .counter, "Spans handed to the store.", processing.spans),
            SelfMetric(
                "traces_processing_failures_total", .counter, "Batches that had to be tried again.",
                processing.failures),
            SelfMetric("traces_records", .gauge, "Spans and errors that can be found.", store.recordCount),
            SelfMetric(
                "traces_unflushed_records", .gauge, "Of those, in memory and in the queue only.",
                store.pendingRecordCount),
            SelfMetric("traces_unflushed_bytes", .gauge, "What they take in memory, about.", store.pendingBytes),
            SelfMetric("traces_parts", .gauge, "Parts of the store of spans.", store.partCount),
            SelfMetric("traces_parts_bytes", .gauge, "On disk.", store.partBytes),
            SelfMetric(
                "traces_parts_set_aside", .gauge, "Damaged parts that are not searched.", store.setAside.count),
            SelfMetric("traces_merges_total", .counter, "Merges of parts.", store.mergeCount),
        ]
    }
}
