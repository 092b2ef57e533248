internal import SignalModel

/// Records by the cell of the earth they are in, those with most records first.
final class GeohashGridAggregator: Aggregator {
    /// As in Elasticsearch.
    private static let lettersMax = 12
    private static let sizeAbsent = 10_000

    private let field: String
    private let letters: Int
    private let size: Int
    private let level: AggregationLevel
    private let budget: AggregationBudget
    private var buckets: BucketNumbers<Int64>

    init(
        _ parameters: AggregationParameters, _ level: AggregationLevel, _ budget: AggregationBudget
    ) throws(LogQueryError) {
        field = try parameters.field()
        letters = try parameters.integer("precision") ?? 5
        guard (1...Self.lettersMax).contains(letters) else {
            throw parameters.error("[precision] must be from 1 to \(Self.lettersMax)")
        }
        size = try parameters.integer("size") ?? Self.sizeAbsent
        guard size > 0 else { throw parameters.error("[size] must be greater than 0") }
        guard parameters.object["bounds"] == nil else { throw parameters.error("[bounds] is not there: use a query") }
        self.level = level
        self.budget = budget
        buckets = BucketNumbers(budget)
    }

    override func collect(_ view: LogBlockView, _ selection: RowSelection) throws(LogQueryError) {
        let points = try FieldPoints(field, view)
        var inner = RowSelection()
        for (row, parent) in zip(selection.rows, selection.buckets) {
            guard let point = points.point(row) else { continue }
            let cell = Geohash.cell(latitude: point.latitude, longitude: point.longitude, letters: letters)
            inner.append(row, try buckets.count(cell, in: parent))
        }
        try level.collect(view, inner)
    }

    override func result(_ bucket: Int?, _ span: BucketSpan) throws(LogQueryError) -> DocumentValue {
        let numbers = buckets.of(bucket).map(Int.init).sorted { left, right in
            buckets.counts[left] == buckets.counts[right]
                ? buckets.keys[left] < buckets.keys[right] : buckets.counts[left] > buckets.counts[right]
        }.prefix(size)
        try budget.answer(numbers.count)
        var answered: [DocumentObject] = []
        for number in numbers {
            var object = DocumentObject([
                "key": .string(Geohash.text(buckets.keys[number], letters: letters)),
                "doc_count": .integer(Int64(buckets.counts[number])),
            ])
            try level.add(to: &object, number, span)
            answered.append(object)
        }
        try level.addParents(to: &answered)
        return BucketAnswer.object(answered, isKeyed: false)
    }
}
