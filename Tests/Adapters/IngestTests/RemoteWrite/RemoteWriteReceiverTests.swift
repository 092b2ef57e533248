import Basics
import Ingest
import SignalModel
import Synchronization
import TestKit
import Testing
import WireFormats

@Suite struct RemoteWriteReceiverTests {
    private final class Notes: Sendable {
        let texts = Mutex<[String]>([])
    }

    private let notes = Notes()
    private let sender = IngestSender(id: "a", name: "agent")
    private let metadata = MetadataCatalog()

    private func receiver(_ appender: RecordingAppender) -> RemoteWriteReceiver {
        RemoteWriteReceiver(
            appender: appender, metadata: metadata, admission: IngestAdmission(clock: VirtualClock())
        ) { [notes] text in
            notes.texts.withLock { $0.append(text) }
        }
    }

    private func body(_ labels: [Labels], metadata: [MetricMetadata] = []) -> [UInt8] {
        var batch = SampleBatch()
        for (number, labels) in labels.enumerated() {
            batch.beginSeries(labels)
            batch.append(Sample(timestamp: Timestamp(milliseconds: 1_700_000_000_000), value: Double(number)))
        }
        return Snappy.compress(RemoteWriteEncoder.encode(batch, metadata: metadata))
    }

    private func receive(
        _ body: [UInt8], _ appender: RecordingAppender, forced: Labels = .empty
    ) async throws -> RemoteWriteReceiver.Answer {
        let receiver = receiver(appender)
        let decoded = body.withUnsafeBytes { receiver.decode($0, forcedLabels: forced, sender: sender) }
        return try await receiver.store(try decoded.get())
    }

    private static let headers: [(String?, String?, RemoteWriteReceiver.Version?)] = [
        (nil, nil, .one),
        ("", "", .one),
        ("application/x-protobuf", "snappy", .one),
        ("Application/X-Protobuf", "SNAPPY", .one),
        ("application/x-protobuf; proto=prometheus.WriteRequest", "snappy", .one),
        ("application/x-protobuf;charset=utf-8", "snappy", .one),
        ("application/x-protobuf;proto=io.prometheus.write.v2.Request", "snappy", .two),
        ("application/x-protobuf;proto=io.prometheus.write.v3.Request", "snappy", nil),
        ("application/json", "snappy", nil),
        ("application/x-protobuf", "gzip", nil),
        ("application/x-protobuf", "zstd", nil),
    ]

    @Test("headers that promise another message are answered 415", arguments: headers)
    func mediaTypes(contentType: String?, encoding: String?, expected: RemoteWriteReceiver.Version?) {
        switch RemoteWriteReceiver.version(contentType: contentType, contentEncoding: encoding) {
        case .success(let version): #expect(version == expected)
        case .failure(let wrong): #expect(expected == nil && wrong.reason.contains("is not supported"))
        }
    }

    @Test("a good request is stored whole or not at all, with the credential's labels")
    func stored() async throws {
        let appender = RecordingAppender()
        let described = MetricMetadata(metric: "m", type: .counter, help: "h")
        let answer = try await receive(
            body([Labels([("__name__", "m"), ("cluster", "x")])], metadata: [described]), appender,
            forced: Labels([("cluster", "real")]))
        #expect(answer == .stored(samples: 1))
        #expect(appender.appends.map(\.policy) == [.wholeOrNothing])
        #expect(appender.appends.flatMap(\.lines) == [#"m{cluster="real"} 0.0 @1700000000000"#])
        #expect(metadata.all().map(\.metric) == ["m"])
        #expect(notes.texts.withLock { $0.isEmpty })
    }

    @Test("a request without samples is fine and stores nothing")
    func empty() async throws {
        let appender = RecordingAppender()
        #expect(try await receive(body([]), appender) == .stored(samples: 0))
        #expect(appender.appends.isEmpty)
    }

    @Test("series with bad labels are left out with a note and no error")
    func skipped() async throws {
        let appender = RecordingAppender()
        let answer = try await receive(body([Labels([("job", "a")]), Labels([("__name__", "ok")])]), appender)
        #expect(answer == .stored(samples: 1))
        #expect(appender.appends.flatMap(\.lines) == ["ok 1.0 @1700000000000"])
        let expected = #"1 of 2 series left out, 1 samples: series 0 has no metric name: {"job"="a"}"#
        #expect(notes.texts.withLock { $0 } == [expected])
    }

    @Test("a sample the store refuses refuses the request and is named")
    func refused() async throws {
        let sample = Sample(timestamp: Timestamp(milliseconds: 1_700_000_000_000), value: 1)
        let refusal = AppendOutcome.Refusal(entry: 1, sample: sample, reason: .outOfOrder)
        let appender = RecordingAppender(.success(AppendOutcome(refusals: [refusal], refusedSamples: 1)))
        let answer = try await receive(
            body([Labels([("__name__", "a")]), Labels([("__name__", "b"), ("job", "x")])]), appender)
        let expected =
            #"out of order sample: series b{job="x"}, timestamp 2023-11-14T22:13:20Z, value 1; 1 of 2 samples refused, "#
            + "nothing of the request is stored"
        #expect(answer == .refused(expected))
    }

    @Test("a store that cannot take anything now is passed on, to be answered 503")
    func unavailable() async {
        let appender = RecordingAppender(.failure(SampleStoreError(.unavailable, "disk full")))
        let error = await #expect(throws: SampleStoreError.self) {
            try await receive(body([Labels([("__name__", "a")])]), appender)
        }
        #expect(error?.code == .unavailable)
    }

    private static let badBodies: [([UInt8], String)] = [
        ([], "snappy: byte 0: no snappy block: its length cannot be read"),
        (Array("hello".utf8), "snappy: the snappy block of 5 bytes is damaged or cut off"),
        (
            [0x80, 0x80, 0x80, 0x32],
            "snappy: byte 0: the snappy block claims 104857600 bytes, more than the 67108864 allowed"
        ),
        (Snappy.compress([0x0d]), "remote write: byte 1: timeseries has wire type 5, not 2"),
    ]

    @Test("a body that is no request is refused with the place", arguments: badBodies)
    func badBody(body: [UInt8], reason: String) {
        let receiver = receiver(RecordingAppender())
        let decoded = body.withUnsafeBytes { receiver.decode($0, forcedLabels: .empty, sender: sender) }
        let refused = #expect(throws: RemoteWriteReceiver.RefusedBody.self) { try decoded.get() }
        #expect(refused?.reason == reason)
    }
}
