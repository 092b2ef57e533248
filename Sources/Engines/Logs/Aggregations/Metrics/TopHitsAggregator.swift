internal import Basics
internal import SignalModel

/// The first records of each bucket, whole.
final class TopHitsAggregator: Aggregator {
    private struct Hit {
        var key: Double
        var place: LogCursor
        var view: LogBlockView
        var row: Int
    }

    /// As in Elasticsearch.
    private static let sizeMax = 100

    private let sort: SortOrder
    private let size: Int
    private let request: LogRowsRequest
    private let query: LogQuery
    private let render: (LogRow) -> DocumentValue
    private var best: [[Hit]] = []
    private var counts: [Int] = []
    private let budget: AggregationBudget

    init(
        _ parameters: AggregationParameters, _ query: LogQuery, _ budget: AggregationBudget,
        _ render: @escaping (LogRow) -> DocumentValue
    ) throws(LogQueryError) {
        sort =
            try SortOrder.list(parameters.object["sort"]).first { $0.field != "_score" && $0.field != "_doc" }
            ?? SortOrder(field: "@timestamp", isDescending: true)
        size = try parameters.integer("size") ?? 3
        guard (1...Self.sizeMax).contains(size) else {
            throw parameters.error("[size] must be from 1 to \(Self.sizeMax)")
        }
        request = LogRowsRequest(limit: size)
        self.query = query
        self.budget = budget
        self.render = render
    }

    override func collect(_ view: LogBlockView, _ selection: RowSelection) throws(LogQueryError) {
        let keys = try FieldNumbers(sort.field, missing: sort.isDescending ? -.infinity : .infinity, view)
        let times = try view.timestamps()
        let sequences = try view.sequences()
        var grown = 0
        for (row, bucket) in zip(selection.rows, selection.buckets) {
            while best.count <= Int(bucket) {
                best.append([])
                counts.append(0)
            }
            counts[Int(bucket)] += 1
            var key = Double.nan
            keys.each(row) { if key.isNaN { key = $0 } }
            let hit = Hit(
                key: key,
                place: LogCursor(timestampNanoseconds: times[Int(row)], sequence: sequences[Int(row)]), view: view,
                row: Int(row))
            var hits = best[Int(bucket)]
            let place = hits.firstIndex { precedes(hit, $0) } ?? hits.count
            guard place < size else { continue }
            hits.insert(hit, at: place)
            if hits.count > size { hits.removeLast() } else { grown += 2048 }
            best[Int(bucket)] = hits
        }
        try budget.hold(grown)
    }

    private func precedes(_ left: Hit, _ right: Hit) -> Bool {
        if left.key != right.key { return sort.isDescending ? left.key > right.key : left.key < right.key }
        return sort.isDescending ? right.place < left.place : left.place < right.place
    }

    override func result(_ bucket: Int?, _ span: BucketSpan) throws(LogQueryError) -> DocumentValue {
        let hits = bucket.flatMap { $0 < best.count ? best[$0] : nil } ?? []
        let total = bucket.flatMap { $0 < counts.count ? counts[$0] : nil } ?? 0
        let writer = RowWriter(request, FieldMask(query.access.maskedFields), query.budget)
        let choices = hits.indices.map { FirstRows.Choice(place: hits[$0].place, view: $0, row: hits[$0].row) }
        let rows = try writer.rows(choices, of: hits.map(\.view))
        return .members([
            "hits": .members([
                "total": .members(["value": .integer(Int64(total)), "relation": .string("eq")]), "max_score": .null,
                "hits": .array(rows.map(render)),
            ])
        ])
    }
}
