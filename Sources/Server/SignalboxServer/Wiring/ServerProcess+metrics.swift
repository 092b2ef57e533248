import Alerting
import Basics
import HTTPAPI
import Ingest
import Response
import Rules
import SignalModel
import Synchronization

extension ServerProcess {
    /// Everything we know of ourselves.
    func ownMetrics() async -> [SelfMetric] {
        let state = core.state
        let targets = await scraping.targets()
        let groups = await rules.reports
        func labelled(_ name: String, _ pairs: [(String, Double)]) -> [(labels: Labels, value: Double)] {
            pairs.map { (Labels([(name: name, value: $0.0)]), $0.1) }
        }
        var metrics: [SelfMetric] = [
            SelfMetric(
                "build_info", .gauge, "Version of the running program.",
                [(Labels([(name: "version", value: SignalboxVersion.current)]), 1)]),
            SelfMetric("start_time_seconds", .gauge, "When the process was ready to start.", startedAt.seconds),
            SelfMetric("process_resident_memory_bytes", .gauge, "Resident memory.", ProcessUsage.residentBytes),
            SelfMetric("process_cpu_seconds_total", .counter, "User and system time.", ProcessUsage.cpuSeconds),
            SelfMetric(
                "config_last_reload_successful", .gauge, "Whether the latest load was good.",
                reloads.withLock { $0.isGood ? 1 : 0 }),
            SelfMetric(
                "ingest_skipped_series_total", .counter, "Series left out for bad labels.",
                skippedSeries.withLock { $0 }),
            SelfMetric("query_threads_load", .gauge, "Queries under way or waiting.", queryThreads.load),
            SelfMetric(
                "targets", .gauge, "Targets, by health.",
                labelled(
                    "health",
                    ["up", "down", "unknown"].map { health in
                        (health, Double(targets.filter { $0.health.rawValue == health }.count))
                    })),
        ]
        metrics += await discoveryMetrics()
        metrics += logMetrics() + syslogMetrics() + kafkaMetrics() + traceMetrics() + objectiveMetrics()
        metrics += [
            SelfMetric(
                "rule_evaluation_failures_total", .counter, "Rule evaluations that failed.",
                groups.reduce(0) { $0 + $1.statistics.failures }),
            SelfMetric(
                "rule_group_iterations_missed_total", .counter, "Evaluations skipped because one took too long.",
                groups.reduce(0) { $0 + $1.statistics.iterationsMissed }),
            SelfMetric("alerts_firing", .gauge, "Alerts in the book.", state.alerts.firing.count),
            SelfMetric(
                "alerts_refused_total", .counter, "Alerts refused because the book was full.",
                state.alerts.refusedCount),
            SelfMetric(
                "pages_open", .gauge, "Open pages, by severity.",
                labelled(
                    "severity",
                    Severity.allCases.map { severity in
                        (severity.rawValue, Double(state.open.values.filter { $0.severity == severity }.count))
                    })),
            SelfMetric(
                "pages_late", .gauge, "Open pages that nobody acknowledged in the time of their severity.",
                labelled(
                    "severity",
                    Severity.allCases.map { severity in
                        let late = state.open.values.filter {
                            $0.severity == severity && $0.acknowledgedAtMilliseconds == nil
                                && $0.isLate(state.configuration, at: clock.now())
                        }
                        return (severity.rawValue, Double(late.count))
                    })),
            SelfMetric(
                "oncall_covered", .gauge, "Whether somebody is on call now, by schedule.",
                labelled(
                    "schedule",
                    state.onCall.schedules.filter { !$0.value.isRetired }.sorted { $0.key < $1.key }.map {
                        ($0.key, $0.value.person(at: clock.now().milliseconds) == nil ? 0 : 1)
                    })),
            SelfMetric(
                "alert_groups", .gauge, "Groups of alerts that receivers are told of.",
                state.routing.dispatcher.groups.count),
            SelfMetric(
                "alert_groups_refused_total", .counter, "Alerts that would have opened one group too many.",
                state.routing.dispatcher.refusedCount),
            SelfMetric(
                "silences", .gauge, "Silences, by state.",
                labelled(
                    "state",
                    Silence.State.allCases.map { wanted in
                        let all = state.routing.silences.silences.values
                        return (
                            wanted.rawValue, Double(all.count { $0.state(at: state.now.milliseconds) == wanted })
                        )
                    })),
            SelfMetric("outbox_messages", .gauge, "Messages decided and not yet delivered.", state.outbox.count),
            SelfMetric(
                "outbox_unconfirmed_messages", .gauge, "Messages that a provider accepted and has not confirmed.",
                state.deliveries.awaited.values.reduce(0) { $0 + $1.count }),
            SelfMetric(
                "journal_failing", .gauge, "Whether the operations journal cannot be written.",
                core.journalFailure == nil ? 0 : 1),
        ]
        metrics += watchMetrics(state)
        metrics += admissionMetrics()
        metrics += storeMetrics()
        let requests = statistics.snapshot()
        func routed(_ value: (RequestStatistics.Count) -> Double) -> [(labels: Labels, value: Double)] {
            requests.map { key, count in
                (
                    Labels([
                        (name: "route", value: key.route), (name: "method", value: key.method),
                        (name: "status", value: String(key.status)),
                    ]), value(count)
                )
            }
        }
        metrics.append(
            SelfMetric(
                "http_requests_total", .counter, "Requests, by route and status.", routed { Double($0.requests) }))
        metrics.append(
            SelfMetric("http_request_seconds_total", .counter, "Time spent on them.", routed { $0.seconds }))
        return metrics
    }
}
