import HTTPAPI
import Logs

extension ServerProcess {
    /// Beyond it a search ends with an error.
    private static let searchTimeMax = Duration.seconds(60)

    /// What looks at log records: Elasticsearch's API and our own.
    func logSearchEndpoints() -> [Endpoint] {
        let search = LogSearch(
            snapshot: { [logs] in logs.store.store.snapshot() }, access: { _ in .everything },
            zones: { SystemZones.rules($0) }, classes: FieldClasses(), threads: queryThreads, clock: clock,
            timeMax: Self.searchTimeMax)
        return ElasticsearchSearchAPI(search: search).endpoints + LogSearchAPI(search: search).endpoints
    }
}
