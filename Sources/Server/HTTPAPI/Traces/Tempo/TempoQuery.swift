import Logs
import SignalModel
import Traces

/// What Tempo's search asks for: TraceQL, or tags as logfmt with durations.
enum TempoQuery {
    static let limitRange = 1...1000

    static func search(_ form: FormParameters) throws -> TraceSearch {
        var parts: [LogFilter] = []
        if let text = form["q"], !text.isEmpty { parts.append(try TraceQLQuery.filter(text)) }
        if let text = form["tags"], !text.isEmpty { parts += try tags(text) }
        parts += JaegerQuery.durations(
            least: try form["minDuration"].map { try TraceParameters.nanoseconds($0, "minDuration") },
            most: try form["maxDuration"].map { try TraceParameters.nanoseconds($0, "maxDuration") })
        return TraceSearch(
            times: try times(form), filter: .and(parts),
            limit: try form.integer("limit", in: limitRange, absent: 20),
            spansPerTrace: try form.integer("spss", in: 0...100, absent: 3))
    }

    /// Whole seconds since 1970.
    static func times(_ form: FormParameters) throws -> Range<Int64> {
        func seconds(_ name: String) throws -> Int64? {
            guard let text = form[name], !text.isEmpty else { return nil }
            guard let value = Int64(text), value.magnitude < 9_000_000_000 else {
                throw APIError(.badData, "\(name) must be seconds since 1970, not \(quoted(text))")
            }
            return value * 1_000_000_000
        }
        let start = try seconds("start") ?? .min
        let end = try seconds("end") ?? .max
        guard start < end else { throw APIError(.badData, "start must be before end") }
        return start..<end
    }

    /// `service.name=cart http.method="GET"`
    private static func tags(_ text: String) throws -> [LogFilter] {
        var filters: [LogFilter] = []
        var rest = text[...]
        while true {
            rest = rest.drop { $0.isWhitespace }
            guard !rest.isEmpty else { return filters }
            guard let equals = rest.firstIndex(of: "=") else {
                throw APIError(.badData, "tags must be name=value, separated by spaces, not \(quoted(text))")
            }
            let name = String(rest[..<equals])
            rest = rest[rest.index(after: equals)...]
            var value = ""
            if rest.first == "\"" {
                rest = rest.dropFirst()
                guard let end = rest.firstIndex(of: "\"") else {
                    throw APIError(.badData, "tags: the text after \(quoted(name)) has no end")
                }
                value = String(rest[..<end])
                rest = rest[rest.index(after: end)...]
            } else {
                value = String(rest.prefix { !$0.isWhitespace })
                rest = rest.dropFirst(value.count)
            }
            filters.append(filter(name, value))
        }
    }

    private static func filter(_ name: String, _ value: String) -> LogFilter {
        .or(TempoTags.fields(name).map { .field($0, value) })
    }
}
