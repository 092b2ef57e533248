import HTTPTypes
import Hummingbird
import Identity
import NIOCore
import SignalModel
import WireFormats

/// Zipkin's way in (zipkin.io, "Zipkin API"), as Envoy, Istio and Zipkin's own senders use it.
package struct ZipkinAPI: Sendable {
    private let intake: SpanIntake

    package init(intake: SpanIntake) { self.intake = intake }

    package var endpoints: [Endpoint] {
        [Endpoint(.post, "/api/v2/spans", .ingest, "Zipkin's spans, in JSON", take)]
    }

    /// Zipkin has no word for a part: what is good is stored, and the answer names what is not.
    private func take(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        let media = request.headers[.contentType]?.split(separator: ";").first?.lowercased() ?? "application/json"
        guard media == "application/json" else {
            throw APIError(.badData, "Content-Type \(quoted(media)) is not supported: application/json is")
        }
        let (forced, limits) = (ForcedResourceLabels(context), intake.limits)
        let received = intake.receivedNanoseconds
        let packed = try await intake.bodies.withBody(of: request) { body in
            let (batch, report) = try ZipkinDecoder(
                body, receivedNanoseconds: received, forced: forced, limits: limits
            ).decode()
            return SpanIntake.pack(batch, report)
        }
        try await intake.store(packed, dialect: "zipkin")
        let report = packed.report
        guard report.rejected == 0 else {
            throw APIError(
                .badData,
                "\(report.rejected) of \(report.rejected + report.accepted) spans are refused, the others stored; "
                    + "the first: \(report.message)")
        }
        return Response(status: .accepted)
    }
}
