package import SignalModel

extension SampleBuffer {
    /// The samples as chunks of the usual size.
    package func encoded() -> [EncodedSamples] {
        EncodedChunk.encode(self).map {
            EncodedSamples(
                minTime: $0.minTime, maxTime: $0.maxTime, encoding: $0.encoding, bytes: $0.withBytes { Array($0) })
        }
    }
}
