import Hummingbird
import Identity
import Logs
import SignalModel
import Traces

/// `/ops/v1/traces`: traces, their spans, services and what they ask of each other, groups of errors.
package struct TraceAPI: Sendable {
    let queries: TraceQueries

    static let folder = "/ops/v1/traces"
    private static let tracesRange = 1...1000
    private static let stepsRange = 1...1000
    private static let valuesRange = 1...10_000
    static let hour: Int64 = 3_600_000_000_000

    package init(queries: TraceQueries) { self.queries = queries }

    package var endpoints: [Endpoint] {
        let filter =
            "query, language=kql|lucene|traceql, service, operation, environment, status, kind, min_duration, "
            + "max_duration, from, to"
        let routes: [(String, String, Endpoint.Handler)] = [
            ("/search", "Traces with spans that match, latest first; \(filter), limit, spans", search),
            ("/services", "Services by the time they took; \(filter), steps, latency=whole|steps", services),
            ("/operations", "Operations by the time they took; \(filter), steps, spans=entry|all", operations),
            ("/durations", "How many spans took how long; \(filter), spans=entry|all", durations),
            ("/dependencies", "Who calls whom; \(filter)", dependencies),
            ("/doctor", "What keeps traces from joining; \(filter)", doctor),
            ("/errors", "Groups of errors; \(filter), steps, group", errors),
            ("/errors/{group}", "A group of errors and its latest occurrences; \(filter), limit, steps", errorGroup),
            ("/tags", "Fields that spans have; \(filter)", tags),
            ("/tags/{name}", "Values of a field; \(filter), limit", tagValues),
            ("/{trace}", "A trace: its spans as a tree, critical path, errors; lean, summary", trace),
            ("/{trace}/spans/{span}", "A span with all that is known of it", span),
        ]
        return routes.map { Endpoint(.get, Self.folder + $0, .queryTelemetry, $1, $2) }
    }

    private func search(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let parameters = try TraceParameters.read(request, queries)
        let limit = try parameters.form.integer("limit", in: Self.tracesRange, absent: 20)
        let spans = try parameters.form.integer("spans", in: 0...100, absent: 3)
        return try await queries.run(context) { reader in
            let found = try reader.search(
                TraceSearch(times: parameters.times, filter: parameters.filter, limit: limit, spansPerTrace: spans))
            var json = JSONWriter()
            json.object { json in
                json.key("traces")
                json.array { json in for trace in found { TraceJSON.write(trace, to: &json) } }
            }
            return .json(json)
        }
    }

    private func trace(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let id = try TraceQueries.trace(context.parameters.require("trace"))
        let form = try FormParameters(request.uri.query ?? "")
        let isLean = try Self.isTrue(form, "lean")
        if try Self.isTrue(form, "summary") { return try await summary(id, context) }
        return try await queries.run(context) { reader in
            let spans = try reader.spans(of: id, isLean: isLean)
            let errors = try reader.errors(of: id)
            guard !spans.spans.isEmpty || !errors.isEmpty else { throw TraceQueries.unknown(id) }
            var json = JSONWriter()
            TraceJSON.write(id, spans, TraceTree(spans.spans), errors, to: &json)
            return .json(json)
        }
    }

    private func summary(_ id: TraceID, _ context: SignalboxRequestContext) async throws -> Response {
        try await queries.run(context) { reader in
            guard let summary = try reader.summary(of: id) else { throw TraceQueries.unknown(id) }
            var json = JSONWriter()
            TraceJSON.write(summary, to: &json)
            return .json(json)
        }
    }

    private static func isTrue(_ form: FormParameters, _ name: String) throws -> Bool {
        switch form[name] ?? "false" {
        case "true": return true
        case "false": return false
        case let text: throw APIError(.badData, "\(name) must be true or false, not \(quoted(text))")
        }
    }

    private func span(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let trace = try TraceQueries.trace(context.parameters.require("trace"))
        let text = try context.parameters.require("span")
        guard let id = SpanID(hexadecimal: Array(text.utf8)), id.number != 0 else {
            throw APIError(
                .badData, "a span's id is 1 to 16 hexadecimal digits and not all zeros, not \(quoted(text))")
        }
        return try await queries.run(context) { reader in
            let spans = try reader.span(id.number, of: trace)
            guard !spans.isEmpty else {
                throw APIError(.notFound, "there is no span \(id.hexadecimal) in trace \(trace.hexadecimal)")
            }
            var json = JSONWriter()
            json.object { json in
                json.key("spans")
                json.array { json in
                    for span in spans { json.object { SpanJSON.write(span, isWhole: true, to: &$0) } }
                }
            }
            return .json(json)
        }
    }

    // MARK: Services

    private func activity(_ request: Request, isByOperation: Bool) throws -> (TraceReader.ActivityRequest) {
        let parameters = try TraceParameters.read(request, queries, absent: Self.hour)
        let steps = try parameters.form.integer("steps", in: Self.stepsRange, absent: 60)
        let spans = parameters.form["spans"] ?? "entry"
        guard spans == "entry" || spans == "all" else {
            throw APIError(.badData, "spans must be entry or all, not \(quoted(spans))")
        }
        let latency = parameters.form["latency"] ?? "whole"
        guard latency == "whole" || latency == "steps" else {
            throw APIError(.badData, "latency must be whole or steps, not \(quoted(latency))")
        }
        return TraceReader.ActivityRequest(
            times: parameters.times, filter: parameters.filter, steps: steps, isByOperation: isByOperation,
            isOfAllSpans: spans == "all", hasStepDurations: latency == "steps")
    }

    private func services(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let asked = try activity(request, isByOperation: false)
        return try await queries.run(context) { reader in
            let found = try reader.activity(asked)
            var json = JSONWriter()
            ActivityJSON.write(found, asked, name: "services", to: &json)
            return .json(json)
        }
    }

    private func operations(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let asked = try activity(request, isByOperation: true)
        return try await queries.run(context) { reader in
            let found = try reader.activity(asked)
            var json = JSONWriter()
            ActivityJSON.write(found, asked, name: "operations", to: &json)
            return .json(json)
        }
    }

    private func durations(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let asked = try activity(request, isByOperation: false)
        return try await queries.run(context) { reader in
            var sum = DurationSketch()
            for service in try reader.activity(asked).groups { sum.merge(service.durations) }
            var json = JSONWriter()
            json.object { json in
                ActivityJSON.write(sum, to: &json)
                json.key("buckets")
                json.array { json in
                    for bucket in sum.buckets {
                        json.array { json in
                            for number in [bucket.low, bucket.high, bucket.count] { json.number(number) }
                        }
                    }
                }
            }
            return .json(json)
        }
    }

    private func dependencies(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let parameters = try TraceParameters.read(request, queries, absent: Self.hour)
        return try await queries.run(context) { reader in
            let found = try reader.dependencies(times: parameters.times, filter: parameters.filter)
            var json = JSONWriter()
            json.object { json in
                json.key("dependencies")
                json.array { json in for edge in found.edges { ActivityJSON.write(edge, to: &json) } }
                json.key("truncated")
                json.bool(found.isTruncated)
            }
            return .json(json)
        }
    }

    private func doctor(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let parameters = try TraceParameters.read(request, queries, absent: Self.hour)
        return try await queries.run(context) { reader in
            let sample = try reader.doctorSample(times: parameters.times, filter: parameters.filter)
            var json = JSONWriter()
            DoctorJSON.write(sample, TraceDoctor.findings(sample), to: &json)
            return .json(json)
        }
    }

    // MARK: Errors

    private func errors(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let parameters = try TraceParameters.read(request, queries, absent: 24 * Self.hour)
        let steps = try parameters.form.integer("steps", in: Self.stepsRange, absent: 48)
        return try await queries.run(context) { reader in
            let found = try reader.errorGroups(times: parameters.times, filter: parameters.filter, steps: steps)
            var json = JSONWriter()
            json.object { json in
                TraceJSON.write(found.steps, to: &json)
                json.key("groups")
                json.array { json in for group in found.groups { ErrorJSON.write(group, to: &json) } }
                json.key("truncated")
                json.bool(found.isTruncated)
            }
            return .json(json)
        }
    }

    private func errorGroup(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let key = FormParameters.decode(pathPart: try context.parameters.require("group"))
        let parameters = try TraceParameters.read(request, queries, absent: 24 * Self.hour)
        let steps = try parameters.form.integer("steps", in: Self.stepsRange, absent: 48)
        let limit = try parameters.form.integer("limit", in: Self.tracesRange, absent: 20)
        let filter = LogFilter.and([parameters.filter, .field(SpanFields.errorGroup, key)])
        return try await queries.run(context) { reader in
            let found = try reader.errorGroups(times: parameters.times, filter: filter, steps: steps)
            guard let group = found.groups.first else {
                throw APIError(.notFound, "no error of group \(quoted(key)) in this time")
            }
            let latest = try reader.errors(times: parameters.times, filter: filter, limit: limit)
            var json = JSONWriter()
            json.object { json in
                TraceJSON.write(found.steps, to: &json)
                json.key("group")
                ErrorJSON.write(group, to: &json)
                json.key("errors")
                json.array { json in for error in latest { ErrorJSON.write(error, to: &json) } }
            }
            return .json(json)
        }
    }

    // MARK: Fields

    private func tags(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let parameters = try TraceParameters.read(request, queries)
        return try await queries.run(context) { reader in
            let fields = try reader.fieldNames(times: parameters.times, filter: parameters.filter)
            var json = JSONWriter()
            json.object { json in
                json.key("tags")
                json.array { json in
                    for field in fields {
                        json.object { json in
                            json.key("name")
                            json.string(field.name)
                            json.key("count")
                            json.integer(field.count)
                        }
                    }
                }
            }
            return .json(json)
        }
    }

    private func tagValues(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let name = FormParameters.decode(pathPart: try context.parameters.require("name"))
        let parameters = try TraceParameters.read(request, queries)
        let limit = try parameters.form.integer("limit", in: Self.valuesRange, absent: 100)
        return try await queries.run(context) { reader in
            let values = try reader.values(
                of: name, times: parameters.times, filter: parameters.filter, limit: limit)
            var json = JSONWriter()
            json.object { json in
                json.key("values")
                json.array { json in
                    for value in values {
                        json.object { json in
                            json.key("value")
                            json.string(value.value)
                            json.key("count")
                            json.integer(value.count)
                        }
                    }
                }
            }
            return .json(json)
        }
    }
}
