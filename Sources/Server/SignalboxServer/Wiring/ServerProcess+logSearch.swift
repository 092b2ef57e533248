import HTTPAPI
import Logs
import StateStore
import Synchronization

extension ServerProcess {
    /// Beyond it a search ends with an error.
    private static let searchTimeMax = Duration.seconds(60)

    /// The way to log records that every API takes, and that to spans.
    var logSearch: LogSearch {
        let (audit, journalThread) = (SQLiteIdentityAudit(stateDatabase), journalThread)
        return LogSearch(
            snapshot: { [logs] in logs.store.store.snapshot() },
            policy: { [self] in configuration.withLock { $0.logs.access } },
            audit: { entry in try await journalThread.run { try audit.record(entry) } },
            zones: { SystemZones.rules($0) }, classes: FieldClasses(), threads: queryThreads, clock: clock,
            timeMax: Self.searchTimeMax)
    }

    /// What looks at log records: Elasticsearch's API and our own.
    func logSearchEndpoints() -> [Endpoint] {
        let search = logSearch
        let writing = ElasticsearchSearchAPI.Writing(
            isMade: { [logs] in logs.objects.isMade($0) }, progress: logs.progress,
            delete: { [logs] in try logs.store.store.delete($0) },
            forget: { [logs] in
                try logs.objects.forgetIndex($0)
                logs.assignments.read(logs.objects)
            })
        return ElasticsearchSearchAPI(search: search, writing: writing).endpoints
            + LogSearchAPI(search: search).endpoints
            + LogTailAPI(search: search, tail: logs.store.tail).endpoints
    }
}
