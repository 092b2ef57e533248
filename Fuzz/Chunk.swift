import SignalModel
@testable import TSDB

/// Any bytes as a chunk of each encoding: samples, or damage. What is read whole is read in part.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzz(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let chunk = UnsafeRawBufferPointer(start: data, count: count)
    for encoding in [ChunkEncoding.xor, ChunkEncoding.histogram, ChunkEncoding.floatHistogram] {
        var whole = SampleBuffer()
        guard EncodedChunk.append(chunk, encoding, from: .min, through: .max, to: &whole) else { continue }
        precondition(whole.timestamps.count == whole.values.count)
        for value in whole.values where HistogramBox.isBox(value) {
            let histogram = whole.histograms[HistogramBox.place(value)]
            precondition(histogram.positive.indexes.count == histogram.positive.counts.count)
            _ = histogram.problem
        }
        guard let middle = whole.timestamps.sorted().dropFirst(whole.count / 2).first else { continue }
        var part = SampleBuffer()
        precondition(EncodedChunk.append(chunk, encoding, from: middle, through: middle, to: &part))
    }
    return 0
}
