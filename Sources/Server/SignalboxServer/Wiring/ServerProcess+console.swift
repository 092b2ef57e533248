package import Console
package import Ingest
package import Response
package import Rules
import TSDB

extension ServerProcess: ConsoleBackend {
    package var operations: OperationsState { core.state }
    package var journalFailure: String? { core.journalFailure }

    package func ingestCounts() async -> IngestCounts {
        let store = database.statistics()
        return IngestCounts(
            series: store.series, appendedSamples: store.appendedSamples,
            refusedSamples: store.refusedSamples.values.reduce(0, +), logSyncs: store.log.syncs,
            logSyncTime: store.log.syncTime, logFailures: store.log.failures)
    }

    package func targets() async -> [TargetStatus] { await scraping.targets() }
    package func pools() async -> [PoolStatus] { await scraping.pools() }
    package func ruleGroups() async -> [RuleGroupReport] { await rules.reports }

    package func act(on page: String, _ input: OperationsInput) async throws {
        try await core.act(on: page, input)
    }
}
