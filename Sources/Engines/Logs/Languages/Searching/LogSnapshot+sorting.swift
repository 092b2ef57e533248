internal import Basics
internal import SignalModel

/// A record with what it was sorted by.
package struct SortedRow: Sendable {
    package var row: LogRow
    /// One for each order.
    package var keys: [FieldValue]

    package init(row: LogRow, keys: [FieldValue]) {
        self.row = row
        self.keys = keys
    }
}

extension LogSnapshot {
    /// Records in the order of fields. Records without a field come last unless an order says otherwise; of what is equal
    /// in all, the newest comes first.
    package func rows(
        _ query: LogQuery, sortedBy orders: [SortOrder], limit: Int, after: [FieldValue]? = nil,
        fields: [String]? = nil
    ) throws(LogQueryError) -> [SortedRow] {
        guard limit > 0 else { return [] }
        guard limit <= query.budget.rowsMax else {
            throw LogQueryError(.overRows, "a list may have \(query.budget.rowsMax) rows")
        }
        var best = SortedRows(orders, limit: limit, after: after)
        var views: [LogBlockView] = []
        try visit(query) { view throws(LogQueryError) in
            views.append(view)
            try best.add(view, number: views.count - 1)
        }
        let chosen = best.chosen
        let request = LogRowsRequest(limit: limit, fields: fields)
        let writer = RowWriter(request, FieldMask(query.access.maskedFields), query.budget)
        let rows = try writer.rows(chosen.map(\.choice), of: views)
        return zip(rows, chosen).map { SortedRow(row: $0, keys: $1.keys) }
    }
}

/// The first of the records that were added, by the keys of their orders.
struct SortedRows {
    struct Entry {
        var keys: [FieldValue]
        var choice: FirstRows.Choice
    }

    private let orders: [SortOrder]
    private let limit: Int
    private let after: [FieldValue]?
    private var entries: [Entry] = []
    /// The last one that is in, once there are enough.
    private var bound: Entry?

    init(_ orders: [SortOrder], limit: Int, after: [FieldValue]?) {
        self.orders = orders
        self.limit = limit
        self.after = after
    }

    mutating func add(_ view: LogBlockView, number: Int) throws(LogQueryError) {
        let times = try view.timestamps()
        let sequences = try view.sequences()
        var columns: [DecodedColumn?] = []
        for order in orders {
            columns.append(order.field == "@timestamp" || order.isPlace ? nil : try view.column(order.field))
        }
        for row in view.matching.rows {
            let keys = orders.indices.map { place -> FieldValue in
                if orders[place].field == "@timestamp" { return .integer(floorDivide(times[row], 1_000_000)) }
                if orders[place].isPlace {
                    return .integer(RowPlace.number(nanoseconds: times[row], sequence: sequences[row]))
                }
                guard let column = columns[place], let entry = column.entries(of: row).first else { return .null }
                return column[entry]
            }
            let entry = Entry(
                keys: keys,
                choice: .init(
                    place: LogCursor(timestampNanoseconds: times[row], sequence: sequences[row]), view: number,
                    row: row))
            if let after, (order(after, keys) ?? 0) >= 0 { continue }
            if let bound, !precedes(entry, bound) { continue }
            entries.append(entry)
            if entries.count >= 2 * limit + 1000 { settle() }
        }
    }

    private mutating func settle() {
        entries.sort(by: precedes)
        if entries.count > limit { entries.removeLast(entries.count - limit) }
        if entries.count == limit { bound = entries.last }
    }

    var chosen: [Entry] {
        var result = self
        result.settle()
        return result.entries
    }

    private func precedes(_ left: Entry, _ right: Entry) -> Bool {
        guard let order = order(left.keys, right.keys) else { return right.choice.place < left.choice.place }
        return order < 0
    }

    /// Nil when they are equal.
    private func order(_ left: [FieldValue], _ right: [FieldValue]) -> Int? {
        for (place, order) in orders.enumerated() where place < left.count && place < right.count {
            switch (left[place], right[place]) {
            case (.null, .null): continue
            case (.null, _): return order.hasMissingFirst ? -1 : 1
            case (_, .null): return order.hasMissingFirst ? 1 : -1
            case (let first, let second):
                let comparison = Self.compare(first, second)
                if comparison != 0 { return order.isDescending ? -comparison : comparison }
            }
        }
        return nil
    }

    /// Numbers by size, before texts by their order.
    private static func compare(_ left: FieldValue, _ right: FieldValue) -> Int {
        if case .integer(let first) = left, case .integer(let second) = right {
            return first < second ? -1 : (first == second ? 0 : 1)
        }
        switch (FieldNumbers.number(left), FieldNumbers.number(right)) {
        case (let first?, let second?): return first < second ? -1 : (first == second ? 0 : 1)
        case (_?, nil): return -1
        case (nil, _?): return 1
        case (nil, nil):
            let (first, second) = (left.text, right.text)
            return first < second ? -1 : (first == second ? 0 : 1)
        }
    }
}

extension SortOrder {
    /// By arrival rather than by a field.
    package var isPlace: Bool {
        field == "_doc" || field == "_shard_doc" || field == "_seq_no" || field == "_score"
    }
}

/// What of a record's place its milliseconds leave open, as one number that clients hand back: the sequence and the
/// nanoseconds within the millisecond.
package enum RowPlace {
    package static func number(nanoseconds: Int64, sequence: UInt64) -> Int64 {
        Int64(clamping: sequence) &* 1_000_000 &+ floorModulo(nanoseconds, 1_000_000)
    }

    package static func cursor(milliseconds: Int64, number: Int64) -> LogCursor {
        LogCursor(
            timestampNanoseconds: milliseconds &* 1_000_000 &+ floorModulo(number, 1_000_000),
            sequence: UInt64(clamping: floorDivide(number, 1_000_000)))
    }
}
