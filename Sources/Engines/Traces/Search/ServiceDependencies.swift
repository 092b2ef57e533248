package import Logs
import SignalModel

/// Who calls whom.
package struct ServiceDependency: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        case call = ""
        case messaging = "messaging_system"
        /// The one that is called is a database as its client names it.
        case database = "database"
    }

    package var client: String
    package var server: String
    package var kind: Kind
    /// Weighted by the rate with which the spans were sampled.
    package var requestCount: Double
    package var errorCount: Double
    /// As who is called sees it; of databases as the client does.
    package var durations: DurationSketch
}

extension TraceReader {
    /// Edges between services, from parents and children that both are seen; most requests first.
    package func dependencies(
        times: Range<Int64>, filter: LogFilter = .all
    ) throws(LogQueryError) -> [ServiceDependency] {
        var edges = DependencyEdges()
        let query = query(filter, times: times)
        let snapshot = store.snapshot()
        try snapshot.visit(query) { view throws(LogQueryError) in try edges.add(view) }
        if edges.hasUnresolved {
            // Their parents came in another block: parts that are not merged yet, or late spans.
            guard let traces = edges.unresolvedTraces.map(Array.init) else {
                try snapshot.visit(self.query(filter)) { view throws(LogQueryError) in try edges.resolve(view) }
                return edges.sorted
            }
            let ofTraces = LogFilter.test(.named(SpanFields.trace), .anyOf(traces.map { .string($0) }))
            try store.snapshot(ofGroups: traces).visit(self.query(.and([filter, ofTraces]))) {
                view throws(LogQueryError) in try edges.resolve(view)
            }
        }
        return edges.sorted
    }
}

private struct DependencyEdges {
    private struct Key: Hashable {
        var client: String
        var server: String
        var kind: ServiceDependency.Kind
    }

    private struct Waiting {
        var service: String
        var kind: ServiceDependency.Kind
        var duration: Int64
        var weight: Double
        var isError: Bool
    }

    private var edges: [Key: ServiceDependency] = [:]
    /// By the id of the parent.
    private var waiting: [String: [Waiting]] = [:]
    private var waitingCount = 0
    /// The traces of what is waiting; nil when they are too many, or hidden.
    private(set) var unresolvedTraces: Set<String>? = []

    /// In place of a row, where a span names no parent.
    private static let noParent: Int32 = -2
    /// Children whose parents are looked for elsewhere; those of more stay without.
    private static let waitingMax = 200_000
    /// Of more traces all blocks are looked at.
    private static let tracesMax = 500
    /// What names the database that a span asks.
    private static let databaseFields = [
        "peer.service", "db.namespace", "db.name", "server.address", "net.peer.name",
    ]

    var hasUnresolved: Bool { !waiting.isEmpty }

    var sorted: [ServiceDependency] {
        edges.values.sorted {
            ($0.requestCount, $1.client, $1.server, $1.kind.rawValue) > (
                $1.requestCount, $0.client, $0.server, $0.kind.rawValue
            )
        }
    }

    mutating func add(_ view: LogBlockView) throws(LogQueryError) {
        let columns = try SpanColumns(view)
        let targets = try view.targets(of: SpanFields.parent, in: SpanFields.span)
        let shared = try SharedSpans(view, columns)
        let rows = view.matching.rows
        // Edges of one block mostly repeat: they are summed by numbers first.
        var sums: [Int: Int] = [:]
        var list: [ServiceDependency] = []
        var unresolved: [Int] = []
        let (producer, consumer) = (columns.kinds.place(of: "producer"), columns.kinds.place(of: "consumer"))
        for row in rows {
            let kind = columns.kinds.place(row)
            // Who sends a message belongs to who told it to.
            if kind == producer { continue }
            let target = shared?.client(of: row) ?? targets[row]
            guard target >= 0, view.matching[Int(target)] else {
                // An error of the parent has the parent's id, too, and may be all of it that this block has.
                if target != Self.noParent { unresolved.append(row) }
                continue
            }
            let (from, to) = (columns.services.place(Int(target)), columns.services.place(row))
            guard from >= 0, to >= 0, from != to else { continue }
            let isMessage = kind == consumer || columns.kinds.place(Int(target)) == producer
            let key = (from << 24 | to) << 1 | (isMessage ? 1 : 0)
            if sums[key] == nil {
                sums[key] = list.count
                list.append(
                    ServiceDependency(
                        client: columns.services.values[from], server: columns.services.values[to],
                        kind: isMessage ? .messaging : .call, requestCount: 0, errorCount: 0,
                        durations: DurationSketch()))
            }
            guard let place = sums[key] else { continue }
            let weight = columns.weight(row)
            list[place].requestCount += weight
            if columns.isError(row) { list[place].errorCount += weight }
            list[place].durations.add(columns.duration(row), weight: weight)
        }
        for edge in list { merge(edge) }
        try wait(unresolved, view, columns)
        try addDatabases(view, columns)
    }

