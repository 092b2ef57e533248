package import Basics
package import SignalModel
package import WireFormats

/// Takes remote-write 1.0 requests: decodes, forces labels, appends, and says with which status to answer.
package struct RemoteWriteReceiver: Sendable {
    /// A larger body is refused with 413; agents send some 10 kB.
    package static let bodyBytesMax = 16 << 20
    /// What a body may claim to unpack to; snappy shrinks such requests about tenfold.
    package static let decodedBytesMax = 64 << 20

    package enum Answer: Sendable, Hashable {
        case stored(samples: Int)
        /// 400: the sender must not send this again.
        case refused(String)
        /// 415.
        case wrongMediaType(String)
    }

    /// A request decoded, not yet stored.
    package struct Decoded: Sendable {
        var batch: SampleBatch
        var skippedText: String?
    }

    private let appender: any SampleAppender
    private let metadata: MetadataCatalog
    private let onSkipped: @Sendable (String) -> Void

    package init(
        appender: any SampleAppender, metadata: MetadataCatalog, onSkipped: @escaping @Sendable (String) -> Void
    ) {
        self.appender = appender
        self.metadata = metadata
        self.onSkipped = onSkipped
    }

    /// Nil when the headers promise a message we read.
    package static func refusal(contentType: String?, contentEncoding: String?) -> Answer? {
        let encoding = (contentEncoding ?? "").lowercased()
        guard encoding.isEmpty || encoding == "snappy" else {
            return .wrongMediaType("Content-Encoding \(quoted(encoding)) is not supported: snappy is")
        }
        let parts = (contentType ?? "application/x-protobuf").split(separator: ";").map {
            String($0.filter { !$0.isWhitespace })
        }
        let parameters = parts.dropFirst()
        guard parts.first?.lowercased() == "application/x-protobuf",
            parameters.allSatisfy({ !$0.hasPrefix("proto=") || $0 == "proto=prometheus.WriteRequest" })
        else {
            return .wrongMediaType(
                "Content-Type \(quoted(contentType ?? "")) is not supported: "
                    + "application/x-protobuf;proto=prometheus.WriteRequest (remote write 1.0) is")
        }
        return nil
    }

    /// Computes; call it where that holds nobody up.
    package func decode(_ body: UnsafeRawBufferPointer, forcedLabels: Labels) -> Result<Decoded, RefusedBody> {
        let message: [UInt8]
        do { message = try Snappy.decompress(body, bytesMax: Self.decodedBytesMax) } catch {
            return .failure(RefusedBody(reason: "snappy: \(error)"))
        }
        var decoder = RemoteWriteDecoder(forcedLabels: forcedLabels)
        var batch = SampleBatch()
        do { try decoder.decode(message, into: &batch) } catch {
            return .failure(RefusedBody(reason: "protobuf: \(error)"))
        }
        for entry in decoder.report.metadata {
            metadata.note(
                entry.metric, MetadataCatalog.Entry(type: entry.type.rawValue, help: entry.help, unit: entry.unit))
        }
        var decoded = Decoded(batch: batch, skippedText: nil)
        if let first = decoder.report.skippedSeries.first {
            decoded.skippedText =
                "\(decoder.report.skippedSeriesCount) series left out, series \(first.index) "
                + "\(first.labels): \(first.problem)"
        }
        return .success(decoded)
    }

    package struct RefusedBody: Error, Sendable {
        package var reason: String
    }

    /// Returns once the samples are durable. Throws `SampleStoreError` when the sender should try again.
    package func store(_ decoded: Decoded) async throws -> Answer {
        if let text = decoded.skippedText { onSkipped(text) }
        guard !decoded.batch.isEmpty else { return .stored(samples: 0) }
        let outcome = try await appender.append(decoded.batch, policy: .wholeOrNothing)
        guard outcome.refusedSamples > 0 else { return .stored(samples: outcome.appendedSamples) }
        guard let first = outcome.refusals.first else { return .refused("\(outcome.refusedSamples) samples refused") }
        let labels = decoded.batch.labels(of: decoded.batch.entries[first.entry])
        return .refused(
            "\(first.reason.rawValue): series \(labels), timestamp \(RFC3339.format(first.sample.timestamp)), "
                + "value \(first.sample.value); \(outcome.refusedSamples) samples refused, nothing of the request stored")
    }
}
