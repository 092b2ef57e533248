package import Basics
import HTTPTypes
package import Hummingbird
import Identity
import NIOCore
package import Pipeline
import WireFormats

/// Elasticsearch's API as far as its clients need it to send logs (elastic.co, "Elasticsearch API"): Beats, Logstash,
/// Fluent Bit, Fluentd, Vector, rsyslog, OpenTelemetry and the language clients.
package struct ElasticsearchAPI: Sendable {
    package struct Settings: Sendable {
        package var clusterID: String
        /// Where it listens, for clients that ask for all nodes.
        package var publishAddress: String
        /// How long documents are kept, whatever a policy says, in words.
        package var retention: String

        package init(clusterID: String, publishAddress: String, retention: String) {
            self.clusterID = clusterID
            self.publishAddress = publishAddress
            self.retention = retention
        }
    }

    /// Waits until documents below an ordinal can be found.
    package typealias Refresh = @Sendable (UInt64) async throws -> Void

    let intake: LogIntake
    let objects: StoredObjects
    let stored: any StoredDocuments
    let pipelines: PipelineProcessing
    let assignments: PipelineAssignments
    let pipelineResources: PipelineResources
    let settings: Settings
    let threads: BlockingThreads
    let progress: LogProgress
    let refresh: Refresh
    let clock: any WallClock

    static let folder = ElasticsearchMiddleware.folder

    package init(
        intake: LogIntake, objects: StoredObjects, stored: any StoredDocuments, pipelines: PipelineProcessing,
        assignments: PipelineAssignments,
        pipelineResources: PipelineResources, settings: Settings,
        threads: BlockingThreads,
        clock: any WallClock, progress: LogProgress, refresh: @escaping Refresh
    ) {
        self.intake = intake
        self.objects = objects
        self.stored = stored
        self.pipelines = pipelines
        self.assignments = assignments
        self.pipelineResources = pipelineResources
        self.settings = settings
        self.threads = threads
        self.clock = clock
        self.progress = progress
        self.refresh = refresh
    }

    package var endpoints: [Endpoint] {
        handshakeEndpoints + objectEndpoints + pipelineEndpoints + indexEndpoints + documentEndpoints
    }

    /// The answer of a change that was made.
    static var acknowledged: Response {
        var json = JSONWriter()
        json.object { json in
            json.key("acknowledged")
            json.bool(true)
        }
        return .json(json)
    }

    static func name(_ part: String, _ context: SignalboxRequestContext) throws -> String {
        FormParameters.decode(pathPart: try context.parameters.require(part))
    }
}
