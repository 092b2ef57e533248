import Basics
import SignalModel
import Testing

@testable import WireFormats

@Suite("Writing remote write 1.0")
struct RemoteWriteEncoderTests {
    /// Series 0 has floats and an exemplar, 1 a histogram between floats, 2 two exemplars and no sample.
    private static var batch: SampleBatch {
        var batch = SampleBatch()
        for number in 0..<3 {
            batch.beginSeries(Labels([(name: "__name__", value: "m"), (name: "n", value: String(number))]))
            if number < 2 { batch.append(Sample(timestamp: Timestamp(milliseconds: 1000), value: Double(number))) }
            if number == 1 {
                var histogram = NativeHistogram(schema: 3, zeroThreshold: 0.1, zeroCount: 1, count: 4, sum: 7)
                histogram.positive = HistogramBuckets(indexes: [-2, 0, 1], counts: [1, 1, 1])
                batch.append(histogram, at: Timestamp(milliseconds: 2000))
                batch.append(Sample(timestamp: Timestamp(milliseconds: 3000), value: -1))
            }
            for place in 0..<[1, 0, 2][number] {
                batch.append(
                    Exemplar(
                        labels: Labels([(name: "trace", value: "t\(place)")]), value: Double(place),
                        timestamp: Timestamp(milliseconds: 5 + Int64(place))))
            }
        }
        return batch
    }

    private func decode(_ bytes: [UInt8]) throws -> SampleBatch {
        var batch = SampleBatch()
        var decoder = RemoteWriteDecoder()
        _ = try decoder.decode(bytes, into: &batch)
        return batch
    }

    @Test("floats, histograms and exemplars are read back as they were")
    func roundTrip() throws {
        let (original, read) = (Self.batch, try decode(RemoteWriteEncoder.encode(Self.batch)))
        #expect(read.entries.map { read.labels(of: $0) } == original.entries.map { original.labels(of: $0) })
        #expect(
            read.exemplars.indices.map { read.exemplar($0) }
                == original.exemplars.indices.map { original.exemplar($0) })
        #expect(read.exemplars.map(\.entry) == [0, 2, 2])
        #expect(read.histograms.count == 1 && read.histograms[0].isIdentical(to: original.histograms[0]))
        for (left, right) in zip(read.entries, original.entries) {
            #expect(read.samples(of: left).map(\.timestamp) == original.samples(of: right).map(\.timestamp))
        }
    }

    @Test("a message is taken apart by series, with their samples")
    func takingApart() throws {
        let message = RemoteWriteEncoder.encode(Self.batch)
        let parts = try RemoteWriteParts(message)
        #expect(parts.count == 3 && parts.bytes(0..<3) == message)
        #expect((0..<3).map { parts.samples($0..<$0 + 1) } == [1, 3, 0])
        #expect(parts.bytes(1..<3) == RemoteWriteEncoder.encode(Self.batch, entries: 1..<3))
        #expect(throws: WireFormatError.self) { try RemoteWriteParts(Array(message.dropLast())) }
        #expect(throws: WireFormatError.self) { try RemoteWriteParts(message + [0x1a, 0]) }
    }

    @Test("parts one after another are one message", arguments: 0...3)
    func parts(cut: Int) throws {
        let parts =
            RemoteWriteEncoder.encode(Self.batch, entries: 0..<cut)
            + RemoteWriteEncoder.encode(Self.batch, entries: cut..<3)
        #expect(parts == RemoteWriteEncoder.encode(Self.batch))
    }
}
