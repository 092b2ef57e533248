import GRPCCore
import HTTPAPI
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import WireFormats

/// OTLP by gRPC (opentelemetry.io, "OTLP Specification", OTLP/gRPC). Each call is made the same request by HTTP and
/// answered by the same endpoint, so that both ways in take, limit, refuse and admit alike.
struct OTLPExports: RegistrableRPCService {
    private static let signals = ["metrics", "logs", "traces"]

    let responder: StartGate
    let logger: Logger

    func registerMethods<Transport: ServerTransport>(with router: inout RPCRouter<Transport>) {
        for signal in Self.signals {
            let service =
                signal == "traces" ? "TraceService" : "\(signal.prefix(1).uppercased())\(signal.dropFirst())Service"
            router.registerHandler(
                forMethod: MethodDescriptor(
                    fullyQualifiedService:
                        "opentelemetry.proto.collector.\(signal == "traces" ? "trace" : signal).v1.\(service)",
                    method: "Export"),
                deserializer: WholeMessage(), serializer: WholeMessage()
            ) { stream, context in
                let request = try await ServerRequest(stream: stream)
                let answer = try await export(request, to: "/v1/\(signal)", from: context.remotePeer)
                return StreamingServerResponse(single: ServerResponse(message: answer))
            }
        }
    }

    private func export(
        _ request: ServerRequest<ByteBuffer>, to path: String, from peer: String
    ) async throws -> ByteBuffer {
        var headers = HTTPFields()
        headers[.contentType] = "application/x-protobuf"
        headers[.contentLength] = String(request.message.readableBytes)
        for name in ["authorization", "user-agent"] {
            guard let value = request.metadata[stringValues: name].first(where: { _ in true }) else { continue }
            headers[HTTPField.Name(name)!] = value
        }
        let post = Request(
            head: HTTPRequest(method: .post, scheme: "http", authority: nil, path: path, headerFields: headers),
            body: RequestBody(buffer: request.message))
        let context = SignalboxRequestContext(remoteAddress: Self.host(of: peer), logger: logger)
        let response = try await responder.respond(to: post, context: context)
        let body = try await Self.whole(response.body)
        guard response.status == .ok else { throw Self.refusal(response, body) }
        return body
    }

    /// `ipv4:10.0.0.1:4711` is from 10.0.0.1.
    private static func host(of peer: String) -> String {
        let parts = peer.split(separator: ":", omittingEmptySubsequences: false)
        return parts.count > 2 ? parts[1..<(parts.count - 1)].joined(separator: ":") : ""
    }

    private static func whole(_ body: ResponseBody) async throws -> ByteBuffer {
        let writer = Collector()
        try await body.write(writer)
        return writer.taken
    }

    /// What HTTP says by a status, in gRPC's codes: only UNAVAILABLE is worth another try.
    private static func refusal(_ response: Response, _ body: ByteBuffer) -> RPCError {
        let isStatus = response.headers[.contentType] == "application/x-protobuf"
        let bytes = Array(buffer: body)
        let message = isStatus ? OTLPAnswer.message(ofStatus: bytes) : String(decoding: bytes, as: UTF8.self)
        let code: RPCError.Code =
            switch response.status {
            case .unauthorized: .unauthenticated
            case .forbidden: .permissionDenied
            case .notFound, .methodNotAllowed: .unimplemented
            case .tooManyRequests, .serviceUnavailable, .badGateway, .gatewayTimeout: .unavailable
            case .internalServerError: .internalError
            default: .invalidArgument
            }
        var metadata = Metadata()
        if code == .unavailable {
            let seconds = response.headers[.retryAfter].flatMap(Int.init) ?? 1
            metadata.addBinary(
                OTLPAnswer.status(code: code.rawValue, message, retryAfterSeconds: seconds),
                forKey: "grpc-status-details-bin")
        }
        return RPCError(code: code, message: message.trimmingTrailingNewline, metadata: metadata)
    }
}

/// Messages as their bytes: who decodes them is the endpoint.
private struct WholeMessage: MessageSerializer, MessageDeserializer {
    func serialize<Bytes: GRPCContiguousBytes>(_ message: ByteBuffer) throws -> Bytes {
        Bytes(message.readableBytesView)
    }

    func deserialize<Bytes: GRPCContiguousBytes>(_ bytes: Bytes) throws -> ByteBuffer {
        bytes.withUnsafeBytes { ByteBuffer(bytes: $0) }
    }
}

/// A response's body in memory: those of OTLP are small.
private final class Collector: ResponseBodyWriter {
    private(set) var taken = ByteBuffer()

    func write(_ buffer: ByteBuffer) async throws { taken.writeImmutableBuffer(buffer) }
    consuming func finish(_ trailingHeaders: HTTPFields?) async throws {}
}

extension String {
    fileprivate var trimmingTrailingNewline: String { hasSuffix("\n") ? String(dropLast()) : self }
}
