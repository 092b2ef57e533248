import Basics
import SignalModel

/// The series of one objective, for dashboards: names and meanings as Sloth's rules have them, where it has them.
struct ObjectiveSeries: Sendable {
    /// As `values` has them; made once, as they are written each minute.
    let labels: [Labels]
    private let windows: [Duration]
    private let windowDays: Double

    init(_ objective: Objective, _ context: ObjectiveContext) {
        var base = LabelsBuilder(context.externalLabels)
        objective.labels.forEach { base.set($0, $1) }
        base.set("objective", objective.name)
        base.set("service", objective.service)
        windows = objective.burnWindows
        windowDays = objective.window.length.seconds / 86_400
        let rates = windows.map { "slo:sli_error:ratio_rate" + DurationText.text(milliseconds: $0.milliseconds) }
        labels = (Self.names + (windows.isEmpty ? [] : [Self.currentName]) + rates).map { name in
            var builder = base
            builder.set(Labels.metricName, name)
            return builder.labels()
        }
    }

    private static let names = [
        "slo:objective:ratio", "slo:error_budget:ratio", "slo:time_period:days",
        "slo:period_error_budget_remaining:ratio", "slo:period_burn_rate:ratio", "slo:period_events_bad:count",
        "slo:period_events_total:count", "slo:period_coverage:ratio", "slo:budget_policy:state",
    ]
    private static let currentName = "slo:current_burn_rate:ratio"

    private func values(_ standing: ObjectiveStanding) -> [Double] {
        let rates = standing.burnRates
        return [
            standing.target, ErrorBudget.share(standing.target), windowDays, standing.remaining, standing.consumed,
            Double(standing.badCount), Double(standing.totalCount), standing.coverage,
            Double(BudgetPolicyState.allCases.firstIndex(of: standing.policyState) ?? 0),
        ] + (rates.first.map { [$0.rate] } ?? [])
            + rates.map { $0.totalCount == 0 ? 0 : Double($0.badCount) / Double($0.totalCount) }
    }

    /// `time` is later than any that was written before: a minute may be judged twice, and a sample is never replaced.
    func add(_ standing: ObjectiveStanding, at time: Timestamp, to batch: inout SampleBatch) {
        // Judged by another configuration: the next minute has it.
        guard standing.burnRates.map(\.window) == windows else { return }
        for (series, value) in zip(labels, values(standing)) {
            batch.beginSeries(series)
            batch.append(Sample(timestamp: time, value: value))
        }
    }

    /// Ends the series of objectives that are gone.
    static func staleMarkers(for labels: [Labels], at time: Timestamp) -> SampleBatch {
        var batch = SampleBatch()
        for series in labels {
            batch.beginSeries(series)
            batch.append(Sample(timestamp: time, value: StaleMarker.value))
        }
        return batch
    }
}
