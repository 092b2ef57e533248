import NIOCore
import NIOHTTP1
import WireFormats

/// What a search of logs asks for, as a command line says it.
package struct LogQueryOptions: Sendable {
    package var query: String
    package var language: String
    package var start: String?
    package var end: String?
    package var limit: Int
    package var fields: String?
    package var format: QueryFormat

    package init(
        query: String, language: String, start: String?, end: String?, limit: Int, fields: String?,
        format: QueryFormat
    ) {
        self.query = query
        self.language = language
        self.start = start
        self.end = end
        self.limit = limit
        self.fields = fields
        self.format = format
    }
}

extension ServerConnection {
    /// Records as a text to print: documents line by line, a table of cells, or times with messages.
    package func logs(_ options: LogQueryOptions) async throws -> String {
        var form = [("query", options.query), ("language", options.language), ("limit", String(options.limit))]
        if let start = options.start { form.append(("from", start)) }
        if let end = options.end { form.append(("to", end)) }
        switch options.format {
        case .json: form.append(("format", "ndjson"))
        case .csv: form += [("format", "csv"), ("fields", options.fields ?? "log.level,service.name,message")]
        case .table: break
        }
        if options.format != .csv, let fields = options.fields { form.append(("fields", fields)) }
        let text = form.map { "\($0.0)=\(Self.encode($0.1))" }.joined(separator: "&")
        let path = options.format == .table ? "rows" : "export"
        let answer = try await send(.GET, "/ops/v1/logs/\(path)?" + text)
        guard options.format == .table else { return String(buffer: answer) }
        return try Self.table(try WireFormats.JSONValue(parsing: Array(answer.readableBytesView)))
    }

    /// The newest line last, as a terminal shows a log.
    private static func table(_ answer: WireFormats.JSONValue) throws -> String {
        var lines: [String] = []
        for row in (answer["rows"]?.elements ?? []).reversed() {
            let fields = row["fields"]?.members ?? [:]
            let message = fields["message"]?.scalarText
            let rest = fields.keys.sorted().compactMap { name in
                name == "message" ? nil : fields[name]?.scalarText.map { "\(name)=\($0)" }
            }
            // Without a message the fields are all there is to show.
            lines.append("\(row["time"]?.text ?? "")  \(message ?? rest.joined(separator: " "))\n")
        }
        return lines.joined()
    }
}
