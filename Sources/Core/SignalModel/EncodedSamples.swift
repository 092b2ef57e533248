/// Samples of one series as a store encodes them: Prometheus' chunk.
package struct EncodedSamples: Sendable {
    /// Milliseconds of the first and the last sample.
    package var minTime: Int64
    package var maxTime: Int64
    /// Prometheus' number of the encoding: 1 floats, 2 histograms, 3 histograms of floats.
    package var encoding: UInt8
    package var bytes: [UInt8]

    package init(minTime: Int64, maxTime: Int64, encoding: UInt8, bytes: [UInt8]) {
        self.minTime = minTime
        self.maxTime = maxTime
        self.encoding = encoding
        self.bytes = bytes
    }
}
