import HTTPTypes
import Hummingbird
import NIOCore
import WireFormats

/// What OTLP/HTTP (opentelemetry.io, "OTLP Specification") asks of every signal: two encodings, and answers in the one
/// that the request had.
enum OTLPExchange {
    enum Encoding {
        case protobuf, json
    }

    /// `google.rpc.Code`.
    private enum Code {
        static let invalidArgument = 3
        static let resourceExhausted = 8
        static let unavailable = 14
    }

    static func encoding(_ contentType: String?) -> Encoding? {
        let media = (contentType ?? "").split(separator: ";").first.map {
            $0.filter { !$0.isWhitespace }.lowercased()
        }
        switch media {
        case "application/x-protobuf": return .protobuf
        case "application/json": return .json
        default: return nil
        }
    }

    static var unknownEncoding: Response {
        .text("Content-Type must be application/x-protobuf or application/json\n", status: .unsupportedMediaType)
    }

    /// `rejectedKey` is the number's name in JSON.
    static func accepted(rejected: Int, _ message: String, _ rejectedKey: String, _ encoding: Encoding) -> Response {
        guard encoding == .json else { return protobuf(OTLPAnswer.accepted(rejected: rejected, message), .ok) }
        var json = JSONWriter()
        json.object { json in
            guard !message.isEmpty else { return }
            json.key("partialSuccess")
            json.object { json in
                json.key(rejectedKey)
                json.string(String(rejected))
                json.key("errorMessage")
                json.string(message)
            }
        }
        return .json(json)
    }

    /// `google.rpc.Status`; senders come again after 429 and 503 only.
    static func refusal(_ error: any Error, _ signal: String, _ encoding: Encoding) -> Response {
        let mapped: APIError
        if let error = error as? WireFormatError {
            mapped = APIError(error.code == .tooLarge ? .tooLarge : .badData, "OTLP \(signal): \(error)")
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
