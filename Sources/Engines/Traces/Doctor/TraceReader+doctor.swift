package import Logs
import SignalModel

extension TraceReader {
    /// Traces of a time for the doctor; of many the same part of them each time.
    package func doctorSample(times: Range<Int64>, filter: LogFilter = .all) throws(LogQueryError) -> DoctorSample {
        var collector = DoctorCollector()
        try store.snapshot().visit(query(filter, times: times)) { view throws(LogQueryError) in
            try collector.add(view)
        }
        return collector.sample
    }
}

/// Gathers whole traces, of many a share that is chosen by their ids.
private struct DoctorCollector {
    private static let tracesMax = 20_000
    private static let spansMax = 500_000
    /// Of a longer trace the rest is not looked at.
    private static let spansPerTraceMax = 1000
    /// Of so many bits of the mask, one trace in 16 million is left: no further ones are taken then.
    private static let maskBitsMax = 24
    /// A longer name is that of no host.
    private static let peerBytesMax = 255
    /// Of services beyond these nothing is said.
    private static let workloadsMax = 2000

    private var traces: [TraceID: Held] = [:]
    private var spanCount = 0
    /// Traces whose mixed ids have any of these bits are left out.
    private var mask: UInt64 = 0
    private var workloads: [String: Int32] = [:]
    private var names: [String] = []

    private struct Held {
        var spans: [DoctorSample.Span] = []
        /// Whom calls are to, by the place of their spans: only at the end it is known who sends spans.
        var peers: [(span: Int, nameHash: UInt64)] = []
        var requests: [DoctorSample.RequestID] = []
    }

    private static let requestFields = [
        "guid:x-request-id", "http.request.header.x-request-id", "http.request.header.x_request_id",
    ].map { SpanFields.attributePrefix + $0 }

    mutating func add(_ view: LogBlockView) throws(LogQueryError) {
        guard let ids = try view.column(SpanFields.trace) else { return }
        let places = ids.firstEntries
        // A block has few traces beside its spans: each id is read once.
        var known = [TraceID?](repeating: nil, count: ids.list.count)
        for place in known.indices {
            let id = TraceID(hexadecimal: Array(ids.list[place].text.utf8))
            if let id, isWanted(id) { known[place] = id }
        }
        var rows: [Int] = []
        var owners: [TraceID] = []
        for row in view.matching.rows where places[row] >= 0 {
            guard let id = known[ids.place(of: Int(places[row]))] else { continue }
            rows.append(row)
            owners.append(id)
        }
        guard !rows.isEmpty else { return }
        try add(rows, owners, view)
        shrink()
    }

    private mutating func add(_ rows: [Int], _ owners: [TraceID], _ view: LogBlockView) throws(LogQueryError) {
        let spans = try view.values(SpanFields.span, ofRows: rows)
        let parents = try view.values(SpanFields.parent, ofRows: rows)
        let columns = try DoctorColumns(view)
        let requests = try Self.requestFields.map { name throws(LogQueryError) -> [FieldValue?] in
            if try view.rowsHaving(name).isEmpty { return [] }
            return try view.values(name, ofRows: rows)
        }
        for (number, row) in rows.enumerated() {
            guard let id = Self.number(spans[number]) else { continue }
            let owner = owners[number]
            let held = traces[owner]?.spans.count ?? 0
            guard held < Self.spansPerTraceMax, !isClosed else { continue }
            let isProxy = columns.isProxy(row)
            guard let workload = place(of: columns.workload(row, isProxy: isProxy)) else { continue }
            let side = columns.side(row, hasParent: parents[number] != nil)
            traces[owner, default: Held()].spans.append(
                DoctorSample.Span(
                    id, parent: Self.number(parents[number]) ?? 0, of: workload, side, isProxy: isProxy))
            spanCount += 1
            if side == .call, let peer = columns.peer(row), peer.utf8.count <= Self.peerBytesMax {
                traces[owner]?.peers.append((held, DoctorSample.hash(peer)))
            }
            for values in requests where !values.isEmpty {
                guard let text = values[number]?.text, !text.isEmpty else { continue }
                traces[owner]?.requests.append(
                    DoctorSample.RequestID(
                        hash: DoctorSample.hash(text), workload: workload, isProxy: isProxy))
            }
        }
    }

