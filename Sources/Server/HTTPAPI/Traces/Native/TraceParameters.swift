import Basics
import Hummingbird
import Logs
import SignalModel
import Traces

/// The parameters that all of `/ops/v1/traces` share.
struct TraceParameters {
    let form: FormParameters
    /// Of spans.
    let filter: LogFilter
    let times: Range<Int64>

    /// `query` with `language`, `service`, `operation`, `environment`, `status`, `kind`, `min_duration`,
    /// `max_duration`, `from` and `to`; without times `absent` back from now.
    static func read(
        _ request: Request, _ queries: TraceQueries, absent: Int64? = nil
    ) throws -> TraceParameters {
        let form = try FormParameters(request.uri.query ?? "")
        let context = queries.search.context
        var parts = [try query(form, context)]
        for (name, field) in [
            ("service", SpanFields.service), ("operation", SpanFields.name), ("environment", SpanFields.environment),
        ] {
            if let value = form[name], !value.isEmpty { parts.append(.field(field, value)) }
        }
        parts += try words(form)
        let least = try form["min_duration"].map { try nanoseconds($0, "min_duration") }
        let most = try form["max_duration"].map { try nanoseconds($0, "max_duration") }
        if least != nil || most != nil {
            parts.append(
                .test(
                    .named(SpanFields.duration),
                    .range(
                        lower: least.map { .init(.integer($0), isInclusive: true) },
                        upper: most.map { .init(.integer($0), isInclusive: true) })))
        }
        let end = try form["to"].map { try context.instant($0, roundingUp: false) }
        let start = try form["from"].map { try context.instant($0, roundingUp: false) }
        let now = end ?? context.nowNanoseconds
        let first = start ?? absent.map { now.subtractingSaturated($0) } ?? .min
        let last = end ?? (absent == nil ? .max : context.nowNanoseconds)
        guard first < last else { throw APIError(.badData, "from must be before to") }
        return TraceParameters(form: form, filter: .and(parts), times: first..<last)
    }

    private static func query(_ form: FormParameters, _ context: LogQueryContext) throws -> LogFilter {
        let text = form["query"] ?? ""
        switch form["language"] ?? "kql" {
        case "kql": return try LogQueryText.filter(text, .kql, context)
        case "lucene": return try LogQueryText.filter(text, .lucene, context)
        case "traceql": return try TraceQLQuery.filter(text)
        case let name: throw APIError(.badData, "language must be kql, lucene or traceql, not \(quoted(name))")
        }
    }

    private static func words(_ form: FormParameters) throws -> [LogFilter] {
        var parts: [LogFilter] = []
        if let text = form["status"], !text.isEmpty {
            guard Span.Status.allCases.contains(where: { $0.text == text }) else {
                throw APIError(.badData, "status must be ok, error or unset, not \(quoted(text))")
            }
            parts.append(
                text == "unset"
                    ? .not(.test(.named(SpanFields.status), .exists)) : .field(SpanFields.status, text))
        }
        if let text = form["kind"], !text.isEmpty {
            guard Span.Kind.allCases.contains(where: { $0.text == text }) else {
                let names = Span.Kind.allCases.map(\.text).joined(separator: ", ")
                throw APIError(.badData, "kind must be one of \(names), not \(quoted(text))")
            }
            parts.append(
                text == "unspecified"
                    ? .not(.test(.named(SpanFields.kind), .exists)) : .field(SpanFields.kind, text))
        }
        return parts
    }

    /// `100ms`, `1.5s`, `250us`; a plain number is refused, since nobody knows of what.
    static func nanoseconds(_ text: String, _ name: String) throws -> Int64 {
        for (unit, factor) in [
            ("ns", 1.0), ("us", 1e3), ("µs", 1e3), ("ms", 1e6), ("s", 1e9), ("m", 60e9), ("h", 3600e9),
        ]
        where text.hasSuffix(unit) {
            guard let value = Double(text.dropLast(unit.count)), value >= 0, value * factor < 9e18 else { continue }
            return Int64(value * factor)
        }
        throw APIError(.badData, "\(name) must be a duration as 100ms or 1.5s, not \(quoted(text))")
    }
}
