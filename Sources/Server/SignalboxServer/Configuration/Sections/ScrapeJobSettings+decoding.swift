import Basics
import Ingest
import SignalModel

extension ScrapeJobSettings {
    /// What Prometheus knows here and we do not yet: named, so that nobody wonders what became of it.
    private static let unsupported = [
        "native_histogram_bucket_limit", "native_histogram_min_bucket_factor", "scrape_classic_histograms",
        "metric_name_validation_scheme", "metric_name_escaping_scheme", "scrape_class", "scrape_failure_log_file",
        "azure_sd_configs", "ec2_sd_configs", "gce_sd_configs", "consul_sd_configs",
        "docker_sd_configs", "dockerswarm_sd_configs", "openstack_sd_configs", "digitalocean_sd_configs",
        "hetzner_sd_configs", "nomad_sd_configs", "puppetdb_sd_configs", "eureka_sd_configs", "scaleway_sd_configs",
        "linode_sd_configs", "ionos_sd_configs", "kuma_sd_configs", "lightsail_sd_configs", "marathon_sd_configs",
        "nerve_sd_configs", "ovhcloud_sd_configs", "serverset_sd_configs", "triton_sd_configs", "uyuni_sd_configs",
        "vultr_sd_configs",
    ]

    static func decode(
        _ node: ConfigurationNode, _ defaults: MetricsSettings, _ files: ConfigurationFiles
    ) -> ScrapeJobSettings? {
        guard var reader = node.mapping() else { return nil }
        let name = reader.required("job_name")
        var job = ScrapeJobSettings(
            name: name?.string() ?? "", interval: defaults.scrapeInterval, timeout: defaults.scrapeTimeout)
        if let name, name.isEmptyText { name.note("\(name.path) must not be empty") }
        decodeTimes(&job, &reader)
        if let path = reader["metrics_path"], let text = path.string() {
            job.metricsPath = text
            if !text.hasPrefix("/") { path.expected("a path that begins with /") }
        }
        job.scheme = reader["scheme"]?.choice(Scheme.self) ?? job.scheme
        job.honorLabels = reader["honor_labels"]?.bool() ?? job.honorLabels
        job.honorTimestamps = reader["honor_timestamps"]?.bool() ?? job.honorTimestamps
        job.tracksTimestampsStaleness =
            reader["track_timestamps_staleness"]?.bool() ?? job.tracksTimestampsStaleness
        decodeLimits(&job.limits, &reader)
        job.bodySizeLimit = reader["body_size_limit"]?.byteSize() ?? job.bodySizeLimit
        var negotiation = NegotiationDecoding(&reader)
        negotiation.fallback = reader["fallback_scrape_protocol"]?.choice(ScrapeProtocol.self)
        job.negotiation = negotiation.negotiation(defaults.negotiation)
        if let parameters = reader["params"] { job.parameters = decodeParameters(parameters) }
        job.http = HTTPClientDecoding.decode(&reader, in: node, files)
        job.http.compresses = reader["enable_compression"]?.bool() ?? true
        job.relabelling = RelabelDecoding.decode(reader["relabel_configs"])
        job.metricRelabelling = RelabelDecoding.decode(reader["metric_relabel_configs"])
        if let groups = reader["static_configs"] {
            job.discoveries.append(
                .fixed(decodeGroups(groups, source: "", takesURLs: !job.relabelling.isEmpty)))
        }
        job.discoveries += DiscoveryDecoding.decode(&reader, files)
        for key in unsupported { reader.refuse(key, Unsupported.message) }
        reader.finish()
        return job
    }

    private static func decodeTimes(_ job: inout ScrapeJobSettings, _ reader: inout MappingReader) {
        let interval = reader["scrape_interval"]
        if let value = interval?.duration(minimum: MetricsSettings.intervalMin) {
            job.interval = value
            job.timeout = min(job.timeout, value)
        }
        guard let timeout = reader["scrape_timeout"],
            let value = timeout.duration(minimum: .milliseconds(1))
        else { return }
        job.timeout = value
        if value > job.interval { timeout.note("\(timeout.path) must not be longer than scrape_interval") }
    }

    private static func decodeLimits(_ limits: inout ScrapeLimits, _ reader: inout MappingReader) {
        func limit(_ key: String) -> Int { reader[key]?.integer(in: 0...Int(Int32.max)) ?? 0 }
        limits.sampleLimit = limit("sample_limit")
        limits.labelLimit = limit("label_limit")
        limits.labelNameLengthLimit = limit("label_name_length_limit")
        limits.labelValueLengthLimit = limit("label_value_length_limit")
        limits.targetLimit = limit("target_limit")
        limits.keepDroppedTargets = limit("keep_dropped_targets")
    }

    private static func decodeParameters(_ node: ConfigurationNode) -> [Parameter] {
        guard var reader = node.mapping() else { return [] }
        return reader.all().map { Parameter(name: $0.name, values: $0.value.strings()) }
    }

    /// Sources are `source` and the group's number.
    static func decodeGroups(_ node: ConfigurationNode, source: String, takesURLs: Bool) -> [TargetGroup] {
        node.list().enumerated().compactMap { index, group in
            decodeTargets(group, source: source + String(index), takesURLs: takesURLs)
        }
    }

    /// With relabelling anything may stand as a target: a prober's are URLs that rules make a parameter.
    private static func decodeTargets(
        _ node: ConfigurationNode, source: String, takesURLs: Bool
    ) -> TargetGroup? {
        guard var reader = node.mapping() else { return nil }
        let targets = (reader.required("targets")?.list() ?? []).compactMap { target -> String? in
            guard let text = target.string() else { return nil }
            let isAddress = !text.contains("/") && !text.contains("@") && !text.utf8.contains { $0 <= 0x20 }
            if text.isEmpty || !isAddress && !takesURLs {
                target.expected("host:port, without a scheme or path")
                return nil
            }
            return text
        }
        let labels = reader["labels"]?.targetLabels() ?? .empty
        reader.finish()
        return TargetGroup(source: source, addresses: targets, labels: labels)
    }
}
