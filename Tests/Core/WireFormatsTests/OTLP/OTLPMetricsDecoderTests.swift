import Basics
import SignalModel
import TestKit
import Testing
import WireFormats

@Suite("OTLP metrics")
struct OTLPMetricsDecoderTests {
    private func decoded(
        _ message: [UInt8], _ translation: OTLPTranslation = OTLPTranslation(), forced: Labels = .empty
    ) throws -> (series: [String: [Sample]], batch: OTLPBatch, report: OTLPReport) {
        var decoder = OTLPMetricsDecoder(translation, forcedLabels: forced)
        var batch = OTLPBatch()
        try decoder.decode(message, into: &batch)
        var series: [String: [Sample]] = [:]
        for entry in batch.samples.entries {
            series["\(batch.samples.labels(of: entry))", default: []] += batch.samples.samples(of: entry)
        }
        return (series, batch, decoder.report)
    }

    private func values(_ series: [String: [Sample]]) -> [String: Double] {
        series.compactMapValues { $0.last?.value }
    }

    @Test("attributes become labels, those of the service job and instance, the others target_info's")
    func labels() throws {
        let point = OTLPMessage.number(
            1, [("http.route", "/"), ("9th", "a"), ("_own", "b"), ("__kept", "c"), ("größe", "d"), ("job", "mine")])
        let resource = [
            ("service.name", "cart"), ("service.namespace", "shop"), ("service.instance.id", "i1"), ("region", "eu"),
        ]
        let found = try decoded(OTLPMessage.request([OTLPMessage.gauge("up", [point])], resource: resource))
        #expect(
            values(found.series) == [
                #"up{__kept="c", gr__e="d", http_route="/", instance="i1", job="shop/cart", key_9th="a", key_own="b"}"#:
                    1,
                #"target_info{instance="i1", job="shop/cart", region="eu"}"#: 1,
            ])
    }

    @Test("attributes whose names became the same are joined in the order of their keys")
    func joined() throws {
        let point = OTLPMessage.number(1, [("a_b", "2"), ("a.b", "1"), ("a-b", "0")])
        let found = try decoded(OTLPMessage.request([OTLPMessage.gauge("g", [point])]))
        #expect(Array(found.series.keys) == [#"g{a_b="0;1;2", job="cart"}"#])
    }

    @Test("promoted attributes yield to the point's, forced labels win")
    func promotion() throws {
        var translation = OTLPTranslation()
        translation.promotedAttributes = ["region", "zone"]
        let point = OTLPMessage.number(1, [("zone", "point's"), ("cluster", "point's")])
        let resource = [("service.name", "cart"), ("region", "eu"), ("zone", "resource's"), ("pod", "p")]
        let message = OTLPMessage.request([OTLPMessage.gauge("g", [point])], resource: resource)
        let found = try decoded(message, translation, forced: Labels([("cluster", "c")]))
        #expect(found.series.keys.contains(#"g{cluster="c", job="cart", region="eu", zone="point's"}"#))
        translation = OTLPTranslation()
        translation.promotesAllAttributes = true
        translation.ignoredAttributes = ["service.name", "zone"]
        #expect(
            try decoded(message, translation).series.keys.contains(
                #"g{cluster="point's", job="cart", pod="p", region="eu", zone="point's"}"#))
    }

    @Test("target_info lasts as long as its resource's points, an hour at most")
    func targetInfo() throws {
        let hour: UInt64 = 3_600_000
        for (times, expected) in [
            ([hour], [hour]), ([hour, hour + 200_000], [hour, hour + 150_000, hour + 200_000]),
            ([1, 9 * hour], stride(from: 8 * hour, through: 9 * hour, by: 150_000).map(\.self)),
        ] {
            let metric = OTLPMessage.gauge("g", times.map { OTLPMessage.number(1, at: $0) })
            let found = try decoded(
                OTLPMessage.request([metric], resource: [("service.name", "cart"), ("region", "eu")]))
            let info = found.series[#"target_info{job="cart", region="eu"}"#] ?? []
            #expect(info.map { UInt64($0.timestamp.milliseconds) } == expected)
        }
    }

    @Test("a histogram becomes classic series, its sum only when it has one")
    func histogram() throws {
        var point = OTLPMessage.nanoseconds(3, 2000).fixed64(4, Double(bitPattern: 6))
        for count in [1, 2, 3] as [UInt64] { point = point.fixed64(6, Double(bitPattern: count)) }
        point = point.fixed64(7, 0.5).fixed64(7, 2500)
        var found = try decoded(OTLPMessage.request([OTLPMessage.metric("h", 9, [point])]))
        let expected = [
            #"h_count{job="cart"}"#: 6.0, #"h_bucket{job="cart", le="0.5"}"#: 1,
            #"h_bucket{job="cart", le="2500"}"#: 3,
            #"h_bucket{job="cart", le="+Inf"}"#: 6,
        ]
        #expect(values(found.series) == expected)
        found = try decoded(OTLPMessage.request([OTLPMessage.metric("h", 9, [point.fixed64(5, 9)])]))
        #expect(values(found.series) == expected.merging([#"h_sum{job="cart"}"#: 9]) { $1 })
        #expect(found.batch.increments.isEmpty)
        found = try decoded(OTLPMessage.request([OTLPMessage.metric("h", 9, [point.fixed64(5, 9)], temporality: 1)]))
        #expect(found.batch.increments.map(\.entry) == Array(0..<5))
    }

    @Test("an exponential histogram becomes a native one, finer ones are reduced")
    func exponential() throws {
        func native(scale: Int64, offset: Int64, _ counts: [UInt8]) throws -> NativeHistogram? {
            let zigZag = { (value: Int64) in UInt64(bitPattern: value << 1 ^ value >> 63) }
            let side = ProtobufMessage().varint(1, zigZag(offset)).data(2, counts)
            let point = OTLPMessage.nanoseconds(3, 2000)
                .fixed64(4, Double(bitPattern: UInt64(counts.reduce(0, +)) + 2)).fixed64(5, 7)
                .varint(6, zigZag(scale)).fixed64(7, Double(bitPattern: 2)).message(8, side)
            return try decoded(OTLPMessage.request([OTLPMessage.metric("e", 10, [point])])).batch.samples.histograms
                .first
        }
        let plain = try #require(try native(scale: 0, offset: -1, [1, 0, 3]))
        #expect((plain.schema, plain.count, plain.sum, plain.zeroCount) == (0, 6, 7, 2))
        // The bucket above 1 is number 0 there and 1 here.
        #expect((plain.positive.indexes, plain.positive.counts) == ([0, 2], [1, 3]))
        let fine = try #require(try native(scale: 10, offset: 4, [1, 2, 3, 4, 5]))
        #expect((fine.schema, fine.positive.indexes, fine.positive.counts) == (8, [2, 3], [10, 5]))
        #expect(try native(scale: -5, offset: 0, [1]) == nil)
        #expect(try native(scale: 60, offset: 0, [1]) == nil)
        #expect(try native(scale: 0, offset: .min, [1]) == nil)
        #expect(try native(scale: 0, offset: .max, [1]) == nil)
    }

    @Test("a point without a recorded value ends its series")
    func stale() throws {
        let point = OTLPMessage.nanoseconds(3, 2000).varint(8, 1)
        let found = try decoded(OTLPMessage.request([OTLPMessage.gauge("g", [point])]))
        #expect(StaleMarker.isStale(try #require(found.series[#"g{job="cart"}"#]?.last?.value)))
        let exponential = OTLPMessage.nanoseconds(3, 2000).varint(10, 1)
        let other = try decoded(OTLPMessage.request([OTLPMessage.metric("e", 10, [exponential])]))
        #expect(other.batch.samples.histograms.first?.isStale == true)
    }

    @Test("what costs more than it says is refused before it costs")
    func limits() throws {
        let many = (0..<300).map { ("a\($0)", "v") }
        let found = try decoded(
            OTLPMessage.request([OTLPMessage.gauge("g", [OTLPMessage.number(1, many), OTLPMessage.number(2)])]))
        #expect(values(found.series) == [#"g{job="cart"}"#: 2])
        #expect((found.report.points, found.report.rejectedPoints) == (2, 1))
        #expect(found.report.problems == [#"metric "g": more than 256 labels"#])

        var deep = ProtobufMessage().text(1, "x")
        for _ in 0..<20 { deep = ProtobufMessage().message(5, ProtobufMessage().message(1, deep)) }
        let point = OTLPMessage.number(1).message(7, ProtobufMessage().text(1, "k").message(2, deep))
        #expect(throws: WireFormatError.self) {
            try decoded(OTLPMessage.request([OTLPMessage.gauge("g", [point])]))
        }
    }

    @Test("requests survive mutations", arguments: [5, 6] as [UInt64])
    func mutations(seed: UInt64) {
        var histogram = OTLPMessage.nanoseconds(3, 2000).fixed64(4, Double(bitPattern: 3)).fixed64(5, 1)
        histogram = histogram.fixed64(6, Double(bitPattern: 1)).fixed64(6, Double(bitPattern: 2)).fixed64(7, 1)
        let exemplar = OTLPMessage.nanoseconds(2, 1999).fixed64(3, 0.5).data(5, Array(1...16)).data(4, Array(1...8))
        let exponential = OTLPMessage.nanoseconds(3, 2000).fixed64(4, Double(bitPattern: 3)).varint(6, 4)
            .message(8, ProtobufMessage().varint(1, 3).data(2, [1, 2]))
        let summary = OTLPMessage.nanoseconds(3, 2000).fixed64(4, Double(bitPattern: 3))
            .message(6, ProtobufMessage().fixed64(1, 0.5).fixed64(2, 3))
        let message = OTLPMessage.request(
            [
                OTLPMessage.gauge("g", [OTLPMessage.number(1, [("a.b", "c"), ("d", "é")])], unit: "By/s"),
                OTLPMessage.metric("s", 7, [OTLPMessage.number(2).message(5, exemplar)], temporality: 1),
                OTLPMessage.metric("h", 9, [histogram.message(8, exemplar)]),
                OTLPMessage.metric("e", 10, [exponential.message(11, exemplar)]),
                ProtobufMessage().text(1, "q").message(11, ProtobufMessage().message(1, summary)),
            ], resource: [("service.name", "cart"), ("region", "eu")])
        let random = SeededRandomness(seed: seed)
        for round in 0..<3000 {
            var batch = OTLPBatch()
            var decoder = OTLPMetricsDecoder()
            do { try decoder.decode(Mutation.of(message, random), into: &batch) } catch { continue }
            Mutation.expectSound(batch.samples, "seed \(seed), round \(round)")
            #expect(batch.increments.allSatisfy { batch.samples.entries.indices.contains($0.entry) })
        }
    }
}
