import SignalModel

/// What the doctor counts of each workload and of each way between two.
struct DoctorTally {
    struct Traces {
        var count = 0
        var first: TraceID?

        mutating func add(_ trace: TraceID) {
            count += 1
            if first == nil { first = trace }
        }
    }

    struct Workload {
        /// Traces that its proxy, and that it itself, took part in; both; and either way of the proxy.
        var proxy = Traces()
        var own = Traces()
        var together = 0
        var proxyEntries = Traces()
        var proxyCalls = Traces()
        var passedOn = 0
        /// Its own requests, those of them that begin a trace, and those whose parent is not there.
        var entryCount = 0
        var rootCount = 0
        var orphanCount = 0
        var orphanExample: TraceID?
        /// Requests with one `x-request-id` in a trace of its own and another of its proxy.
        var splitRequests = 0
        /// Its own traces whose id's lower half is the whole id of one of its proxy's, or the other way round.
        var halved = 0
    }

    struct Way: Hashable {
        var from: Int32
        var to: Int32
    }

    struct Calls {
        var count = 0
        var joined = 0
        var example: TraceID?
    }

    private(set) var workloads: [Workload]
    private(set) var ways: [Way: Calls] = [:]

    init(_ sample: DoctorSample) {
        workloads = [Workload](repeating: Workload(), count: sample.workloads.count)
        for trace in sample.traces {
            countParts(trace)
            countRequests(trace)
            countCalls(trace)
        }
        countSplits(sample)
        countHalves(sample)
    }

    private struct Parts: OptionSet {
        let rawValue: UInt8
        static let own = Parts(rawValue: 1)
        static let proxyEntry = Parts(rawValue: 2)
        static let proxyCall = Parts(rawValue: 4)
        static let proxyOther = Parts(rawValue: 8)
        static let proxy: Parts = [.proxyEntry, .proxyCall, .proxyOther]
    }

    private static func parts(_ trace: DoctorSample.Trace) -> [Int32: Parts] {
        var parts: [Int32: Parts] = [:]
        for span in trace.spans {
            let part: Parts =
                !span.isProxy
                ? .own : span.side == .entry ? .proxyEntry : span.side == .call ? .proxyCall : .proxyOther
            parts[span.workload, default: []].insert(part)
        }
        return parts
    }

    private mutating func countParts(_ trace: DoctorSample.Trace) {
        for (workload, parts) in Self.parts(trace) {
            let index = Int(workload)
            if parts.contains(.own) { workloads[index].own.add(trace.id) }
            if !parts.isDisjoint(with: .proxy) { workloads[index].proxy.add(trace.id) }
            if parts.contains(.own), !parts.isDisjoint(with: .proxy) { workloads[index].together += 1 }
            if parts.contains(.proxyEntry) { workloads[index].proxyEntries.add(trace.id) }
            if parts.contains(.proxyCall) { workloads[index].proxyCalls.add(trace.id) }
            if parts.isSuperset(of: [.proxyEntry, .proxyCall]) { workloads[index].passedOn += 1 }
        }
    }

    private mutating func countRequests(_ trace: DoctorSample.Trace) {
        let ids = Set(trace.spans.map(\.id))
        for span in trace.spans where span.side == .entry && !span.isProxy {
            let index = Int(span.workload)
            workloads[index].entryCount += 1
            if span.parent == 0 {
                workloads[index].rootCount += 1
            } else if !ids.contains(span.parent) {
                workloads[index].orphanCount += 1
                if workloads[index].orphanExample == nil { workloads[index].orphanExample = trace.id }
            }
        }
    }

    /// A trace counts once for a way, however often it goes it.
    private mutating func countCalls(_ trace: DoctorSample.Trace) {
        var gone: Set<Way> = []
        let present = Set(trace.spans.filter { !$0.isProxy }.map(\.workload))
        for span in trace.spans
        where span.side == .call && !span.isProxy && span.peer >= 0 && span.peer != span.workload {
            let way = Way(from: span.workload, to: span.peer)
            guard gone.insert(way).inserted else { continue }
            ways[way, default: Calls()].count += 1
            if present.contains(span.peer) {
                ways[way]?.joined += 1
            } else if ways[way]?.example == nil {
                ways[way]?.example = trace.id
            }
        }
    }

    private mutating func countSplits(_ sample: DoctorSample) {
        var byProxy: [UInt64: TraceID] = [:]
        for trace in sample.traces {
            for request in trace.requests where request.isProxy { byProxy[request.hash] = trace.id }
        }
        for trace in sample.traces {
            for request in trace.requests where !request.isProxy {
                guard let other = byProxy[request.hash], other != trace.id else { continue }
                workloads[Int(request.workload)].splitRequests += 1
            }
        }
    }

    private mutating func countHalves(_ sample: DoctorSample) {
        var halves: [UInt64: DoctorSample.Trace] = [:]
        for trace in sample.traces where trace.id.high == 0 { halves[trace.id.low] = trace }
        guard !halves.isEmpty else { return }
        for trace in sample.traces where trace.id.high != 0 {
            guard let half = halves[trace.id.low] else { continue }
            let (whole, cut) = (Self.parts(trace), Self.parts(half))
            for (workload, parts) in whole {
                guard let other = cut[workload] else { continue }
                let isSplit =
                    parts.contains(.own) && !other.isDisjoint(with: .proxy)
                    || other.contains(.own) && !parts.isDisjoint(with: .proxy)
                if isSplit { workloads[Int(workload)].halved += 1 }
            }
        }
    }
}