    private mutating func merge(_ edge: ServiceDependency) {
        let key = Key(client: edge.client, server: edge.server, kind: edge.kind)
        guard var sum = edges.removeValue(forKey: key) else {
            edges[key] = edge
            return
        }
        sum.requestCount += edge.requestCount
        sum.errorCount += edge.errorCount
        sum.durations.merge(edge.durations)
        edges[key] = sum
    }

    private mutating func wait(
        _ rows: [Int], _ view: LogBlockView, _ columns: SpanColumns
    ) throws(LogQueryError) {
        guard !rows.isEmpty else { return }
        let parents = try view.values(SpanFields.parent, ofRows: rows)
        for trace in try view.values(SpanFields.trace, ofRows: rows) {
            guard let trace, let known = unresolvedTraces?.count, known < Self.tracesMax else {
                unresolvedTraces = nil
                break
            }
            unresolvedTraces?.insert(trace.text)
        }
        for (row, parent) in zip(rows, parents) where waitingCount < Self.waitingMax {
            guard let parent = parent?.text else { continue }
            waitingCount += 1
            waiting[parent, default: []].append(
                Waiting(
                    service: columns.services[row], kind: columns.kinds[row] == "consumer" ? .messaging : .call,
                    duration: columns.duration(row), weight: columns.weight(row), isError: columns.isError(row)))
        }
    }

    /// Parents in a block of what is waited for.
    mutating func resolve(_ view: LogBlockView) throws(LogQueryError) {
        guard !waiting.isEmpty else { return }
        let rows = Array(view.matching.rows)
        let services = SpanColumns.Texts(try view.column(SpanFields.service))
        for (row, id) in zip(rows, try view.values(SpanFields.span, ofRows: rows)) {
            guard let id = id?.text, let children = waiting.removeValue(forKey: id) else { continue }
            let client = services[row]
            for child in children where child.service != client && !client.isEmpty {
                var edge = ServiceDependency(
                    client: client, server: child.service, kind: child.kind, requestCount: child.weight,
                    errorCount: child.isError ? child.weight : 0, durations: DurationSketch())
                edge.durations.add(child.duration, weight: child.weight)
                merge(edge)
            }
        }
    }

    private mutating func addDatabases(_ view: LogBlockView, _ columns: SpanColumns) throws(LogQueryError) {
        let prefix = SpanFields.attributePrefix
        var found = try view.column(prefix + "db.system.name")
        if found == nil { found = try view.column(prefix + "db.system") }
        guard let column = found else { return }
        let systems = SpanColumns.Texts(column)
        var names: [SpanColumns.Texts] = []
        for field in Self.databaseFields {
            if let column = try view.column(prefix + field) { names.append(SpanColumns.Texts(column)) }
        }
        // As edges: summed by numbers first. A name is a field and its place there, the system where none has one.
        var sums: [Int: Int] = [:]
        var list: [ServiceDependency] = []
        let client = columns.kinds.place(of: "client")
        for row in view.matching.rows where columns.kinds.place(row) == client && systems.place(row) >= 0 {
            let field = names.firstIndex { $0.place(row) >= 0 } ?? names.count
            let name = field < names.count ? names[field] : systems
            let (from, to) = (columns.services.place(row), name.place(row))
            let key = (from + 1) << 36 | field << 32 | to
            if sums[key] == nil {
                sums[key] = list.count
                list.append(
                    ServiceDependency(
                        client: columns.services[row], server: name[row], kind: .database, requestCount: 0,
                        errorCount: 0, durations: DurationSketch()))
            }
            guard let place = sums[key] else { continue }
            let weight = columns.weight(row)
            list[place].requestCount += weight
            if columns.isError(row) { list[place].errorCount += weight }
            list[place].durations.add(columns.duration(row), weight: weight)
        }
        for edge in list { merge(edge) }
    }
}

/// Servers' sides of spans that share their id with their client's (Zipkin).
private struct SharedSpans {
    private let rows: RowBitmap
    private var clients: [String: Int32] = [:]
    private let texts: SpanColumns.Texts

    /// Nil where the block has none.
    init?(_ view: LogBlockView, _ columns: SpanColumns) throws(LogQueryError) {
        rows = try view.rowsHaving(SpanFields.shared)
        guard !rows.isEmpty else { return nil }
        texts = SpanColumns.Texts(try view.column(SpanFields.span))
        let client = columns.kinds.place(of: "client")
        for row in 0..<view.rowCount where columns.kinds.place(row) == client { clients[texts[row]] = Int32(row) }
    }

    func client(of row: Int) -> Int32? { rows[row] ? clients[texts[row]] : nil }
}
