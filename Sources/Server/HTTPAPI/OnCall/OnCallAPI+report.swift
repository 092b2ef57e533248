import Basics
import HTTPTypes
import Hummingbird
import NIOCore
import Response
import SignalModel

/// How the load is spread.
extension OnCallAPI {
    func report(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let form = try FormParameters(request.uri.query ?? "")
        let (from, through) = try range(form, before: 28, after: 0)
        let state = core.state
        if let name = form["schedule"], state.onCall.schedules[name] == nil {
            throw APIError(.notFound, "there is no schedule \(quoted(name))")
        }
        var report = OnCallReport()
        for (name, ledger) in state.onCall.schedules where form["schedule"].map({ $0 == name }) ?? true {
            report.add(ledger.final(from: from, through: through), zone(ledger.zone) ?? .utc)
        }
        switch form["format"] ?? "json" {
        case "json": return .json(Self.json(report, from: from, through: through, state.configuration))
        case "csv": return Self.csv(report, state.configuration)
        case let format: throw APIError(.badData, "format must be json or csv, not \(quoted(format))")
        }
    }

    private static func json(
        _ report: OnCallReport, from: Int64, through: Int64, _ configuration: PagingConfiguration
    ) -> JSONWriter {
        var json = JSONWriter()
        json.object { json in
            json.key("from")
            json.time(from)
            json.key("through")
            json.time(through)
            json.key("people")
            json.array { json in
                for row in report.rows {
                    json.object { json in
                        json.key("person")
                        json.string(row.person)
                        json.key("name")
                        json.string(configuration.people[row.person]?.name ?? row.person)
                        json.key("hours")
                        json.number(hours(row))
                        json.key("share")
                        json.number(share(row, report))
                        for (key, count) in [
                            ("nights", row.nights), ("weekends", row.weekends), ("shifts", row.shifts),
                        ] {
                            json.key(key)
                            json.integer(count)
                        }
                    }
                }
            }
        }
        return json
    }

    private static func csv(_ report: OnCallReport, _ configuration: PagingConfiguration) -> Response {
        var text = "person,name,hours,share,nights,weekends,shifts\r\n"
        for row in report.rows {
            let name = configuration.people[row.person]?.name ?? row.person
            text += [quotedCell(row.person), quotedCell(name)].joined(separator: ",")
            text += ",\(hours(row)),\(share(row, report)),\(row.nights),\(row.weekends),\(row.shifts)\r\n"
        }
        return Response(
            status: .ok,
            headers: [
                .contentType: "text/csv; charset=utf-8",
                .contentDisposition: "attachment; filename=\"on-call.csv\"",
            ], body: .init(byteBuffer: ByteBuffer(string: text)))
    }

    /// RFC 4180; a cell that a spreadsheet would take for a formula is led by an apostrophe.
    private static func quotedCell(_ text: String) -> String {
        let text = text.first.map { "=+-@\t\r".contains($0) } == true ? "'" + text : text
        guard text.contains(where: { ",\"\r\n".contains($0) }) else { return text }
        return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }

    /// To a hundredth.
    private static func hours(_ row: OnCallReport.Row) -> Double {
        (Double(row.milliseconds) / 36_000).rounded() / 100
    }

    private static func share(_ row: OnCallReport.Row, _ report: OnCallReport) -> Double {
        (report.share(of: row) * 10_000).rounded() / 10_000
    }
}
