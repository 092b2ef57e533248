import Basics
import HTTPTypes
import Hummingbird
import Identity
package import SignalModel

/// `/ops/v1/queries` and `/ops/v1/usage`: who uses the store, by asking and by filling it.
package struct UsageAPI: Sendable {
    package typealias Usage = @Sendable (_ matchers: [Matcher], _ label: String, _ limit: Int) throws -> SeriesUsage

    private let queries: QueryRegistry
    private let usage: Usage
    private let threads: BlockingThreads

    private static let limits = 1...10_000

    package init(queries: QueryRegistry, usage: @escaping Usage, threads: BlockingThreads) {
        self.queries = queries
        self.usage = usage
        self.threads = threads
    }

    package var endpoints: [Endpoint] {
        [
            Endpoint(.get, "/ops/v1/queries", .viewOperations, "Queries under way, and the heaviest lately", list),
            Endpoint(.delete, "/ops/v1/queries/:id", .endQueries, "Ends a query under way", end),
            Endpoint(
                .get, "/ops/v1/usage", .viewOperations, "Who brings the series; match[]=, label=, limit=", count),
        ]
    }

    private func list(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        var json = JSONWriter()
        json.object { json in
            for (key, reports) in [("running", queries.running), ("heaviest", queries.heaviest)] {
                json.key(key)
                json.array { json in
                    for report in reports { json.object { Self.write(report, to: &$0) } }
                }
            }
        }
        return .json(json)
    }

    private static func write(_ report: QueryRegistry.Report, to json: inout JSONWriter) {
        for (key, text) in [
            ("id", report.id), ("query", report.text), ("kind", report.kind), ("by", report.by),
            ("started", RFC3339.format(report.startedAt)), ("state", report.state.rawValue),
        ] {
            json.key(key)
            json.string(text)
        }
        json.key("seconds")
        json.number(report.took.seconds)
        json.key("samples_held")
        json.integer(report.samplesHeld)
        json.key("samples_read")
        json.integer(report.samplesRead)
    }

    private func end(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        guard let principal = context.principal else { throw APIError(.unauthorized, "a credential is needed") }
        let id = try context.parameters.require("id")
        guard queries.end(id, by: principal.auditName) else {
            throw APIError(.notFound, "no query \(quoted(id)) is under way")
        }
        return Response(status: .noContent)
    }

    private func count(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let parameters = try await PrometheusParameters.read(request)
        let selectors = try parameters.selectors()
        guard selectors.count <= 1 else { throw APIError(.badData, "one match[] at most") }
        let limit = try parameters.form.integer("limit", in: Self.limits, absent: 20)
        let label = parameters.form["label"] ?? Labels.metricName
        let usage = try await threads.run { [usage] in try usage(selectors.first ?? [], label, limit) }
        var json = JSONWriter()
        json.object { Self.write(usage, label, to: &$0) }
        return .json(json)
    }

    private static func write(_ usage: SeriesUsage, _ label: String, to json: inout JSONWriter) {
        json.key("label")
        json.string(label)
        for (key, count) in [
            ("series", usage.series), ("all_series", usage.allSeries), ("labels_count", usage.labelsCount),
            ("values_count", usage.valuesCount),
        ] {
            json.key(key)
            json.integer(count)
        }
        json.key("labels")
        json.array { json in
            for found in usage.labels {
                json.object { json in
                    json.key("name")
                    json.string(found.name)
                    json.key("values")
                    json.integer(found.values)
                    json.key("series")
                    json.integer(found.series)
                }
            }
        }
        json.key("values")
        json.array { json in
            for found in usage.values {
                json.object { json in
                    json.key("value")
                    json.string(found.value)
                    json.key("series")
                    json.integer(found.series)
                }
            }
        }
    }
}
