package import SignalModel

/// Something that keeps traces from joining.
package struct TraceFinding: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        /// A service and its proxy are never in one trace.
        case proxyApart = "proxy_apart"
        /// They seldom are.
        case proxyPartlyApart = "proxy_partly_apart"
        /// They would be, if one did not cut the id to its lower half.
        case halvedIDs = "halved_ids"
        /// A service's proxy sees requests come in and go out, and never in one trace.
        case contextDropped = "context_dropped"
        /// One service asks another, whose spans are never in its traces.
        case callsApart = "calls_apart"
        /// Requests name parents that never come.
        case parentsMissing = "parents_missing"
    }

    package var kind: Kind
    package var service: String
    /// Who is called; empty elsewhere.
    package var callee = ""
    /// Traces, or calls or requests, that could have joined, of either side.
    package var first: Int
    package var second: Int
    /// And that did.
    package var joined: Int
    /// Requests whose `x-request-id` stands in a trace of either side.
    package var splitRequests = 0
    /// Of the service's own requests those that begin a trace: it found no context that it reads.
    package var roots = 0
    package var requests = 0
    /// A trace of either side.
    package var examples: [TraceID] = []

    package init(_ kind: Kind, service: String, first: Int, second: Int, joined: Int) {
        self.kind = kind
        self.service = service
        self.first = first
        self.second = second
        self.joined = joined
    }
}
