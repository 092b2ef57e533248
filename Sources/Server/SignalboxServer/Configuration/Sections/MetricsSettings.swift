package import Backends
import Basics
package import Ingest
package import PromQL
package import SignalModel
package import WireFormats

/// `metrics:`
package struct MetricsSettings: Sendable, Hashable {
    package var retention: Duration = .seconds(15 * 86_400)
    /// The oldest blocks go while blocks and log together are larger.
    package var retentionBytes: Int?
    /// A sample further behind the newest one of all series is refused; one behind its own series' newest always is.
    package var sampleAgeMax: Duration = .seconds(3600)
    /// How late a sample may be that is not newer than all of its series: agents lag, and resend after a restart.
    package var outOfOrderWindow: Duration = .seconds(1800)
    package var scrapeInterval: Duration = .seconds(60)
    package var scrapeTimeout: Duration = .seconds(10)
    package var evaluationInterval: Duration = .seconds(60)
    /// Rules look this far into the past unless their group says otherwise, so that late samples are in.
    package var ruleQueryOffset: Duration = .zero
    /// On alerts and federated series that do not carry them.
    package var externalLabels: Labels = .empty
    package var scrapeJobs: [ScrapeJobSettings] = []
    /// Formats, for jobs that say nothing.
    var negotiation = NegotiationDecoding()
    /// What queries and rules may use of the language.
    package var language = ParserOptions.stable
    package var delaysNameRemoval = false
    package var replicas = ReplicaSettings()
    /// How OpenTelemetry's names and attributes become ours.
    package var otlp = OTLPTranslation()
    /// Where blocks are kept for longer; a directory, and for how long.
    package var archive: Archive?

    /// A backend that keeps the samples in place of a store of our own.
    package var remote: RemoteStoreSettings?

    package struct Archive: Sendable, Hashable {
        package var directory: String
        package var retention: Duration = .seconds(365 * 86_400)
    }

    /// Shorter intervals are refused: a mistyped unit (`15ms`) would load every target and the store.
    static let intervalMin = Duration.seconds(1)
    /// Shorter ones are refused: the head of the store holds this much in memory anyway.
    static let retentionMin = Duration.seconds(2 * 3600)
    /// Smaller ones are refused: the log alone may be larger.
    static let retentionBytesMin = 256 << 20
    /// Shorter ones are refused: agents send every five seconds, and two would take turns.
    static let failoverTimeoutMin = Duration.seconds(10)
    /// Jobs beyond it are refused.
    static let scrapeJobsMax = 10_000
}

extension MetricsSettings {
    static func decode(_ node: ConfigurationNode?, _ files: ConfigurationFiles) -> MetricsSettings {
        var settings = MetricsSettings()
        guard var reader = node?.mapping() else { return settings }
        let standard = settings
        settings.retention = reader["retention"]?.duration(minimum: retentionMin) ?? standard.retention
        settings.retentionBytes = reader["retention_size"]?.byteSize(minimum: retentionBytesMin)
        settings.sampleAgeMax = reader["sample_age_max"]?.duration(minimum: .seconds(60)) ?? standard.sampleAgeMax
        settings.outOfOrderWindow = reader["out_of_order_window"]?.duration() ?? standard.outOfOrderWindow
        settings.scrapeInterval = reader["scrape_interval"]?.duration(minimum: intervalMin) ?? standard.scrapeInterval
        let timeout = reader["scrape_timeout"]
        settings.scrapeTimeout =
            timeout?.duration(minimum: .milliseconds(1)) ?? min(standard.scrapeTimeout, settings.scrapeInterval)
        if settings.scrapeTimeout > settings.scrapeInterval {
            timeout?.note("metrics.scrape_timeout must not be longer than scrape_interval")
        }
        settings.evaluationInterval =
            reader["evaluation_interval"]?.duration(minimum: intervalMin) ?? standard.evaluationInterval
        settings.ruleQueryOffset = reader["rule_query_offset"]?.duration() ?? standard.ruleQueryOffset
        if let replicas = reader["high_availability"] { settings.replicas = decodeReplicas(replicas) }
        if let archive = reader["archive"] { settings.archive = decodeArchive(archive, settings.retention) }
        if let otlp = reader["otlp"] { settings.otlp = OTLPDecoding.decode(otlp) }
        if let labels = reader["external_labels"] { settings.externalLabels = labels.labels() }
        settings.negotiation = NegotiationDecoding(&reader)
        if let jobs = reader["scrape_configs"] { settings.scrapeJobs = decodeJobs(jobs, settings, files) }
        for feature in reader["enable_features"]?.list() ?? [] {
            switch feature.string() {
            case "promql-experimental-functions": settings.language.experimentalFunctions = true
            case "promql-extended-range-selectors": settings.language.extendedRangeSelectors = true
            case "promql-binop-fill-modifiers": settings.language.fillModifiers = true
            case "promql-delayed-name-removal": settings.delaysNameRemoval = true
            default:
                feature.expected(
                    "promql-experimental-functions, promql-extended-range-selectors, promql-binop-fill-modifiers or "
                        + "promql-delayed-name-removal")
            }
        }
        if let remote = reader["remote"] {
            settings.remote = RemoteStoreDecoding.decode(remote, files)
            RemoteStoreDecoding.refuseLocalKeys(&reader)
            if settings.delaysNameRemoval {
                remote.note("metrics.remote: promql-delayed-name-removal is the backend's to decide")
            }
        }
        reader.finish()
        return settings
    }

    private static func decodeArchive(_ node: ConfigurationNode, _ local: Duration) -> Archive? {
        guard var reader = node.mapping() else { return nil }
        guard let directory = reader["directory"]?.filePath() else {
            node.note("\(node.path).directory is missing: where the blocks are to be kept")
            return nil
        }
        var archive = Archive(directory: directory)
        let retention = reader["retention"]
        archive.retention = retention?.duration(minimum: retentionMin) ?? archive.retention
        if archive.retention < local { retention?.note("\(node.path).retention is shorter than metrics.retention") }
        reader.finish()
        return archive
    }

    private static func decodeReplicas(_ node: ConfigurationNode) -> ReplicaSettings {
        var settings = ReplicaSettings()
        guard var reader = node.mapping() else { return settings }
        for (key, path) in [("cluster_label", \ReplicaSettings.clusterLabel), ("replica_label", \.replicaLabel)] {
            guard let label = reader[key], let name = label.string(), label.isLabelName(name) else { continue }
            settings[keyPath: path] = name
        }
        let timeout = reader["failover_timeout"]?.duration(minimum: failoverTimeoutMin)
        settings.failoverTimeout = timeout ?? settings.failoverTimeout
        reader.finish()
        return settings
    }

    private static func decodeJobs(
        _ node: ConfigurationNode, _ settings: MetricsSettings, _ files: ConfigurationFiles
    ) -> [ScrapeJobSettings] {
        let nodes = node.list()
        if nodes.count > scrapeJobsMax {
            node.note("\(node.path): at most \(scrapeJobsMax) jobs, not \(nodes.count)")
            return []
        }
        var names: Set<String> = []
        return nodes.compactMap { element in
            guard let job = ScrapeJobSettings.decode(element, settings, files) else { return nil }
            guard names.insert(job.name).inserted else {
                element.note("\(element.path): another job is named \(quoted(job.name)) already")
                return nil
            }
            return job
        }
    }
}

extension MetricsSettings {
    /// Of queries and rules alike.
    var queryLimits: QueryLimits {
        var limits = QueryLimits()
        limits.defaultSubqueryStep = evaluationInterval
        limits.delaysNameRemoval = delaysNameRemoval
        return limits
    }
}
