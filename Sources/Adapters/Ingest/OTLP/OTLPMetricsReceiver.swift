package import SignalModel
import Synchronization
package import WireFormats

/// Takes OTLP metrics: decodes, forces labels, adds up increments, appends, and says what was left out. What is good of
/// a request is kept.
package struct OTLPMetricsReceiver: Sendable {
    /// A larger body is refused with 413; SDKs and the collector send some 100 kB.
    package static let bodyBytesMax = 16 << 20
    /// What a compressed body may hold.
    package static let decodedBytesMax = 64 << 20

    package enum Encoding: Sendable {
        case protobuf, json
    }

    /// A request decoded, not yet stored.
    package struct Decoded: Sendable {
        let batch: SampleBatch
        let points: Int
        let rejectedPoints: Int
        let problems: [String]
        let admission: AdmissionReport
    }

    /// The partial success to answer with; no message when all was taken.
    package struct Stored: Sendable, Hashable {
        package var rejectedPoints = 0
        package var message = ""
    }

    private let appender: any SampleAppender
    private let metadata: MetadataCatalog
    package let admission: IngestAdmission
    private let deltas: DeltaStreams
    private let translation: @Sendable () -> OTLPTranslation
    private let decoders = DecoderPool()
    private let onSkipped: @Sendable (String) -> Void

    /// `translation` is asked anew for each request, so a reload needs no restart. `onSkipped` is told of each request of which something was left out.
    package init(
        appender: any SampleAppender, metadata: MetadataCatalog, admission: IngestAdmission, deltas: DeltaStreams,
        translation: @escaping @Sendable () -> OTLPTranslation, onSkipped: @escaping @Sendable (String) -> Void
    ) {
        self.appender = appender
        self.metadata = metadata
        self.admission = admission
        self.deltas = deltas
        self.translation = translation
        self.onSkipped = onSkipped
    }

    /// Computes; call it on a thread that may. `forcedLabels` are in every series and win.
    package func decode(
        _ body: UnsafeRawBufferPointer, _ encoding: Encoding, isCompressed: Bool, forcedLabels: Labels,
        sender: IngestSender
    ) throws(WireFormatError) -> Decoded {
        if isCompressed {
            let content = try Gzip.decompress(body, bytesMax: Self.decodedBytesMax)
            let outcome = content.withUnsafeBytes { bytes -> Result<Decoded, WireFormatError> in
                do throws(WireFormatError) {
                    return .success(
                        try decode(
                            bytes, encoding, isCompressed: false, forcedLabels: forcedLabels, sender: sender))
                } catch { return .failure(error) }
            }
            return try outcome.get()
        }
        var decoder = decoders.take(translation(), forcedLabels)
        defer { if body.count <= DecoderPool.bodyBytesMax { decoders.put(decoder) } }
        var batch = OTLPBatch()
        switch encoding {
        case .protobuf: try decoder.decode(body, into: &batch)
        case .json: try decoder.decode(try OTLPMetricsJSON.protobuf(Array(body)), into: &batch)
        }
        let report = decoder.report
        var (samples, refused) = deltas.summed(batch)
        let admitted = admission.admit(&samples, of: sender)
        metadata.note(report.metadata)
        var problems = report.problems + refused.problems
        if let refusal = admitted.refusal { problems.append(refusal) }
        if report.badExemplars > 0 { problems.append("\(report.badExemplars) exemplars left out") }
        return Decoded(
            batch: samples, points: report.points, rejectedPoints: report.rejectedPoints + refused.refused,
            problems: problems, admission: admitted)
    }

    /// Returns once the samples are durable. Throws `SampleStoreError` when the sender should try again (503).
    package func store(_ decoded: Decoded) async throws -> Stored {
        var problems = decoded.problems
        var rejected = decoded.rejectedPoints + decoded.admission.refusedSeries
        if !decoded.batch.isEmpty {
            let outcome = try await appender.append(decoded.batch, policy: .keepValid)
            rejected += outcome.refusedSamples
            problems += [
                RefusalText.samples(outcome, decoded.batch), RefusalText.exemplars(outcome.exemplars, decoded.batch),
            ]
            .compactMap(\.self)
        }
        let message = problems.joined(separator: ". ")
        if !message.isEmpty { onSkipped(message) }
        // A point of a histogram is many samples to the store.
        return Stored(rejectedPoints: min(rejected, decoded.points), message: message)
    }
}

/// Decoders between two requests: they know names already.
private final class DecoderPool: Sendable {
    /// One that has read more has grown.
    static let bodyBytesMax = 4 << 20
    private static let countMax = 8

    private let decoders = Mutex<[OTLPMetricsDecoder]>([])

    func take(_ translation: OTLPTranslation, _ forcedLabels: Labels) -> OTLPMetricsDecoder {
        decoders.withLock { decoders in
            let place = decoders.firstIndex { $0.forcedLabels == forcedLabels && $0.translation == translation }
            return place.map { decoders.remove(at: $0) }
        } ?? OTLPMetricsDecoder(translation, forcedLabels: forcedLabels)
    }

    func put(_ decoder: OTLPMetricsDecoder) {
        decoders.withLock { decoders in
            decoders.append(decoder)
            if decoders.count > Self.countMax { decoders.removeFirst() }
        }
    }
}
