import Basics
import Ingest
import SignalModel

extension ServerProcess {
    /// Of pairs of agents and of tokens with limits.
    func admissionMetrics() -> [SelfMetric] {
        let now = clock.uptime()
        let found = admission.statistics()
        func clusters(_ value: (ReplicaElection.Elected) -> Double) -> [(labels: Labels, value: Double)] {
            found.clusters.map { (Labels([(name: "ha_cluster", value: $0.key)]), value($0.value)) }
        }
        func tokens(_ value: (IngestAdmission.SenderStatistics) -> Int) -> [(labels: Labels, value: Double)] {
            found.senders.map { id, sender in
                (Labels([(name: "token", value: id), (name: "name", value: sender.name)]), Double(value(sender)))
            }
        }
        return [
            SelfMetric(
                "ingest_duplicate_samples_total", .counter, "Samples of agents whose pair is listened to.",
                found.duplicateSamples),
            SelfMetric(
                "ingest_elected_agent_silent_seconds", .gauge, "Since a cluster's elected agent was heard.",
                clusters { (now - $0.heardAt).seconds }),
            SelfMetric(
                "ingest_agent_elections_total", .counter, "Changes of a cluster's elected agent.",
                clusters { Double($0.changes) }),
            SelfMetric(
                "ingest_token_active_series", .gauge, "Series of a token with limits.", tokens(\.activeSeries)),
            SelfMetric(
                "ingest_token_refused_series_total", .counter, "Series left out for a token's limits.",
                tokens(\.refusedSeries)),
            SelfMetric(
                "ingest_token_delayed_requests_total", .counter, "Requests told to wait for a token's rate.",
                tokens(\.delayedRequests)),
        ]
    }
}
