import SignalModel

extension SeriesRecord {
    /// What a deletion took from a record.
    struct Removed {
        /// Chunks more (or, negative, fewer) among the finished ones.
        var finishedChunks = 0
        var lateSamples = 0
    }

    /// Takes out the samples in the inclusive range, for good. The order check still knows the newest one.
    mutating func delete(_ range: ClosedRange<Int64>) -> Removed {
        let before = finished.count
        if finished.contains(where: { $0.minTime <= range.upperBound && $0.maxTime >= range.lowerBound }) {
            finished = ContiguousArray(finished.flatMap { Self.left(of: $0, without: range) })
        }
        // What grows is finished where something goes; the next sample begins anew.
        if let chunk = openChunk(from: range.lowerBound, through: range.upperBound) {
            finished += Self.left(of: chunk, without: range)
            if openHistograms == nil { open.release() } else { openHistograms = nil }
        }
        return Removed(finishedChunks: finished.count - before, lateSamples: deleteLate(range))
    }

    private mutating func deleteLate(_ range: ClosedRange<Int64>) -> Int {
        guard let late else { return 0 }
        let doomed = late.times[late.places(range.lowerBound, range.upperBound)]
        let count = doomed.count
        // A copy: the slice must not share what is changed.
        if count > 0 { late.remove(Array(doomed)[...]) }
        if late.isEmpty { self.late = nil }
        return count
    }

    private static func left(of chunk: EncodedChunk, without range: ClosedRange<Int64>) -> [EncodedChunk] {
        guard chunk.minTime <= range.upperBound, chunk.maxTime >= range.lowerBound else { return [chunk] }
        if range.lowerBound <= chunk.minTime, range.upperBound >= chunk.maxTime { return [] }
        var samples = SampleBuffer()
        // Our own chunks decode.
        _ = chunk.append(from: .min, through: .max, to: &samples)
        samples.remove([range], from: 0)
        return EncodedChunk.encode(samples)
    }
}
