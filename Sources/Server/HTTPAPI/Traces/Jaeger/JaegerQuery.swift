import Basics
import Logs
import SignalModel
import Traces
import WireFormats

/// What Jaeger's search asks for, in either version.
struct JaegerQuery {
    var filter: LogFilter
    var times: Range<Int64>
    var limit: Int

    static let limitRange = 1...1500

    /// Microseconds since 1970 as nanoseconds.
    static func microseconds(_ text: String, _ name: String) throws -> Int64 {
        guard let value = Int64(text), case let (product, overflow) = value.multipliedReportingOverflow(by: 1000),
            !overflow
        else { throw APIError(.badData, "\(name) must be microseconds since 1970, not \(quoted(text))") }
        return product
    }

    /// A tag of Jaeger's: some stand for members of a span.
    static func tag(_ name: String, _ value: String) -> LogFilter {
        switch name {
        case "error":
            let isError = LogFilter.field(SpanFields.status, "error")
            return value == "false" ? .not(isError) : isError
        case "span.kind": return .field(SpanFields.kind, value)
        case "otel.status_code": return .field(SpanFields.status, value.lowercased())
        case "otel.status_description": return .field(SpanFields.statusMessage, value)
        case "otel.scope.name", "otel.library.name": return .field(SpanFields.scopeName, value)
        case "otel.scope.version", "otel.library.version": return .field(SpanFields.scopeVersion, value)
        default:
            return .or([
                .field(SpanFields.attributePrefix + name, value), .field(SpanFields.resourcePrefix + name, value),
                .field(name == SpanFields.version ? name : SpanFields.attributePrefix + name, value),
            ])
        }
    }

    /// `{"error":"true","http.response.status_code":"503"}`
    static func tags(json text: String) throws -> [LogFilter] {
        let object: DocumentObject
        do { object = try DocumentReader.object(Array(text.utf8)) } catch {
            throw APIError(.badData, "tags must be a JSON object of texts: \(error)")
        }
        return try object.members.map { member in
            switch member.value {
            case .string(let value): return tag(member.name, value)
            case .bool(let value): return tag(member.name, value ? "true" : "false")
            case .integer(let value): return tag(member.name, String(value))
            case .double(let value): return tag(member.name, value.description)
            default: throw APIError(.badData, "tag \(quoted(member.name)) must be a text")
            }
        }
    }

    static func durations(least: Int64?, most: Int64?) -> [LogFilter] {
        guard least != nil || most != nil else { return [] }
        return [
            .test(
                .named(SpanFields.duration),
                .range(
                    lower: least.map { .init(.integer($0), isInclusive: true) },
                    upper: most.map { .init(.integer($0), isInclusive: true) }))
        ]
    }
}
