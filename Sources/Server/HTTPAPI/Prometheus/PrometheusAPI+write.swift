import Basics
import HTTPTypes
import Hummingbird
import Identity
import Ingest
import NIOCore
import SignalModel

extension PrometheusAPI {
    /// Remote write, 1.0 and 2.0. The answer's status tells the sender what to do: 204 done, 400 and 415 do not
    /// send this again, 503 send it again later.
    func write(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let version: RemoteWriteReceiver.Version
        switch RemoteWriteReceiver.version(
            contentType: request.headers[.contentType], contentEncoding: request.headers[.contentEncoding])
        {
        case .success(let known): version = known
        case .failure(let wrong): return .text(wrong.reason + "\n", status: .unsupportedMediaType)
        }
        let (sender, body) = try await request.ingestBody(
            upTo: RemoteWriteReceiver.bodyBytesMax, context, receiver.admission)
        let forced = context.principal?.forcedLabels ?? .empty
        let decoded = try await ingestThreads.run { [receiver] in
            body.withUnsafeReadableBytes { receiver.decode($0, version, forcedLabels: forced, sender: sender) }
        }
        switch decoded {
        case .failure(let refused): return Self.response(to: .refused(refused.reason), version)
        case .success(let decoded): return Self.response(to: try await receiver.store(decoded), version)
        }
    }

    /// A sender of 2.0 takes an answer without counts for one of a receiver that only knows 1.0.
    private static func response(
        to answer: RemoteWriteReceiver.Answer, _ version: RemoteWriteReceiver.Version
    ) -> Response {
        var response: Response
        let written: (samples: Int, histograms: Int, exemplars: Int)
        switch answer {
        case .stored(let samples, let histograms, let exemplars):
            response = Response(status: .noContent)
            written = (samples, histograms, exemplars)
        case .refused(let reason, let samples, let histograms, let exemplars):
            response = .text(reason + "\n", status: .badRequest)
            written = (samples, histograms, exemplars)
        }
        guard version == .two else { return response }
        let counts = [
            ("Samples", written.samples), ("Histograms", written.histograms), ("Exemplars", written.exemplars),
        ]
        for (kind, count) in counts {
            guard let name = HTTPField.Name("X-Prometheus-Remote-Write-\(kind)-Written") else { continue }
            response.headers[name] = String(count)
        }
        return response
    }
}
