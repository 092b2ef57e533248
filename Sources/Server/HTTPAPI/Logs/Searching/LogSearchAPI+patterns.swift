import Basics
import Hummingbird
import Logs
import SignalModel

extension LogSearchAPI {
    private static let patternsRange = 1...1000
    private static let patternStepsRange = 1...200

    func patterns(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let parameters = try await LogSearchParameters.read(request, search, ["field", "limit", "steps"])
        let limit = try parameters.form.integer("limit", in: Self.patternsRange, absent: 50)
        let steps = try parameters.form.integer("steps", in: Self.patternStepsRange, absent: 30)
        let field = parameters.form["field"] ?? "message"
        let principal = context.principal
        return try await search.run(context) { [search] snapshot, cancellation in
            let query = search.query(parameters.filter, indices: parameters.indices, principal, cancellation)
            let span = try HistogramStep.span(of: query.times, "patterns need")
            guard span > 0 else { throw APIError(.badData, "patterns need from before to") }
            let step = HistogramStep.nanoseconds(span: span, steps: steps)
            let start = HistogramStep.start(of: query.times, step: step)
            let stepCount = Int((query.times.upperBound - start + step - 1) / step)
            let found = try snapshot.patterns(
                query,
                LogPatternRequest(
                    field: field, limit: limit, startNanoseconds: start, stepNanoseconds: step, stepCount: stepCount))
            var json = JSONWriter()
            json.object { json in
                json.key("start_ms")
                json.integer(floorDivide(start, 1_000_000))
                json.key("step_ms")
                json.number(Double(step) / 1e6)
                json.key("total")
                json.integer(found.total)
                json.key("with_field")
                json.integer(found.withField)
                json.key("patterns_count")
                json.integer(found.patternCount)
                json.key("patterns")
                json.array { json in for pattern in found.patterns { json.object { Self.write(pattern, to: &$0) } } }
            }
            return .json(json)
        }
    }

    private static func write(_ pattern: LogPattern, to json: inout JSONWriter) {
        json.key("pattern")
        json.string(pattern.text)
        json.key("count")
        json.integer(pattern.count)
        json.key("counts")
        json.array { json in for count in pattern.counts { json.integer(count) } }
        json.key("example")
        json.string(String(pattern.example.prefix(2000)))
        json.key("query")
        if let query = pattern.query { json.string(query) } else { json.null() }
        json.key("phrases")
        json.array { json in for phrase in pattern.phrases { json.string(phrase) } }
    }
}
