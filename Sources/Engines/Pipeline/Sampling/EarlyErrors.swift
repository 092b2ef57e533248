import SignalModel

/// Traces of which an error came before any of their spans. Beyond a number the oldest are forgotten.
struct EarlyErrors {
    private let tracesMax: Int
    private var traces: Set<TraceID> = []
    private var order: [TraceID] = []
    private var head = 0

    init(tracesMax: Int) { self.tracesMax = tracesMax }

    mutating func insert(_ trace: TraceID) {
        guard traces.insert(trace).inserted else { return }
        order.append(trace)
        guard order.count - head > tracesMax else { return }
        traces.remove(order[head])
        head += 1
        if head > tracesMax {
            order.removeFirst(head)
            head = 0
        }
    }

    /// Whether it was there: it is asked once, when the trace's first span comes.
    mutating func take(_ trace: TraceID) -> Bool { !traces.isEmpty && traces.remove(trace) != nil }
}
