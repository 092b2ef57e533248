package import Basics
package import SignalModel
import Synchronization

/// What stands between a decoded request and the store: of a pair of agents one is listened to, and a token's limits
/// hold. May be called from any thread.
package final class IngestAdmission: Sendable {
    /// The sender must wait: 503 with Retry-After.
    package struct TooFast: Error, Sendable, Hashable {
        package var reason: String
        package var retryAfter: Duration
    }

    package struct SenderStatistics: Sendable, Hashable {
        package var name: String
        package var activeSeries: Int
        package var refusedSeries: Int
        package var delayedRequests: Int
    }

    package struct Statistics: Sendable {
        package var clusters: [String: ReplicaElection.Elected] = [:]
        package var duplicateSamples = 0
        /// By token id, of tokens with limits.
        package var senders: [String: SenderStatistics] = [:]

        package init(
            clusters: [String: ReplicaElection.Elected] = [:], duplicateSamples: Int = 0,
            senders: [String: SenderStatistics] = [:]
        ) {
            self.clusters = clusters
            self.duplicateSamples = duplicateSamples
            self.senders = senders
        }
    }

    private struct SenderState {
        var name: String
        /// Of the limit that held when the sender was heard last; nil without one.
        var rate: RateBudget?
        var series: ActiveSeries
        var refusedSeries = 0
        var delayedRequests = 0
        var heardAt: Duration
    }

    private struct State {
        var election: ReplicaElection
        var duplicateSamples = 0
        var senders: [String: SenderState] = [:]
    }

    /// Tokens with limits that are followed; beyond it the one silent for longest is forgotten.
    private static let sendersMax = 1000

    private let clock: any WallClock
    private let replicas: ReplicaNames
    private let state: Mutex<State>

    package init(replicas: ReplicaSettings = ReplicaSettings(), clock: any WallClock) {
        self.clock = clock
        self.replicas = ReplicaNames(replicas)
        state = Mutex(State(election: ReplicaElection(failoverTimeout: replicas.failoverTimeout)))
    }

    /// To be asked before a request's body is read.
    package func begin(_ sender: IngestSender) throws(TooFast) {
        guard let perSecond = sender.limits.samplesPerSecond else { return }
        let now = clock.uptime()
        let wait: Duration? = state.withLock { state in
            Self.withState(of: sender, &state, now) { own in
                // Another limit begins anew: what was sent under the old one is no debt.
                if own.rate?.perSecond != perSecond { own.rate = RateBudget(perSecond: perSecond, at: now) }
                let wait = own.rate?.wait(at: now)
                if wait != nil { own.delayedRequests += 1 }
                return wait
            }
        }
        guard let wait else { return }
        throw TooFast(
            reason: "token \(quoted(sender.name)) may send \(perSecond) samples a second and has sent more: "
                + "send this again later",
            retryAfter: wait)
    }

    /// Takes out of the batch what is a duplicate or over a limit.
    package func admit(_ batch: inout SampleBatch, of sender: IngestSender) -> AdmissionReport {
        let now = clock.uptime()
        var report = AdmissionReport()
        // One request after the other: the elections and the series of a sender are one state.
        state.withLock { state in
            let exemplars = batch.exemplars.count
            var pass = ReplicaPass(names: replicas, now: now)
            batch = batch.filtered { entry, packed in
                let verdict = pass.verdict(packed, &state.election)
                if verdict == .drop { report.count(duplicate: batch.samples(of: entry)) }
                return verdict
            }
            report.duplicateExemplars = exemplars - batch.exemplars.count
            state.duplicateSamples += report.duplicateSamples + report.duplicateHistograms
            guard sender.limits != .none else { return }
            Self.withState(of: sender, &state, now) { own in
                own.series.turn(at: now)
                let all = batch
                batch = all.filtered { entry, packed in
                    guard let limit = LimitBreach.find(sender.limits, packed, entry.hash, &own.series) else {
                        return .keep
                    }
                    report.note(limit, all.labels(of: entry))
                    return .drop
                }
                own.refusedSeries += report.refusedSeries
                own.rate?.take(batch.samples.count)
            }
        }
        return report
    }

    package func statistics() -> Statistics {
        state.withLock { state in
            Statistics(
                clusters: state.election.clusters, duplicateSamples: state.duplicateSamples,
                senders: state.senders.mapValues {
                    SenderStatistics(
                        name: $0.name, activeSeries: $0.series.count, refusedSeries: $0.refusedSeries,
                        delayedRequests: $0.delayedRequests)
                })
        }
    }

    private static func withState<Result>(
        of sender: IngestSender, _ state: inout State, _ now: Duration, _ body: (inout SenderState) -> Result
    ) -> Result {
        if state.senders[sender.id] == nil, state.senders.count >= sendersMax,
            let silent = state.senders.min(by: { $0.value.heardAt < $1.value.heardAt })
        {
            state.senders[silent.key] = nil
        }
        let fresh = SenderState(name: sender.name, series: ActiveSeries(at: now), heardAt: now)
        state.senders[sender.id, default: fresh].heardAt = now
        return body(&state.senders[sender.id, default: fresh])
    }
}
