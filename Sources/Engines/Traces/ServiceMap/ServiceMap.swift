import Logs
import SignalModel

/// Adds up who calls whom: of parts what was summed up of them where that is whole within the time, of everything else
/// the spans.
struct ServiceMap {
    private let store: LogStore
    private let query: LogQuery
    private let usesSums: Bool
    private let parts: [StoredPart]
    private let pending: LogSnapshot
    private(set) var reader = CallReader()
    private var sums = CallSums()
    private var waiting = WaitingCalls()

    init(_ store: LogStore, _ query: LogQuery, usesSums: Bool) {
        self.store = store
        self.query = query
        self.usesSums = usesSums
        (parts, pending) = store.parts
    }

    mutating func read() throws(LogQueryError) {
        for part in parts {
            try query.cancellation.check()
            let blocks = (0..<part.blockCount).filter {
                let times = part.times(ofBlock: $0)
                return times.upperBound >= query.times.lowerBound && times.lowerBound < query.times.upperBound
            }
            guard !blocks.isEmpty else { continue }
            guard usesSums, let rest = addSums(of: part, blocks) else {
                try add(part.snapshot(ofBlocks: blocks))
                continue
            }
            try add(part.snapshot(ofBlocks: rest))
        }
        try add(pending)
    }

    private mutating func add(_ snapshot: LogSnapshot) throws(LogQueryError) {
        try snapshot.visit(query) { view throws(LogQueryError) in
            try reader.read(view, into: &sums) { waiting.append($0) }
        }
    }

    /// The blocks whose spans have to be read all the same; nil where nothing is known of the part.
    private mutating func addSums(of part: StoredPart, _ blocks: [Int]) -> [Int]? {
        let inside = blocks.filter {
            let times = part.times(ofBlock: $0)
            return times.lowerBound >= query.times.lowerBound && times.upperBound < query.times.upperBound
        }
        do throws(Damage) {
            guard !inside.isEmpty, let calls = try PartCalls(store.derived(of: part), part) else { return nil }
            // All of it before anything is added, so that nothing is there twice.
            var found: [CallSums] = []
            if inside.count == part.blockCount {
                found.append(try calls.whole())
            } else {
                for block in inside { found.append(try calls.sums(ofBlock: block)) }
            }
            let own = try calls.waiting()
            let numbers = calls.ends.map { reader.ends.number(of: $0) }
            for sums in found { self.sums.merge(sums, numbers) }
            let isInside = Set(inside)
            for (call, block) in own where isInside.contains(block) {
                var call = call
                call.server = numbers[Int(call.server)]
                waiting.append(call, part: part.number)
            }
            if calls.isTruncated { waiting.isTruncated = true }
            return blocks.filter { !isInside.contains($0) }
        } catch {
            // They are made anew.
            store.forgetDerived(of: part)
            return nil
        }
    }

    /// Looks for the callers of what waits, at whatever time they were.
    mutating func findCallers() throws(LogQueryError) {
        guard !waiting.list.isEmpty else { return }
        var search = CallerSearch(for: waiting.list.lazy.map(\.call))
        var everywhere = query
        everywhere.times = LogQuery.allTimes
        let wanted = waiting.list.map { entry in
            (hash: StoredPart.hash(ofGroup: entry.call.trace.hexadecimal), part: entry.part)
        }.sorted { $0.hash < $1.hash }
        let isHidden = waiting.list.contains { $0.call.trace.isNone }
        for part in parts {
            try query.cancellation.check()
            var blocks: Set<Int> = []
            var last: (hash: UInt64, part: UInt64?)?
            for entry in wanted where entry.part != part.number {
                if let last, last == entry { continue }
                last = entry
                blocks.formUnion(part.blocks(ofGroup: entry.hash))
            }
            try look(
                part.snapshot(ofBlocks: isHidden ? Array(0..<part.blockCount) : blocks.sorted()), everywhere, &search)
        }
        try look(pending, everywhere, &search)
        for (call, _) in waiting.list {
            if case .edge(let edge) = search.edge(of: call, reader.ends) { sums.add(call, of: edge) }
        }
    }

    private mutating func look(
        _ snapshot: LogSnapshot, _ query: LogQuery, _ search: inout CallerSearch
    ) throws(LogQueryError) {
        try snapshot.visit(query) { view throws(LogQueryError) in try search.look(view, &reader.ends) }
    }

    /// Of `seen` ends, environments taken together. A database is seen with who asks it.
    func dependencies(_ seen: [Bool]?) -> ServiceDependencies {
        var services = CallEnds()
        var together = CallSums()
        let numbers = reader.ends.list.map { services.number(of: CallEnd(service: $0.service, environment: "")) }
        for (edge, sum) in zip(sums.edges, sums.sums) {
            if let seen {
                guard seen[Int(edge.client)], edge.kind == .database || seen[Int(edge.server)] else { continue }
            }
            together.merge(sum, of: edge.renumbered(numbers))
        }
        let edges = zip(together.edges, together.sums).map { edge, sum in
            ServiceDependency(
                client: services[edge.client].service, server: services[edge.server].service, kind: edge.kind,
                errorCount: sum.errorCount, durations: sum.durations)
        }
        return ServiceDependencies(
            edges: edges.sorted {
                ($0.requestCount, $1.client, $1.server, $1.kind.rawValue) > (
                    $1.requestCount, $0.client, $0.server, $0.kind.rawValue
                )
            }, isTruncated: waiting.isTruncated)
    }
}

extension CallSums {
    /// With the numbers that ends have here.
    fileprivate mutating func merge(_ other: CallSums, _ numbers: [Int32]) {
        for (edge, sum) in zip(other.edges, other.sums) { merge(sum, of: edge.renumbered(numbers)) }
    }
}

extension CallSums.Edge {
    fileprivate func renumbered(_ numbers: [Int32]) -> CallSums.Edge {
        CallSums.Edge(client: numbers[Int(client)], server: numbers[Int(server)], kind: kind)
    }
}
