import Basics
package import SignalModel
import WireFormats

/// Takes remote-write 1.0 requests: decodes, forces labels, appends, and says with which status to answer.
///
/// The rules are those of Prometheus' own receiver (storage/remote/write_handler.go): series with bad labels are
/// left out without an error, because the sender could only send them again; one sample the store refuses refuses
/// the whole request, because the sender then drops all of it.
package struct RemoteWriteReceiver: Sendable {
    /// A larger body is refused with 413; agents send some 10 kB, at their largest settings a few MB.
    package static let bodyBytesMax = 16 << 20
    /// What a body may claim to unpack to; snappy shrinks such requests about eightfold.
    package static let decodedBytesMax = 64 << 20

    package enum Answer: Sendable, Hashable {
        /// 204, after the samples are durable.
        case stored(samples: Int)
        /// 400: the sender must not send this again.
        case refused(String)
        /// 415.
        case wrongMediaType(String)
    }

    /// A request decoded, not yet stored.
    package struct Decoded: Sendable {
        package let batch: SampleBatch
        /// What was left out, for the log and whoever runs the sender; nil when nothing was.
        package let skippedText: String?
    }

    package struct RefusedBody: Error, Sendable, Hashable {
        package var reason: String
    }

    private let appender: any SampleAppender
    private let metadata: MetadataCatalog
    private let onSkipped: @Sendable (String) -> Void

    /// `onSkipped` is told of each request of which something was left out.
    package init(
        appender: any SampleAppender, metadata: MetadataCatalog, onSkipped: @escaping @Sendable (String) -> Void
    ) {
        self.appender = appender
        self.metadata = metadata
        self.onSkipped = onSkipped
    }

    /// Nil when the headers promise a message we read. Headers that are missing promise it.
    package static func refusal(contentType: String?, contentEncoding: String?) -> Answer? {
        let encoding = (contentEncoding ?? "").lowercased()
        guard encoding.isEmpty || encoding == "snappy" else {
            return .wrongMediaType("Content-Encoding \(quoted(encoding)) is not supported: snappy is")
        }
        let parts = (contentType ?? "").split(separator: ";").map { part in
            String(part.filter { $0 != " " && $0 != "\t" })
        }
        guard let media = parts.first else { return nil }
        let isKnown =
            media.lowercased() == "application/x-protobuf"
            && parts.dropFirst().allSatisfy { !$0.hasPrefix("proto=") || $0 == "proto=prometheus.WriteRequest" }
        if isKnown { return nil }
        return .wrongMediaType(
            "Content-Type \(quoted(contentType ?? "")) is not supported: "
                + "application/x-protobuf;proto=prometheus.WriteRequest (remote write 1.0) is")
    }

    /// Computes; call it on a thread that may. `forcedLabels` are in every series and win.
    package func decode(_ body: UnsafeRawBufferPointer, forcedLabels: Labels) -> Result<Decoded, RefusedBody> {
        let message: [UInt8]
        do { message = try Snappy.decompress(body, bytesMax: Self.decodedBytesMax) } catch {
            return .failure(RefusedBody(reason: "snappy: \(error)"))
        }
        var decoder = RemoteWriteDecoder(forcedLabels: forcedLabels)
        var batch = SampleBatch()
        do { try decoder.decode(message, into: &batch) } catch {
            return .failure(RefusedBody(reason: "remote write: \(error)"))
        }
        metadata.note(decoder.report.metadata)
        return .success(Decoded(batch: batch, skippedText: Self.text(decoder.report)))
    }

    private static func text(_ report: RemoteWriteReport) -> String? {
        var parts: [String] = []
        if report.skippedSeriesCount > 0 {
            let told = report.skippedSeries.map { "series \($0.index) has \($0.problem): \($0.labels)" }
            parts.append(
                "\(report.skippedSeriesCount) of \(report.seriesCount) series left out, \(report.skippedSampleCount) "
                    + "samples: " + told.joined(separator: "; "))
        }
        if report.histogramCount > 0 { parts.append("\(report.histogramCount) native histograms are not supported") }
        if report.exemplarCount > 0 { parts.append("\(report.exemplarCount) exemplars are not supported") }
        return parts.isEmpty ? nil : parts.joined(separator: ". ")
    }

    /// Returns once the samples are durable. Throws `SampleStoreError` when the sender should try again (503).
    package func store(_ decoded: Decoded) async throws -> Answer {
        if let text = decoded.skippedText { onSkipped(text) }
        guard !decoded.batch.isEmpty else { return .stored(samples: 0) }
        let outcome = try await appender.append(decoded.batch, policy: .wholeOrNothing)
        guard outcome.refusedSamples > 0 else { return .stored(samples: outcome.appendedSamples) }
        guard let first = outcome.refusals.first else { return .refused("\(outcome.refusedSamples) samples refused") }
        let labels = decoded.batch.labels(of: decoded.batch.entries[first.entry])
        return .refused(
            "\(first.reason.rawValue): series \(labels), timestamp \(RFC3339.format(first.sample.timestamp)), "
                + "value \(TextExpositionWriter.text(first.sample.value)); \(outcome.refusedSamples) of "
                + "\(decoded.batch.samples.count) samples refused, nothing of the request is stored")
    }
}
