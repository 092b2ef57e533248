internal import Basics
package import SignalModel

/// Fields of the records that come first by another field.
final class TopMetricsAggregator: Aggregator {
    private struct Entry {
        var key: Double
        var metrics: [FieldValue?]
    }

    /// As in Elasticsearch.
    private static let sizeMax = 10

    private let fields: [String]
    private let sort: String
    private let isDescending: Bool
    private let size: Int
    private var best: [[Entry]] = []
    private let budget: AggregationBudget

    init(_ parameters: AggregationParameters, _ budget: AggregationBudget) throws(LogQueryError) {
        var fields: [String] = []
        for element in parameters.elements("metrics") ?? [] {
            guard case .object(let metric) = element, case .string(let field) = metric["field"] else {
                throw parameters.error("[metrics] are objects with a [field]")
            }
            fields.append(field)
        }
        guard !fields.isEmpty else { throw parameters.error("[metrics] names no field") }
        self.fields = fields
        guard let order = try SortOrder.list(parameters.object["sort"]).first else {
            throw parameters.error("[sort] names no field")
        }
        sort = order.field
        isDescending = order.isDescending
        size = try parameters.integer("size") ?? 1
        guard (1...Self.sizeMax).contains(size) else {
            throw parameters.error("[size] must be from 1 to \(Self.sizeMax)")
        }
        self.budget = budget
    }

    override func collect(_ view: LogBlockView, _ selection: RowSelection) throws(LogQueryError) {
        let keys = try FieldNumbers(sort, view)
        let times = try view.timestamps()
        var columns: [DecodedColumn?] = []
        for field in fields { columns.append(try view.column(field)) }
        var grown = 0
        for (row, bucket) in zip(selection.rows, selection.buckets) {
            while best.count <= Int(bucket) { best.append([]) }
            keys.each(row) { key in
                var entries = best[Int(bucket)]
                let place = entries.firstIndex { isDescending ? key > $0.key : key < $0.key } ?? entries.count
                guard place < size else { return }
                let metrics = zip(fields, columns).map { field, column -> FieldValue? in
                    if field == "@timestamp" { return .integer(times[Int(row)] / 1_000_000) }
                    return column.flatMap { column in column.entries(of: Int(row)).first.map { column[$0] } }
                }
                entries.insert(Entry(key: key, metrics: metrics), at: place)
                if entries.count > size { entries.removeLast() } else { grown += 32 + 40 * fields.count }
                best[Int(bucket)] = entries
            }
        }
        try budget.hold(grown)
    }

    override func result(_ bucket: Int?, _ span: BucketSpan) -> DocumentValue {
        let entries = bucket.flatMap { $0 < best.count ? best[$0] : nil } ?? []
        let top = entries.map { entry -> DocumentValue in
            var metrics = DocumentObject()
            for (field, value) in zip(fields, entry.metrics) {
                metrics[field] = value.map(DocumentValue.init) ?? .null
            }
            let key: DocumentValue =
                sort == "@timestamp"
                ? .string(DateWriter.iso(Int64(entry.key * 1e6), zone: .utc, withNanoseconds: false))
                : DocumentValue(number: entry.key)
            return .members(["sort": .array([key]), "metrics": .object(metrics)])
        }
        return .members(["top": .array(top)])
    }
}

/// One field of a `sort`: `"f"`, `{"f": "desc"}`, `{"f": {"order": "desc"}}`, alone or in an array.
package struct SortOrder: Sendable, Hashable {
    package var field: String
    package var isDescending: Bool
    /// Records without the field stand before the others; behind them otherwise.
    package var hasMissingFirst: Bool

    package init(field: String, isDescending: Bool, hasMissingFirst: Bool = false) {
        self.field = field
        self.isDescending = isDescending
        self.hasMissingFirst = hasMissingFirst
    }

    /// More than anybody reads, and each is a look at every record.
    private static let fieldsMax = 100

    package static func list(_ value: DocumentValue?) throws(LogQueryError) -> [SortOrder] {
        let orders = try unchecked(value)
        guard orders.count <= fieldsMax else {
            throw LogQueryError(.tooLarge, "more than \(fieldsMax) fields to sort by")
        }
        return orders
    }

    private static func unchecked(_ value: DocumentValue?) throws(LogQueryError) -> [SortOrder] {
        switch value {
        case nil, .null: return []
        case .array(let elements):
            var orders: [SortOrder] = []
            for element in elements { orders += try unchecked(element) }
            return orders
        case .string(let text):
            // `field:desc`, as in a URL.
            let parts = text.split(separator: ":", maxSplits: 1)
            let field = String(parts.first ?? "")
            return [SortOrder(field: field, isDescending: parts.count > 1 ? parts[1] == "desc" : field == "_score")]
        case .object(let object):
            var orders: [SortOrder] = []
            for member in object.members {
                var order = member.value
                var hasMissingFirst = false
                if case .object(let inner) = order {
                    hasMissingFirst = try Self.hasMissingFirst(inner["missing"], member.name)
                    order = inner["order"] ?? .string(member.name == "_score" ? "desc" : "asc")
                }
                guard case .string(let direction) = order, ["asc", "desc"].contains(direction.lowercased()) else {
                    throw LogQueryError(.malformed, "the order of [\(member.name)] must be asc or desc")
                }
                orders.append(
                    SortOrder(
                        field: member.name, isDescending: direction.lowercased() == "desc",
                        hasMissingFirst: hasMissingFirst))
            }
            return orders
        default: throw LogQueryError(.malformed, "[sort] takes names of fields or objects")
        }
    }

    private static func hasMissingFirst(_ value: DocumentValue?, _ field: String) throws(LogQueryError) -> Bool {
        switch value {
        case nil, .null, .string("_last"): return false
        case .string("_first"): return true
        default:
            throw LogQueryError(
                .argument, "[missing] of the sort by [\(field)] is _first or _last: no other is there")
        }
    }
}

extension DocumentValue {
    package init(_ value: FieldValue) {
        switch value {
        case .null: self = .null
        case .bool(let value): self = .bool(value)
        case .integer(let value): self = .integer(value)
        case .double(let value): self = .double(value)
        case .string(let value): self = .string(value)
        }
    }

    /// Whole numbers without a fraction.
    init(number: Double) {
        self = number == number.rounded() && abs(number) < 1e15 ? .integer(Int64(number)) : .double(number)
    }
}
