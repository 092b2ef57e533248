import HTTPTypes
import Hummingbird
import Identity
import Pipeline
import SignalModel
import WireFormats

/// Loki's push API (grafana.com, "Loki HTTP API"): snappy over protobuf as agents send it, and JSON.
package struct LokiAPI: Sendable {
    private let intake: LogIntake

    private static let index = DataStreamName.logs(dataset: "loki")
    /// What a compressed body may hold.
    private static let decodedBytesMax = 256 << 20

    package init(intake: LogIntake) { self.intake = intake }

    package var endpoints: [Endpoint] {
        [Endpoint(.post, "/loki/api/v1/push", .ingest, "Loki: lines of streams", push)]
    }

    private struct Decoded: Sendable {
        var batch = DocumentBatch()
        var refusedCount = 0
        /// What is wrong with the first of them.
        var problem = ""

        mutating func refuse(_ problem: String) {
            if refusedCount == 0 { self.problem = problem }
            refusedCount += 1
        }
    }

    /// 204 once everything is on stable storage. Of lines that cannot be taken the others are stored, and the answer is
    /// 400, as Loki's, so that nothing is sent again.
    private func push(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let media = (request.headers[.contentType] ?? "").split(separator: ";").first.map(String.init) ?? ""
        let isJSON = media.lowercased().hasSuffix("json")
        let forced = ForcedFields(context.principal?.forcedLabels ?? .empty)
        let documentBytesMax = intake.limits.documentBytesMax
        let decoded: Decoded
        do {
            decoded = try await intake.withBody(of: request) { body in
                try Self.decode(body, isJSON: isJSON, forced, documentBytesMax: documentBytesMax)
            }
        } catch let error as WireFormatError {
            return .text("\(error)\n", status: error.code == .tooLarge ? .contentTooLarge : .badRequest)
        }
        if !decoded.batch.isEmpty || decoded.refusedCount > 0 {
            _ = try await intake.store(decoded.batch, dialect: "loki", refused: decoded.refusedCount)
        }
        guard decoded.refusedCount == 0 else {
            let counts = "\(decoded.batch.count) lines are stored, \(decoded.refusedCount) refused"
            return .text("\(counts): \(decoded.problem)\n", status: .badRequest)
        }
        return Response(status: .noContent)
    }

    private static func decode(
        _ body: UnsafeRawBufferPointer, isJSON: Bool, _ forced: ForcedFields, documentBytesMax: Int
    ) throws(WireFormatError) -> Decoded {
        var decoded = Decoded()
        var decoder = LokiPushDecoder()
        func take(_ document: UnsafeRawBufferPointer) throws(WireFormatError) {
            guard document.count <= documentBytesMax else {
                decoded.refuse("a line of \(document.count) bytes, more than \(documentBytesMax)")
                return
            }
            forced.added(to: document) {
                decoded.batch.append(.create, index: index, identity: nil, pipeline: nil, source: $0)
            }
        }
        if isJSON {
            try decoder.forEach(json: Array(body), refused: { decoded.refuse("\($0)") }, take)
        } else {
            let message = try Snappy.decompress(body, bytesMax: decodedBytesMax)
            let outcome = message.withUnsafeBytes { bytes -> Result<Void, WireFormatError> in
                do throws(WireFormatError) { return .success(try decoder.forEach(protobuf: bytes, take)) } catch {
                    return .failure(error)
                }
            }
            try outcome.get()
        }
        return decoded
    }
}
