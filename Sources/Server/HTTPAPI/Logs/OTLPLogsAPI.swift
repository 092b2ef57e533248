import HTTPTypes
import Hummingbird
import Identity
import NIOCore
import Pipeline
import SignalModel
import WireFormats

/// OTLP logs over HTTP (opentelemetry.io, "OTLP Specification", OTLP/HTTP), protobuf and JSON, plain and gzip: at
/// OpenTelemetry's path and at Elasticsearch's.
package struct OTLPLogsAPI: Sendable {
    private let intake: LogIntake

    private enum Encoding {
        case protobuf, json
    }

    /// `google.rpc.Code`.
    private enum Code {
        static let invalidArgument = 3
        static let resourceExhausted = 8
        static let unavailable = 14
    }

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
        guard let encoding = Self.encoding(request.headers[.contentType]) else {
            return .text(
                "Content-Type must be application/x-protobuf or application/json\n", status: .unsupportedMediaType)
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
            return Self.accepted(rejected: decoded.rejected, decoded.message, encoding)
        } catch {
            return Self.refusal(error, encoding)
        }
    }

    private struct Decoded: Sendable {
        var batch = DocumentBatch()
        var rejected = 0
        var message = ""
    }

    private static func decode(
        _ body: UnsafeRawBufferPointer, _ encoding: Encoding, _ forced: ForcedFields, documentBytesMax: Int
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
        }
        guard encoding == .json else {
            try read(body)
            return decoded
        }
        let message = try OTLPLogsJSON.protobuf(Array(body))
        let outcome = message.withUnsafeBytes { bytes -> Result<Void, WireFormatError> in
            do throws(WireFormatError) { return .success(try read(bytes)) } catch { return .failure(error) }
        }
        try outcome.get()
        return decoded
    }

    private static func encoding(_ contentType: String?) -> Encoding? {
        let media = (contentType ?? "").split(separator: ";").first.map {
            $0.filter { !$0.isWhitespace }.lowercased()
        }
        switch media {
        case "application/x-protobuf": return .protobuf
        case "application/json": return .json
        default: return nil
        }
    }

    // MARK: Answers

    private static func accepted(rejected: Int, _ message: String, _ encoding: Encoding) -> Response {
        guard encoding == .json else { return protobuf(OTLPAnswer.accepted(rejected: rejected, message), .ok) }
        var json = JSONWriter()
        json.object { json in
            guard !message.isEmpty else { return }
            json.key("partialSuccess")
            json.object { json in
                json.key("rejectedLogRecords")
                json.string(String(rejected))
                json.key("errorMessage")
                json.string(message)
            }
        }
        return .json(json)
    }

    /// `google.rpc.Status`; senders come again after 429 and 503 only.
    private static func refusal(_ error: any Error, _ encoding: Encoding) -> Response {
        let mapped: APIError
        if let error = error as? WireFormatError {
            mapped = APIError(error.code == .tooLarge ? .tooLarge : .badData, "OTLP logs: \(error)")
        } else {
            mapped = APIError(error)
        }
        let code =
            switch mapped.kind {
            case .throttled: Code.resourceExhausted
            case .unavailable, .timeout, .internal: Code.unavailable
            default: Code.invalidArgument
            }
        var response: Response
        if encoding == .json {
            var json = JSONWriter()
            json.object { json in
                json.key("code")
                json.integer(code)
                json.key("message")
                json.string(mapped.message)
            }
            response = .json(json, status: mapped.status)
        } else {
            response = protobuf(OTLPAnswer.status(code: code, mapped.message), mapped.status)
        }
        if let seconds = mapped.retryAfterSeconds { response.headers[.retryAfter] = String(seconds) }
        return response
    }

    private static func protobuf(_ bytes: [UInt8], _ status: HTTPResponse.Status) -> Response {
        Response(
            status: status, headers: [.contentType: "application/x-protobuf"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}
