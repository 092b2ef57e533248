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
        let form = try FormParameters(request.uri.query ?? "")
        let body = try await Self.body(request)
        try Self.check(body, form)
        let dropsNulls = form["drop_null_columns"].map { $0 != "false" } ?? false
        guard case .string(let source) = body["query"] else {
            throw ElasticsearchError(.badRequest, "parsing_exception", "Required [query] is missing")
        }
        let filter = body["filter"]
        let isColumnar = body["columnar"] == .bool(true)
        let values = body["params"]
        let zone: String? = if case .string(let name) = body["time_zone"] { name } else { nil }
        return try await run(request, context) { run, json in
            var context = run.context
            if let zone { context.zone = try context.zone(named: zone) }
            let began = run.search.clock.uptime()
            let answer: PipeQuery.Answer
            do {
                let parameters = try values.map { try PipeParameters($0) } ?? PipeParameters()
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
            let wanted = answer.columns.indices.filter { place in
                !dropsNulls || answer.rows.contains { $0[place] != .null }
            }
            if dropsNulls { Self.write(answer.columns, as: "all_columns", to: &json) }
            Self.write(wanted.map { answer.columns[$0] }, as: "columns", to: &json)
            json.key("values")
            let rows =
                isColumnar
                ? wanted.map { place in answer.rows.map { $0[place] } }
                : answer.rows.map { row in wanted.map { row[$0] } }
            json.array { json in
                for row in rows {
                    json.array { json in for value in row { json.raw(DocumentWriter.string(of: value.json)) } }
                }
            }
        }
    }

    private static func write(
        _ columns: [(name: String, type: String)], as key: String, to json: inout JSONWriter
    ) {
        json.key(key)
        json.array { json in
            for column in columns {
                json.object { json in
                    json.key("name")
                    json.string(column.name)
                    json.key("type")
                    json.string(column.type)
                }
            }
        }
    }

    /// What has no place here is refused rather than read over: the answer would be another than was asked for.
    private static func check(_ body: DocumentObject, _ form: FormParameters) throws {
        for member in body.members where !bodyNames.contains(member.name) {
            throw ElasticsearchError(.badRequest, "parsing_exception", "unknown field [\(member.name)]")
        }
        if let format = form["format"], format != "json" {
            throw ElasticsearchError.badArgument("[format] is json here, not [\(format)]")
        }
    }

    private static let bodyNames: Set<String> = [
        "query", "filter", "params", "columnar", "time_zone", "locale", "profile", "version", "allow_partial_results",
        "include_ccs_metadata", "include_execution_metadata",
    ]

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
