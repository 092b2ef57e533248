import NIOCore
import NIOHTTP1
import WireFormats

/// What a search of traces asks for, as a command line says it.
package struct TraceQueryOptions: Sendable {
    package var query: String
    package var language: String
    /// One trace instead of a list.
    package var trace: String?
    package var start: String?
    package var end: String?
    package var minDuration: String?
    package var limit: Int
    package var format: ListFormat

    package init(
        query: String, language: String, trace: String?, start: String?, end: String?, minDuration: String?,
        limit: Int, format: ListFormat
    ) {
        self.query = query
        self.language = language
        self.trace = trace
        self.start = start
        self.end = end
        self.minDuration = minDuration
        self.limit = limit
        self.format = format
    }
}

extension ServerConnection {
    /// Traces, or the spans of one, as a text to print.
    package func traces(_ options: TraceQueryOptions) async throws -> String {
        if let trace = options.trace {
            let answer = try await send(.GET, "/ops/v1/traces/\(Self.encode(trace))")
            guard options.format == .table else { return String(buffer: answer) + "\n" }
            return Self.tree(try WireFormats.JSONValue(parsing: Array(answer.readableBytesView)))
        }
        var form = [("query", options.query), ("language", options.language), ("limit", String(options.limit))]
        if let start = options.start { form.append(("from", start)) }
        if let end = options.end { form.append(("to", end)) }
        if let least = options.minDuration { form.append(("min_duration", least)) }
        let text = form.map { "\($0.0)=\(Self.encode($0.1))" }.joined(separator: "&")
        let answer = try await send(.GET, "/ops/v1/traces/search?" + text)
        guard options.format == .table else { return String(buffer: answer) + "\n" }
        return Self.list(try WireFormats.JSONValue(parsing: Array(answer.readableBytesView)))
    }

    private static func list(_ answer: WireFormats.JSONValue) -> String {
        (answer["traces"]?.elements ?? []).map { trace in
            let root = trace["root"]
            let errors = number(trace["error_count"])
            let parts = [
                trace["start"]?.text ?? "", trace["trace_id"]?.text ?? "", duration(trace["duration_ns"]),
                "\(number(trace["span_count"])) spans" + (errors > 0 ? ", \(errors) failed" : ""),
                (root?["service"]?.text ?? "") + ": " + (root?["name"]?.text ?? ""),
            ]
            return parts.joined(separator: "  ") + "\n"
        }.joined()
    }

    /// A line a span: when it began, how long it took, what it is.
    private static func tree(_ answer: WireFormats.JSONValue) -> String {
        (answer["spans"]?.elements ?? []).map { span in
            let marks = (span["marks"]?.elements ?? []).compactMap(\.text).map { " [\($0)]" }.joined()
            let failed = span["status"]?.text == "error" ? " failed" : ""
            return String(repeating: "  ", count: number(span["depth"]))
                + "\(span["service"]?.text ?? ""): \(span["name"]?.text ?? "")  +\(duration(span["offset_ns"]))"
                + "  \(duration(span["duration_ns"]))\(failed)\(marks)\n"
        }.joined()
    }

    private static func number(_ value: WireFormats.JSONValue?) -> Int { value?.scalarText.flatMap { Int($0) } ?? 0 }

    private static func duration(_ value: WireFormats.JSONValue?) -> String {
        let microseconds = number(value) / 1000
        return microseconds < 10_000 ? "\(microseconds)µs" : "\(microseconds / 1000)ms"
    }
}
