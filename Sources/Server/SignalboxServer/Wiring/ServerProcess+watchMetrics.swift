import Basics
import HTTPAPI
import Response
import SignalModel

extension ServerProcess {
    /// Of what watches over the pages: heartbeats, drills, the auditor, the beat outward.
    func watchMetrics(_ state: OperationsState) -> [SelfMetric] {
        let report = auditing.latest
        let beat = beating.statistics
        func seconds(_ milliseconds: Int64?) -> Double { Double(milliseconds ?? 0) / 1000 }
        func heartbeats(_ value: (HeartbeatBook.Heartbeat) -> Double) -> [(labels: Labels, value: Double)] {
            state.heartbeats.heartbeats.sorted { $0.key < $1.key }.map {
                (Labels([(name: "heartbeat", value: $0.key)]), value($0.value))
            }
        }
        return [
            SelfMetric("auditor_runs_total", .counter, "Audits of the pages.", report.runsTotal),
            SelfMetric(
                "auditor_mismatches", .gauge, "Pages and messages that the auditor misses now.", report.findings.count
            ),
            SelfMetric(
                "auditor_mismatches_total", .counter, "Pages and messages that the auditor missed, each once.",
                report.mismatchesTotal),
            SelfMetric(
                "auditor_last_run_timestamp_seconds", .gauge, "When the auditor last ran.",
                report.auditedAt?.seconds ?? 0),
            SelfMetric(
                "beat_last_success_timestamp_seconds", .gauge, "When the watcher outside last heard the beat.",
                beat.beatAt?.seconds ?? 0),
            SelfMetric("beat_failures_total", .counter, "Beats held back or not heard.", beat.failures),
            SelfMetric(
                "drill_last_success_timestamp_seconds", .gauge, "When a drill last succeeded.",
                seconds(state.drills.succeededAtMilliseconds)),
            SelfMetric(
                "drill_last_failure_timestamp_seconds", .gauge, "When a drill last failed.",
                seconds(state.drills.failedAtMilliseconds)),
            SelfMetric("drill_failures_total", .counter, "Drills that failed.", state.drills.failures),
            SelfMetric(
                "heartbeat_last_beat_timestamp_seconds", .gauge, "When a heartbeat was last heard.",
                heartbeats { seconds($0.beatAtMilliseconds) }),
            SelfMetric(
                "heartbeat_missed", .gauge, "Whether a heartbeat is missed.", heartbeats { $0.missed == nil ? 0 : 1 }),
            SelfMetric(
                "pages_without_data", .gauge, "Open pages with alerts that nobody repeats any more.",
                state.open.values.count { $0.watch.hasNoData }),
            SelfMetric(
                "pages_flapping", .gauge, "Open pages that go on and off.",
                state.open.values.count { $0.watch.isFlapping }),
        ]
    }
}
