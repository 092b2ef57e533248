import Basics
import FoundationEssentials
import HTTPTypes
import Hummingbird
import Identity
import NIOCore
import Response
import SignalModel

/// `/ops/v1/agreements`: what was agreed on and what came of it, month by month.
package struct AgreementAPI: Sendable {
    private let reports: AgreementReports

    private static let path = "/ops/v1/agreements"
    private static let bodyBytesMax = 64 << 10

    package init(reports: AgreementReports) { self.reports = reports }

    package var endpoints: [Endpoint] {
        [
            Endpoint(
                .get, Self.path + "/reports", .viewOperations, "Months whose reports are kept, newest first", list),
            Endpoint(
                .get, Self.path + "/reports/:month", .viewOperations,
                "One month's report, such as 2026-11; format=json, markdown or csv", report),
            Endpoint(
                .get, Self.path + "/support", .viewOperations, "Answers to critical support, as they were entered",
                answers),
            Endpoint(
                .post, Self.path + "/support", .respond, "Enters when a customer's critical question was answered",
                enter),
        ]
    }

    private func list(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let months = try await reports.months()
        var json = JSONWriter()
        json.object { json in
            json.key("reports")
            json.array { json in for month in months { json.string(month.description) } }
        }
        return .json(json)
    }

    private func report(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let text = try context.parameters.require("month")
        guard let month = ReportMonth(text), month <= ReportMonth(containing: reports.now) else {
            throw APIError(.badData, "the month must be one such as 2026-11, not later than this one")
        }
        let format = try FormParameters(request.uri.query ?? "")["format"] ?? "json"
        let kept = try await reports.report(month)
        switch format {
        case "json": return .json(Self.json(kept))
        case "markdown": return Self.download(kept.markdown, "text/markdown", "\(month).md")
        case "csv": return Self.download(kept.csv, "text/csv", "\(month).csv")
        default: throw APIError(.badData, "format must be json, markdown or csv, not \(quoted(format))")
        }
    }

    private static func download(_ text: String, _ type: String, _ name: String) -> Response {
        var response = Response(
            status: .ok, headers: [.contentType: "\(type); charset=utf-8"],
            body: .init(byteBuffer: ByteBuffer(string: text)))
        response.headers[.contentDisposition] = "attachment; filename=\"agreements-\(name)\""
        return response
    }

    private static func json(_ kept: KeptReport) -> JSONWriter {
        let report = kept.report
        var json = JSONWriter()
        json.object { json in
            json.key("month")
            json.string(report.month.description)
            json.key("preliminary")
            json.bool(report.isPreliminary)
            json.key("omissions")
            json.array { json in for omission in report.omissions ?? [] { json.string(omission) } }
            json.key("made_at")
            json.time(kept.madeAtMilliseconds)
            json.key("rows")
            json.array { json in
                for row in report.rows {
                    json.object { json in
                        for (key, text) in [
                            ("for", row.audience), ("what", row.name), ("service", row.service),
                            ("agreed", row.target),
                            ("measured", row.measured), ("verdict", row.verdict.rawValue),
                        ] {
                            json.key(key)
                            json.string(text)
                        }
                        json.key("of")
                        json.integer(row.count)
                    }
                }
            }
        }
        return json
    }

    // MARK: Critical support

    private func answers(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        var json = JSONWriter()
        json.object { json in
            json.key("answers")
            json.array { json in for answer in reports.core.state.agreements.support { Self.write(answer, &json) } }
        }
        return .json(json)
    }

    private struct WantedAnswer: Decodable {
        var reference: String
        var asked: String
        var answered: String
        var note: String?
    }

    private func enter(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let bytes = try await request.body.collect(upTo: Self.bodyBytesMax)
        let wanted: WantedAnswer
        do { wanted = try JSONDecoder().decode(WantedAnswer.self, from: Data(bytes.readableBytesView)) } catch {
            throw APIError(.badData, "the body must be JSON: \(TokenAPI.place(error))")
        }
        func time(_ text: String, _ name: String) throws -> Timestamp {
            guard let time = RFC3339.parse(text) else {
                throw APIError(.badData, "\(name) must be an RFC 3339 time, not \(quoted(text))")
            }
            return time
        }
        let answer = SupportAnswer(
            reference: wanted.reference, asked: try time(wanted.asked, "asked"),
            answered: try time(wanted.answered, "answered"), note: wanted.note ?? "",
            by: context.principal?.name ?? "")
        let input = AgreementInput.supportAnswered(answer)
        if let refusal = reports.core.state.refusal(of: input, at: reports.now) { throw refusal }
        try await reports.core.perform(.agreement(input))
        var json = JSONWriter()
        Self.write(answer, &json)
        return .json(json, status: .created)
    }

    private static func write(_ answer: SupportAnswer, _ json: inout JSONWriter) {
        json.object { json in
            json.key("reference")
            json.string(answer.reference)
            json.key("asked")
            json.time(answer.askedAtMilliseconds)
            json.key("answered")
            json.time(answer.answeredAtMilliseconds)
            json.key("note")
            json.string(answer.note)
            json.key("by")
            json.string(answer.by)
        }
    }
}
