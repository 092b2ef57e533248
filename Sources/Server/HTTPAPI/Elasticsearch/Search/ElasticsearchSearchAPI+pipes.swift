import Basics
import HTTPTypes
import Hummingbird
import Logs
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
        let zone: String? = if case .string(let name) = body["time_zone"] { name } else { nil }
        return try await run(request, context) { run, json in
            var context = run.context
            if let zone { context.zone = try context.zone(named: zone) }
            let began = run.search.clock.uptime()
            let answer: PipeQuery.Answer
            do {
                let query = try PipeQuery(source, context)
                let parts = [query.filter] + (try filter.map { [try QueryDSL.filter($0, context)] } ?? [])
                answer = try run.snapshot.run(
                    query,
                    run.search.query(
                        .and(parts), indices: Self.indices(query.indices.joined(separator: ",")), run.principal,
                        run.cancellation))
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
}
