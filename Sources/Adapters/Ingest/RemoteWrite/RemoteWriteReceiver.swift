import Basics
package import SignalModel
import WireFormats

/// Takes remote-write requests, 1.0 and 2.0: decodes, forces labels, appends, and says with which status to answer.
///
/// The rules are those of Prometheus' own receiver (storage/remote/write_handler.go): series with bad labels are
/// left out without an error, because the sender could only send them again; one sample the store refuses refuses
/// the whole request, because the sender then drops all of it. Of a 2.0 request what is good is kept, and the answer
/// says how much that was.
package struct RemoteWriteReceiver: Sendable {
    /// A larger body is refused with 413; agents send some 10 kB, at their largest settings a few MB.
    package static let bodyBytesMax = 16 << 20
    /// What a body may claim to unpack to; snappy shrinks such requests about eightfold.
    package static let decodedBytesMax = 64 << 20

    package enum Answer: Sendable, Hashable {
        /// 204, after the samples are durable.
        case stored(samples: Int, histograms: Int = 0, exemplars: Int = 0)
        /// 400: the sender must not send this again. Of a 2.0 request so many are stored all the same.
        case refused(String, samples: Int = 0, histograms: Int = 0, exemplars: Int = 0)
    }

    /// The message a sender announces by its media type.
    package enum Version: Sendable {
        case one, two
    }

    /// A request decoded, not yet stored.
    package struct Decoded: Sendable {
        package let version: Version
        package let batch: SampleBatch
        /// What was left out, for the log and whoever runs the sender; nil when nothing was.
        package let skippedText: String?
        /// Something was left out that a sender of 2.0 is told about.
        let isIncomplete: Bool
        let admission: AdmissionReport
    }

    package struct RefusedBody: Error, Sendable, Hashable {
        package var reason: String
    }

    private let appender: any SampleAppender
    private let metadata: MetadataCatalog
    package let admission: IngestAdmission
    private let onSkipped: @Sendable (String) -> Void

    /// `onSkipped` is told of each request of which something was left out.
    package init(
        appender: any SampleAppender, metadata: MetadataCatalog, admission: IngestAdmission,
        onSkipped: @escaping @Sendable (String) -> Void
    ) {
        self.appender = appender
        self.metadata = metadata
        self.admission = admission
        self.onSkipped = onSkipped
    }

    /// What the headers promise; nothing promises 1.0. Fails with the answer to give when it is no message we read.
    package static func version(contentType: String?, contentEncoding: String?) -> Result<Version, WrongMedia> {
        let encoding = (contentEncoding ?? "").lowercased()
        guard encoding.isEmpty || encoding == "snappy" else {
            return .failure(WrongMedia(reason: "Content-Encoding \(quoted(encoding)) is not supported: snappy is"))
        }
        let parts = (contentType ?? "").split(separator: ";").map { part in
            String(part.filter { $0 != " " && $0 != "\t" })
        }
        guard let media = parts.first else { return .success(.one) }
        if media.lowercased() == "application/x-protobuf" {
            switch parts.dropFirst().first(where: { $0.hasPrefix("proto=") }) {
            case nil, "proto=prometheus.WriteRequest": return .success(.one)
            case "proto=io.prometheus.write.v2.Request": return .success(.two)
            default: break
            }
        }
        return .failure(
            WrongMedia(
                reason: "Content-Type \(quoted(contentType ?? "")) is not supported: application/x-protobuf with "
                    + "proto=prometheus.WriteRequest (1.0) or proto=io.prometheus.write.v2.Request (2.0) is"))
    }

    /// 415.
    package struct WrongMedia: Error, Sendable, Hashable {
        package var reason: String
    }

    /// Computes; call it on a thread that may. `forcedLabels` are in every series and win.
    package func decode(
        _ body: UnsafeRawBufferPointer, _ version: Version = .one, forcedLabels: Labels, sender: IngestSender
    ) -> Result<Decoded, RefusedBody> {
        let message: [UInt8]
        do { message = try Snappy.decompress(body, bytesMax: Self.decodedBytesMax) } catch {
            return .failure(RefusedBody(reason: "snappy: \(error)"))
        }
        var decoder = RemoteWriteDecoder(forcedLabels: forcedLabels)
        var batch = SampleBatch()
        do {
            switch version {
            case .one: try decoder.decode(message, into: &batch)
            case .two: try decoder.decodeVersion2(message, into: &batch)
            }
        } catch {
            return .failure(RefusedBody(reason: "remote write: \(error)"))
        }
        if version == .one, decoder.report.badHistogramCount > 0 {
            let told = decoder.report.badHistograms.joined(separator: "; ")
            return .failure(RefusedBody(reason: told + "; nothing of the request is stored"))
        }
        let admitted = admission.admit(&batch, of: sender)
        metadata.note(decoder.report.metadata)
        return .success(
            Decoded(
                version: version, batch: batch, skippedText: Self.text(decoder.report),
                isIncomplete: decoder.report.skippedSeriesCount + decoder.report.badHistogramCount
                    + decoder.report.badExemplarCount > 0, admission: admitted))
    }

    private static func text(_ report: RemoteWriteReport) -> String? {
        var parts: [String] = []
        if report.skippedSeriesCount > 0 {
            let told = report.skippedSeries.map { "series \($0.index) has \($0.problem): \($0.labels)" }
            parts.append(
                "\(report.skippedSeriesCount) of \(report.seriesCount) series left out, \(report.skippedSampleCount) "
                    + "samples: " + told.joined(separator: "; "))
        }
        if report.badHistogramCount > 0 {
            parts.append(
                "\(report.badHistogramCount) histograms left out: " + report.badHistograms.joined(separator: "; "))
        }
        if report.badExemplarCount > 0 {
            parts.append(
                "\(report.badExemplarCount) exemplars left out: " + report.badExemplars.joined(separator: "; "))
        }
        return parts.isEmpty ? nil : parts.joined(separator: ". ")
    }

    /// Returns once the samples are durable. Throws `SampleStoreError` when the sender should try again (503).
    package func store(_ decoded: Decoded) async throws -> Answer {
        for text in [decoded.skippedText, decoded.admission.refusal].compactMap(\.self) { onSkipped(text) }
        switch decoded.version {
        case .one: return try await storeWhole(decoded)
        case .two: return try await storeGood(decoded)
        }
    }

    private func storeWhole(_ decoded: Decoded) async throws -> Answer {
        var stored = 0
        var exemplars = 0
        if !decoded.batch.isEmpty {
            let outcome = try await appender.append(decoded.batch, policy: .wholeOrNothing)
            if let text = RefusalText.exemplars(outcome.exemplars, decoded.batch) { onSkipped(text) }
            if let text = RefusalText.samples(outcome, decoded.batch) {
                return .refused(text + ", nothing of the request is stored")
            }
            stored = outcome.appendedSamples
            exemplars = outcome.exemplars.appendedCount
        }
        // The sender does not repeat the request: what is within its limits is stored already.
        if let text = decoded.admission.refusal { return .refused(text, samples: stored, exemplars: exemplars) }
        return .stored(samples: stored, exemplars: exemplars)
    }

    private func storeGood(_ decoded: Decoded) async throws -> Answer {
        var problems = decoded.isIncomplete ? [decoded.skippedText ?? ""] : []
        if let text = decoded.admission.refusal { problems.append(text) }
        var stored = 0
        var histograms = 0
        var exemplars = 0
        if !decoded.batch.isEmpty {
            let outcome = try await appender.append(decoded.batch, policy: .keepValid)
            histograms = outcome.appendedHistograms
            stored = outcome.appendedSamples - histograms
            exemplars = outcome.exemplars.appendedCount
            if let text = RefusalText.samples(outcome, decoded.batch) { problems.append(text) }
            if let text = RefusalText.exemplars(outcome.exemplars, decoded.batch) {
                onSkipped(text)
                // Of the others Prometheus' senders are not told either.
                if outcome.exemplars.refusals.contains(where: { $0.reason == .outOfOrder }) { problems.append(text) }
            }
        }
        // A sender of 2.0 takes what is not counted for lost.
        stored += decoded.admission.duplicateSamples
        histograms += decoded.admission.duplicateHistograms
        exemplars += decoded.admission.duplicateExemplars
        if problems.isEmpty { return .stored(samples: stored, histograms: histograms, exemplars: exemplars) }
        return .refused(
            problems.joined(separator: ". "), samples: stored, histograms: histograms, exemplars: exemplars)
    }
}
