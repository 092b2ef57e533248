import Logs
import SignalModel

/// Looks for the callers of calls in blocks that may have them.
struct CallerSearch {
    private struct Key: Hashable {
        var trace: TraceID
        var span: UInt64
    }

    private struct Candidate {
        var end: Int32
        var isServing: Bool
        var isClient: Bool
        var isProducer: Bool
        var start: Int64
    }

    /// Of more spans with one id the first that are seen count.
    private static let candidatesMax = 16

    private var candidates: [Key: [Candidate]] = [:]
    private var traces: Set<TraceID> = []

    init(for calls: some Sequence<WaitingCall>) {
        for call in calls {
            candidates[Key(trace: call.trace, span: call.caller)] = []
            traces.insert(call.trace)
        }
    }

    mutating func look(_ view: LogBlockView, _ ends: inout CallEnds) throws(LogQueryError) {
        var columns = try CallColumns(view)
        // By place; a trace that is hidden is none, in the block and in what waits.
        let known = columns.traces.values.map { text -> TraceID? in
            let trace = TraceID(hexadecimal: Array(text.utf8)) ?? .none
            return traces.contains(trace) ? trace : nil
        }
        let hidden: TraceID? = traces.contains(.none) ? TraceID.none : nil
        let texts = columns.traces
        func trace(_ row: Int) -> TraceID? {
            let place = texts.place(row)
            return place < 0 ? hidden : known[place]
        }
        let rows = view.matching.rows.filter { trace($0) != nil }
        guard !rows.isEmpty else { return }
        let times = try view.timestamps()
        for (row, text) in zip(rows, try view.values(SpanFields.span, ofRows: rows)) {
            guard let trace = trace(row), let text = text?.text, let id = SpanID(hexadecimal: Array(text.utf8)) else {
                continue
            }
            let key = Key(trace: trace, span: id.number)
            guard let count = candidates[key]?.count, count < Self.candidatesMax, let end = columns.end(row, &ends)
            else { continue }
            let kind = columns.kinds.place(row)
            candidates[key]?.append(
                Candidate(
                    end: end, isServing: columns.isServing(row), isClient: kind == columns.client,
                    isProducer: kind == columns.producer, start: times[row]))
        }
    }

    /// Whose call it is; nil while that is not found.
    func edge(of call: WaitingCall, _ ends: CallEnds) -> Found? {
        let all = candidates[Key(trace: call.trace, span: call.caller)] ?? []
        let sides = call.wantsClient ? all.filter(\.isClient) : all
        let service = ends[call.server].service
        // Of several the one of its own service, else the one that was called, else the first.
        let caller = sides.min {
            ($0.isServing ? 0 : 1, $0.start, ends[$0.end].service) < (
                $1.isServing ? 0 : 1, $1.start, ends[$1.end].service
            )
        }
        guard let caller else { return nil }
        if sides.contains(where: { ends[$0.end].service == service }) { return .ownService }
        let isMessage = call.isMessage || caller.isProducer
        return .edge(
            CallSums.Edge(client: caller.end, server: call.server, kind: isMessage ? .messaging : .call))
    }

    enum Found {
        case edge(CallSums.Edge)
        /// No call between services.
        case ownService
    }
}
