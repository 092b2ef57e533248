import Basics
import Glibc
import HTTPAPI
import SignalModel
import Synchronization
import TSDB

extension ServerProcess {
    /// What `/api/v1/status/…` tells.
    func prometheusStatus() -> PrometheusAPI.Status {
        PrometheusAPI.Status(
            externalLabels: { [self] in configuration.withLock { $0.metrics.externalLabels } },
            configuration: { [self] in configurationSummary() }, flags: { [self] in startFlags() },
            runtime: { [self] in runtimeFacts() }, head: { [self] in try headStatus(limit: $0) },
            blocks: { [store] in try store.localDatabase().blockMetas() })
    }

    func storageAdministration() -> StorageAdministration {
        let store = store
        return StorageAdministration(
            delete: { try store.localDatabase().delete($0, from: $1, through: $2) },
            cleanTombstones: { try store.localDatabase().cleanTombstones() },
            copy: { try store.localDatabase().copy(skippingHead: $0) })
    }

    /// The parts of the configuration that Prometheus has too. Credentials are in none of them.
    private func configurationSummary() -> String {
        let metrics = configuration.withLock { $0.metrics }
        var text = "global:\n  scrape_interval: \(Self.text(metrics.scrapeInterval))\n"
        text += "  evaluation_interval: \(Self.text(metrics.evaluationInterval))\n"
        if !metrics.externalLabels.isEmpty {
            text += "  external_labels:\n"
            for (name, value) in metrics.externalLabels.pairs { text += "    \(quoted(name)): \(quoted(value))\n" }
        }
        if !metrics.scrapeJobs.isEmpty {
            text += "scrape_configs:\n"
            for job in metrics.scrapeJobs { text += "  - job_name: \(quoted(job.name))\n" }
        }
        return text
    }

    private static func text(_ duration: Duration) -> String { "\(duration.milliseconds / 1000)s" }

    private func startFlags() -> PrometheusAPI.Status.Pairs {
        let settings = configuration.withLock { $0 }
        return [
            ("config.file", configurationPath), ("storage.tsdb.path", settings.storagePath + "/metrics"),
            ("storage.tsdb.retention.time", Self.text(settings.metrics.retention)),
            ("web.external-url", settings.server.externalURL), ("web.listen-address", "\(settings.server.listen)"),
        ]
    }

    private func runtimeFacts() -> PrometheusAPI.Status.Runtime {
        let (isGood, at) = reloads.withLock { ($0.isGood, $0.at) }
        let retention = configuration.withLock { $0.metrics.retention }
        return PrometheusAPI.Status.Runtime(
            startedAt: startedAt, configuredAt: at ?? startedAt, isConfigurationGood: isGood,
            hostname: ProcessUsage.hostname, workingDirectory: ProcessUsage.workingDirectory,
            retention: Self.text(retention), threads: ProcessUsage.threadCount,
            cores: Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
    }

    private func headStatus(limit: Int) throws -> PrometheusAPI.Status.Head {
        let database = try store.localDatabase()
        let statistics = database.statistics()
        let report = database.cardinality(limit: limit)
        func counts(_ entries: [CardinalityReport.Entry]) -> PrometheusAPI.Status.Counts {
            entries.map { ($0.name, $0.count) }
        }
        return PrometheusAPI.Status.Head(
            series: statistics.series, labelPairs: statistics.labelPairs, chunks: statistics.chunks,
            minTime: statistics.minTime, maxTime: statistics.maxTime,
            seriesByMetricName: counts(report.seriesByMetricName),
            valuesByLabelName: counts(report.valuesByLabelName),
            bytesByLabelName: counts(report.bytesByLabelName), seriesByLabelPair: counts(report.seriesByLabelPair))
    }
}
