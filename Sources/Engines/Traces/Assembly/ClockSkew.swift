import Basics
import SignalModel

/// Shifts the spans of other processes into their parents where clocks that differ put them outside: for showing only.
/// A child of another process that begins before its parent, or ends after it though it took no longer, is put into
/// the middle of its parent (half of the rest being the way there, half the way back), and what its own process did
/// below it moves along (after Jaeger's adjuster of clock skew). Who consumes messages may begin late; early it may
/// not.
enum ClockSkew {
    static func correct(_ nodes: inout [TraceTree.Node]) {
        let processes = nodes.map(\.span.process)
        // From roots down, without recursion: a trace may be one long chain.
        var stack = nodes.indices.filter { nodes[$0].parent == nil }
        while let index = stack.popLast() {
            for child in nodes[index].children {
                if processes[child] == processes[index] {
                    nodes[child].shiftNanoseconds = nodes[index].shiftNanoseconds
                } else {
                    nodes[child].shiftNanoseconds = shift(of: nodes[child], in: nodes[index])
                }
                if nodes[child].shiftNanoseconds != 0 { nodes[child].marks.insert(.clockSkew) }
                stack.append(child)
            }
        }
    }

    private static func shift(of child: TraceTree.Node, in parent: TraceTree.Node) -> Int64 {
        let start = child.span.startNanoseconds
        let end = SpanTime.end(start, child.span.durationNanoseconds)
        let (parentStart, parentEnd) = (parent.start, parent.end)
        let isLate = end > parentEnd
        guard start < parentStart || isLate else { return 0 }
        let room = parentEnd.subtractingSaturated(parentStart)
        let length = end.subtractingSaturated(start)
        let isAsynchronous = child.span.kind == .consumer || parent.span.kind == .producer
        if isAsynchronous || length > room {
            // It may go on after its parent; only a start before it is wrong.
            return start < parentStart ? parentStart.subtractingSaturated(start) : 0
        }
        return parentStart.addingSaturated((room - length) / 2).subtractingSaturated(start)
    }
}
