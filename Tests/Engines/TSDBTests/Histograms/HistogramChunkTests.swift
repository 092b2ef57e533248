import Basics
import SignalModel
import TestKit
import Testing

@testable import TSDB

@Suite("Chunks of histograms")
struct HistogramChunkTests {
    @Test("what goes into chunks comes out of them", arguments: HistogramCases.Kind.allCases, 0..<5)
    func roundTrip(kind: HistogramCases.Kind, seed: Int) {
        var cases = HistogramCases(seed: UInt64(seed))
        var samples = SampleBuffer()
        var time: Int64 = -5000
        for number in 0..<300 {
            time += Int64(cases.chance.next() % 3) * 15_000 + 1
            if let histogram = cases.next(kind, of: "s") {
                samples.append(time, histogram)
            } else {
                samples.append(time, Double(number))
            }
        }
        let chunks = EncodedChunk.encode(samples)
        var decoded = SampleBuffer()
        for chunk in chunks {
            let before = decoded.count
            #expect(chunk.append(from: .min, through: .max, to: &decoded))
            #expect(decoded.timestamps[before] == chunk.minTime)
            #expect(decoded.timestamps[decoded.count - 1] == chunk.maxTime)
            let isBig = chunk.bytes.count > OpenHistogramChunk.bytesTarget * 4
            #expect(!isBig || decoded.count - before <= OpenHistogramChunk.samplesMin)
        }
        #expect(decoded.lines == samples.lines)
    }

    @Test("within a chunk of a counter nothing ever fell")
    func resets() {
        var cases = HistogramCases(seed: 5)
        var samples = SampleBuffer()
        for number in 0..<500 { if let one = cases.next(.whole, of: "s") { samples.append(Int64(number), one) } }
        for chunk in EncodedChunk.encode(samples) where chunk.encoding == ChunkEncoding.histogram {
            var decoded = SampleBuffer()
            _ = chunk.append(from: .min, through: .max, to: &decoded)
            for place in decoded.histograms.indices.dropFirst() {
                #expect(decoded.histograms[place].counterReset == .notReset)
                #expect(!decoded.histograms[place].hasFallen(since: decoded.histograms[place - 1]))
            }
        }
    }

    @Test("damaged bytes are refused or read to something, and nothing else happens", arguments: 0..<8)
    func damage(seed: Int) {
        var cases = HistogramCases(seed: UInt64(seed))
        let kind = HistogramCases.Kind.allCases[seed % 5]
        var samples = SampleBuffer()
        for number in 0..<60 {
            if let one = cases.next(kind, of: "s") { samples.append(Int64(number * 15_000), one) }
        }
        for chunk in EncodedChunk.encode(samples) {
            for length in 0..<chunk.bytes.count {
                var cut = chunk
                cut.bytes = Array(chunk.bytes[..<length])
                var buffer = SampleBuffer()
                _ = cut.append(from: .min, through: .max, to: &buffer)
            }
            for _ in 0..<60 {
                var changed = chunk
                let place = Int(cases.chance.next() % UInt64(chunk.bytes.count))
                changed.bytes[place] ^= UInt8(1 << (cases.chance.next() % 8))
                var buffer = SampleBuffer()
                _ = changed.append(from: .min, through: .max, to: &buffer)
                // What was read can be written again, whatever it is.
                _ = EncodedChunk.encode(buffer)
            }
        }
    }

    @Test("numbers of every width come back")
    func varbits() {
        var buffer = BitBuffer()
        var numbers: [Int64] = [0, .max, .min]
        for shift in 0..<63 { numbers += [1 << shift, -(1 << shift), (1 << shift) + 1, -(1 << shift) - 1] }
        for number in numbers {
            Varbit.append(number, to: &buffer)
            Varbit.append(UInt64(bitPattern: number), to: &buffer)
        }
        buffer.bytes.withUnsafeBytes { bytes in
            var reader = BitReader(bytes, fromByte: 0)
            for number in numbers {
                #expect(Varbit.readSigned(&reader) == number)
                #expect(Varbit.readUnsigned(&reader) == UInt64(bitPattern: number))
            }
        }
    }
}
