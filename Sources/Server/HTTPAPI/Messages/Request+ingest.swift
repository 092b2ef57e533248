import Basics
package import Hummingbird
import Identity
package import Ingest
package import NIOCore
import SignalModel

extension Request {
    /// The body of an ingest request, once its sender may send. Throws 503 with Retry-After to one that has to wait,
    /// 413 to one that sends too much at once.
    package func ingestBody(
        upTo bytesMax: Int, _ context: SignalboxRequestContext, _ admission: IngestAdmission
    ) async throws -> (IngestSender, ByteBuffer) {
        let sender = IngestSender(context.principal)
        do { try admission.begin(sender) } catch {
            throw APIError(.unavailable, error.reason, retryAfterSeconds: Int(error.retryAfter.seconds.rounded(.up)))
        }
        if let announced = headers[.contentLength].flatMap(Int.init), announced > bytesMax {
            throw APIError(.tooLarge, "a body of \(announced) bytes, more than \(bytesMax)")
        }
        return (sender, try await body.collect(upTo: bytesMax))
    }
}

extension IngestSender {
    fileprivate init(_ principal: Principal?) {
        self.init(id: principal?.id ?? "", name: principal?.name ?? "", limits: principal?.limits ?? .none)
    }
}
