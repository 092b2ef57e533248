import HTTPTypes
import Hummingbird
import Identity
import Pipeline
import SignalModel
import WireFormats

/// OTLP logs over HTTP (opentelemetry.io, "OTLP Specification", OTLP/HTTP), protobuf and JSON, plain and gzip: at
/// OpenTelemetry's path and at Elasticsearch's.
package struct OTLPLogsAPI: Sendable {
    private let intake: LogIntake

    package init(intake: LogIntake) { self.intake = intake }

    package var endpoints: [Endpoint] {
        [
            Endpoint(.post, "/v1/logs", .ingest, "OTLP logs", take),
            Endpoint(
                .post, ElasticsearchMiddleware.folder + "/_otlp/v1/logs", .ingest,
                "The same, at Elasticsearch's path",
                take),
        ]
    }

    private func take(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        guard let encoding = OTLPExchange.encoding(request.headers[.contentType]) else {
            return OTLPExchange.unknownEncoding
        }
        do {
            let forced = ForcedFields(context.principal?.forcedLabels ?? .empty)
            let documentBytesMax = intake.limits.documentBytesMax
            let decoded = try await intake.withBody(of: request) { body in
                try Self.decode(body, encoding, forced, documentBytesMax: documentBytesMax)
            }
            if !decoded.batch.isEmpty || decoded.rejected > 0 {
                _ = try await intake.store(decoded.batch, dialect: "otlp", refused: decoded.rejected)
            }
            return OTLPExchange.accepted(
                rejected: decoded.rejected, decoded.message, "rejectedLogRecords", encoding)
        } catch {
            return OTLPExchange.refusal(error, "logs", encoding)
        }
    }

    private struct Decoded: Sendable {
        var batch = DocumentBatch()
        var rejected = 0
        var message = ""

        mutating func leaveOut(_ items: RefusedItems) {
            rejected += items.count
            if let first = items.first { message = "\(first)" }
        }
    }

    private static func decode(
        _ body: UnsafeRawBufferPointer, _ encoding: OTLPExchange.Encoding, _ forced: ForcedFields,
        documentBytesMax: Int
    ) throws(WireFormatError) -> Decoded {
        var decoded = Decoded()
        func read(_ message: UnsafeRawBufferPointer) throws(WireFormatError) {
            decoded.batch.reserveCapacity(message.count * 2)
            var decoder = OTLPLogsDecoder(message)
            try decoder.forEach { index, document in
                guard document.count <= documentBytesMax else {
                    decoded.rejected += 1
                    decoded.message = "a record of \(document.count) bytes, more than \(documentBytesMax)"
                    return
                }
                forced.added(to: document) {
                    decoded.batch.append(.create, index: index, identity: nil, pipeline: nil, source: $0)
                }
            }
            decoded.leaveOut(decoder.refused)
        }
        guard encoding == .json else {
            try read(body)
            return decoded
        }
        let message = try OTLPLogsJSON.protobuf(Array(body))
        decoded.leaveOut(message.refused)
        let outcome = message.bytes.withUnsafeBytes { bytes -> Result<Void, WireFormatError> in
            do throws(WireFormatError) { return .success(try read(bytes)) } catch { return .failure(error) }
        }
        try outcome.get()
        return decoded
    }
}
