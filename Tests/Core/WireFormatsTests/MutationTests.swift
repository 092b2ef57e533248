import Basics
import SignalModel
import TestKit
import Testing
import WireFormats

/// Valid bodies with a few bytes changed, cut or doubled: whatever comes of it, nothing crashes or hangs, and what
/// is accepted keeps the batch's promises. The seed of a failure is in the test's arguments.
@Suite struct MutationTests {
    private static let rounds = 1500

    private func mutated(_ original: [UInt8], _ random: SeededRandomness) -> [UInt8] {
        var bytes = original
        for _ in 0...random.next() % 4 {
            guard !bytes.isEmpty else { return bytes }
            let place = Int(random.next() % UInt64(bytes.count))
            let interesting: [UInt8] = [0, 1, 0x7f, 0x80, 0xff, 0x0a, 0x22, 0x5c, 0x7b, 0x7d, 0x20, 0x12]
            switch random.next() % 6 {
            case 0: bytes[place] ^= 1 << UInt8(random.next() % 8)
            case 1: bytes[place] = interesting[Int(random.next() % UInt64(interesting.count))]
            case 2: bytes.remove(at: place)
            case 3: bytes.insert(UInt8(truncatingIfNeeded: random.next()), at: place)
            case 4: bytes.removeSubrange(place..<min(bytes.count, place + Int(random.next() % 20)))
            default:
                bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + Int(random.next() % 40))], at: place)
            }
        }
        return bytes
    }

    /// Labels sorted, unique, with values and a name; samples in order.
    private func expectSound(_ batch: SampleBatch, _ note: Comment) {
        for entry in batch.entries {
            let pairs = batch.labels(of: entry).pairs
            #expect(pairs.contains { $0.name == "__name__" }, note)
            #expect(pairs.allSatisfy { !$0.name.isEmpty && !$0.value.isEmpty }, note)
            let names = pairs.map { Array($0.name.utf8) }
            #expect(zip(names, names.dropFirst()).allSatisfy { $0.lexicographicallyPrecedes($1) }, note)
            let samples = batch.samples[entry.samplesStart..<entry.samplesStart + entry.samplesCount]
            #expect(zip(samples, samples.dropFirst()).allSatisfy { $0.timestamp <= $1.timestamp }, note)
        }
        for place in batch.exemplars.indices {
            #expect(batch.entries.indices.contains(batch.exemplars[place].entry), note)
            let labels = batch.exemplar(place).labels
            #expect(labels == Labels(labels.pairs), note)
        }
    }

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
            do { try decoder.decode(mutated(message.bytes, random), into: &batch) } catch { continue }
            expectSound(batch, "seed \(seed), round \(round)")
        }
    }

    @Test("snappy survives mutations", arguments: [3] as [UInt64])
    func snappy(seed: UInt64) throws {
        let block = Snappy.compress((0..<3000).map { UInt8(truncatingIfNeeded: $0 * $0 / 7) })
        let random = SeededRandomness(seed: seed)
        for _ in 0..<Self.rounds {
            if let bytes = try? Snappy.decompress(mutated(block, random), bytesMax: 1 << 16) {
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
            let bytes = mutated(Array(text.utf8), random)
            do { try parser.parse(bytes, at: Timestamp(milliseconds: 1), into: &batch) } catch { continue }
            expectSound(batch.samples, "seed \(seed), round \(round)")
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
            let bytes = mutated(Array(text.utf8), random)
            do { try parser.parse(bytes, at: Timestamp(milliseconds: 1), into: &batch) } catch { continue }
            expectSound(batch.samples, "seed \(seed), round \(round)")
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
        for round in 0..<Self.rounds {
            let bytes = mutated(page, random)
            do { try parser.parse(bytes, at: Timestamp(milliseconds: 1), into: &batch) } catch { continue }
            expectSound(batch.samples, "seed \(seed), round \(round)")
            #expect(batch.samples.histograms.allSatisfy { $0.problem == nil }, "seed \(seed), round \(round)")
        }
    }
}
