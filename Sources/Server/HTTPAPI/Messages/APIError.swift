import Alerting
import Basics
package import HTTPTypes
package import Hummingbird
import Identity
import Logs
import NIOCore
import PromQL
import Response
import Rules
import SignalModel
import WireFormats

/// An answer that says why not. The one place where an error becomes an HTTP status.
package struct APIError: Error, Sendable, CustomStringConvertible {
    package enum Kind: String, Sendable {
        case badData = "bad_data"
        case execution
        case canceled
        case timeout
        case `internal`
        case notFound = "not_found"
        case unavailable
        case unauthorized
        case forbidden
        case tooLarge = "too_large"
        case conflict
        case throttled
    }

    package var kind: Kind
    package var message: String
    package var retryAfterSeconds: Int?

    package init(_ kind: Kind, _ message: String, retryAfterSeconds: Int? = nil) {
        self.kind = kind
        self.message = message
        self.retryAfterSeconds = retryAfterSeconds
    }

    /// Maps by type, never by text; what it does not know is our own fault, 500.
    package init(_ error: any Error) {
        switch error {
        case let error as APIError: self = error
        case let error as QueryError: self.init(Self.kind(of: error.code), error.message)
        case let error as SampleStoreError:
            self.init(
                Self.kind(of: error.code), error.message, retryAfterSeconds: error.code == .unavailable ? 5 : nil)
        case let error as IdentityError: self.init(identity: error)
        case let error as ResponseError: self.init(Self.kind(of: error.code), error.message)
        case let error as RecountRefusal: self.init(Self.kind(of: error.code), error.message)
        case let error as LogQueryError: self.init(Self.kind(of: error.code), error.description)
        case let error as AlertingError: self.init(Self.kind(of: error.code), error.message)
        case is FormParameters.TooMany: self.init(.badData, "more than \(FormParameters.countMax) parameters")
        case let error as WireFormatError: self.init(error.code == .tooLarge ? .tooLarge : .badData, "\(error)")
        case is NIOTooManyBytesError: self.init(.tooLarge, "request body too large")
        case is CancellationError: self.init(.canceled, "query was canceled")
        default: self.init(.internal, "\(error)")
        }
    }

    package var description: String { message }

    package var status: HTTPResponse.Status {
        switch kind {
        case .badData: .badRequest
        case .execution: .unprocessableContent
        case .canceled: HTTPResponse.Status(code: 499, reasonPhrase: "Client Closed Request")
        case .timeout, .unavailable: .serviceUnavailable
        case .internal: .internalServerError
        case .notFound: .notFound
        case .unauthorized: .unauthorized
        case .forbidden: .forbidden
        case .tooLarge: .contentTooLarge
        case .conflict: .conflict
        case .throttled: .tooManyRequests
        }
    }

    private static func kind(of code: QueryError.Code) -> Kind {
        switch code {
        case .parse: .badData
        case .execution: .execution
        case .timeout: .timeout
        case .canceled: .canceled
        case .storage: .internal
        }
    }

    private static func kind(of code: RecountRefusal.Code) -> Kind {
        switch code {
        case .unknown: .notFound
        case .invalid: .badData
        case .conflict: .conflict
        }
    }

    private static func kind(of code: LogQueryError.Code) -> Kind {
        switch code {
        case .syntax, .malformed, .argument, .tooLarge, .badFilter: .badData
        case .tooManyBuckets, .overMemory, .overRows: .execution
        case .cancelled: .canceled
        case .overTime: .timeout
        case .damaged: .internal
        }
    }

    private static func kind(of code: AlertingError.Code) -> Kind {
        switch code {
        case .notFound: .notFound
        case .invalid, .tooMany: .badData
        }
    }

    private static func kind(of code: ResponseError.Code) -> Kind {
        switch code {
        case .notFound: .notFound
        case .conflict: .conflict
        case .invalid: .badData
        case .unavailable: .unavailable
        }
    }

    private init(identity error: IdentityError) {
        var retryAfterSeconds: Int?
        let kind: Kind
        switch error.code {
        case .unauthenticated: kind = .unauthorized
        case .forbidden: kind = .forbidden
        case .throttled(let retryAfter):
            kind = .throttled
            retryAfterSeconds = Int(retryAfter.seconds.rounded(.up))
        case .invalid: kind = .badData
        case .notFound: kind = .notFound
        case .conflict: kind = .conflict
        case .limit: kind = .execution
        case .unavailable: kind = .unavailable
        }
        self.init(kind, error.message, retryAfterSeconds: retryAfterSeconds)
    }

    private static func kind(of code: SampleStoreError.Code) -> Kind {
        switch code {
        case .unavailable: .unavailable
        case .corrupt: .internal
        case .limit: .execution
        }
    }
}

extension APIError: HTTPResponseError {
    /// Prometheus' envelope, which every JSON dialect of ours shares for errors.
    package func response(from request: Request, context: some RequestContext) throws -> Response {
        var writer = JSONWriter()
        writer.object { json in
            json.key("status")
            json.string("error")
            json.key("errorType")
            json.string(kind.rawValue)
            json.key("error")
            json.string(message)
        }
        var response = Response.json(writer, status: status)
        if let retryAfterSeconds {
            response.headers[.retryAfter] = String(retryAfterSeconds)
        }
        if kind == .unauthorized { response.headers[.wwwAuthenticate] = "Basic realm=\"signalbox\"" }
        return response
    }
}

extension Response {
    package static func json(_ writer: JSONWriter, status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status, headers: [.contentType: "application/json"],
            body: .init(byteBuffer: ByteBuffer(bytes: writer.bytes)))
    }

    package static func text(_ text: String, status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status, headers: [.contentType: "text/plain; charset=utf-8"],
            body: .init(byteBuffer: ByteBuffer(string: text)))
    }
}
