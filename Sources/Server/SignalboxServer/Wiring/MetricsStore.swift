import Backends
import Basics
import HTTPAPI
import PromQL
import Rules
import SignalModel
import TSDB

/// Where samples go and where they are asked for.
enum MetricsStore: Sendable {
    case local(TimeSeriesDatabase, LateArrivals)
    case remote(RemoteStore)

    /// The one way in.
    var appender: any SampleAppender {
        switch self {
        case .local(let database, let arrivals): WatchedAppender(database, arrivals)
        case .remote(let store): store.appender
        }
    }

    var source: any SampleSource {
        switch self {
        case .local(let database, _): database
        case .remote(let store): store.source
        }
    }

    var exemplars: any ExemplarSource {
        switch self {
        case .local(let database, _): database
        case .remote(let store): store.source
        }
    }

    func evaluator(_ limits: QueryLimits, clock: any WallClock) -> any QueryEvaluator {
        switch self {
        case .local(let database, _): QueryEngine(source: database, limits: limits, clock: clock)
        case .remote(let store): store.evaluator(limits)
        }
    }

    /// What came late for objectives; nil where others may append, too.
    var arrivals: LateArrivals? { if case .local(_, let arrivals) = self { arrivals } else { nil } }
    var database: TimeSeriesDatabase? { if case .local(let database, _) = self { database } else { nil } }
    var remote: RemoteStore? { if case .remote(let store) = self { store } else { nil } }

    /// For what only a store in process can do.
    func localDatabase() throws -> TimeSeriesDatabase {
        guard let database else { throw APIError(.execution, Self.elsewhere) }
        return database
    }

    static let elsewhere = "the samples are kept by the backend of metrics.remote: ask it"

    /// Paths that only a store in process answers.
    private static let localPaths: Set<String> = [
        "/federate", "/api/v1/read", "/api/v1/status/tsdb", "/api/v1/status/tsdb/blocks",
        "/api/v1/admin/tsdb/delete_series", "/api/v1/admin/tsdb/clean_tombstones", "/api/v1/admin/tsdb/snapshot",
        "/ops/v1/usage",
    ]

    /// With a backend the endpoints that it must be asked for say so.
    func answering(_ endpoints: [Endpoint]) -> [Endpoint] {
        if database != nil { return endpoints }
        return endpoints.map { endpoint in
            guard Self.localPaths.contains(endpoint.path) else { return endpoint }
            var endpoint = endpoint
            endpoint.handler = { _, _ in throw APIError(.execution, Self.elsewhere) }
            return endpoint
        }
    }
}
