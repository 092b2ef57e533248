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
    private static let understood: Set<String> = ["_source", "from", "size", "sort", "track_scores", "version"]

    private let sort: SortOrder
    /// Those before the first that is wanted, and as many as are.
    private let from: Int
    private let size: Int
    private let parameters: DocumentObject
    private let request: LogRowsRequest
    private let query: LogQuery
    private let render: HitRenderer
    private var best: [[Hit]] = []
    private var counts: [Int] = []
    private let budget: AggregationBudget

    init(
        _ parameters: AggregationParameters, _ query: LogQuery, _ budget: AggregationBudget,
        _ render: @escaping HitRenderer
    ) throws(LogQueryError) {
        for member in parameters.object.members where !Self.understood.contains(member.name) {
            throw parameters.error("[\(member.name)] is not there")
        }
        let orders = try SortOrder.list(parameters.object["sort"]).filter { !$0.isPlace }
        guard orders.count <= 1 else {
            throw parameters.error("[sort] takes one field, and the order of time after it")
        }
        sort = orders.first ?? SortOrder(field: "@timestamp", isDescending: true)
        from = try parameters.integer("from") ?? 0
        let wanted = try parameters.integer("size") ?? 3
        guard from >= 0, wanted >= 1, from + wanted <= Self.sizeMax else {
            throw parameters.error("[from] and [size], which is at least 1, are at most \(Self.sizeMax) together")
        }
        size = from + wanted
        self.parameters = parameters.object
        request = LogRowsRequest(limit: size)
        self.query = query
        self.budget = budget
        self.render = render
    }

    override func collect(_ view: LogBlockView, _ selection: RowSelection) throws(LogQueryError) {
        let isLast = sort.isDescending != sort.hasMissingFirst
        let keys = try FieldNumbers(sort.field, missing: isLast ? -.infinity : .infinity, view)
        try checkNumbers(view)
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

    /// Texts have no order here, and no silent one.
    private func checkNumbers(_ view: LogBlockView) throws(LogQueryError) {
        guard sort.field != "@timestamp", let column = try view.column(sort.field) else { return }
        let list = column.list
        for place in 0..<list.count {
            if case .string(let text) = list[place], FieldNumbers.number(.string(text)) == nil {
                throw LogQueryError(.argument, "[top_hits] sorts by numbers and times; [\(sort.field)] has texts")
            }
        }
    }

    private func precedes(_ left: Hit, _ right: Hit) -> Bool {
        if left.key != right.key { return sort.isDescending ? left.key > right.key : left.key < right.key }
        return sort.isDescending ? right.place < left.place : left.place < right.place
    }

    override func result(_ bucket: Int?, _ span: BucketSpan) throws(LogQueryError) -> DocumentValue {
        let hits = Array((bucket.flatMap { $0 < best.count ? best[$0] : nil } ?? []).dropFirst(from))
        let total = bucket.flatMap { $0 < counts.count ? counts[$0] : nil } ?? 0
        let writer = RowWriter(request, FieldMask(query.access.maskedFields), query.budget)
        let choices = hits.indices.map { FirstRows.Choice(place: hits[$0].place, view: $0, row: hits[$0].row) }
        let rows = try writer.rows(choices, of: hits.map(\.view))
        var rendered: [DocumentValue] = []
        for (row, hit) in zip(rows, hits) {
            var object = try render(row, parameters)
            if parameters["sort"] != nil { object["sort"] = .array([key(hit.key)]) }
            rendered.append(.object(object))
        }
        return .members([
            "hits": .members([
                "total": .members(["value": .integer(Int64(total)), "relation": .string("eq")]), "max_score": .null,
                "hits": .array(rendered),
            ])
        ])
    }

    private func key(_ number: Double) -> DocumentValue {
        guard number.isFinite else { return .null }
        return Int64(exactly: sort.field == "@timestamp" ? number.rounded(.down) : number).map { .integer($0) }
            ?? .double(number)
    }
}
