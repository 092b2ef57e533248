import Basics
import Hummingbird
import Identity
import Logs
import SignalModel

/// `/ops/v1/logs`: records, their number over time, their fields.
package struct LogSearchAPI: Sendable {
    let search: LogSearch

    private static let folder = "/ops/v1/logs"
    private static let rowsRange = 1...10_000
    private static let aroundRange = 0...1000
    private static let stepsRange = 1...10_000
    private static let facetRange = 1...1000

    package init(search: LogSearch) { self.search = search }

    package var endpoints: [Endpoint] {
        let common = "query, language=kql|lucene, from, to, index"
        let routes: [(String, String, Endpoint.Handler)] = [
            ("/rows", "Records, newest first; \(common), limit, order, after, fields", rows),
            ("/hits", "Records over time; \(common), step or steps, by", hits),
            ("/fields", "Fields that records have; \(common)", fields),
            ("/facets", "Top values of fields; \(common), fields, limit", facets),
            ("/patterns", "Similar lines; \(common), field, limit, steps", patterns),
            ("/around", "Records before and after one; cursor, before, after, \(common)", around),
        ]
        return routes.flatMap { path, summary, handler in
            [
                Endpoint(.get, Self.folder + path, .queryTelemetry, summary, handler),
                // A query may be longer than a URL.
                Endpoint(.post, Self.folder + path, .queryTelemetry, summary + "; as a form", handler),
            ]
        } + [
            Endpoint(
                .get, Self.folder + "/export", .queryTelemetry,
                "Records as a file; \(common), format=ndjson|csv, fields, limit, order", export)
        ]
    }

    private func rows(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let parameters = try await LogSearchParameters.read(request, search, ["limit", "order", "fields", "after"])
        let limit = try parameters.form.integer("limit", in: Self.rowsRange, absent: 100)
        let rowsRequest = LogRowsRequest(
            isDescending: try Self.isDescending(parameters), limit: limit,
            after: try parameters.form["after"].map(LogSearchParameters.cursor), fields: parameters.names("fields"))
        let principal = context.principal
        return try await search.run(context) { [search] snapshot, cancellation in
            let query = search.query(parameters.filter, indices: parameters.indices, principal, cancellation)
            let rows = try snapshot.rows(query, rowsRequest)
            var json = JSONWriter()
            json.object { json in
                json.key("rows")
                json.array { json in for row in rows { LogRowJSON.write(row, to: &json) } }
                // Where the next page begins.
                if rows.count == limit, let last = rows.last {
                    json.key("next")
                    json.string(LogRowJSON.cursor(last.place))
                }
            }
            return .json(json)
        }
    }

    static func isDescending(_ parameters: LogSearchParameters) throws -> Bool {
        switch parameters.form["order"] ?? "desc" {
        case "desc": return true
        case "asc": return false
        case let order: throw APIError(.badData, "order must be asc or desc, not \(quoted(order))")
        }
    }

    private func hits(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let parameters = try await LogSearchParameters.read(request, search, ["step", "steps", "by"])
        let steps = try parameters.form.integer("steps", in: Self.stepsRange, absent: 60)
        let asked = try parameters.form["step"].map { text throws(LogQueryError) in
            try LogQueryText.nanoseconds(of: text)
        }
        let field = parameters.form["by"]
        let principal = context.principal
        return try await search.run(context) { [search] snapshot, cancellation in
            var query = search.query(parameters.filter, indices: parameters.indices, principal, cancellation)
            let bounds = query.times
            let span = try HistogramStep.span(of: bounds, "records over time need")
            let step = asked ?? HistogramStep.nanoseconds(span: span, steps: steps)
            let start = HistogramStep.start(of: bounds, step: step)
            query.filter = .and([
                query.filter,
                .test(
                    .named("@timestamp"),
                    .range(
                        lower: .init(.time(nanoseconds: bounds.lowerBound), isInclusive: true),
                        upper: .init(.time(nanoseconds: bounds.upperBound), isInclusive: false))),
            ])
            query.times = start..<bounds.upperBound
            let histogram = try snapshot.histogram(query, stepNanoseconds: step, by: field)
            var json = JSONWriter()
            json.object { Self.write(histogram, to: &$0) }
            return .json(json)
        }
    }

    private static func write(_ histogram: LogHistogram, to json: inout JSONWriter) {
        json.key("start_ms")
        json.integer(floorDivide(histogram.startNanoseconds, 1_000_000))
        json.key("step_ms")
        json.number(Double(histogram.stepNanoseconds) / 1e6)
        json.key("total")
        json.integer(histogram.series.reduce(0) { $0 + $1.counts.reduce(0, +) })
        json.key("series")
        json.array { json in
            for series in histogram.series {
                json.object { json in
                    json.key("value")
                    if let value = series.value { LogRowJSON.write(value, to: &json) } else { json.null() }
                    json.key("total")
                    json.integer(series.counts.reduce(0, +))
                    json.key("counts")
                    json.array { json in for count in series.counts { json.integer(count) } }
                }
            }
        }
    }

    private func fields(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let parameters = try await LogSearchParameters.read(request, search, [])
        let principal = context.principal
        return try await search.run(context) { [search] snapshot, cancellation in
            let query = search.query(parameters.filter, indices: parameters.indices, principal, cancellation)
            let fields = try snapshot.fieldNames(query)
            var json = JSONWriter()
            json.object { json in
                json.key("fields")
                json.array { json in
                    for field in fields {
                        json.object { json in
                            json.key("name")
                            json.string(field.name)
                            json.key("count")
                            json.integer(field.count)
                            json.key("kinds")
                            json.array { json in
                                for kind in field.kinds.map(\.name).sorted() { json.string(kind) }
                            }
                        }
                    }
                }
            }
            return .json(json)
        }
    }

    private func facets(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let parameters = try await LogSearchParameters.read(request, search, ["fields", "limit"])
        let limit = try parameters.form.integer("limit", in: Self.facetRange, absent: 10)
        let principal = context.principal
        return try await search.run(context) { [search] snapshot, cancellation in
            let query = search.query(parameters.filter, indices: parameters.indices, principal, cancellation)
            let facets = try snapshot.facets(query, fields: parameters.names("fields"), limit: limit)
            var json = JSONWriter()
            json.object { json in
                json.key("facets")
                json.array { json in for facet in facets { json.object { Self.write(facet, to: &$0) } } }
            }
            return .json(json)
        }
    }

    private static func write(_ facet: LogFacet, to json: inout JSONWriter) {
        json.key("field")
        json.string(facet.field)
        json.key("records")
        json.integer(facet.recordCount)
        json.key("values_count")
        json.integer(facet.valueCount)
        json.key("values")
        json.array { json in
            for entry in facet.values {
                json.object { json in
                    json.key("value")
                    LogRowJSON.write(entry.value, to: &json)
                    json.key("count")
                    json.integer(entry.count)
                }
            }
        }
    }

    private func around(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let parameters = try await LogSearchParameters.read(request, search, ["cursor", "before", "after", "fields"])
        guard let text = parameters.form["cursor"] else { throw APIError(.badData, "cursor is missing") }
        let cursor = try LogSearchParameters.cursor(text)
        let before = try parameters.form.integer("before", in: Self.aroundRange, absent: 10)
        let after = try parameters.form.integer("after", in: Self.aroundRange, absent: 10)
        let fields = parameters.names("fields")
        let principal = context.principal
        return try await search.run(context) { [search] snapshot, cancellation in
            let query = search.query(parameters.filter, indices: parameters.indices, principal, cancellation)
            let older = try snapshot.rows(
                query, LogRowsRequest(isDescending: true, limit: before, after: cursor, fields: fields))
            let newer = try snapshot.rows(
                query, LogRowsRequest(isDescending: false, limit: after, after: cursor, fields: fields))
            var json = JSONWriter()
            json.object { json in
                // Both in the order of time.
                for (name, rows) in [("before", older.reversed()), ("after", newer)] {
                    json.key(name)
                    json.array { json in for row in rows { LogRowJSON.write(row, to: &json) } }
                }
            }
            return .json(json)
        }
    }
}

extension LogBatch.Kind {
    var name: String {
        switch self {
        case .null: "null"
        case .bool: "boolean"
        case .integer, .double: "number"
        case .string: "text"
        }
    }
}
