import HTTPTypes
import Hummingbird
import Identity
import Pipeline
import SignalModel
import WireFormats

/// OTLP traces over HTTP (opentelemetry.io, "OTLP Specification", OTLP/HTTP), protobuf and JSON, plain and gzip; by gRPC
/// the same endpoint answers.
package struct OTLPTracesAPI: Sendable {
    private let intake: SpanIntake

    package init(intake: SpanIntake) { self.intake = intake }

    package var endpoints: [Endpoint] {
        [
            Endpoint(.post, "/v1/traces", .ingest, "OTLP traces", take),
            Endpoint(
                .post, ElasticsearchMiddleware.folder + "/_otlp/v1/traces", .ingest,
                "The same, at Elasticsearch's path", take),
        ]
    }

    private func take(_ request: Request, _ context: SignalboxRequestContext) async throws -> Response {
        guard let encoding = OTLPExchange.encoding(request.headers[.contentType]) else {
            return OTLPExchange.unknownEncoding
        }
        do {
            let (forced, limits) = (ForcedResourceLabels(context), intake.limits)
            let packed = try await intake.bodies.withBody(of: request) { body in
                try Self.decode(body, encoding, forced, limits)
            }
            try await intake.store(packed, dialect: "otlp")
            return OTLPExchange.accepted(
                rejected: packed.report.rejected, packed.report.message, "rejectedSpans", encoding)
        } catch {
            return OTLPExchange.refusal(error, "traces", encoding)
        }
    }

    private static func decode(
        _ body: UnsafeRawBufferPointer, _ encoding: OTLPExchange.Encoding, _ forced: ForcedResourceLabels,
        _ limits: SpanLimits
    ) throws -> SpanIntake.Packed {
        func read(_ message: UnsafeRawBufferPointer) throws -> SpanIntake.Packed {
            let (batch, report) = try OTLPTracesDecoder(message, forced: forced, limits: limits).decode()
            return SpanIntake.pack(batch, report)
        }
        guard encoding == .json else { return try read(body) }
        return try OTLPTracesJSON.protobuf(Array(body)).withUnsafeBytes { try read($0) }
    }
}
