import Basics
import Identity
import Logs
import SignalModel
import WireFormats

/// One search under way, on a thread of its own.
struct SearchRun {
    let search: LogSearch
    let snapshot: LogSnapshot
    let cancellation: LogCancellation
    let principal: Principal?
    let context: LogQueryContext
    /// Whether somebody made an index.
    let isMade: @Sendable (String) -> Bool
    /// An index that is missing now may not be found once more.
    let isLast: Bool

    func query(_ body: DocumentValue?, indices: [String]) throws -> LogQuery {
        let filter = try body.map { try QueryDSL.filter($0, context) } ?? .all
        return search.query(filter, indices: indices, principal, cancellation)
    }

    /// Writes the members of a `_search`'s answer; gives what the last hit was sorted by.
    @discardableResult
    func write(_ request: SearchRequest, indices: [String], to json: inout JSONWriter) throws -> [FieldValue]? {
        try request.checkWindow()
        let began = search.clock.uptime()
        let filter = try request.query.map { try QueryDSL.filter($0, context) } ?? .all
        let query = search.query(filter, indices: indices, principal, cancellation)
        let hits = try self.hits(request, query)
        let total = request.tracksTotal ? try snapshot.count(query) : nil
        let aggregations = try request.aggregations.map {
            try snapshot.aggregate(query, $0, context, renderHit: Self.hit)
        }
        json.key("took")
        json.integer((search.clock.uptime() - began).milliseconds)
        json.key("timed_out")
        json.bool(false)
        Self.writeShards(to: &json)
        json.key("hits")
        try json.object { json in
            if let total {
                json.key("total")
                json.object { json in
                    json.key("value")
                    json.integer(total)
                    json.key("relation")
                    json.string("eq")
                }
            }
            json.key("max_score")
            if hits.isEmpty || !request.sort.isEmpty { json.null() } else { json.number(1) }
            json.key("hits")
            let writer = HitWriter(request, filter, search.classes)
            try json.array { json in for hit in hits { try writer.write(hit, to: &json) } }
        }
        if let aggregations {
            json.key("aggregations")
            json.raw(DocumentWriter.string(of: aggregations))
        }
        return hits.last?.keys
    }

    static func writeShards(to json: inout JSONWriter) {
        json.key("_shards")
        json.raw("{\"total\":1,\"successful\":1,\"skipped\":0,\"failed\":0}")
    }

    /// Rows of the page that was asked for.
    private func hits(_ request: SearchRequest, _ query: LogQuery) throws -> [SortedRow] {
        guard request.size > 0 else { return [] }
        let limit = request.from + request.size
        // Fast path: by time alone, blocks that cannot be in it are not read.
        let orders = request.sort.isEmpty ? [SortOrder(field: "@timestamp", isDescending: true)] : request.sort
        if let first = orders.first, first.field == "@timestamp" || first.isPlace,
            orders.dropFirst().allSatisfy(\.isPlace)
        {
            let isDescending = first.field == "@timestamp" ? first.isDescending : first.field == "_score"
            let rowsRequest = LogRowsRequest(
                isDescending: isDescending, limit: limit, after: try cursor(request, orders, isDescending))
            return try snapshot.rows(query, rowsRequest).dropFirst(request.from).map { row in
                let milliseconds = floorDivide(row.place.timestampNanoseconds, 1_000_000)
                let place = RowPlace.number(
                    nanoseconds: row.place.timestampNanoseconds, sequence: row.place.sequence)
                return SortedRow(
                    row: row,
                    keys: orders.map { .integer($0.field == "@timestamp" ? milliseconds : place) })
            }
        }
        let rows = try snapshot.rows(query, sortedBy: orders, limit: limit, after: request.searchAfter)
        return Array(rows.dropFirst(request.from))
    }

    /// Where a page that follows another begins.
    private func cursor(
        _ request: SearchRequest, _ orders: [SortOrder], _ isDescending: Bool
    ) throws -> LogCursor? {
        guard let values = request.searchAfter else { return nil }
        guard values.count == orders.count else {
            throw ElasticsearchError.badArgument(
                "search_after has [\(values.count)] value(s) but sort has [\(orders.count)].")
        }
        var milliseconds: Int64?
        var place: Int64?
        for (value, order) in zip(values, orders) {
            let number: Int64
            switch value {
            case .integer(let value): number = value
            case .double(let value) where abs(value) < 9e18: number = Int64(value)
            case .string(let text):
                number =
                    try order.field == "@timestamp"
                    ? floorDivide(context.instant(text, roundingUp: false), 1_000_000) : Int64(text) ?? 0
            default: throw ElasticsearchError.badArgument("[search_after] takes numbers for [\(order.field)]")
            }
            if order.field == "@timestamp" { milliseconds = number } else { place = number }
        }
        guard let milliseconds else {
            throw ElasticsearchError.badArgument("[search_after] needs a sort by a field before [_doc]")
        }
        if let place { return RowPlace.cursor(milliseconds: milliseconds, number: place) }
        // Behind all records of the millisecond.
        return isDescending
            ? LogCursor(timestampNanoseconds: milliseconds &* 1_000_000, sequence: 0)
            : LogCursor(timestampNanoseconds: milliseconds &* 1_000_000 &+ 999_999, sequence: .max)
    }

    /// A record within an aggregation, with as much of it as that wants.
    private static func hit(_ row: LogRow, _ wanted: DocumentObject) throws(LogQueryError) -> DocumentObject {
        var hit = DocumentObject([
            "_index": .string(row.index), "_id": .string(row.identity), "_score": .null,
        ])
        let choice: SourceChoice
        do { choice = try wanted["_source"].map { try SourceChoice($0) } ?? SourceChoice() } catch {
            throw LogQueryError(.malformed, "[_source] takes names, not too many, or true or false")
        }
        guard choice.isWanted else { return hit }
        var bytes: [UInt8] = []
        row.appendSource(to: &bytes)
        do { hit["_source"] = .object(choice.applied(to: try DocumentReader.object(bytes))) } catch {
            throw LogQueryError(.damaged, "a stored document cannot be read: \(error)")
        }
        return hit
    }
}