    private static func number(_ value: FieldValue?) -> UInt64? {
        value.flatMap { SpanID(hexadecimal: Array($0.text.utf8))?.number }
    }

    private mutating func place(of name: String) -> Int32? {
        guard !name.isEmpty else { return nil }
        if let known = workloads[name] { return known }
        guard names.count < Self.workloadsMax else { return nil }
        workloads[name] = Int32(names.count)
        names.append(name)
        return Int32(names.count - 1)
    }

    /// Ids are random to most senders, but not to all, and some are chosen: Swift's hash has a key of this process.
    private func isWanted(_ trace: TraceID) -> Bool { UInt64(bitPattern: Int64(trace.hashValue)) & mask == 0 }

    private var isOver: Bool { traces.count > Self.tracesMax || spanCount > Self.spansMax }
    private var isClosed: Bool { mask.nonzeroBitCount >= Self.maskBitsMax && isOver }

    private mutating func shrink() {
        while isOver, mask.nonzeroBitCount < Self.maskBitsMax {
            mask = mask << 1 | 1
            traces = traces.filter { isWanted($0.key) }
            spanCount = traces.values.reduce(0) { $0 + $1.spans.count }
        }
    }

    var sample: DoctorSample {
        var sample = DoctorSample()
        sample.workloads = names
        sample.isPart = mask != 0
        let known = Dictionary(workloads.map { (DoctorSample.hash($0.key), $0.value) }, uniquingKeysWith: min)
        sample.traces = traces.map { id, held in
            var spans = held.spans
            for peer in held.peers { spans[peer.span].peer = known[peer.nameHash] ?? -1 }
            return DoctorSample.Trace(id: id, spans: spans, requests: held.requests)
        }.sorted { $0.id < $1.id }
        return sample
    }
}

/// The columns that tell a proxy from a service, and whom a call is to.
private struct DoctorColumns {
    private let services, kinds, components, nodes, clusters, canonical: SpanColumns.Texts
    private let peers: [SpanColumns.Texts]
    private let transactions: RowBitmap

    init(_ view: LogBlockView) throws(LogQueryError) {
        func texts(_ name: String) throws(LogQueryError) -> SpanColumns.Texts {
            SpanColumns.Texts(try view.column(name))
        }
        let prefix = SpanFields.attributePrefix
        services = try texts(SpanFields.service)
        kinds = try texts(SpanFields.kind)
        components = try texts(prefix + "component")
        nodes = try texts(prefix + "node_id")
        clusters = try texts(prefix + "upstream_cluster")
        canonical = try texts(prefix + "istio.canonical_service")
        peers = try ["peer.service", "server.address", "net.peer.name"].map { name throws(LogQueryError) in
            try texts(prefix + name)
        }
        transactions = try view.rowsHaving(SpanFields.transaction)
    }

    /// Envoy says `component: proxy` or names its node; Istio's `node_id` begins with the kind of proxy.
    func isProxy(_ row: Int) -> Bool {
        components[row] == "proxy" || canonical.place(row) >= 0 || clusters.place(row) >= 0
            || nodes[row].hasPrefix("sidecar~") || nodes[row].hasPrefix("router~")
    }

    func workload(_ row: Int, isProxy: Bool) -> String {
        guard isProxy else { return WorkloadName.own(services[row]) }
        let name = canonical[row]
        return name.isEmpty ? WorkloadName.behindProxy(services[row]) : WorkloadName.own(name)
    }

    func side(_ row: Int, hasParent: Bool) -> DoctorSample.Span.Side {
        switch kinds[row] {
        case "server", "consumer": .entry
        case "client", "producer": .call
        default: transactions[row] || !hasParent ? .entry : .inside
        }
    }

    func peer(_ row: Int) -> String? {
        let cluster = clusters[row]
        if !cluster.isEmpty { return WorkloadName.cluster(cluster) }
        for texts in peers where texts.place(row) >= 0 { return WorkloadName.host(texts[row]) }
        return nil
    }
}
