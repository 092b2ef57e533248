import Basics
import SignalModel

extension XORChunkDecoder {
    /// Appends the samples of a chunk whose times lie in the inclusive range; false when the bytes are damaged.
    static func append(
        _ bytes: UnsafeRawBufferPointer, from: Int64, through: Int64, to buffer: inout SampleBuffer
    ) -> Bool {
        guard bytes.count >= 2 else { return false }
        let capacity = Int(bytes[0]) << 8 | Int(bytes[1])
        guard capacity > 0 else { return true }
        return withUnsafeTemporaryAllocation(of: Int64.self, capacity: capacity) { times in
            withUnsafeTemporaryAllocation(of: UInt64.self, capacity: capacity) { values in
                guard let columnTimes = times.baseAddress, let columnValues = values.baseAddress,
                    let count = decode(bytes, times: columnTimes, values: columnValues, capacity: capacity)
                else { return false }
                var first = 0
                while first < count, columnTimes[first] < from { first &+= 1 }
                var end = count
                while end > first, columnTimes[end &- 1] > through { end &-= 1 }
                guard first < end else { return true }
                buffer.timestamps.append(contentsOf: UnsafeBufferPointer(rebasing: times[first..<end]))
                let bits = UnsafeBufferPointer(rebasing: values[first..<end])
                // Another program's file may hold a NaN that looks like a histogram.
                var hasBox = false
                for value in bits where value >> 48 == 0xfff4 { hasBox = true }
                if hasBox {
                    for value in bits { buffer.values.append(HistogramBox.canonical(Double(bitPattern: value))) }
                    return true
                }
                bits.withMemoryRebound(to: Double.self) { buffer.values.append(contentsOf: $0) }
                return true
            }
        }
    }
}
