import Basics
import HTTPTypes
import Hummingbird
import Logs
import Pipeline
import SignalModel
import WireFormats

extension ElasticsearchSearchAPI {
    /// ES|QL: `{"query": "FROM logs-* | …"}`.
    func pipes(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let body = try await Self.body(request)
        guard case .string(let source) = body["query"] else {
            throw ElasticsearchError(.badRequest, "parsing_exception", "Required [query] is missing")
        }
        let filter = body["filter"]
        let isColumnar = body["columnar"] == .bool(true)
        let parameters = try body["params"].map { try PipeParameters($0) } ?? PipeParameters()
        let zone: String? = if case .string(let name) = body["time_zone"] { name } else { nil }
        return try await run(request, context) { run, json in
            var context = run.context
            if let zone { context.zone = try context.zone(named: zone) }
            let began = run.search.clock.uptime()
            let answer: PipeQuery.Answer
            do {
                let query = try PipeQuery(source, context, parameters: parameters)
                let parts = [query.filter] + (try filter.map { [try QueryDSL.filter($0, context)] } ?? [])
                let indices = IndexChoice(Self.indices(query.indices.joined(separator: ",")))
                let names = try run.names(indices)
                answer = try run.snapshot.run(
                    query, run.search.query(.and(parts), indices: names, run.principal, run.cancellation),
                    extractors: { try Self.extractor($0) })
            } catch let error as MissingIndex where run.isLast {
                throw ElasticsearchError(
                    .badRequest, "verification_exception", "Found 1 problem\nline 1:1: Unknown index [\(error.name)]")
            } catch let error as LogQueryError where error.place != nil {
                let place = error.place.map { "line \($0.line):\($0.column): " } ?? ""
                let isUnknown = error.message.hasPrefix("Unknown ")
                throw ElasticsearchError(
                    .badRequest, isUnknown ? "verification_exception" : "parsing_exception",
                    (isUnknown ? "Found 1 problem\n" : "") + place + error.message)
            }
            json.key("took")
            json.integer((run.search.clock.uptime() - began).milliseconds)
            json.key("is_partial")
            json.bool(false)
            json.key("columns")
            json.array { json in
                for column in answer.columns {
                    json.object { json in
                        json.key("name")
                        json.string(column.name)
                        json.key("type")
                        json.string(column.type)
                    }
                }
            }
            json.key("values")
            let rows =
                isColumnar
                ? answer.columns.indices.map { place in answer.rows.map { $0[place] } } : answer.rows
            json.array { json in
                for row in rows {
                    json.array { json in for value in row { json.raw(DocumentWriter.string(of: value.json)) } }
                }
            }
        }
    }

    /// DISSECT and GROK are what ingest pipelines have too.
    private static func extractor(_ wanted: PipeExtraction) throws -> PipeExtractor {
        let pattern =
            switch wanted.kind {
            case .dissect(let separator):
                try TextPattern(dissect: wanted.patterns[0], appendSeparator: separator)
            case .grok: try TextPattern(grok: wanted.patterns)
            }
        return PipeExtractor(columns: pattern.columns) { try pattern.match($0) }
    }
}
