import Basics
import SignalModel
import Testing
import WireFormats

@Suite struct RemoteWriteDecoderTests {
    private struct Decoded {
        var labels: [Labels]
        var batch: SampleBatch
        var report: RemoteWriteReport
    }

    private func decode(_ message: [UInt8], forced: Labels = .empty) throws -> Decoded {
        var decoder = RemoteWriteDecoder(forcedLabels: forced)
        var batch = SampleBatch()
        try decoder.decode(message, into: &batch)
        return Decoded(labels: batch.entries.map { batch.labels(of: $0) }, batch: batch, report: decoder.report)
    }

    private func series(_ labels: [(String, String)]) -> [UInt8] { ProtobufMessage().series(labels).bytes }

    // MARK: What is taken

    @Test("a real agent's request decodes to what an independent decoder counted")
    func realAgent() throws {
        let body = try Fixture.bytes("remote-write/prometheus-agent-2.42/samples.snappy")
        let decoded = try decode(Snappy.decompress(body, bytesMax: 1 << 20))
        #expect(decoded.labels.count == 294)
        #expect(decoded.batch.samples.count == 294)
        #expect(decoded.labels.reduce(0) { $0 + $1.count } == 1364)
        #expect(Set(decoded.labels.compactMap(\.name)).count == 114)
        #expect(decoded.labels.allSatisfy { $0["cluster"] == "agent-1" })
        #expect(decoded.report.skippedSeriesCount == 0)
        #expect(RemoteWriteEncoder.encode(decoded.batch).count == 38_281)
    }

