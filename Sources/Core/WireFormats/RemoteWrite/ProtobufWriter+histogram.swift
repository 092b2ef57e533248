import Basics
import SignalModel

extension ProtobufWriter {
    /// The fields of a `Histogram` of remote write and read, its counts as floats.
    mutating func histogram(_ histogram: NativeHistogram, at milliseconds: Int64) {
        fixed64(2, histogram.count.bitPattern)
        fixed64(3, histogram.sum.bitPattern)
        varint(4, Varint.zigZag(Int64(histogram.schema)))
        fixed64(5, histogram.zeroThreshold.bitPattern)
        fixed64(7, histogram.zeroCount.bitPattern)
        for (spans, counts, side) in [(8, 10, histogram.negative), (11, 13, histogram.positive)] {
            for span in side.spans {
                var part = ProtobufWriter()
                part.varint(1, Varint.zigZag(Int64(span.offset)))
                part.varint(2, UInt64(span.length))
                message(spans, part)
            }
            for count in side.counts { fixed64(counts, count.bitPattern) }
        }
        varint(14, UInt64(histogram.counterReset.rawValue))
        varint(15, UInt64(bitPattern: milliseconds))
        for bound in histogram.customBounds { fixed64(16, bound.bitPattern) }
    }
}
