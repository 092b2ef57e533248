import HTTPTypes
import Hummingbird
import Identity
import Pipeline
import SignalModel
import WireFormats

/// `/ops/v1/logs/ingest`: documents a line each, for scripts; with `Content-Type: text/plain` each line is a message.
package struct LogLinesAPI: Sendable {
    private let intake: LogIntake

    /// Refused lines that the answer names; the others are counted.
    private static let namedMax = 100

    package init(intake: LogIntake) { self.intake = intake }

    package var endpoints: [Endpoint] {
        [Endpoint(.post, "/ops/v1/logs/ingest", .ingest, "Documents a line each; index=, pipeline=", take)]
    }

    private struct Decoded: Sendable {
        var batch = DocumentBatch()
        var refused: [(line: Int, reason: String)] = []
        var refusedCount = 0
    }

    private func take(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let parameters = try FormParameters(request.uri.query ?? "")
        let index = parameters["index"] ?? DataStreamName.logs(dataset: "")
        if let refusal = IndexName.refusal(index) { throw APIError(.badData, refusal) }
        let isText = request.headers[.contentType]?.lowercased().hasPrefix("text/plain") == true
        let forced = ForcedFields(context.principal?.forcedLabels ?? .empty)
        let documentBytesMax = intake.limits.documentBytesMax
        let decoded: Decoded
        do {
            decoded = try await intake.withBody(of: request) { body in
                Self.decode(
                    body, isText: isText, index: index, pipeline: parameters["pipeline"], forced,
                    documentBytesMax: documentBytesMax)
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
                for (line, reason) in decoded.refused {
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

    private static func decode(
        _ body: UnsafeRawBufferPointer, isText: Bool, index: String, pipeline: String?, _ forced: ForcedFields,
        documentBytesMax: Int
    ) -> Decoded {
        var decoded = Decoded()
        var text = DocumentText()
        var number = 0
        for line in body.split(separator: 0x0a, omittingEmptySubsequences: false) {
            number += 1
            var bytes = UnsafeRawBufferPointer(rebasing: line)
            if bytes.last == 0x0d { bytes = UnsafeRawBufferPointer(rebasing: bytes.dropLast()) }
            guard !bytes.isEmpty else { continue }
            func append(_ document: UnsafeRawBufferPointer) {
                forced.added(to: document) {
                    decoded.batch.append(.create, index: index, identity: nil, pipeline: pipeline, source: $0)
                }
            }
            do throws(WireFormatError) {
                guard bytes.count <= documentBytesMax else {
                    throw WireFormatError(.tooLarge, .whole, "\(bytes.count) bytes, more than \(documentBytesMax)")
                }
                if isText {
                    text.begin()
                    text.add("message", utf8: bytes)
                    text.end()
                    text.bytes.withUnsafeBytes { append($0) }
                } else {
                    try JSONObjectCheck.check(bytes)
                    append(bytes)
                }
            } catch {
                decoded.refusedCount += 1
                if decoded.refused.count < namedMax { decoded.refused.append((number, "\(error)")) }
            }
        }
        return decoded
    }
}
