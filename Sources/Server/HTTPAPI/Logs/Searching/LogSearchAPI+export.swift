import Hummingbird
import Logs
import NIOCore
import SignalModel

extension LogSearchAPI {
    /// More records in one file are refused; the next file begins behind the last one's time.
    private static let exportRange = 1...1_000_000
    private static let pageRows = 1000

    private enum Format: String {
        case ndjson
        case csv
    }

    /// Streams page after page, so that a long file takes no memory here.
    func export(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let parameters = try await LogSearchParameters.read(request, search, ["format", "limit", "order", "fields"])
        let name = parameters.form["format"] ?? "ndjson"
        guard let format = Format(rawValue: name) else {
            throw APIError(.badData, "format must be ndjson or csv, not \(quoted(name))")
        }
        let limit = try parameters.form.integer("limit", in: Self.exportRange, absent: 100_000)
        let isDescending = try Self.isDescending(parameters)
        let fields = parameters.names("fields")
        if format == .csv, fields == nil { throw APIError(.badData, "csv needs fields, separated by commas") }
        let principal = context.principal
        let snapshot = search.snapshot()
        let body = ResponseBody { [search] writer in
            var after: LogCursor?
            var left = limit
            if format == .csv {
                try await writer.write(ByteBuffer(string: "@timestamp," + LogCSV.line(fields ?? [])))
            }
            while left > 0 {
                let page = min(left, Self.pageRows)
                let request = LogRowsRequest(isDescending: isDescending, limit: page, after: after, fields: fields)
                let (bytes, last, count) = try await search.run(context, isFirst: after == nil) { _, cancellation in
                    let query = search.query(parameters.filter, indices: parameters.indices, principal, cancellation)
                    let rows = try snapshot.rows(query, request)
                    var bytes: [UInt8] = []
                    for row in rows {
                        switch format {
                        case .ndjson:
                            row.appendSource(to: &bytes)
                            bytes.append(UInt8(ascii: "\n"))
                        case .csv: bytes.append(contentsOf: LogCSV.line(row, fields ?? []).utf8)
                        }
                    }
                    return (bytes, rows.last?.place, rows.count)
                }
                if !bytes.isEmpty { try await writer.write(ByteBuffer(bytes: bytes)) }
                left -= count
                guard count == page, let last else { break }
                after = last
            }
            try await writer.finish(nil)
        }
        let type = format == .csv ? "text/csv; charset=utf-8" : "application/x-ndjson"
        return Response(
            status: .ok,
            headers: [
                .contentType: type, .contentDisposition: "attachment; filename=\"logs.\(format.rawValue)\"",
            ],
            body: body)
    }
}

/// Lines after RFC 4180.
enum LogCSV {
    static func line(_ cells: [String]) -> String { cells.map(cell).joined(separator: ",") + "\r\n" }

    static func line(_ row: LogRow, _ fields: [String]) -> String {
        var cells = [RecordTime.text(row.place.timestampNanoseconds)]
        for name in fields {
            let values = row.fields.first { $0.name == name }?.values ?? []
            cells.append(values.map { $0 == .null ? "" : $0.text }.joined(separator: "; "))
        }
        return line(cells)
    }

    private static func cell(_ text: String) -> String {
        var characters = Array(text.unicodeScalars)
        // What reads CSV ends, or fails, at a NUL.
        for index in characters.indices where characters[index] == "\0" { characters[index] = "\u{FFFD}" }
        // A spreadsheet would take these for a formula.
        if let first = characters.first, "=+-@\t\r".unicodeScalars.contains(first), Double(text) == nil {
            characters.insert("'", at: 0)
        }
        var cell = String.UnicodeScalarView()
        let isQuoted = characters.contains { ["\"", ",", "\n", "\r"].contains($0) }
        if isQuoted { cell.append("\"") }
        for character in characters {
            cell.append(character)
            if character == "\"" { cell.append("\"") }
        }
        if isQuoted { cell.append("\"") }
        return String(cell)
    }
}
