import Logs

/// Spans of a block that have one id, where a server's side shares that of its client's (Zipkin).
struct SharedSpans {
    enum Caller {
        case row(Int)
        /// Not in this block: the client's side of the span's own id.
        case ownClient
    }

    private struct Key: Hashable {
        var trace: Int
        var span: Int
    }

    private let shared: RowBitmap
    private let texts: SpanColumns.Texts
    private var rows: [Key: [Int]] = [:]

    /// Nil where the block has none.
    init?(_ view: LogBlockView, _ columns: CallColumns) throws(LogQueryError) {
        shared = try view.rowsHaving(SpanFields.shared)
        guard !shared.isEmpty else { return nil }
        texts = SpanColumns.Texts(try view.column(SpanFields.span))
        for row in view.matching.rows { rows[key(row, columns), default: []].append(row) }
    }

    private func key(_ row: Int, _ columns: CallColumns) -> Key {
        Key(trace: columns.traces.place(row), span: texts.place(row))
    }

    /// Who asked for the span of a row, whose parent is found at `target`, negative if nowhere.
    func caller(of row: Int, _ target: Int, _ columns: CallColumns) -> Caller {
        if shared[row] {
            let client = rows[key(row, columns)]?.first { columns.kinds.place($0) == columns.client }
            if let client { return .row(client) }
            return target < 0 ? .ownClient : .row(target)
        }
        guard target >= 0, columns.traces.place(target) == columns.traces.place(row) else { return .row(target) }
        let sides = (rows[key(target, columns)] ?? []).filter { $0 != row }
        // Its own service's side asked, else the one that was called.
        let own = sides.first { columns.services.place($0) == columns.services.place(row) }
        return .row(own ?? sides.first(where: columns.isServing) ?? target)
    }
}
