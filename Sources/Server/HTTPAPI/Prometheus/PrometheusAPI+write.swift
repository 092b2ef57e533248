import HTTPTypes
import Hummingbird
import Identity
import Ingest
import NIOCore
import SignalModel

extension PrometheusAPI {
    /// Remote write. The answer's status tells the sender what to do: 204 done, 400 and 415 do not send this again,
    /// 503 send it again later.
    func write(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let answer = RemoteWriteReceiver.refusal(
            contentType: request.headers[.contentType], contentEncoding: request.headers[.contentEncoding])
        if let answer { return Self.response(to: answer) }
        if let announced = request.headers[.contentLength].flatMap(Int.init),
            announced > RemoteWriteReceiver.bodyBytesMax
        {
            throw APIError(.tooLarge, "a body of \(announced) bytes, more than \(RemoteWriteReceiver.bodyBytesMax)")
        }
        let body = try await request.body.collect(upTo: RemoteWriteReceiver.bodyBytesMax)
        let forced = context.principal?.forcedLabels ?? .empty
        let decoded = try await ingestThreads.run { [receiver] in
            body.withUnsafeReadableBytes { receiver.decode($0, forcedLabels: forced) }
        }
        switch decoded {
        case .failure(let refused): return Self.response(to: .refused(refused.reason))
        case .success(let decoded): return Self.response(to: try await receiver.store(decoded))
        }
    }

    private static func response(to answer: RemoteWriteReceiver.Answer) -> Response {
        switch answer {
        case .stored: Response(status: .noContent)
        case .refused(let reason): .text(reason + "\n", status: .badRequest)
        case .wrongMediaType(let reason): .text(reason + "\n", status: .unsupportedMediaType)
        }
    }
}
