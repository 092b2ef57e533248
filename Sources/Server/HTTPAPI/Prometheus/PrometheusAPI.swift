package import Basics
import HTTPTypes
import Identity
package import Ingest
package import PromQL
package import Rules
package import SignalModel

/// Prometheus' HTTP API (3.x, `web/api/v1`): paths, parameters, envelope, texts and statuses are its own.
package struct PrometheusAPI: Sendable {
    /// What the running configuration says; asked anew for each request, so a reload needs no restart.
    package struct Build: Sendable {
        package var version: String
        package init(version: String) { self.version = version }
    }

    package typealias MakeEvaluator = @Sendable (QueryLimits) -> any QueryEvaluator

    let source: any SampleSource
    let evaluator: MakeEvaluator
    let exemplarSource: any ExemplarSource
    let rules: RuleEngine
    let scraping: any TargetReporting
    let receiver: RemoteWriteReceiver
    let limits: @Sendable () -> QueryLimits
    let language: ParserOptions
    let queries: QueryRegistry
    let clock: any WallClock
    /// Queries and their rendering.
    let threads: BlockingThreads
    /// Decoding of what comes in; apart, so that slow queries cannot hold up ingest.
    let ingestThreads: BlockingThreads
    let build: Build
    let address: ReachableAddress
    let status: Status
    /// The store's way to encode samples.
    let encode: @Sendable (SampleBuffer) -> [EncodedSamples]

    package init(
        source: any SampleSource, evaluator: @escaping MakeEvaluator, exemplarSource: any ExemplarSource,
        rules: RuleEngine,
        scraping: any TargetReporting, receiver: RemoteWriteReceiver,
        limits: @escaping @Sendable () -> QueryLimits, language: ParserOptions, queries: QueryRegistry,
        clock: any WallClock, threads: BlockingThreads,
        ingestThreads: BlockingThreads, build: Build, address: ReachableAddress, status: Status,
        encode: @escaping @Sendable (SampleBuffer) -> [EncodedSamples]
    ) {
        self.source = source
        self.evaluator = evaluator
        self.exemplarSource = exemplarSource
        self.rules = rules
        self.scraping = scraping
        self.receiver = receiver
        self.limits = limits
        self.language = language
        self.queries = queries
        self.clock = clock
        self.threads = threads
        self.ingestThreads = ingestThreads
        self.build = build
        self.address = address
        self.status = status
        self.encode = encode
    }

    package var endpoints: [Endpoint] {
        let prefix = "/api/v1"
        return [
            Endpoint(.get, prefix + "/query", .queryTelemetry, "Evaluates an expression at one time", query),
            Endpoint(.post, prefix + "/query", .queryTelemetry, "The same, parameters in a form", query),
            Endpoint(.get, prefix + "/query_range", .queryTelemetry, "Evaluates over a range of time", queryRange),
            Endpoint(.post, prefix + "/query_range", .queryTelemetry, "The same, parameters in a form", queryRange),
            Endpoint(.get, prefix + "/format_query", .queryTelemetry, "Prints an expression prettily", formatQuery),
            Endpoint(.post, prefix + "/format_query", .queryTelemetry, "The same, parameters in a form", formatQuery),
            Endpoint(.get, prefix + "/parse_query", .queryTelemetry, "An expression as a tree", parseQuery),
            Endpoint(.post, prefix + "/parse_query", .queryTelemetry, "The same, parameters in a form", parseQuery),
            Endpoint(
                .get, prefix + "/query_exemplars", .queryTelemetry, "Exemplars of what an expression selects",
                exemplars),
            Endpoint(
                .post, prefix + "/query_exemplars", .queryTelemetry, "The same, parameters in a form", exemplars),
            Endpoint(.get, prefix + "/labels", .queryTelemetry, "Names of labels", labelNames),
            Endpoint(.post, prefix + "/labels", .queryTelemetry, "The same, parameters in a form", labelNames),
            Endpoint(.get, prefix + "/label/:name/values", .queryTelemetry, "Values of one label", labelValues),
            Endpoint(.get, prefix + "/series", .queryTelemetry, "Label sets that match", series),
            Endpoint(.post, prefix + "/series", .queryTelemetry, "The same, parameters in a form", series),
            Endpoint(.get, prefix + "/rules", .queryTelemetry, "Rule groups and their state", ruleGroups),
            Endpoint(.get, prefix + "/alerts", .queryTelemetry, "Pending and firing alerts of rules", alerts),
            Endpoint(.get, prefix + "/targets", .queryTelemetry, "What is scraped, and how it goes", targets),
            Endpoint(
                .get, prefix + "/targets/metadata", .queryTelemetry, "What targets say of their metrics",
                targetMetadata),
            Endpoint(
                .get, prefix + "/targets/relabel_steps", .queryTelemetry, "What each rule makes of given labels",
                relabelSteps),
            Endpoint(.get, prefix + "/scrape_pools", .queryTelemetry, "Names of scrape jobs", scrapePools),
            Endpoint(.get, prefix + "/metadata", .queryTelemetry, "Types and help texts of metrics", metadata),
            Endpoint(.get, prefix + "/status/buildinfo", .queryTelemetry, "What program answers", buildInformation),
            Endpoint(
                .get, prefix + "/status/config", .viewOperations, "Configuration, without secrets", configurationText),
            Endpoint(.get, prefix + "/status/flags", .viewOperations, "What the server was started with", flags),
            Endpoint(
                .get, prefix + "/status/runtimeinfo", .viewOperations, "How the server runs", runtimeInformation),
            Endpoint(
                .get, prefix + "/status/tsdb", .viewOperations, "What is in memory, and who brings it", headStatus),
            Endpoint(.get, prefix + "/status/tsdb/blocks", .viewOperations, "Blocks on disk", blocks),
            Endpoint(.get, prefix + "/features", .queryTelemetry, "What this server can do", features),
            Endpoint(.get, prefix + "/status/walreplay", .viewOperations, "How far the replay is", replayStatus),
            Endpoint(.get, prefix + "/alertmanagers", .viewOperations, "Alertmanagers that are told", alertmanagers),
            Endpoint(.post, prefix + "/read", .queryTelemetry, "Remote read, samples or a stream of chunks", read),
            Endpoint(.get, "/federate", .queryTelemetry, "Newest samples as text", federate),
            Endpoint(.post, prefix + "/write", .ingest, "Remote write 1.0 and 2.0", write),
        ]
    }
}
