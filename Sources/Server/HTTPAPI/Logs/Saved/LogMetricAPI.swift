package import Basics
import HTTPTypes
package import Hummingbird
package import Identity
package import Logs
import SignalModel
import WireFormats

/// A metric of logs as it is listed.
package struct ListedLogMetric: Sendable {
    package var name: String
    package var labels: [LogMetricRule.Label]
    /// Nil for one of the configuration file.
    package var definition: LogMetricDefinition?
    package var changedAt: Timestamp?
    package var changedBy: String?

    package init(
        name: String, labels: [LogMetricRule.Label], definition: LogMetricDefinition? = nil,
        changedAt: Timestamp? = nil, changedBy: String? = nil
    ) {
        self.name = name
        self.labels = labels
        self.definition = definition
        self.changedAt = changedAt
        self.changedBy = changedBy
    }
}

/// Keeps what people have counted of logs by the API. Errors are `APIError`s.
package protocol LogMetricManaging: Sendable {
    func logMetrics() -> [ListedLogMetric]

    /// Stored, and counted with the next record, on return.
    func putLogMetric(_ definition: LogMetricDefinition, by actor: Principal, source: String) async throws

    /// False when there is none of the name.
    func removeLogMetric(_ name: String, by actor: Principal, source: String) async throws -> Bool
}

/// `/ops/v1/logs/metrics`: counters of the records that match a query, beside those of the configuration file.
package struct LogMetricAPI: Sendable {
    private let metrics: any LogMetricManaging
    private let policy: @Sendable () -> LogAccessPolicy

    package init(metrics: any LogMetricManaging, policy: @escaping @Sendable () -> LogAccessPolicy) {
        self.metrics = metrics
        self.policy = policy
    }

    package var endpoints: [Endpoint] {
        let path = "/ops/v1/logs/metrics"
        return [
            Endpoint(.get, path, .queryTelemetry, "What is counted of logs", list),
            Endpoint(.put, path + "/:name", .editRules, "Counts records: query, language, indices, labels", put),
            Endpoint(.delete, path + "/:name", .editRules, "Ends counting", remove),
        ]
    }

    private func list(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        var json = JSONWriter()
        // A query may name what is hidden from whoever asks.
        let seesAll = try seesAll(context)
        json.object { json in
            json.key("metrics")
            json.array { json in
                for metric in metrics.logMetrics() { json.object { Self.write(metric, seesAll, to: &$0) } }
            }
        }
        return .json(json)
    }

    private static func write(_ metric: ListedLogMetric, _ seesAll: Bool, to json: inout JSONWriter) {
        json.key("name")
        json.string(metric.name)
        json.key("source")
        json.string(metric.definition == nil ? "configuration" : "api")
        if seesAll { metric.definition?.write(to: &json) }
        if let changedAt = metric.changedAt, let changedBy = metric.changedBy {
            json.key("changed_at")
            json.string(RFC3339.format(changedAt))
            json.key("changed_by")
            json.string(changedBy)
        }
    }

    /// Metrics are seen by everybody: only who sees all logs may have some of them counted.
    private func seesAll(_ context: SignalboxRequestContext) throws -> Bool {
        guard let principal = context.principal else { return false }
        return policy().access(of: principal) == .everything
    }

    private func put(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        guard let actor = context.principal, try seesAll(context) else {
            throw APIError(
                .forbidden, "metrics are seen by everybody: who sees only some of the logs may not have them counted")
        }
        let name = FormParameters.decode(pathPart: try context.parameters.require("name"))
        let body = Array(buffer: try await request.body.collect(upTo: LogMetricDefinition.bytesMax))
        let definition = try LogMetricDefinition(name: name, try JSONValue(parsing: body))
        try await metrics.putLogMetric(definition, by: actor, source: context.remoteAddress)
        var json = JSONWriter()
        json.object { json in
            json.key("name")
            json.string(name)
            json.key("series")
            json.string(name + "_total")
            definition.write(to: &json)
        }
        return .json(json)
    }

    private func remove(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        guard let actor = context.principal else { throw APIError(.unauthorized, "a credential is needed") }
        let name = FormParameters.decode(pathPart: try context.parameters.require("name"))
        guard try await metrics.removeLogMetric(name, by: actor, source: context.remoteAddress) else {
            throw APIError(.notFound, "the API keeps no metric \(quoted(name))")
        }
        return Response(status: .noContent)
    }
}
