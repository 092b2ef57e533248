package import Logs
package import SignalModel

extension TraceReader {
    /// The spans of several traces, for one answer; those that are not there are left out. More spans than `spansMax`
    /// together are an error.
    package func spans(
        ofEach traces: [TraceID], spansMax: Int = Self.spansMax
    ) throws(LogQueryError) -> [(trace: TraceID, spans: [StoredSpan])] {
        var found: [(trace: TraceID, spans: [StoredSpan])] = []
        var sum = 0
        for trace in traces {
            let read = try spans(of: trace).spans
            sum += read.count
            guard sum <= spansMax else {
                throw LogQueryError(
                    .overRows, "more than \(spansMax) spans in these traces together: lower the limit")
            }
            if !read.isEmpty { found.append((trace, read)) }
        }
        return found
    }
}
