import HTTPAPI
import Traces

extension ServerProcess {
    /// What looks at spans: our own API, and those of Jaeger and Tempo.
    func traceSearchEndpoints() -> [Endpoint] {
        let queries = TraceQueries(search: logSearch, store: traces.store.store)
        return TraceAPI(queries: queries).endpoints + JaegerAPI(queries: queries).endpoints
            + TempoAPI(queries: queries, version: SignalboxVersion.current).endpoints
    }
}
