package import Alerting
import Backends
package import Basics
package import Console
package import HTTPAPI
package import Identity
package import Ingest
import PromQL
package import Response
package import Rules
package import SignalModel
import TSDB

extension ServerProcess: ConsoleBackend {
    package var operations: OperationsState { core.state }
    package var pageArchive: any PageArchive { closedPages }
    package var journalFailure: String? { core.journalFailure }

    package func ingestCounts() async -> IngestCounts {
        switch store {
        case .remote(let store):
            let statistics = store.statistics
            return IngestCounts(
                series: 0, appendedSamples: statistics.appended.appendedSamples,
                refusedSamples: statistics.forwarded.samplesFailed, logSyncs: statistics.appended.syncs,
                logSyncTime: statistics.appended.syncTime, logFailures: statistics.appended.failures,
                backend: IngestCounts.Backend(
                    waitingBytes: statistics.queue.bytes, sentSamples: statistics.forwarded.samplesSent,
                    isFailing: statistics.forwarded.isFailing))
        case .local(let database, _):
            let store = database.statistics()
            return IngestCounts(
                series: store.series, appendedSamples: store.appendedSamples,
                refusedSamples: store.refusedSamples.values.reduce(0, +), logSyncs: store.log.syncs,
                logSyncTime: store.log.syncTime, logFailures: store.log.failures)
        }
    }

    package func targets() async -> [TargetStatus] { await scraping.targets() }
    package func pools() async -> [PoolStatus] { await scraping.pools() }
    package func ruleGroups() async -> [RuleGroupReport] { await rules.reports }

    package var admissionStatistics: IngestAdmission.Statistics { admission.statistics() }

    package func usage(_ matchers: [Matcher], label: String, limit: Int) async throws -> SeriesUsage {
        guard let database = store.database else { throw QueryError(.execution, MetricsStore.elsewhere) }
        return try await queryThreads.run { database.usage(matchers, label: label, limit: limit) }
    }

    package func zone(_ name: String) -> ZoneRules? { SystemZones.rules(name) }

    package func makeID() -> String { OnCallAPI.makeID(SystemRandomness()) }

    package func change(_ input: OnCallInput) async throws {
        if let refusal = core.state.refusal(of: input) { throw refusal }
        try await core.perform(.onCall(input))
    }

    package func act(on page: String, _ input: OperationsInput) async throws {
        try await core.act(on: page, input)
    }

    package func silence(_ draft: SilenceDraft, by principal: Principal?, from source: String) async throws {
        try await silenceActions.make(draft, by: principal, from: source)
    }

    package func expireSilence(_ id: String, by principal: Principal?, from source: String) async throws {
        try await silenceActions.end(id, by: principal, from: source)
    }

    package func approveSilence(_ id: String, by principal: Principal?, from source: String) async throws {
        try await silenceActions.approve(id, by: principal, from: source)
    }
}
