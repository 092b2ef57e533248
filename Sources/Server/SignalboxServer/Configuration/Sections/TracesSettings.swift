import Basics
package import Pipeline
package import SignalModel
package import Traces

/// `traces:`
package struct TracesSettings: Sendable, Hashable {
    package var retention: Duration = .seconds(7 * 86_400)
    /// Batches that were acknowledged and are not yet in parts; beyond it senders are told to wait.
    package var queueBytes = 2 << 30
    /// Of one request, compressed or not; 64 MiB is what OTLP recommends.
    package var requestBytesMax = 64 << 20
    /// By environment; a reload changes them.
    package var sampling = SamplingTable.standardEnvironments

    /// Of the metrics of spans.
    package var histograms = SpanHistograms.classic

    /// Nil stores every span that comes.
    package var tailSampling: TailSamplingSettings?

    /// Shorter ones are refused: whole days are dropped.
    static let retentionMin = Duration.seconds(86_400)
    /// Smaller ones are refused: one large request would fill it.
    static let queueBytesMin = 16 << 20
    /// Larger ones are refused: a request is in memory as a whole.
    static let requestBytesMaxMax = 256 << 20

    /// Apart from what a reload may change.
    var fixed: TracesSettings {
        var settings = self
        settings.sampling = [:]
        return settings
    }
}

extension TracesSettings {
    static func decode(_ node: ConfigurationNode?) -> TracesSettings {
        var settings = TracesSettings()
        guard var reader = node?.mapping() else { return settings }
        settings.retention = reader["retention"]?.duration(minimum: retentionMin) ?? settings.retention
        if let node = reader["queue"], var queue = node.mapping() {
            settings.queueBytes = queue["size"]?.byteSize(minimum: queueBytesMin) ?? settings.queueBytes
            queue.finish()
        }
        let request = reader["max_request_size"]
        settings.requestBytesMax = request?.byteSize(minimum: 1 << 20) ?? settings.requestBytesMax
        if settings.requestBytesMax > requestBytesMaxMax {
            request?.note("traces.max_request_size must be at most 256MB")
        }
        if let node = reader["sampling"], var environments = node.mapping() {
            settings.sampling = [:]
            for entry in environments.all() {
                guard let number = entry.value.number() else { continue }
                guard let rate = SamplingRate(number) else {
                    entry.value.note("\(entry.value.path) must be 0, or from 0.0001 to 1, not \(number)")
                    continue
                }
                settings.sampling[entry.name] = rate
            }
            environments.finish()
        }
        if let node = reader["metrics"], var metrics = node.mapping() {
            settings.histograms = metrics["histograms"]?.choice(SpanHistograms.self) ?? settings.histograms
            metrics.finish()
        }
        settings.tailSampling = reader["tail_sampling"].flatMap { tailSampling($0) }
        reader.finish()
        return settings
    }

    private static func tailSampling(_ node: ConfigurationNode) -> TailSamplingSettings? {
        guard var reader = node.mapping() else { return nil }
        var settings = TailSamplingSettings()
        let wait = reader["wait"]
        settings.wait = wait?.duration(minimum: .seconds(1)) ?? settings.wait
        if settings.wait > .seconds(600) { wait?.note("traces.tail_sampling.wait must be at most 10m") }
        settings.slow = reader["slow"]?.duration(minimum: .milliseconds(1)) ?? settings.slow
        settings.rarePerMinute = reader["rare_per_minute"]?.integer(in: 0...1000) ?? settings.rarePerMinute
        settings.windowBytesMax = reader["window_size"]?.byteSize(minimum: 1 << 20) ?? settings.windowBytesMax
        if let node = reader["rate"], let number = node.number() {
            settings.rate = number
            if !(0...1).contains(number) { node.note("traces.tail_sampling.rate must be from 0 to 1, not \(number)") }
        }
        if let node = reader["spans_per_second"], let number = node.number() {
            settings.spansPerSecond = number
            if !(1...1e6).contains(number) {
                node.note("traces.tail_sampling.spans_per_second must be from 1 to 1000000, not \(number)")
            }
        }
        reader.finish()
        return settings
    }
}
