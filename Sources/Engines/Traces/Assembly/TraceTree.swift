import Basics
package import SignalModel

/// The spans of a trace as the calls they were, in whatever order they came, whatever is wrong with them.
package struct TraceTree: Sendable {
    package enum Mark: UInt8, Sendable, CaseIterable {
        /// Its parent is not there: shown as a root.
        case orphan
        /// Its parents lead back to itself: shown as a root.
        case cycle
        /// Another span has the same id and side.
        case duplicate
        /// Shown at another time than it was sent with, since clocks differ.
        case clockSkew
        /// Ends before it begins; shown without a duration.
        case negativeDuration
    }

    package struct Node: Sendable {
        package var span: StoredSpan
        /// In `nodes`; nil for a root.
        package var parent: Int?
        /// By their starts as shown.
        package var children: [Int] = []
        package var depth = 0
        /// What is added to its start for showing.
        package var shiftNanoseconds: Int64 = 0
        package var marks: Set<Mark> = []
        /// Time of it that no child was running, as shown.
        package var selfNanoseconds: Int64 = 0
        package var isCritical = false

        package var start: Int64 { span.startNanoseconds.addingSaturated(shiftNanoseconds) }
        package var end: Int64 { SpanTime.end(start, span.durationNanoseconds) }
    }

    /// Parents before their children, siblings by start: the order in which they are shown.
    package private(set) var nodes: [Node]
    /// In `nodes`.
    package private(set) var roots: [Int]
    /// Spans that came twice, word for word, and are shown once.
    package let repeatedCount: Int

    package init(_ spans: [StoredSpan]) {
        let (unique, repeated) = Self.withoutRepetitions(spans)
        repeatedCount = repeated
        var nodes = unique.map { Node(span: $0) }
        Self.link(&nodes)
        Self.cutCycles(&nodes)
        for index in nodes.indices {
            if let parent = nodes[index].parent { nodes[parent].children.append(index) }
            if nodes[index].span.durationNanoseconds < 0 { nodes[index].marks.insert(.negativeDuration) }
        }
        ClockSkew.correct(&nodes)
        let order = Self.order(&nodes)
        (self.nodes, roots) = Self.sorted(nodes, order)
        CriticalPath.mark(&self.nodes, roots)
        Self.measureOwnTime(&self.nodes)
    }

    /// When the first span begins and the last one ends, as shown.
    package var times: ClosedRange<Int64>? {
        guard let first = nodes.map(\.start).min(), let last = nodes.map(\.end).max() else { return nil }
        return first...max(first, last)
    }

    // MARK: Spans

    private struct Identity: Hashable {
        var id: UInt64
        var kind: Span.Kind
        var start: Int64
        var duration: Int64
        var service: String
        var name: String
    }

    /// In an order that does not depend on how they came.
    private static func withoutRepetitions(_ spans: [StoredSpan]) -> ([StoredSpan], Int) {
        var seen: Set<Identity> = []
        let sorted = spans.sorted(by: precedes)
        let unique = sorted.filter {
            seen.insert(
                Identity(
                    id: $0.id, kind: $0.kind, start: $0.startNanoseconds, duration: $0.durationNanoseconds,
                    service: $0.service, name: $0.name)
            ).inserted
        }
        return (unique, spans.count - unique.count)
    }

    private static func precedes(_ left: StoredSpan, _ right: StoredSpan) -> Bool {
        if left.startNanoseconds != right.startNanoseconds { return left.startNanoseconds < right.startNanoseconds }
        if left.durationNanoseconds != right.durationNanoseconds {
            return left.durationNanoseconds > right.durationNanoseconds
        }
        if left.id != right.id { return left.id < right.id }
        if left.kind != right.kind { return left.kind.rawValue < right.kind.rawValue }
        if left.service != right.service { return left.service < right.service }
        if left.name != right.name { return left.name < right.name }
        if left.parent != right.parent { return left.parent < right.parent }
        return left.sequence < right.sequence
    }

    // MARK: Parents

    /// The client's and the server's side of a call may have one id (Zipkin); they are told apart by their kind.
    private static func isServing(_ kind: Span.Kind) -> Bool { kind == .server || kind == .consumer }

    /// Of more spans with one id the first ones are looked at for a parent.
    private static let candidatesMax = 16

    private static func link(_ nodes: inout [Node]) {
        var byID: [UInt64: [Int]] = [:]
        // The first caller's side of each id.
        var clients: [UInt64: Int] = [:]
        for index in nodes.indices {
            let span = nodes[index].span
            byID[span.id, default: []].append(index)
            if !isServing(span.kind), clients[span.id] == nil { clients[span.id] = index }
        }
        for (_, indices) in byID where indices.count > 1 {
            for isServing in [false, true] {
                let side = indices.filter { Self.isServing(nodes[$0].span.kind) == isServing }
                for index in side.dropFirst() { nodes[index].marks.insert(.duplicate) }
            }
        }
        for index in nodes.indices {
            let span = nodes[index].span
            // The server's side of a shared span is called by the client's.
            if isServing(span.kind), let client = clients[span.id] {
                nodes[index].parent = client
                continue
            }
            guard span.parent != 0 else { continue }
            let candidates = (byID[span.parent] ?? []).prefix(candidatesMax)
            nodes[index].parent = parent(of: span, index, candidates, nodes)
            if nodes[index].parent == nil { nodes[index].marks.insert(.orphan) }
        }
    }

    /// Of several spans with the id of its parent the one of its own service, a server's before a client's.
    private static func parent(
        of span: StoredSpan, _ index: Int, _ candidates: ArraySlice<Int>, _ nodes: [Node]
    ) -> Int? {
        let others = candidates.filter { $0 != index }
        // It names itself.
        if others.isEmpty, !candidates.isEmpty { return index }
        guard others.count > 1 else { return others.first }
        let ofService = others.filter { nodes[$0].span.service == span.service }
        let near = ofService.isEmpty ? others : ofService
        return near.first { isServing(nodes[$0].span.kind) } ?? near.first
    }

    /// Of each ring of parents the earliest span becomes a root.
    private static func cutCycles(_ nodes: inout [Node]) {
        // 0 not looked at, 1 on the way of this walk, 2 known to lead to a root.
        var states = [UInt8](repeating: 0, count: nodes.count)
        for start in nodes.indices where states[start] == 0 {
            var way: [Int] = []
            var current: Int? = start
            while let index = current, states[index] == 0 {
                states[index] = 1
                way.append(index)
                current = nodes[index].parent
            }
            if let index = current, states[index] == 1, let place = way.firstIndex(of: index),
                let earliest = way[place...].min()
            {
                // Nodes are in the order of their starts.
                nodes[earliest].parent = nil
                nodes[earliest].marks.insert(.cycle)
            }
            for index in way { states[index] = 2 }
        }
    }

    // MARK: Order

    /// Sorts children, sets depths, and gives the nodes in the order in which they are shown.
    private static func order(_ nodes: inout [Node]) -> [Int] {
        let starts = nodes.map(\.start)
        func precedes(_ left: Int, _ right: Int) -> Bool {
            // Ties in the order of what was sent.
            (starts[left], left) < (starts[right], right)
        }
        for index in nodes.indices where nodes[index].children.count > 1 { nodes[index].children.sort(by: precedes) }
        var order: [Int] = []
        order.reserveCapacity(nodes.count)
        var stack = nodes.indices.filter { nodes[$0].parent == nil }.sorted { precedes($1, $0) }
        while let index = stack.popLast() {
            order.append(index)
            for child in nodes[index].children.reversed() {
                nodes[child].depth = nodes[index].depth + 1
                stack.append(child)
            }
        }
        return order
    }

    private static func sorted(_ nodes: [Node], _ order: [Int]) -> ([Node], [Int]) {
        var places = [Int](repeating: 0, count: nodes.count)
        for (place, index) in order.enumerated() { places[index] = place }
        var result: [Node] = []
        result.reserveCapacity(nodes.count)
        var roots: [Int] = []
        for index in order {
            var node = nodes[index]
            node.parent = node.parent.map { places[$0] }
            node.children = node.children.map { places[$0] }
            if node.parent == nil { roots.append(result.count) }
            result.append(node)
        }
        return (result, roots)
    }

    /// What of each span its children do not cover.
    private static func measureOwnTime(_ nodes: inout [Node]) {
        for index in nodes.indices {
            let (start, end) = (nodes[index].start, nodes[index].end)
            var covered = start
            var own: Int64 = 0
            // Children are by their starts.
            for child in nodes[index].children {
                let begin = min(max(nodes[child].start, start), end)
                if begin > covered { own = own.addingSaturated(begin.subtractingSaturated(covered)) }
                covered = max(covered, min(nodes[child].end, end))
            }
            if end > covered { own = own.addingSaturated(end.subtractingSaturated(covered)) }
            nodes[index].selfNanoseconds = own
        }
    }
}
