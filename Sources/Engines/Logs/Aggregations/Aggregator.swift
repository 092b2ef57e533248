package import SignalModel

/// Rows of one block, each with the bucket of the aggregation above it that it counts in. A row stands as often as
/// it counts.
package struct RowSelection {
    var rows: [Int32] = []
    var buckets: [Int32] = []

    init() {}

    init(all matching: RowBitmap) {
        rows = matching.rows.map(Int32.init)
        buckets = [Int32](repeating: 0, count: rows.count)
    }

    var isEmpty: Bool { rows.isEmpty }

    mutating func append(_ row: Int32, _ bucket: Int32) {
        rows.append(row)
        buckets.append(bucket)
    }

    mutating func reserve(_ count: Int) {
        rows.reserveCapacity(count)
        buckets.reserveCapacity(count)
    }
}

/// What an answer's aggregation knows of the bucket above it.
struct BucketSpan {
    /// Of a bucket over time, its first nanosecond and the next one's.
    var times: Range<Int64>?

    static let none = BucketSpan(times: nil)
}

/// One aggregation under way: takes in block after block, for all buckets of the one above at once, and at last says
/// what each of these got. Used by one thread.
class Aggregator {
    func collect(_ view: LogBlockView, _ selection: RowSelection) throws(LogQueryError) {}

    /// As Elasticsearch shapes it; nil asks for that of a bucket without a record.
    func result(_ bucket: Int?, _ span: BucketSpan) throws(LogQueryError) -> DocumentValue { .null }
}

/// Aggregations beside each other, and those computed from their answers.
struct AggregationLevel {
    struct Named {
        var name: String
        var aggregator: Aggregator
        var meta: DocumentValue?
    }

    var aggregators: [Named] = []
    var siblings: [(name: String, pipeline: SiblingPipeline)] = []
    var parents: [(name: String, pipeline: ParentPipeline)] = []

    var isEmpty: Bool { aggregators.isEmpty }

    func collect(_ view: LogBlockView, _ selection: RowSelection) throws(LogQueryError) {
        guard !selection.isEmpty else { return }
        for named in aggregators { try named.aggregator.collect(view, selection) }
    }

    /// Adds each one's answer for `bucket`.
    func add(to object: inout DocumentObject, _ bucket: Int?, _ span: BucketSpan) throws(LogQueryError) {
        for named in aggregators {
            var result = try named.aggregator.result(bucket, span)
            if let meta = named.meta, case .object(var inner) = result {
                inner["meta"] = meta
                result = .object(inner)
            }
            object[named.name] = result
        }
        for (name, pipeline) in siblings { object[name] = try pipeline.result(object) }
    }

    /// What pipelines add to a row of buckets, in the order in which they were written, and after those they read.
    func addParents(to buckets: inout [DocumentObject]) throws(LogQueryError) {
        for (name, pipeline) in parents { try pipeline.apply(name, &buckets) }
    }
}
