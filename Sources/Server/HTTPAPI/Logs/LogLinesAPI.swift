import HTTPTypes
import Hummingbird
import Identity
import Pipeline
import SignalModel
import WireFormats

/// `/ops/v1/logs/ingest`: documents a line each or in an array, for scripts and senders without a protocol of their own;
/// with `Content-Type: text/plain` each line is a message.
package struct LogLinesAPI: Sendable {
    private let intake: LogIntake

    package init(intake: LogIntake) { self.intake = intake }

    package var endpoints: [Endpoint] {
        [
            Endpoint(
                .post, "/ops/v1/logs/ingest", .ingest, "Documents a line each, or an array; index=, pipeline=", take)
        ]
    }

    private func take(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let parameters = try FormParameters(request.uri.query ?? "")
        let index = parameters["index"] ?? DataStreamName.logs(dataset: "")
        if let refusal = IndexName.refusal(index) { throw APIError(.badData, refusal) }
        let contentType = request.headers[.contentType]?.lowercased() ?? ""
        let forced = ForcedFields(context.principal?.forcedLabels ?? .empty)
        let lines = LogLines(
            index: index, pipeline: parameters["pipeline"], forced, documentBytesMax: intake.limits.documentBytesMax)
        let decoded: LogLines
        do {
            decoded = try await intake.withBody(of: request) { body in
                var lines = lines
                try lines.take(body, contentType: contentType)
                return lines
            }
        } catch let error as WireFormatError {
            throw APIError(error.code == .tooLarge ? .tooLarge : .badData, "\(error)")
        }
        _ = try await intake.store(decoded.batch, dialect: "lines", refused: decoded.refusedCount)
        var json = JSONWriter()
        json.object { json in
            json.key("accepted")
            json.integer(decoded.batch.count)
            json.key("refused")
            json.integer(decoded.refusedCount)
            json.key("problems")
            json.array { json in
                for (line, reason) in decoded.problems {
                    json.object { json in
                        json.key("line")
                        json.integer(line)
                        json.key("reason")
                        json.string(reason)
                    }
                }
            }
        }
        return .json(json, status: decoded.batch.isEmpty && decoded.refusedCount > 0 ? .badRequest : .ok)
    }
}
