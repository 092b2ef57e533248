import HTTPTypes
import Hummingbird
import Identity
package import Ingest
import NIOCore
import SignalModel
import WireFormats

/// OTLP metrics over HTTP (opentelemetry.io, "OTLP Specification", OTLP/HTTP), protobuf and JSON, plain and gzip: at
/// OpenTelemetry's path and at Prometheus'.
package struct OTLPMetricsAPI: Sendable {
    private let receiver: OTLPMetricsReceiver
    private let threads: BlockingThreads

    package init(receiver: OTLPMetricsReceiver, threads: BlockingThreads) {
        self.receiver = receiver
        self.threads = threads
    }

    package var endpoints: [Endpoint] {
        [
            Endpoint(.post, "/v1/metrics", .ingest, "OTLP metrics", take),
            Endpoint(.post, "/api/v1/otlp/v1/metrics", .ingest, "The same, at Prometheus' path", take),
        ]
    }

    private func take(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        guard let encoding = Self.encoding(request.headers[.contentType]) else {
            return .text(
                "Content-Type must be application/x-protobuf or application/json\n", status: .unsupportedMediaType)
        }
        let compression = (request.headers[.contentEncoding] ?? "").lowercased()
        guard ["", "identity", "gzip"].contains(compression) else {
            return .text(
                "Content-Encoding \(quoted(compression)) is not supported: gzip is\n", status: .unsupportedMediaType)
        }
        let (sender, body) = try await request.ingestBody(
            upTo: OTLPMetricsReceiver.bodyBytesMax, context, receiver.admission)
        let forced = context.principal?.forcedLabels ?? .empty
        let decoded: OTLPMetricsReceiver.Decoded
        do {
            decoded = try await threads.run { [receiver] in
                try body.withUnsafeReadableBytes {
                    try receiver.decode(
                        $0, encoding, isCompressed: compression == "gzip", forcedLabels: forced, sender: sender)
                }
            }
        } catch let error as WireFormatError {
            let status: HTTPResponse.Status = error.code == .tooLarge ? .contentTooLarge : .badRequest
            return Self.refusal("OTLP metrics: \(error)", status, encoding)
        }
        return Self.response(to: try await receiver.store(decoded), encoding)
    }

    private static func encoding(_ contentType: String?) -> OTLPMetricsReceiver.Encoding? {
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

    private static func response(
        to stored: OTLPMetricsReceiver.Stored, _ encoding: OTLPMetricsReceiver.Encoding
    ) -> Response {
        guard encoding == .json else {
            return protobuf(OTLPAnswer.accepted(rejected: stored.rejectedPoints, stored.message), .ok)
        }
        var json = JSONWriter()
        json.object { json in
            guard !stored.message.isEmpty else { return }
            json.key("partialSuccess")
            json.object { json in
                json.key("rejectedDataPoints")
                json.string(String(stored.rejectedPoints))
                json.key("errorMessage")
                json.string(stored.message)
            }
        }
        return .json(json)
    }

    /// `google.rpc.Code.INVALID_ARGUMENT`.
    private static let invalidArgument = 3

    private static func refusal(
        _ message: String, _ status: HTTPResponse.Status, _ encoding: OTLPMetricsReceiver.Encoding
    ) -> Response {
        guard encoding == .json else {
            return protobuf(OTLPAnswer.status(code: invalidArgument, message), status)
        }
        var json = JSONWriter()
        json.object { json in
            json.key("code")
            json.integer(invalidArgument)
            json.key("message")
            json.string(message)
        }
        var response = Response.json(json)
        response.status = status
        return response
    }

    private static func protobuf(_ bytes: [UInt8], _ status: HTTPResponse.Status) -> Response {
        var response = Response(status: status, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
        response.headers[.contentType] = "application/x-protobuf"
        return response
    }
}
