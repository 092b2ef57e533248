/// Counts what the aggregations of one request hold and answer.
final class AggregationBudget {
    /// Buckets of an answer: as many as Elasticsearch allows by default.
    static let bucketsMax = 65_536

    private let memoryBytesMax: Int
    private var bytes = 0
    private var answered = 0

    init(memoryBytesMax: Int) { self.memoryBytesMax = memoryBytesMax }

    /// Memory taken while records are looked at, about.
    func hold(_ count: Int) throws(LogQueryError) {
        bytes += count
        guard bytes <= memoryBytesMax else {
            throw LogQueryError(
                .overMemory, "the aggregations would take more than \(memoryBytesMax) bytes: fewer values are needed")
        }
    }

    /// Memory that was held and is no more.
    func release(_ count: Int) { bytes -= count }

    /// Buckets put into the answer.
    func answer(_ count: Int) throws(LogQueryError) {
        answered += count
        guard answered <= Self.bucketsMax else {
            throw LogQueryError(
                .tooManyBuckets,
                "Trying to create too many buckets. Must be less than or equal to: [\(Self.bucketsMax)] but this number "
                    + "of buckets was exceeded.")
        }
    }
}
