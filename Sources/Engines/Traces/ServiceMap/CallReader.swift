import Logs
import SignalModel

/// Reads calls off the spans of blocks.
struct CallReader {
    var ends = CallEnds()

    /// What names the database that a span asks.
    private static let databaseFields = [
        "peer.service", "db.namespace", "db.name", "server.address", "net.peer.name",
    ]

    /// In place of a row, where a span names no parent.
    private static let noParent = -2

    private struct Unresolved {
        var row: Int
        var wantsClient: Bool
    }

    /// Adds the calls of the spans that a query is about, and what waits for callers in other blocks.
    mutating func read(
        _ view: LogBlockView, into sums: inout CallSums, waiting: (WaitingCall) -> Void
    ) throws(LogQueryError) {
        var columns = try CallColumns(view)
        let targets = try view.targets(of: SpanFields.parent, in: SpanFields.span)
        let shared = try SharedSpans(view, columns)
        var unresolved: [Unresolved] = []
        for row in view.matching.rows {
            // Who sends a message belongs to who told it to.
            if columns.kinds.place(row) == columns.producer { continue }
            var target = Int(targets[row])
            if let shared {
                switch shared.caller(of: row, target, columns) {
                case .row(let caller): target = caller
                case .ownClient:
                    unresolved.append(Unresolved(row: row, wantsClient: true))
                    continue
                }
            }
            guard target != Self.noParent else { continue }
            // The first of an id may be an error of the span, which has its id, or of another trace.
            guard target >= 0, view.matching[target], columns.traces.place(target) == columns.traces.place(row) else {
                unresolved.append(Unresolved(row: row, wantsClient: false))
                continue
            }
            guard columns.services.place(target) != columns.services.place(row),
                let client = columns.end(target, &ends), let server = columns.end(row, &ends)
            else { continue }
            let isMessage =
                columns.kinds.place(row) == columns.consumer || columns.kinds.place(target) == columns.producer
            let place = sums.place(
                of: CallSums.Edge(client: client, server: server, kind: isMessage ? .messaging : .call))
            add(row, columns, to: place, &sums)
        }
        try wait(unresolved, view, &columns, waiting)
        try readDatabases(view, &columns, &sums)
    }

    private func add(_ row: Int, _ columns: CallColumns, to place: Int, _ sums: inout CallSums) {
        sums.add(
            columns.measures.duration(row), weight: columns.measures.weight(row),
            isError: columns.measures.isError(row), to: place)
    }

    private mutating func wait(
        _ unresolved: [Unresolved], _ view: LogBlockView, _ columns: inout CallColumns,
        _ waiting: (WaitingCall) -> Void
    ) throws(LogQueryError) {
        guard !unresolved.isEmpty else { return }
        let rows = unresolved.map(\.row)
        let parents = try view.values(SpanFields.parent, ofRows: rows)
        let own =
            unresolved.contains(where: \.wantsClient) ? try view.values(SpanFields.span, ofRows: rows) : parents
        for (number, entry) in unresolved.enumerated() {
            let text = (entry.wantsClient ? own[number] : parents[number])?.text ?? ""
            guard let caller = SpanID(hexadecimal: Array(text.utf8)), let server = columns.end(entry.row, &ends)
            else {
                continue
            }
            waiting(
                WaitingCall(
                    trace: columns.trace(entry.row), caller: caller.number, server: server,
                    isMessage: columns.kinds.place(entry.row) == columns.consumer,
                    isError: columns.measures.isError(entry.row), wantsClient: entry.wantsClient,
                    duration: columns.measures.duration(entry.row), weight: columns.measures.weight(entry.row)))
        }
    }

    private mutating func readDatabases(
        _ view: LogBlockView, _ columns: inout CallColumns, _ sums: inout CallSums
    ) throws(LogQueryError) {
        let prefix = SpanFields.attributePrefix
        var found = try view.column(prefix + "db.system.name")
        if found == nil { found = try view.column(prefix + "db.system") }
        guard let column = found else { return }
        let systems = SpanColumns.Texts(column)
        var names: [SpanColumns.Texts] = []
        for field in Self.databaseFields {
            if let column = try view.column(prefix + field) { names.append(SpanColumns.Texts(column)) }
        }
        // A name is a field and its place there, the system where none has one: looked up as numbers.
        var places: [Int: Int] = [:]
        for row in view.matching.rows where columns.kinds.place(row) == columns.client && systems.place(row) >= 0 {
            guard let client = columns.end(row, &ends) else { continue }
            let field = names.firstIndex { $0.place(row) >= 0 } ?? names.count
            let name = field < names.count ? names[field] : systems
            let key = Int(client) << 32 | field << 29 | name.place(row)
            if places[key] == nil {
                let database = CallEnd(service: name[row], environment: ends[client].environment)
                places[key] = sums.place(
                    of: CallSums.Edge(client: client, server: ends.number(of: database), kind: .database))
            }
            guard let place = places[key] else { continue }
            add(row, columns, to: place, &sums)
        }
    }
}
