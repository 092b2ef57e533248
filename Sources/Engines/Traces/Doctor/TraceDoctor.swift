package import SignalModel

/// Says where traces that should be one are several, and in which of the known ways.
///
/// A request that passes a proxy and a service, or two services, makes one trace if each reads what the one before wrote.
/// Where both sides send traces and these never meet, somebody writes B3 and somebody else reads W3C, or does not hand on
/// what he got.
package enum TraceDoctor {
    /// Fewer are chance.
    static let tracesMin = 5
    static let requestsMin = 20
    /// Up to this share of those that could join is never.
    static let neverShare = 0.05
    /// Up to this share is seldom.
    static let seldomShare = 0.5

    /// Worst first; of one workload what causes the rest.
    package static func findings(_ sample: DoctorSample) -> [TraceFinding] {
        let tally = DoctorTally(sample)
        var found: [TraceFinding] = []
        var apart: Set<Int32> = []
        for (index, name) in sample.workloads.enumerated() {
            let workload = Int32(index)
            if let finding = proxy(name, tally.workloads[index]) {
                found.append(finding)
                apart.insert(workload)
            } else if let finding = handing(name, tally.workloads[index]) {
                found.append(finding)
            }
        }
        for (way, calls) in tally.ways where !apart.contains(way.to) && !apart.contains(way.from) {
            guard calls.count >= tracesMin, tally.workloads[Int(way.to)].own.count >= tracesMin,
                share(calls.joined, calls.count) <= neverShare
            else { continue }
            let callee = tally.workloads[Int(way.to)]
            var finding = TraceFinding(
                .callsApart, service: sample.workloads[Int(way.from)], first: calls.count, second: callee.own.count,
                joined: calls.joined)
            finding.callee = sample.workloads[Int(way.to)]
            finding.roots = callee.rootCount
            finding.requests = callee.entryCount
            finding.examples = [calls.example, callee.own.first].compactMap { $0 }
            found.append(finding)
        }
        for (index, name) in sample.workloads.enumerated() where !apart.contains(Int32(index)) {
            if let finding = parents(name, tally.workloads[index]) { found.append(finding) }
        }
        return found.sorted {
            ($0.rank, $1.first, $0.service, $0.callee) < ($1.rank, $0.first, $1.service, $1.callee)
        }
    }

    private static func share(_ part: Int, _ whole: Int) -> Double { Double(part) / Double(max(1, whole)) }

    private static func proxy(_ name: String, _ tally: DoctorTally.Workload) -> TraceFinding? {
        let few = min(tally.proxy.count, tally.own.count)
        guard few >= tracesMin || few > 0 && tally.splitRequests > 0 else { return nil }
        let joined = share(tally.together, few)
        guard joined <= seldomShare || tally.splitRequests > 0 else { return nil }
        let kind: TraceFinding.Kind =
            tally.halved > 0 ? .halvedIDs : joined <= neverShare ? .proxyApart : .proxyPartlyApart
        var finding = TraceFinding(
            kind, service: name, first: tally.proxy.count, second: tally.own.count, joined: tally.together)
        finding.splitRequests = tally.splitRequests
        finding.roots = tally.rootCount
        finding.requests = tally.entryCount
        finding.examples = [tally.proxy.first, tally.own.first].compactMap { $0 }
        return finding
    }

    /// What comes in and what goes out never meets, though the same proxy sees both.
    private static func handing(_ name: String, _ tally: DoctorTally.Workload) -> TraceFinding? {
        let few = min(tally.proxyEntries.count, tally.proxyCalls.count)
        guard few >= tracesMin, share(tally.passedOn, few) <= neverShare else { return nil }
        var finding = TraceFinding(
            .contextDropped, service: name, first: tally.proxyEntries.count, second: tally.proxyCalls.count,
            joined: tally.passedOn)
        finding.examples = [tally.proxyEntries.first, tally.proxyCalls.first].compactMap { $0 }
        return finding
    }

    private static func parents(_ name: String, _ tally: DoctorTally.Workload) -> TraceFinding? {
        guard tally.entryCount >= requestsMin, share(tally.orphanCount, tally.entryCount) >= seldomShare else {
            return nil
        }
        var finding = TraceFinding(
            .parentsMissing, service: name, first: tally.orphanCount, second: tally.entryCount, joined: 0)
        finding.requests = tally.entryCount
        finding.examples = [tally.orphanExample].compactMap { $0 }
        return finding
    }
}

extension TraceFinding {
    /// What is broken comes before what is doubtful.
    package var isSevere: Bool { kind != .proxyPartlyApart && kind != .parentsMissing }

    fileprivate var rank: Int { isSevere ? 0 : 1 }
}
