import Basics
import SignalModel
import TestKit
import Testing
import WireFormats

/// Valid bodies with a few bytes changed, cut or doubled: whatever comes of it, nothing crashes or hangs, and what
/// is accepted keeps the batch's promises. The seed of a failure is in the test's arguments.
@Suite struct MutationTests {
    private static let rounds = 1500

    @Test("remote write survives mutations", arguments: [1, 2] as [UInt64])
    func remoteWrite(seed: UInt64) throws {
        let message = ProtobufMessage()
            .series(
                [("__name__", "http_requests_total"), ("code", "200"), ("job", "api"), ("pod", "é-1")],
                samples: [(1, 1), (2, 2)]
            )
            .series([("z", "1"), ("__name__", "b"), ("a", String(repeating: "v", count: 130))])
            .message(3, ProtobufMessage().varint(1, 2).text(2, "m").text(4, "help"))
            .message(
                1,
                ProtobufMessage().message(1, ProtobufMessage().text(1, "__name__").text(2, "e")).message(
                    3,
                    ProtobufMessage().message(1, ProtobufMessage().text(1, "trace").text(2, "1")).fixed64(2, 1)
                        .varint(3, 9)))
        let random = SeededRandomness(seed: seed)
        let forced = Labels([("cluster", "c")])
        for round in 0..<Self.rounds {
            var decoder = RemoteWriteDecoder(forcedLabels: round % 2 == 0 ? .empty : forced)
            var batch = SampleBatch()
            do { try decoder.decode(Mutation.of(message.bytes, random), into: &batch) } catch { continue }
            Mutation.expectSound(batch, "seed \(seed), round \(round)")
        }
    }

    @Test("snappy survives mutations", arguments: [3] as [UInt64])
    func snappy(seed: UInt64) throws {
        let block = Snappy.compress((0..<3000).map { UInt8(truncatingIfNeeded: $0 * $0 / 7) })
        let random = SeededRandomness(seed: seed)
        for _ in 0..<Self.rounds {
            if let bytes = try? Snappy.decompress(Mutation.of(block, random), bytesMax: 1 << 16) {
                #expect(bytes.count <= 1 << 16)
            }
        }
    }

    @Test("exposition survives mutations", arguments: [4, 5] as [UInt64])
    func exposition(seed: UInt64) throws {
        let text = """
            # HELP a help \\n text
            # TYPE a counter
            a{x="y",z="w\\"q\\\\"} 1.5e3 1700000000000
            {"b.c","é"="ü"} NaN
            d_bucket{le="+Inf"} 0.000123

            """
        let random = SeededRandomness(seed: seed)
        var parser = TextExpositionParser()
        var batch = ScrapeBatch()
        for round in 0..<Self.rounds {
            let bytes = Mutation.of(Array(text.utf8), random)
            do { try parser.parse(bytes, at: Timestamp(milliseconds: 1), into: &batch) } catch { continue }
            Mutation.expectSound(batch.samples, "seed \(seed), round \(round)", emptyAllowed: true)
        }
    }

    @Test("OpenMetrics survives mutations", arguments: [6, 7] as [UInt64])
    func openMetrics(seed: UInt64) throws {
        let text = """
            # HELP a help \\n text
            # TYPE a counter
            a_total{x="y",z="w\\"q\\\\"} 1.5e3 1700000000.5 # {trace="é",b="1"} 0.5 1700000000
            # TYPE d histogram
            # UNIT d_bytes bytes
            d_bucket{le="0.25"} 3 # {} 1
            d_bucket{le="1000000"} 4
            {"b.c","é"="ü"} NaN
            # EOF

            """
        let random = SeededRandomness(seed: seed)
        var parser = OpenMetricsParser()
        var batch = ScrapeBatch()
        for round in 0..<Self.rounds {
            let bytes = Mutation.of(Array(text.utf8), random)
            do { try parser.parse(bytes, at: Timestamp(milliseconds: 1), into: &batch) } catch { continue }
            Mutation.expectSound(batch.samples, "seed \(seed), round \(round)", emptyAllowed: true)
        }
    }

    @Test("protobuf exposition survives mutations", arguments: [8, 9, 10] as [UInt64])
    func protobufExposition(seed: UInt64) throws {
        let histogram = ProtobufMessage().varint(1, 3).fixed64(2, 4.5)
            .bucket(1, 0.5, exemplar: .exemplar("b1", 0.4, seconds: 2)).bucket(2, 1000)
            .varint(5, Varint.zigZag(1)).fixed64(6, 0.001).varint(7, 1).span(12, 0, 2).deltas(13, [1, 0])
            .message(16, .exemplar("é", 1, seconds: 3))
        let page =
            ProtobufMessage.family("c_total", type: 0, help: "h").metric(
                3, ProtobufMessage().fixed64(1, 5).message(2, .exemplar("x", 1)), labels: [("b", "2"), ("a", "é")]
            ).delimited + ProtobufMessage.family("n", type: 4).metric(7, histogram, time: 9).delimited
        let random = SeededRandomness(seed: seed)
        var options = ProtobufExpositionParser.Options()
        options.keepsClassicHistograms = true
        var parser = ProtobufExpositionParser(options)
        var batch = ScrapeBatch()
        for round in 0..<Self.rounds / 3 {
            let bytes = Mutation.of(page, random)
            do { try parser.parse(bytes, at: Timestamp(milliseconds: 1), into: &batch) } catch { continue }
            Mutation.expectSound(batch.samples, "seed \(seed), round \(round)", emptyAllowed: true)
            #expect(batch.samples.histograms.allSatisfy { $0.problem == nil }, "seed \(seed), round \(round)")
        }
    }
}