    @Test("a real agent's metadata decodes")
    func realMetadata() throws {
        let body = try Fixture.bytes("remote-write/prometheus-agent-2.42/metadata.snappy")
        let report = try decode(Snappy.decompress(body, bytesMax: 1 << 20)).report
        #expect(report.metadata.count == 107)
        #expect(
            report.metadata.first
                == MetricMetadata(
                    metric: "go_memstats_buck_hash_sys_bytes", type: .gauge,
                    help: "Number of bytes used by the profiling bucket hash table."))
    }

    @Test("what the encoder writes decodes to the same batch, bits of values included")
    func roundTrip() throws {
        var batch = SampleBatch()
        for number in 0..<50 {
            let long = String(repeating: "x", count: number * 9)
            batch.beginSeries(Labels([("__name__", "m"), ("n", "\(number)"), ("ü", "ö€😀"), ("long", long)]))
            let values: [Double] = [0, -0.0, .infinity, StaleMarker.value, 1e-300]
            for (offset, value) in values.enumerated() {
                let time = Timestamp(milliseconds: Int64(offset - 2) * 1_000_000_007)
                batch.append(Sample(timestamp: time, value: value))
            }
        }
        let metadata = MetricType.allCases.map { MetricMetadata(metric: "m_\($0)", type: $0, help: "h", unit: "u") }
        let decoded = try decode(RemoteWriteEncoder.encode(batch, metadata: metadata))
        #expect(decoded.batch.labelBytes == batch.labelBytes)
        #expect(decoded.batch.entries.map(\.hash) == batch.entries.map(\.hash))
        #expect(decoded.batch.samples.map(\.timestamp) == batch.samples.map(\.timestamp))
        #expect(decoded.batch.samples.map(\.value.bitPattern) == batch.samples.map(\.value.bitPattern))
        #expect(decoded.report.metadata == metadata)
    }

    @Test("one decoder and one batch serve request after request")
    func reuse() throws {
        var decoder = RemoteWriteDecoder()
        var batch = SampleBatch()
        for message in [
            series([("__name__", "a"), ("x", "1")]), series([("nope", "1")]), series([("__name__", "b")]),
        ] {
            try decoder.decode(message, into: &batch)
        }
        #expect(batch.entries.map { batch.labels(of: $0).description } == [#"a{x="1"}"#, "b"])
        #expect(decoder.report.skippedSeriesCount == 0)
    }

    private static let sortings: [([(String, String)], String)] = [
        ([("z", "1"), ("__name__", "m"), ("a", "2")], #"m{a="2", z="1"}"#),
        ([("__name__", "m"), ("a", ""), ("b", "x")], #"m{b="x"}"#),
        ([("__name__", "m"), ("b", "x"), ("a", "")], #"m{b="x"}"#),
        ([("A", "1"), ("__name__", "m"), ("_", "2")], #"m{A="1", _="2"}"#),
        ([("__name__", "m"), ("abcdefgh2", "1"), ("abcdefgh1", "2")], #"m{abcdefgh1="2", abcdefgh2="1"}"#),
        ([("__name__", "m"), ("ab", "1"), ("a\u{0}", "2")], #"m{"a\x00"="2", ab="1"}"#),
    ]

    @Test("labels come out sorted by bytes, and empty values are left out", arguments: sortings)
    func sorting(labels: [(String, String)], expected: String) throws {
        #expect(try decode(series(labels)).labels.map(\.description) == [expected])
    }

    @Test("samples of a series come out in time order")
    func sampleOrder() throws {
        let message = ProtobufMessage().series([("__name__", "m")], samples: [(3, 3), (1, 1), (2, 2)])
        #expect(try decode(message.bytes).batch.samples.map(\.value) == [1, 2, 3])
    }

    private static let times: [(Int64, Timestamp)] = [
        (.max, .distantFuture), (.min, .distantPast), (1, Timestamp(milliseconds: 1)),
    ]

    @Test("times beyond all reason stay at the edge, where the store refuses them", arguments: times)
    func clampedTimes(time: Int64, expected: Timestamp) throws {
        let message = ProtobufMessage().series([("__name__", "m")], samples: [(time, 1)])
        #expect(try decode(message.bytes).batch.samples.map(\.timestamp) == [expected])
    }

    @Test("unknown fields are read past")
    func unsupported() throws {
        let label = ProtobufMessage().text(1, "__name__").text(2, "m").varint(9, 5)
        let sample = ProtobufMessage().fixed64(1, 2).varint(2, 7)
        let series = ProtobufMessage().message(1, label).message(2, sample).data(99, [1, 2]).fixed64(15, 1)
        let message = ProtobufMessage().message(1, series).data(2, [0xff]).varint(7, 300).message(1, series)
        let decoded = try decode(message.bytes)
        #expect(decoded.batch.samples.count == 2)
    }

    // MARK: Exemplars

    private static func exemplar(_ labels: [(String, String)], _ value: Double, _ time: Int64) -> ProtobufMessage {
        var exemplar = ProtobufMessage()
        for label in labels { exemplar = exemplar.message(1, ProtobufMessage().text(1, label.0).text(2, label.1)) }
        return exemplar.fixed64(2, value).varint(3, UInt64(bitPattern: time))
    }

    private static func named(_ name: String) -> ProtobufMessage {
        ProtobufMessage().message(1, ProtobufMessage().text(1, "__name__").text(2, name))
    }

    @Test("exemplars go with their series, their labels sorted; one without a time has none of its own")
    func exemplars() throws {
        let first = Self.named("a").message(3, Self.exemplar([("z", "1"), ("b", "é"), ("e", "")], 0.5, 1000))
        let second = Self.named("b").message(3, Self.exemplar([], -1, 0)).message(3, Self.exemplar([], 2, -5))
        let decoded = try decode(ProtobufMessage().message(1, first).message(1, second).bytes)
        #expect(decoded.batch.samples.isEmpty && decoded.batch.entries.count == 2)
        let found = decoded.batch.exemplars.indices.map { decoded.batch.exemplar($0) }
        #expect(decoded.batch.exemplars.map(\.entry) == [0, 1, 1])
        #expect(found.map(\.labels.description) == [#"{b="é", z="1"}"#, "{}", "{}"])
        #expect(found.map(\.value) == [0.5, -1, 2])
        #expect(found.map(\.timestamp.milliseconds) == [1000, 0, -5])
        #expect(found.map(\.isTimed) == [true, false, true])
    }

    @Test("an exemplar with bad labels is left out and told; its series is not")
    func badExemplars() throws {
        let bad = [[("a", "1"), ("a", "2")], [("", "x")]].map { Self.exemplar($0, 1, 1) }
        let series = Self.named("m").message(2, ProtobufMessage().fixed64(1, 2)).message(3, bad[0]).message(3, bad[1])
        let decoded = try decode(ProtobufMessage().message(1, series).bytes)
        #expect(decoded.batch.samples.count == 1 && decoded.batch.exemplars.isEmpty)
        #expect(decoded.report.badExemplarCount == 2)
        #expect(
            decoded.report.badExemplars == [
                "series 0 has a bad exemplar: a label name that is not unique",
                "series 0 has a bad exemplar: a label without a name",
            ])
    }

    // MARK: Forced labels

    private static let overrides: [([(String, String)], String)] = [
        ([("__name__", "m")], #"m{cluster="c1", environment="prod"}"#),
        ([("__name__", "m"), ("cluster", "mine"), ("zone", "1")], #"m{cluster="c1", environment="prod", zone="1"}"#),
        (
            [("__name__", "m"), ("a", "1"), ("environment", ""), ("f", "2")],
            #"m{a="1", cluster="c1", environment="prod", f="2"}"#
        ),
        ([("environment", "x"), ("__name__", "m"), ("cluster", "y")], #"m{cluster="c1", environment="prod"}"#),
    ]

    @Test("the credential's labels are in every series and win", arguments: overrides)
    func forced(labels: [(String, String)], expected: String) throws {
        let forced = Labels([("cluster", "c1"), ("environment", "prod")])
        #expect(try decode(series(labels), forced: forced).labels.map(\.description) == [expected])
    }

    // MARK: What is left out

    private static let badSeries: [([(String, String)], SeriesProblem)] = [
        ([("a", "1")], .noMetricName),
        ([("__name__", ""), ("a", "1")], .noMetricName),
        ([], .noMetricName),
        ([("", "x"), ("__name__", "m")], .emptyLabelName),
        ([("__name__", "m"), ("a", "1"), ("a", "2")], .duplicateLabelName),
        ([("__name__", "m"), ("a", "1"), ("b", "1"), ("a", "")], .duplicateLabelName),
        ([("__name__", "m"), ("__name__", "n")], .duplicateLabelName),
        ([("__name__", "m"), (String(repeating: "n", count: 1025), "1")], .labelNameTooLong),
        ([("__name__", "m"), ("a", String(repeating: "v", count: 16_385))], .labelValueTooLong),
        (tenThousandLabels, .tooManyLabels),
    ]
    private static let tenThousandLabels = (0..<10_000).map { ($0 == 0 ? "__name__" : "l\($0)", "v") }

    @Test("a series with bad labels is left out and named, the rest is kept", arguments: badSeries)
    func skipped(labels: [(String, String)], problem: SeriesProblem) throws {
        let message = ProtobufMessage().series([("__name__", "before")]).series(labels)
            .series([("__name__", "after")])
        let decoded = try decode(message.bytes)
        #expect(decoded.labels.map(\.description) == ["before", "after"])
        #expect(decoded.report.skippedSeries.map(\.problem) == [problem])
        #expect(decoded.report.skippedSeries.map(\.index) == [1])
        #expect(decoded.report.skippedSampleCount == 1)
        #expect(decoded.report.skippedSeries.allSatisfy { $0.labels.utf8.count < 1200 })
    }

    private static let badTexts: [[UInt8]] = [
        [0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80],
        [0x61, 0x62, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0xe2, 0x82],
    ]

    @Test("invalid UTF-8 in a name or a value leaves the series out", arguments: badTexts)
    func invalidUTF8(bytes: [UInt8]) throws {
        let name = ProtobufMessage().message(1, ProtobufMessage().text(1, "__name__").text(2, "m"))
        for bad in [
            name.message(1, ProtobufMessage().data(1, bytes).text(2, "v")),
            name.message(1, ProtobufMessage().text(1, "n").data(2, bytes)),
        ] {
            let report = try decode(ProtobufMessage().message(1, bad).bytes).report
            #expect(report.skippedSeries.map(\.problem) == [.invalidUTF8])
        }
    }

    @Test("many bad series are counted, few are told")
    func manySkipped() throws {
        var message = ProtobufMessage()
        for number in 0..<100 { message = message.series([("n", "\(number)")]) }
        let report = try decode(message.bytes).report
        #expect(report.skippedSeriesCount == 100)
        #expect(report.skippedSeries.count == RemoteWriteReport.skippedSeriesMax)
        #expect(report.skippedSeries.first?.labels == #"{"n"="0"}"#)
    }

    // MARK: What is refused

    private static func nested(_ field: UInt64, _ inner: ProtobufMessage) -> ProtobufMessage {
        ProtobufMessage().message(1, ProtobufMessage().message(field, inner))
    }

    private static let wrongMessages: [(ProtobufMessage, String)] = [
        (ProtobufMessage().varint(1, 5), "byte 1: timeseries has wire type 0, not 2"),
        (ProtobufMessage().varint(3, 5), "byte 1: metadata has wire type 0, not 2"),
        (ProtobufMessage().message(1, ProtobufMessage().fixed64(1, 1)), "byte 3: label has wire type 1, not 2"),
        (ProtobufMessage().message(1, ProtobufMessage().varint(2, 1)), "byte 3: sample has wire type 0, not 2"),
        (nested(1, ProtobufMessage().varint(1, 7)), "byte 5: label name has wire type 0, not 2"),
        (nested(2, ProtobufMessage().varint(1, 7)), "byte 5: sample value has wire type 0, not 1"),
        (nested(2, ProtobufMessage().fixed64(2, 7)), "byte 5: sample timestamp has wire type 1, not 0"),
        (ProtobufMessage(bytes: [0x0b]), "byte 1: timeseries has wire type 3, not 2"),
        (ProtobufMessage(bytes: [0x27]), "byte 1: field 4 has wire type 7, which does not exist"),
        (ProtobufMessage(bytes: [0x02]), "byte 0: a field number of 0"),
        (ProtobufMessage(bytes: [0x0a, 0x05, 0x0a]), "byte 1: a length of 5 where 1 bytes are left"),
        (
            ProtobufMessage(bytes: [0x10] + [UInt8](repeating: 0xff, count: 10)),
            "byte 1: a number is cut off or longer than 64 bits"
        ),
    ]

    @Test("a wrong wire type is refused at its byte", arguments: wrongMessages)
    func wrongWireTypes(message: ProtobufMessage, text: String) {
        let error = #expect(throws: WireFormatError.self) { try decode(message.bytes) }
        #expect(error?.description == text)
        #expect(error?.code == .malformed)
    }

    @Test("a request cut off inside a series is refused, between two it is shorter")
    func truncated() throws {
        let one = series([("__name__", "first"), ("a", "b")])
        let whole = one + series([("__name__", "second"), ("long", String(repeating: "v", count: 200))])
        for count in whole.indices where count != 0 && count != one.count {
            #expect(throws: WireFormatError.self) { try decode(Array(whole[..<count])) }
        }
        #expect(try decode(one).labels.count == 1)
    }

    @Test("a small message that stands for millions of samples is refused")
    func sampleBomb() {
        let samples = [UInt8](repeating: 0, count: 2 * (RemoteWriteDecoder.samplesMax + 1)).enumerated().map {
            $0.offset % 2 == 0 ? UInt8(0x12) : 0
        }
        let error = #expect(throws: WireFormatError.self) { try decode(ProtobufMessage().data(1, samples).bytes) }
        #expect(error?.code == .tooLarge)
    }

    @Test("metadata beyond the limit is dropped and counted")
    func metadataBomb() throws {
        let record = ProtobufMessage().message(3, ProtobufMessage().text(2, "m")).bytes
        let report = try decode((0..<10_010).flatMap { _ in record }).report
        #expect(report.metadata.count == RemoteWriteReport.metadataMax)
        #expect(report.droppedMetadataCount == 10)
    }
}
