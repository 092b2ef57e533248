import Basics

/// Which spans the whole waited for: from the end of a root backwards, always the child that ended last before what is
/// known already, then the span itself (after Jaeger's critical path). Times are those shown.
package enum CriticalPath {
    /// A piece of time that one span was waited for.
    package struct Piece: Sendable, Hashable {
        package var node: Int
        package var start: Int64
        package var end: Int64
    }

    static func mark(_ nodes: inout [TraceTree.Node], _ roots: [Int]) {
        for piece in pieces(nodes, roots) { nodes[piece.node].isCritical = true }
    }

    /// Of the longest root, backwards in time.
    package static func pieces(_ nodes: [TraceTree.Node], _ roots: [Int]) -> [Piece] {
        // The trace's own root before orphans that took longer.
        let whole = roots.filter { nodes[$0].marks.isDisjoint(with: [.orphan, .cycle]) }
        guard
            let root = (whole.isEmpty ? roots : whole).max(by: { left, right in
                let (a, b) = (nodes[left], nodes[right])
                return (a.end.subtractingSaturated(a.start), right) < (
                    b.end.subtractingSaturated(b.start), left
                )
            })
        else { return [] }
        var pieces: [Piece] = []
        var stack = [Visit(root, nodes, until: nodes[root].end)]
        while var visit = stack.popLast() {
            let node = nodes[visit.node]
            // Children that still run at the end of what is looked at hold nobody up then.
            while visit.next < visit.children.count {
                let child = nodes[visit.children[visit.next]]
                if child.end <= visit.until, child.start < visit.until, child.end > node.start { break }
                visit.next += 1
            }
            guard visit.next < visit.children.count else {
                if visit.until > node.start {
                    pieces.append(Piece(node: visit.node, start: node.start, end: visit.until))
                }
                continue
            }
            let index = visit.children[visit.next]
            let child = nodes[index]
            if child.end < visit.until {
                pieces.append(Piece(node: visit.node, start: child.end, end: visit.until))
            }
            visit.until = max(child.start, node.start)
            visit.next += 1
            stack.append(visit)
            stack.append(Visit(index, nodes, until: child.end))
        }
        return pieces
    }

    private struct Visit {
        let node: Int
        /// By their ends, the last one first; of equal ones the one that began first.
        let children: [Int]
        var next = 0
        var until: Int64

        init(_ node: Int, _ nodes: [TraceTree.Node], until: Int64) {
            self.node = node
            self.until = until
            children = nodes[node].children.sorted {
                (nodes[$0].end, nodes[$1].start, $1) > (nodes[$1].end, nodes[$0].start, $0)
            }
        }
    }
}
