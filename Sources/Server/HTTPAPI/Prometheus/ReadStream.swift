import Basics
import SignalModel
import WireFormats

/// A remote read's series, one after the other, as frames.
struct ReadStream {
    /// Written out at once, about.
    private static let bytesAtOnce = 1 << 20

    private let queries: [RemoteReadRequest.Query]
    private let source: any SampleSource
    private let externalLabels: Labels
    private let encode: @Sendable (SampleBuffer) -> [EncodedSamples]
    private var nextQuery = 0
    /// Of the query before `nextQuery`.
    private var series: ArraySlice<any SelectedSeries> = []
    private var buffer = SampleBuffer()

    init(
        _ asked: RemoteReadRequest, source: any SampleSource, externalLabels: Labels,
        encode: @escaping @Sendable (SampleBuffer) -> [EncodedSamples]
    ) {
        queries = asked.queries
        self.source = source
        self.externalLabels = externalLabels
        self.encode = encode
    }

    /// Some frames more; nil at the end. Blocks.
    mutating func next() throws -> [UInt8]? {
        var frames: [UInt8] = []
        while frames.count < Self.bytesAtOnce {
            guard let selected = series.popFirst() else {
                guard try beginQuery() else { break }
                continue
            }
            let query = queries[nextQuery - 1]
            buffer.removeAll()
            try selected.read(from: query.from, through: query.through, into: &buffer)
            if buffer.count == 0 { continue }
            RemoteReadFrames.append(
                selected.labels.adding(externalLabels), encode(buffer), query: nextQuery - 1, to: &frames)
        }
        return frames.isEmpty ? nil : frames
    }

    /// False when no query is left.
    private mutating func beginQuery() throws -> Bool {
        guard nextQuery < queries.count else { return false }
        series = try queries[nextQuery].series(of: source, externalLabels)[...]
        nextQuery += 1
        return true
    }
}
