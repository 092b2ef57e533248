package import HTTPAPI
package import Ingest
package import Logs
import Pipeline

/// `logs:`
package struct LogsSettings: Sendable, Hashable {
    package var retention: Duration = .seconds(90 * 86_400)
    /// While parts take more, the oldest day goes; nil for no bound.
    package var retentionBytes: Int?
    /// Documents that were acknowledged and are not yet in parts; beyond it senders are told to wait.
    package var queueBytes = 4 << 30
    /// Documents that are in parts and can be processed again; beyond it, or after so long, the oldest go.
    package var keptBytes = 1 << 30
    package var keptAge: Duration = .seconds(86_400)
    /// Documents that could not be processed; beyond it the oldest go.
    package var deadLetterBytes = 256 << 20
    package var requestBytesMax = LogIntake.Limits().bodyBytesMax
    package var documentBytesMax = LogIntake.Limits().documentBytesMax
    package var workers = 3
    /// Who reads which records.
    package var access = LogAccessPolicy()
    /// Counted as records pass; a restart changes them.
    package var metrics: [LogMetricRule] = []
    /// Topics of Kafka that are read; a restart changes them.
    package var kafka: [KafkaInput] = []
    /// Pipelines that stand before what clients store by the same name.
    package var pipelines: [PipelineFile] = []
    /// Where documents go before the queue, nil for none: `queue.kafka`. A restart changes it.
    package var topic: KafkaTopic?
    /// Where MaxMind databases for `geoip` lie; nil for none.
    package var databaseDirectory: String?

    /// Shorter ones are refused: whole days are dropped.
    static let retentionMin = Duration.seconds(86_400)
    /// Smaller ones are refused: a day of a small sender takes as much.
    static let retentionBytesMin = 1 << 20
    /// Smaller ones are refused: one large request would fill it.
    static let queueBytesMin = 16 << 20
    static let deadLetterBytesMin = 1 << 20
    /// Larger ones are refused: a request is in memory as a whole.
    static let requestBytesMaxMax = 1 << 30

    /// Apart from what a reload may change.
    var fixed: LogsSettings {
        var settings = self
        settings.pipelines = []
        return settings
    }

    var pipelineResources: PipelineResources {
        PipelineResources(zone: { SystemZones.rules($0) }, databaseDirectory: databaseDirectory)
    }
}

extension LogsSettings {
    static func decode(_ node: ConfigurationNode?, _ files: ConfigurationFiles) -> LogsSettings {
        var settings = LogsSettings()
        guard var reader = node?.mapping() else { return settings }
        settings.retention = reader["retention"]?.duration(minimum: retentionMin) ?? settings.retention
        settings.retentionBytes = reader["retention_size"]?.byteSize(minimum: retentionBytesMin)
        if let node = reader["queue"], var queue = node.mapping() {
            settings.queueBytes = queue["size"]?.byteSize(minimum: queueBytesMin) ?? settings.queueBytes
            settings.keptBytes = queue["keep_size"]?.byteSize() ?? settings.keptBytes
            settings.keptAge = queue["keep"]?.duration() ?? settings.keptAge
            queue.finish()
        }
        if let node = reader["dead_letters"], var letters = node.mapping() {
            settings.deadLetterBytes =
                letters["size"]?.byteSize(minimum: deadLetterBytesMin) ?? settings.deadLetterBytes
            letters.finish()
        }
        settings.kafka = KafkaDecoding.inputs(reader["kafka"], files)
        settings.databaseDirectory = reader["geoip_directory"]?.filePath()
        settings.workers = reader["workers"]?.integer(in: 1...64) ?? settings.workers
        settings.access = LogRuleDecoding.access(reader["access"])
        settings.metrics = LogRuleDecoding.metrics(reader["metrics"])
        let request = reader["max_request_size"]
        settings.requestBytesMax = request?.byteSize(minimum: 1 << 20) ?? settings.requestBytesMax
        if settings.requestBytesMax > requestBytesMaxMax {
            request?.note("logs.max_request_size must be at most 1GB")
        }
        let document = reader["max_document_size"]
        settings.documentBytesMax = document?.byteSize() ?? settings.documentBytesMax
        if settings.documentBytesMax > settings.requestBytesMax {
            document?.note("logs.max_document_size must not be more than max_request_size")
        }
        settings.pipelines = PipelineFiles.decode(reader["pipelines"], files, settings.pipelineResources)
        reader.refuse("elasticsearch", Unsupported.message)
        reader.finish()
        return settings
    }
}
